"""The web kit: pages, forms, sessions, and signing in with the card."""
