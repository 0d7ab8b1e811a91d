"""What a person may know of their own cards, phones and certificates."""
