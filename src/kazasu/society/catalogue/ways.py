"""Where a fault can be met on purpose: the data of ``ways.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kazasu.exchange.directory import Directory
from kazasu.foundation.text import Text

DATA: Final = Path(__file__).with_name("ways.toml")


@dataclass(frozen=True, slots=True)
class Way:
    """One page to begin at, and what to do there."""

    code: str
    at: str
    """The institution whose page it is."""
    path: str
    steps: tuple[Text, ...]
    shown: bool = False
    """The link alone brings the fault."""

    def address(self, directory: Directory) -> str:
        """Empty: the institution is not in this country (a city that was not founded)."""
        return directory.origin(self.at) + self.path if self.at in directory else ""


def _read() -> dict[str, Way]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["way"]
    return {
        row["code"]: Way(
            row["code"], row["at"], row["path"],
            tuple(Text(ja, en) for ja, en in zip(row["ja"], row["en"], strict=True)),
            row.get("shown", False),
        )
        for row in rows
    }  # fmt: skip


WAYS: Final = _read()
"""By the fault's code."""
