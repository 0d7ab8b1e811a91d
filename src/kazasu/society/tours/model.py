"""Tours and their steps: the data of ``tours.toml``, and which of them are done."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kazasu.foundation.text import Text

DATA: Final = Path(__file__).with_name("tours.toml")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    words: Text
    at: str
    """The institution where it begins."""
    path: str
    done: tuple[str, ...]
    """Any of these happenings ticks it off (:mod:`kazasu.foundation.happenings`)."""


@dataclass(frozen=True, slots=True)
class Tour:
    id: str
    name: Text
    about: Text
    steps: tuple[Step, ...]

    def ticked(self, known: Callable[[str], bool]) -> list[bool]:
        """For each step: has it happened?"""
        return [any(known(what) for what in step.done) for step in self.steps]


def _read() -> dict[str, Tour]:
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))["tour"]
    return {
        row["id"]: Tour(
            row["id"],
            Text(row["ja"], row["en"]),
            Text(row["about_ja"], row["about_en"]),
            tuple(
                Step(Text(s["ja"], s["en"]), s["at"], s["path"], tuple(s["done"]))
                for s in row["steps"]
            ),
        )
        for row in found
    }


TOURS: Final = _read()
"""By id, in the order of the page."""
