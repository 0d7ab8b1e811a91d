"""Who looked, as pages: what all institutions answered, back to where every answer reaches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from kazasu.contracts.base import AccessEntry
from kazasu.foundation import audit
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST, LATEST, civil
from kazasu.foundation.values import spreadsheet
from kazasu.portal.faults import TOO_MANY_RECORDS

MOST_PAGES: Final = 25
"""In one file: some thousand records, and seconds to ask everybody for them."""


@dataclass(frozen=True, slots=True)
class Looks:
    """One page."""

    entries: list[AccessEntry]
    older: datetime | None
    """Before which there may be more; None: that is all."""
    silent: list[str]


@dataclass(frozen=True, slots=True)
class Period:
    """Civil days in Japan, both included; None: without that end."""

    since: date | None = None
    until: date | None = None

    @property
    def begins(self) -> datetime | None:
        return None if self.since is None else datetime.combine(self.since, time.min, JST)

    @property
    def ends(self) -> datetime | None:
        """The first instant after it, as far as a clock goes."""
        if self.until is None:
            return None
        return min(datetime.combine(self.until + timedelta(days=1), time.min, JST), LATEST)


def within(looks: Looks, begins: datetime | None) -> Looks:
    """Without what was before; there is nothing older then where the page reaches back so far."""
    if begins is None:
        return looks
    older = looks.older if looks.older and looks.older > begins else None
    return Looks([one for one in looks.entries if one.at >= begins], older, looks.silent)


def gathered(look: Callable[[datetime | None], Looks], period: Period) -> Looks:
    """All pages of a period as one, ``look`` giving the page before an instant.

    Raises Refusal ``portal.too-many-records``.
    """
    entries, silent, before = list[AccessEntry](), dict[str, None](), period.ends
    for _ in range(MOST_PAGES):
        page = within(look(before), period.begins)
        entries += page.entries
        silent |= dict.fromkeys(page.silent)
        before = page.older
        if before is None:
            return Looks(entries, None, list(silent))
    raise Refusal(TOO_MANY_RECORDS)


def merged(answers: Sequence[Sequence[AccessEntry]], silent: list[str]) -> Looks:
    """Newest first. An answer that is full says nothing of what was before it: there the page ends.

    So whoever makes many records pushes nobody else's out of sight.
    """
    full = [one[-1].at for one in answers if len(one) >= audit.MOST_ACCESSES]
    older = max(full, default=None)
    entries = [one for answer in answers for one in answer if older is None or one.at >= older]
    return Looks(sorted(entries, key=lambda one: one.at, reverse=True), older, silent)


OWN_LOOKS: Final = (
    ".accesses.read",
    ".own-cards.read",
    ".handle.issue",
    ".handle.subject",
    "jpki.person.address",
)
"""How the names of those accesses end that the portal makes for whoever is before it, of their own data: the answers, and before
them the handle by which each institution knows of whom it is asked."""


def asked_for_them(entry: AccessEntry) -> bool:
    """The portal asked since they opened a page: who looked is itself an access at each institution, known to it or not."""
    return entry.actor == "institution:portal" and entry.action.endswith(OWN_LOOKS)


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
    asked: list[AccessEntry]
    """What the portal asked there in their name."""


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
            [o for o in entries if o.institution == institution and themselves(o)],
            [o for o in entries if o.institution == institution and asked_for_them(o)],
        )
        for institution in dict.fromkeys(one.institution for one in entries)
    ]
    return Day(on, sorted(groups, key=lambda one: not one.others))


def _alike(entries: Sequence[AccessEntry]) -> list[Alike]:
    found: dict[tuple[str, str], list[AccessEntry]] = {}
    for one in entries:
        found.setdefault((one.purpose_ja, one.actor), []).append(one)
    return [Alike(same[0], same) for same in found.values()]


def themselves(entry: AccessEntry) -> bool:
    """Done by the person."""
    return entry.actor in ("resident", "customer")


def is_own(entry: AccessEntry) -> bool:
    """Done by the person themselves, also when the portal asked in their name."""
    return themselves(entry) or asked_for_them(entry)


NO_ANSWER: Final = Text(
    "この機関は答えませんでした。記録がここにないだけです",
    "This institution did not answer: its records are missing here",
)


Naming = Callable[[str], Text]


def itself(key: str) -> Text:
    """Where there is no better name."""
    return Text(key, key)


def as_rows(
    entries: Sequence[AccessEntry],
    silent: Sequence[str],
    name_of: Naming = itself,
    actor_of: Naming = itself,
) -> list[dict[str, Any]]:
    """For programs; who did not answer has a row of its own at the end, without an instant.

    Args:
        name_of, actor_of: names of an institution and of an actor, which stand beside their keys in both languages.
    """
    rows = [
        one.model_dump(mode="json")
        | _named("institution", name_of(one.institution))
        | _named("actor", actor_of(one.actor))
        for one in entries
    ]
    nothing = {"at": None, "purpose_ja": NO_ANSWER.ja, "purpose_en": NO_ANSWER.en}
    missing: list[dict[str, Any]] = [
        nothing | {"institution": one} | _named("institution", name_of(one)) for one in silent
    ]
    return rows + missing


def _named(what: str, name: Text) -> dict[str, str]:
    return {f"{what}_ja": name.ja, f"{what}_en": name.en}


_COLUMNS: Final = (
    "at", "institution", "institution_ja", "institution_en", "actor", "actor_ja", "actor_en", "purpose_ja", "purpose_en",
    "record_id",
)  # fmt: skip


def as_csv(
    entries: Sequence[AccessEntry],
    silent: Sequence[str] = (),
    name_of: Naming = itself,
    actor_of: Naming = itself,
) -> bytes:
    """The same for spreadsheets (:mod:`kazasu.foundation.values.spreadsheet`), instants as clocks in Japan have them."""
    rows = as_rows(entries, silent, name_of, actor_of)
    ats = [one.at.astimezone(JST).isoformat() for one in entries] + [""] * len(silent)
    told = ([row.get(name, "") for name in _COLUMNS[1:]] for row in rows)
    return spreadsheet.as_csv(_COLUMNS, [(at, *row) for at, row in zip(ats, told, strict=True)])
