"""The nightly re-audit of everything that was issued."""
