"""Kazasu: Japan's My Number Card policy as a running country of synthetic people, each institution in a room of its own."""
