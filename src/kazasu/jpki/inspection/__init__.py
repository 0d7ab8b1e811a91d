"""The nightly re-audit of everything that was issued, and what was shown under our name and is not ours."""
