"""The terminal beside the reader: shows who asks for what, takes the PIN, brings back what the card signed; holds no
person's data and never keeps a PIN."""
