"""What a person agrees to with a card, read from the bytes that it signs: a consent, a payment, a document."""
