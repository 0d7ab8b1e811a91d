"""Whose notice was accepted and whose arrival nobody tells: their paper certificate, and the question where they are."""
