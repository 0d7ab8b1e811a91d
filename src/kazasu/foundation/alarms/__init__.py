"""Alarms: what must not pass unseen rings, is told by ``/healthz``, and waits until a person has looked at it."""
