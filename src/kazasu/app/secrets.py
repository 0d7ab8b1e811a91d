"""Passwords of the rooms' database roles, and whose they are: made once, readable by us alone.

``roles.json`` holds ``{"country": <id>, "roles": {<room>: <password>}}``. The id is that of the mark in
the database (``app.country``), so that a folder and a database that do not belong together are told
apart before anybody tries a password.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kazasu.app.faults import SECRETS_UNREADABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_private

FILE: Final = "roles.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    country: str
    roles: dict[str, str]
    """Password by room."""


def read_secrets(folder: Path) -> Secrets | None:
    """None when the folder has none. Raises Refusal ``app.secrets-unreadable``."""
    path = folder / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = Secrets(document["country"], dict(document["roles"]))
        if not all(isinstance(word, str) for word in (found.country, *found.roles.values())):
            raise TypeError("texts expected")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(SECRETS_UNREADABLE, file=path, why=error) from error
    return found


def make_secrets(folder: Path, rooms: Iterable[str]) -> Secrets:
    """What the folder has, with what is missing made. The file has mode 0600."""
    known = read_secrets(folder) or Secrets(secrets.token_hex(16), {})
    missing = [room for room in rooms if room not in known.roles]
    if missing:
        known.roles.update({room: secrets.token_urlsafe(24) for room in missing})
        document = {"country": known.country, "roles": known.roles}
        write_private(folder / FILE, json.dumps(document))
    return known
