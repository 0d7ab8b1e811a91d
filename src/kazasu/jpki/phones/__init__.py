"""Certificates on a phone: they hang on the card's, and end with them."""
