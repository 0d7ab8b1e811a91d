"""Terms of offices that pages cannot do without, each with its one line of explanation (``terms.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kazasu.foundation.text import Text

DATA = Path(__file__).with_name("terms.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A term as both languages write it."""

    name: Text
    reading: str
    """In hiragana."""
    explained: Text


@cache
def terms() -> dict[str, Term]:
    """By the Japanese term."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {
        ja: Term(Text(ja, row["en"]), row["reading"], Text(row["is_ja"], row["is_en"]))
        for ja, row in rows.items()
    }


def term(name: str) -> Term:
    """Raises KeyError for a term that has no line: a page names it, so it must have one."""
    return terms()[name]
