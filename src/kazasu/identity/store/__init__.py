"""Rows of the identity service, one file a subject. Secrets are kept as hashes."""
