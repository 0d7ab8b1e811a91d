"""The desk's lists of cases, without input or output: what is late, what waits for whom, in which order, and what comes next."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import next_open
from kazasu.kit import periods
from kazasu.municipality.casework.model import Done, Holder, free_for
from kazasu.municipality.hall.model import CASES, Role
from kazasu.municipality.hall.ports import Way
from kazasu.municipality.moving import happened
from kazasu.municipality.moving.life import (
    AT_THE_DESK,
    DONE_IN,
    DONE_OUT,
    EXPECTED,
    FORGOTTEN,
    InState,
    OutState,
)
from kazasu.municipality.moving.model import MovingOut
from kazasu.municipality.moving.store.queues import OfHousehold


@dataclass(frozen=True, slots=True)
class Named:
    """A mover, as the list shows them."""

    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class Row:
    """One case."""

    case_id: str
    way: Way
    state: str
    kind: str
    movers: Sequence[Named]
    """The applicant first, where it is known who that is."""
    protected: bool
    """One of them is under 支援措置."""
    day: date | None
    """When they come, or move."""
    starts: str
    """``HH:MM`` of the appointment."""
    received_at: datetime
    due: date | None
    """The last day on which the desk is in time; None: nothing waits for the desk."""
    holder: Holder | None = None
    beside: Sequence[str] = ()
    """Numbers of other notices that wait, of others of the same household."""
    done: Done | None = None
    """The last thing that the desk did; for the list of what is over."""

    def late(self, today: date) -> int:
        """Days behind; 0: in time."""
        return max(0, (today - self.due).days) if self.due else 0

    def held_days(self, today: date) -> int:
        """Since when a colleague has it, where that is long ago: in days; 0: nobody, or not long."""
        days = (today - civil(self.holder.since)).days if self.holder else 0
        return days if days >= HELD_LONG.days else 0

    @property
    def forgotten(self) -> bool:
        """Nobody comes by it, and who would have is not kept."""
        return self.way == "in" and self.state in FORGOTTEN

    @property
    def todo(self) -> Text | None:
        """What is to be done next; None where the case is over."""
        return (TODO_OUT if self.way == "out" else TODO_IN).get(self.state)

    def waits_for_us(self, today: date) -> bool:
        """Can the desk go on with it now?"""
        if self.way == "out":
            return self.state == OutState.CHECKED
        return self.state in AT_THE_DESK or (
            self.state in (InState.READY, InState.MISSED)
            and self.day is not None
            and self.day <= today
        )


TODO_OUT: Final[Mapping[str, Text]] = {
    OutState.RECEIVED: Text("機械の確認を待つ", "wait for the machine’s checks"),
    OutState.CHECKED: Text("受理するか決める", "decide whether to accept"),
    OutState.NEEDS_FIX: Text("本人の訂正を待つ", "wait for the resident’s correction"),
}
TODO_IN: Final[Mapping[str, Text]] = {
    InState.RESERVED: Text("証明書情報を待つ", "wait for the certificate data"),
    InState.CERTIFICATE: Text("来たら、本人を確かめる", "identify the visitor when they come"),
    InState.READY: Text("来たら、本人を確かめる", "identify the visitor when they come"),
    InState.VISITED: Text("届出の内容を入力する", "complete the notice"),
    InState.PROVISIONAL: Text("審査して登録する", "check and register"),
    InState.REGISTERING: Text("登録の完了を待つ", "wait until it is registered"),
    InState.PARTLY: Text("ほかの人が来たら、本人を確かめる", "identify the others when they come"),
    InState.MISSED: Text("来なかった人に連絡する", "contact who did not come"),
    InState.EXPIRED: Text("紙の転出証明書を待つ", "wait for the paper certificate"),
}


def next_by(way: str, state: str) -> Sequence[Role]:
    """Who can do what comes next, one of these; none: nothing is left to do. Of a notice the counter can ask for a correction, or for who did not
    arrive, and the decider decides; who comes is received by the counter, and what was entered is decided."""
    if state in (DONE_OUT if way == "out" else DONE_IN):
        return ()
    if way == "out":
        return CASES
    return ("decider",) if state == InState.PROVISIONAL else ("counter",)


CORRECTION_WAITS: Final = timedelta(days=14)
"""For a correction, before the desk asks again, goes on without it or rejects the notice (simulated)."""
HELD_LONG: Final = timedelta(days=7)
"""From then on the list says since how many days somebody has a case (simulated)."""


def due_out(
    state: str, moves_on: date, received_on: date, asked_on: date | None = None
) -> date | None:
    """A notice is decided before the moving day, so that the data are there before the people (municipal §1.2).

    One that came on that day or after it, which is in time for ten days, is not late for it: the next open day is the desk's own.
    A correction that nobody sends is late, too: the case would lie there for ever.

    Args:
        asked_on: when the correction was asked for; None: when the notice came.
    """
    if state == OutState.NEEDS_FIX:
        return next_open((asked_on or received_on) + CORRECTION_WAITS)
    if state not in (OutState.RECEIVED, OutState.CHECKED):
        return None
    return max(moves_on, next_open(received_on + timedelta(days=1)))


def due_of(case: MovingOut) -> date | None:
    """Of a notice, by what happened to it."""
    asked = [one.at for one in happened.read(case.happened) if one.event == "ask-correction"]
    asked_on = civil(asked[-1]) if asked else None
    return due_out(case.state, case.moves_on, civil(case.received_at), asked_on)


def due_in(state: str, visit: date | None, planned_on: date | None) -> date | None:
    """The day of the visit; without an appointment, fourteen days after the planned move (住民基本台帳法 22条)."""
    if state not in TODO_IN or state == InState.EXPIRED:  # a paper certificate has no last day
        return None
    if visit is not None:
        return visit
    return periods.moving_in_until(planned_on) if planned_on else None


@dataclass(frozen=True, slots=True)
class Filter:
    """A link above the list."""

    title: Text
    keeps: Callable[[Row, date, str], bool]
    """``(row, today, me)``."""


FILTERS: Final[Mapping[str, Filter]] = {
    "all": Filter(Text("すべて", "All"), lambda *_: True),
    "today": Filter(Text("きょう", "Today"), lambda row, today, _: row.day == today),
    "late": Filter(Text("おくれ", "Late"), lambda row, today, _: row.late(today) > 0),
    "awaited": Filter(Text("これから来る人", "Expected"), lambda row, *_: row.state in (*EXPECTED, InState.MISSED)),
    "here": Filter(Text("窓口にいる人", "At the desk"), lambda row, *_: row.state in AT_THE_DESK),
    "decide": Filter(Text("判断待ち", "To decide"), lambda row, *_: row.state == OutState.CHECKED),
    "mine": Filter(Text("わたしの担当", "Mine"), lambda row, _, me: row.holder is not None and row.holder.staff_id == me),
    "free": Filter(Text("担当なし", "Nobody’s"), lambda row, *_: row.holder is None),
}  # fmt: skip
SHOWN: Final[Mapping[Way, Sequence[str]]] = {
    "in": ("all", "today", "late", "awaited", "here", "mine", "free"),
    "out": ("all", "decide", "late", "mine", "free"),
}
"""The filters of each list, in order."""
MOST: Final = 500
"""A list holds no more (moving/store); its page says so when it is full."""
_NEVER: Final = date.max
SORTS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "day": lambda row: (row.day or _NEVER, row.starts, row.received_at),
    "due": lambda row: (row.due or _NEVER, row.day or _NEVER, row.starts, row.received_at),
    "received": lambda row: row.received_at,
    "name": lambda row: (row.movers[0].kana or row.movers[0].name) if row.movers else "\U0010ffff",
    "holder": lambda row: (row.holder.name, row.holder.since.isoformat()) if row.holder else ("\U0010ffff", ""),
    "done": lambda row: -row.done.at.timestamp() if row.done and row.done.at else 0,
}  # fmt: skip
"""By what a list can be put in order; each ends in a whole order by the case's number."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as its page shows it."""

    rows: Sequence[Row]
    chosen: str
    sort: str
    counts: Sequence[tuple[str, Text, int]]
    """Each filter, with how many it keeps."""


def beside(found: Iterable[OfHousehold]) -> dict[str, list[str]]:
    """By the number of a case: the others that part the same household, of other people."""
    cases: dict[str, list[str]] = {}
    every = list(found)
    for one in every:
        for other in every:
            same = one.household_number == other.household_number and one.case_id != other.case_id
            if same and not set(one.people) & set(other.people):
                cases.setdefault(one.case_id, []).append(other.case_id)
    return cases


def listing(
    rows: Sequence[Row], way: Way, today: date, me: str, *, chosen: str = "", sort: str = ""
) -> Listing:
    """Sieved and ordered. A filter or an order that there is not is the first one."""
    shown = SHOWN[way]
    chosen = chosen if chosen in shown else shown[0]
    sort = sort if sort in SORTS else "due"
    counts = [
        (key, FILTERS[key].title, sum(FILTERS[key].keeps(row, today, me) for row in rows))
        for key in shown
    ]
    kept = [row for row in rows if FILTERS[chosen].keeps(row, today, me)]
    return Listing(ordered(kept, sort), chosen, sort, counts)


def ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    return sorted(rows, key=lambda row: (SORTS[sort](row), row.case_id))


def following(rows: Sequence[Row], after: str, today: date, me: str) -> str:
    """The next case that the desk can go on with and that no colleague has, most urgent first; empty: there is none.

    Behind ``after`` first, then from the top, so that pressing it again and again leads through all of them.
    """
    whole = ordered(rows, "due")
    place = next((n for n, row in enumerate(whole) if row.case_id == after), -1)
    for row in [*whole[place + 1 :], *whole[: max(place, 0)]]:
        if row.case_id != after and row.waits_for_us(today) and free_for(row.holder, me):
            return row.case_id
    return ""
