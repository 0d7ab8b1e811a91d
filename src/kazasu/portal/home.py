"""What the first page shows of one's moves: what waits for the resident, and what changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.text import Text
from kazasu.kit import periods
from kazasu.portal.model import SENT_AGAIN, WORDS, Move, answers_from
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
    draft: Draft | None, moves: Sequence[Move], today: date, others: Sequence[Waiting] = ()
) -> list[Waiting]:
    """What waits, the most urgent first; of the same urgency by its day. ``others``: what does not come of moves."""
    found = [_drafted(draft, today)] if draft else []
    found += others
    found += [one for move in moves for one in _of(move, draft, today)]
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
        if event.event != SENT_AGAIN
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _drafted(draft: Draft, today: date) -> Waiting:
    past = draft.answers.moves_on is not None and draft.answers.moves_on < today
    return Waiting(
        "now" if past or draft.revision > 1 else "later",
        Text("書きかけの引越しの届出", "Your move, not sent yet", "とちゅうまで 書いた 引っ越しの 手紙"),
        Text("続きから書けます。まだ、どこにも送っていません", "Go on where you stopped. Nothing has been sent",
             "つづきを 書けます。まだ 送っていません"),
        f"/move/{draft.answers.next_step()}",
    )  # fmt: skip


def _of(move: Move, draft: Draft | None, today: date) -> list[Waiting]:
    here = f"/moves/{move.case_id}"
    if move.needs_fix and not (draft and draft.case_id == move.case_id):
        return [Waiting(
            "now", Text("直して送り直してください", "Please correct it and send it again", "直して、もう一度 送ってください"),
            Text("引越しの届出に、市区町村から訂正のお願いがあります", "Your city asks for a correction of your notice",
                 "役所から お願いが あります"),
            here,
        )]  # fmt: skip
    if move.cards_left:
        return [_cards(move, here, today)]
    if move.over or move.off or not move.answers:
        return []
    return [*_visit(move, here, today), *_deadline(move, here, today)]


def _cards(move: Move, here: str, today: date) -> Waiting:
    registered = next(one for one in move.events if one.event == "registered")
    until = periods.card_continuation_until(registered.at.date())
    left = move.cards_left
    return Waiting(
        "late" if until < today else "now",
        Text(f"カード{left}枚の住所を書きかえてください", f"Have the address updated on {left} card{'s' * (left > 1)}",
             f"カード {left}枚の 住所を 新しくしてください"),
        Text("新しい市区町村の窓口で。この日までにしないと、カードは使えなくなります",
             "At the counter of your new city. After this day the card stops working",
             "新しい 役所の 窓口へ 行ってください。この日を すぎると、カードは 使えません"),
        here, until,
    )  # fmt: skip


def _visit(move: Move, here: str, today: date) -> list[Waiting]:
    answers = answers_from(move.answers)
    if move.visit_missed:
        return [Waiting(
            "now", Text("窓口へ行く日を選び直してください", "Please choose another day for your visit",
                        "窓口へ 行く日を、もう一度 えらんでください"),
            Text("予約がなくなりました", "The appointment is void", "予約が なくなりました"), f"{here}/visit",
        )]  # fmt: skip
    on = answers.visits_on
    if on is None or on < today or move.has("visited"):
        return []
    when = {0: Text("きょうは、窓口へ行く日です", "Your visit is today", "今日、窓口へ 行きます"),
            1: Text("あしたは、窓口へ行く日です", "Your visit is tomorrow", "明日、窓口へ 行きます")}  # fmt: skip
    title = when.get((on - today).days, Text("窓口へ行く日", "Your visit to the counter"))
    note = Text(
        f"{answers.office_ja or '新しい市区町村の窓口'}へ、引っ越す人全員のカードを持って",
        f"{answers.office_en or 'The counter of your new city'}: bring the card of everybody who moves",
    )
    urgency: Urgency = "now" if on - today <= SOON else "later"
    return [Waiting(urgency, title, note, here, on, answers.visit_starts, f"{here}/visit/sheet")]


def _deadline(move: Move, here: str, today: date) -> list[Waiting]:
    """Moved already, and not yet at the counter: the law gives fourteen days."""
    moved_on = answers_from(move.answers).moves_on
    if moved_on is None or moved_on > today or move.has("visited"):
        return []
    until = periods.moving_in_until(moved_on)
    return [Waiting(
        "late" if until < today else "later",
        Text("窓口での届出の期限", "Notice at the counter is due"),
        Text("引っ越した日から14日以内に、新しい市区町村の窓口で", "Within 14 days of moving, at the counter of your new city"),
        here, until,
    )]  # fmt: skip
