"""What changed because of what people outside said or could not do: the data of ``changes.toml``."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from kazasu.foundation.text import Text

DATA = Path(__file__).with_name("changes.toml")


@dataclass(frozen=True, slots=True)
class Change:
    on: date
    said: Text
    """What was said, or where somebody did not get on."""
    changed: Text


@cache
def changes() -> tuple[Change, ...]:
    """The latest first."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["change"]
    found = [
        Change(
            row["on"],
            Text(row["said_ja"], row["said_en"]),
            Text(row["changed_ja"], row["changed_en"]),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.on, reverse=True))
