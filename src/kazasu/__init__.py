"""Kazasu: Japan's My Number Card policy, running."""
