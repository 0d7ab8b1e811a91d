"""Values with rules of their own: names and letters as registers hold them, numbers with check digits, bytes as text."""
