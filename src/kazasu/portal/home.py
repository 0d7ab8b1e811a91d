"""What the first page shows of one's moves: what waits for the resident, and what changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.kit import periods
from kazasu.portal.model import OWN_EVENTS, WORDS, Move, answers_from
from kazasu.portal.standing import counter_of, standing, waits
from kazasu.portal.store import Draft

Urgency = Literal["late", "now", "later"]
SOON: Final = timedelta(days=1)
"""An appointment that is so near is told before everything else."""
MOST_CHANGES: Final = 5
_ORDER: Final[Sequence[Urgency]] = ("late", "now", "later")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that the resident has to do, or has to know of in time."""

    urgency: Urgency
    title: Text
    note: Text
    href: str
    on: date | None = None
    """The day on which, or until which."""
    starts: str = ""
    """``HH:MM`` of an appointment."""
    sheet: str = ""
    """Of an appointment: the page to print, with the way to the counter."""
    why: Text | None = None
    """In the words of the city."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an institution told of a move."""

    title: Text
    at: datetime
    institution: InstitutionId
    href: str
    note: Text | None = None
    """What it wrote beside it."""
    new: bool = True
    """The move was not opened since it came."""


def waiting(
    draft: Draft | None,
    moves: Sequence[Move],
    today: date,
    others: Sequence[Waiting] = (),
    *,
    now: datetime | None = None,
    moved: bool = False,
) -> list[Waiting]:
    """What waits, the most urgent first; of the same urgency by its day.

    Args:
        others: what does not come of moves.
        now: tells which hour of today is past; without it none is.
        moved: another's notice moves the resident, which takes the place of a refused one of their own.
    """
    begun = draft is not None and draft.begun
    found = [_drafted(draft, today)] if draft and begun and draft.revision == 1 else []
    found += others
    for move in moves:
        newer = begun or moved or any(one.sent_at > move.sent_at for one in moves)
        found += _of(move, draft, today, newer, now)
    return sorted(found, key=lambda one: (_ORDER.index(one.urgency), one.on or date.max))


def changes(moves: Sequence[Move], most: int | None = MOST_CHANGES) -> list[Change]:
    """What others did, newest first (None: all of it); one's own sending is no news."""
    found = [
        Change(
            WORDS[event.event],
            event.at,
            event.institution,
            f"/moves/{move.case_id}",
            Text(event.note_ja, event.note_en) if event.note_ja and event.note_en else None,
            event.arrived > move.seen,
        )
        for move in moves
        for event in move.events
        if event.event not in OWN_EVENTS
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _drafted(draft: Draft, today: date) -> Waiting:
    past = draft.answers.moves_on is not None and draft.answers.moves_on < today
    return Waiting(
        "now" if past else "later",
        Text("書きかけの引越しの届出", "Your move, not sent yet", "とちゅうまで 書いた 引っ越しの 手紙"),
        Text("続きから書けます。まだ、どこにも送っていません", "Go on where you stopped. Nothing has been sent",
             "つづきを 書けます。まだ 送っていません"),
        f"/move/{draft.answers.next_step()}",
    )  # fmt: skip


def _of(
    move: Move, draft: Draft | None, today: date, newer: bool, now: datetime | None
) -> list[Waiting]:
    here = f"/moves/{move.case_id}"
    found, asked = standing(move, draft), list[Waiting]()
    if waits(found, move, today, newer):
        href = here if found.act is None or found.act.posts else found.act.href
        late = found.until is not None and found.until < today
        asked = [Waiting(
            "late" if late else "now", found.says, found.todo or found.says, href, found.until, why=found.why,
        )]  # fmt: skip
    if move.over or move.off or not move.answers:
        return asked
    return [*asked, *_visit(move, here, today, now), *_deadline(move, here, today)]


def _visit(move: Move, here: str, today: date, now: datetime | None) -> list[Waiting]:
    answers = answers_from(move.answers)
    on = answers.visits_on
    if on is None or on < today or not move.has_visit or move.has("visited"):
        return []
    when = {0: Text("きょうは、窓口へ行く日です", "Your visit is today", "今日、窓口へ 行きます"),
            1: Text("あしたは、窓口へ行く日です", "Your visit is tomorrow", "明日、窓口へ 行きます")}  # fmt: skip
    title = when.get((on - today).days, Text("窓口へ行く日", "Your visit to the counter"))
    city = counter_of(move)
    note = Text(
        f"{answers.office_ja or city.ja}へ、引っ越す人全員のカードを持って",
        f"{answers.office_en or city.en}: bring the card of everybody who moves",
    )
    if on == today and now is not None and _hour(now) > answers.visit_starts:
        passed = Text(
            "予約の時刻を過ぎました。まだ行けるときは窓口へ、行けないときは別の日時を選んでください",
            "Its time is past: go if you still can today, or choose another time",
            "予約の 時間を すぎました。今日 行けるなら、行ってください。行けないときは、ほかの 日を えらんでください",
        )
        late = Text(
            "きょうの予約の時刻を過ぎました",
            "The time of your visit today is past",
            "今日の 予約の 時間を すぎました",
        )
        return [
            Waiting("late", late, passed, here, on, answers.visit_starts, f"{here}/visit/sheet")
        ]
    urgency: Urgency = "now" if on - today <= SOON else "later"
    return [Waiting(urgency, title, note, here, on, answers.visit_starts, f"{here}/visit/sheet")]


def _hour(now: datetime) -> str:
    """``HH:MM`` in Japan, as appointments are written."""
    return f"{now.astimezone(JST):%H:%M}"


def _deadline(move: Move, here: str, today: date) -> list[Waiting]:
    """Moved already, and not yet at the counter: the law gives fourteen days."""
    moved_on = answers_from(move.answers).moves_on
    if moved_on is None or moved_on > today or move.has("visited"):
        return []
    until, city = periods.moving_in_until(moved_on), counter_of(move)
    return [Waiting(
        "late" if until < today else "later",
        Text("窓口での届出の期限", "Notice at the counter is due"),
        Text(f"引っ越した日から14日以内に、{city.ja}で", f"Within 14 days of moving, at {city.en[0].lower()}{city.en[1:]}"),
        here, until,
    )]  # fmt: skip
