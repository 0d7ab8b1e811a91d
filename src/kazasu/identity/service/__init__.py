"""Use cases of the identity service: the tap, tokens, signing."""
