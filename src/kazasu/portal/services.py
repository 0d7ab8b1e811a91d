"""What residents can do, in their words: the data of ``services.toml``, and how it is searched."""

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jaconv

from kazasu.foundation.text import Text

DATA = Path(__file__).with_name("services.toml")


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that a resident wants."""

    id: str
    institution: str
    """Who offers it: it is shown where that one is in the country."""
    path: str
    name: Text
    about: Text
    words: tuple[str, ...]
    needs: tuple[Text, ...]
    minutes: int
    """How long it takes, as estimated by us; nobody measured it with residents."""
    yen: int
    after: tuple[Text, ...]
    terms: tuple[str, ...]

    def found_by(self, wanted: str) -> bool:
        """Whether every word that was typed is in its own words, in whatever kana or width it was typed."""
        own = folded(" ".join([*self.name, *self.about, *self.words]))
        return all(word in own for word in folded(wanted).split())


def folded(text: str) -> str:
    """For comparison: one width, one kana (hiragana), small letters, no marks of length."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return str(jaconv.kata2hira(plain)).replace("ー", "")


@cache
def services() -> tuple[Service, ...]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["service"]
    return tuple(
        Service(
            id=row["id"],
            institution=row["institution"],
            path=row["path"],
            name=Text(row["ja"], row["en"], row.get("easy", "")),
            about=Text(row["about_ja"], row["about_en"], row.get("about_easy", "")),
            words=tuple(row["words"]),
            needs=_texts(row, "needs"),
            minutes=row["minutes"],
            yen=row["yen"],
            after=_texts(row, "after"),
            terms=tuple(row["terms"]),
        )
        for row in rows
    )


def offered(directory: Iterable[str]) -> list[Service]:
    """Those whose institution is in the country."""
    there = set(directory)
    return [one for one in services() if one.institution in there]


def _texts(row: dict[str, Any], name: str) -> tuple[Text, ...]:
    ja, en = row[f"{name}_ja"], row[f"{name}_en"]
    easy = row.get(f"{name}_easy", [""] * len(ja))
    return tuple(Text(*one) for one in zip(ja, en, easy, strict=True))
