"""Personas and faults by a magic value of ``login_hint``: sandbox, and clients in test mode, alone."""
