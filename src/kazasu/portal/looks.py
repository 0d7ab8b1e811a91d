"""Who looked, as pages: what all institutions answered, back to where every answer reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from kazasu.contracts.base import AccessEntry
from kazasu.foundation import audit
from kazasu.foundation.time.clock import JST, civil
from kazasu.foundation.values import spreadsheet


@dataclass(frozen=True, slots=True)
class Looks:
    """One page."""

    entries: list[AccessEntry]
    older: datetime | None
    """Before which there may be more; None: that is all."""
    silent: list[str]


def merged(answers: Sequence[Sequence[AccessEntry]], silent: list[str]) -> Looks:
    """Newest first. An answer that is full says nothing of what was before it: there the page ends.

    So whoever makes many records pushes nobody else's out of sight.
    """
    full = [one[-1].at for one in answers if len(one) >= audit.MOST_ACCESSES]
    older = max(full, default=None)
    entries = [one for answer in answers for one in answer if older is None or one.at >= older]
    return Looks(sorted(entries, key=lambda one: one.at, reverse=True), older, silent)


def looked_themselves(entry: AccessEntry) -> bool:
    """The page of who looked is itself an access at each institution."""
    own = entry.actor in ("resident", "institution:portal")
    return own and entry.action.endswith(".accesses.read")


@dataclass(frozen=True, slots=True)
class Alike:
    """Records of one reason by one actor, newest first: machines ask the same many times a day."""

    latest: AccessEntry
    entries: list[AccessEntry]


@dataclass(frozen=True, slots=True)
class Group:
    """What one institution recorded on one day."""

    institution: str
    others: list[Alike]
    own: list[AccessEntry]
    """What the person did there."""


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    groups: list[Group]


def by_day(entries: Sequence[AccessEntry]) -> list[Day]:
    """Days newest first; in each the institutions, those at which others looked before the rest."""
    return [_day(on, list(of)) for on, of in groupby(entries, key=lambda one: civil(one.at))]


def _day(on: date, entries: list[AccessEntry]) -> Day:
    groups = [
        Group(
            institution,
            _alike([o for o in entries if o.institution == institution and not is_own(o)]),
            [one for one in entries if one.institution == institution and is_own(one)],
        )
        for institution in dict.fromkeys(one.institution for one in entries)
    ]
    return Day(on, sorted(groups, key=lambda one: not one.others))


def _alike(entries: Sequence[AccessEntry]) -> list[Alike]:
    found: dict[tuple[str, str], list[AccessEntry]] = {}
    for one in entries:
        found.setdefault((one.purpose_ja, one.actor), []).append(one)
    return [Alike(same[0], same) for same in found.values()]


def is_own(entry: AccessEntry) -> bool:
    """Done by the person themselves, also when the portal asked in their name."""
    return entry.actor in ("resident", "customer") or looked_themselves(entry)


def as_csv(entries: Sequence[AccessEntry]) -> bytes:
    """For spreadsheets (:mod:`kazasu.foundation.values.spreadsheet`)."""
    head = ("at", "institution", "actor", "purpose_ja", "purpose_en", "record_id")
    return spreadsheet.as_csv(
        head,
        (
            (
                one.at.astimezone(JST).isoformat(), one.institution, one.actor, one.purpose_ja,
                one.purpose_en, one.record_id,
            )
            for one in entries
        ),
    )  # fmt: skip
