"""What residents can do, in their words: the data of ``services.toml``, and how it is searched."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.foundation.values.finding import finds, folded
from kazasu.foundation.web.reading.searching import asked_words, meets

DATA = Path(__file__).with_name("services.toml")
BEGIN = Text("はじめる", "Begin")
WHERE: Final = {
    "city": Text("市区町村の窓口", "the counter of your city", "役所の 窓口"),
    "city-or-shop": Text("市区町村の窓口やコンビニの端末", "the counter of your city or a terminal in a convenience store", "役所の 窓口や、コンビニの 機械"),
    "city-or-tax": Text("市区町村の窓口か税務署", "the counter of your city or the tax office", "役所の 窓口か 税務署"),
    "pension": Text("年金事務所", "the pension office", "年金事務所"),
    "prefecture": Text("都道府県の旅券窓口", "the passport office of your prefecture", "パスポートの 窓口"),
    "immigration": Text("出入国在留管理庁の窓口", "the Immigration Services Agency", "入管（出入国在留管理庁）の 窓口"),
    "police": Text("警察署や運転免許センター", "the police or a driving licence centre", "けいさつ"),
}  # fmt: skip
"""Where in Japan one gets what is not here."""


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
    def called(self) -> str:
        return " ".join([*self.name, *self.words])

    @property
    def said(self) -> str:
        """All that it is found by."""
        return " ".join([*self.name, *self.about, *self.words])


@dataclass(frozen=True, slots=True)
class Absent:
    """What residents look for and nobody in this country offers."""

    name: Text
    words: tuple[str, ...]
    where: Text


def found(there: Sequence[Service], wanted: str) -> list[Service]:
    """Those that have every word that was typed, or every one that means something; where none has, those that have some, the most
    first.

    Letters count in any writing (:mod:`kazasu.foundation.values.finding`); of a sentence only the words that mean something. What
    is named so, or has the word, comes before what only tells of it. Nothing else is offered for what is not here.
    """
    if not wanted.strip():
        return list(there)
    words = asked_words(wanted)
    if not words:  # nothing that means something: only what is called just so
        return [one for one in there if folded(wanted) in map(folded, one.words)]
    if whole := [one for one in there if finds(wanted, one.said)]:
        return sorted(whole, key=lambda one: not finds(wanted, one.called))
    if absent(wanted):
        return []
    counts = {one.id: sum(meets(word, folded(one.said)) for word in words) for one in there}
    best = sorted(there, key=lambda one: -counts[one.id])
    most = max(counts.values(), default=0)
    enough = most if most == len(words) else min(most, 2) or 1
    return [one for one in best if counts[one.id] >= enough]


def absent(wanted: str) -> list[Absent]:
    """What of this is asked for and not here."""
    asked = f" {folded(wanted)} "
    return [one for one in absences() if any(_asks(asked, word) for word in one.words)]


def _asks(asked: str, word: str) -> bool:
    """A word in Latin letters is one of its own: ``tax`` is not in syntax."""
    plain = folded(word)
    return f" {plain}" in asked if plain.isascii() else plain in asked


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


@cache
def absences() -> tuple[Absent, ...]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["absent"]
    return tuple(
        Absent(Text(row["ja"], row["en"]), tuple(row["words"]), WHERE[row["where"]]) for row in rows
    )


def offered(directory: Iterable[str]) -> list[Service]:
    """Those whose institution is in the country."""
    there = set(directory)
    return [one for one in services() if one.institution in there]


def _texts(row: dict[str, Any], name: str) -> tuple[Text, ...]:
    ja, en = row[f"{name}_ja"], row[f"{name}_en"]
    easy = row.get(f"{name}_easy", [""] * len(ja))
    return tuple(Text(*one) for one in zip(ja, en, easy, strict=True))
