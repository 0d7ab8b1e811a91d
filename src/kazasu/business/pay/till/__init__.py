"""Paying at a shop: the till asks for an amount, the customer holds the card, the wallet pays once."""
