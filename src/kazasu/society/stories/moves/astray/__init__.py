"""Moves that do not go as planned: sent back, rejected, to another city, given up, too late for a card."""
