"""Cards and authorities without a country: for developers who need a card now."""
