"""Passkeys: bound after a tap, then enough for signing in where nobody asks for more (W3C WebAuthn)."""
