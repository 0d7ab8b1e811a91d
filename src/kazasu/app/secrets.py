"""Passwords of the rooms' database roles: made once, kept in a file that only we can read."""

import json
import os
import secrets
from pathlib import Path


def role_passwords(path: Path, rooms: list[str]) -> dict[str, str]:
    """Password by room; makes what is missing. The file has mode 0600."""
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [room for room in rooms if room not in known]
    if missing:
        known |= {room: secrets.token_urlsafe(24) for room in missing}
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(known, file)
        draft.replace(path)
    return known
