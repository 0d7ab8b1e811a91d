"""Guided tours of the sandbox: each step is ticked off when the thing has really happened in the country."""
