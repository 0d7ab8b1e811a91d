"""What residents can do, in their words: the data of ``services.toml``, and how it is searched."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kazasu.foundation.text import Text
from kazasu.foundation.values.finding import finds, folded
from kazasu.foundation.web.reading.searching import asked_words, meets

DATA = Path(__file__).with_name("services.toml")
BEGIN = Text("はじめる", "Begin")


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
    begin: Text = BEGIN
    """What the way to it is called."""

    @property
    def said(self) -> str:
        """All that it is found by."""
        return " ".join([*self.name, *self.about, *self.words])


def found(there: Sequence[Service], wanted: str) -> list[Service]:
    """Those that have every word that was typed; where none has, those that have some, the most first.

    Letters count in any writing (:mod:`kazasu.foundation.values.finding`); of a sentence only the words that mean something.
    """
    if not wanted.strip():
        return list(there)
    if whole := [one for one in there if finds(wanted, one.said)]:
        return whole
    words = asked_words(wanted)
    counts = {one.id: sum(meets(word, folded(one.said)) for word in words) for one in there}
    best = sorted(there, key=lambda one: -counts[one.id])
    return [one for one in best if counts[one.id]]


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
            begin=Text(row["begin_ja"], row["begin_en"]) if "begin_ja" in row else BEGIN,
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
