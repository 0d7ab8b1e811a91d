"""The phone: an installable web application with a key store of its own, beside the card (C3)."""
