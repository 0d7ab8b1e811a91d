"""The card, its readers and the terminal: keys, PINs and the card's files. Never a database."""
