"""Certificates for a new or renewed card: ordered, recorded, then signed."""
