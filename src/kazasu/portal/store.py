"""Rows of the portal: drafts, moves, events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg.types.json import Jsonb

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.portal import CaseProgress
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.portal.move.answers import Answers, answers_from
from kazasu.portal.move.events import SENT_AGAIN, VISIT_CHOSEN, Event
from kazasu.portal.move.sent import Move


@dataclass(frozen=True, slots=True)
class Draft:
    case_id: str
    revision: int
    answers: Answers

    @property
    def begun(self) -> bool:
        """Something was answered: who only opened the first page has written nothing."""
        return self.revision > 1 or bool(self.answers.chosen)


@dataclass(frozen=True, slots=True)
class _DraftRow:
    case_id: str
    revision: int
    answers: dict[str, Any]


_MOVE = columns(Move)
_WITH_SEEN = f"""SELECT {_MOVE}, coalesce((SELECT upto FROM message_seen s
                     WHERE s.resident = move.resident AND s.case_id = move.case_id), 0) AS seen
                 FROM move"""


def draft(tx: Transaction, resident: str) -> Draft | None:
    row = tx.maybe(
        _DraftRow, f"SELECT {columns(_DraftRow)} FROM draft WHERE resident = %s", (resident,)
    )
    return Draft(row.case_id, row.revision, answers_from(row.answers)) if row else None


def save_draft(tx: Transaction, resident: str, draft: Draft) -> None:
    row = _DraftRow(draft.case_id, draft.revision, draft.answers.to_json())
    tx.upsert("draft", row, key=("resident",), resident=resident, updated_at=tx.now)


def drop_draft(tx: Transaction, resident: str) -> None:
    tx.execute("DELETE FROM draft WHERE resident = %s", (resident,))


def add_move(tx: Transaction, resident: str, move: Move) -> bool:
    """Enter a case, or its next revision; False when this revision was sent before."""
    return (
        tx.execute(
            f"""INSERT INTO move (resident, {_MOVE})
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL, %s)
                ON CONFLICT (case_id) DO UPDATE SET revision = EXCLUDED.revision,
                    answers = EXCLUDED.answers, destination = EXCLUDED.destination, former = EXCLUDED.former
                WHERE move.revision < EXCLUDED.revision AND move.resident = EXCLUDED.resident""",
            (resident, move.case_id, move.kind, move.revision, move.origin, move.destination,
             Jsonb(move.answers), tx.now, Jsonb(move.former)),
        )
        == 1
    )  # fmt: skip


def move(tx: Transaction, resident: str, case_id: str) -> Move | None:
    """A case of this resident; nobody else's."""
    row = tx.maybe(
        Move,
        f"{_WITH_SEEN} WHERE case_id = %s AND resident = %s",
        (case_id, resident),
    )
    return _with_events(tx, row) if row else None


def moves(tx: Transaction, resident: str) -> list[Move]:
    rows = tx.all(Move, f"{_WITH_SEEN} WHERE resident = %s ORDER BY sent_at DESC", (resident,))
    return [_with_events(tx, row) for row in rows]


def note_seen(tx: Transaction, resident: str, moves: Iterable[Move]) -> None:
    """The resident has seen all that is in these; nothing is written where that is no news."""
    for one in moves:
        latest = max((event.arrived for event in one.events), default=0)
        if latest > one.seen:
            tx.execute(
                """INSERT INTO message_seen (resident, case_id, upto) VALUES (%s, %s, %s)
                   ON CONFLICT (resident, case_id) DO UPDATE SET upto = EXCLUDED.upto
                   WHERE message_seen.upto < EXCLUDED.upto""",
                (resident, one.case_id, latest),
            )


def save_answers(tx: Transaction, case_id: str, answers: Answers) -> None:
    tx.execute(
        "UPDATE move SET answers = %s WHERE case_id = %s", (Jsonb(answers.to_json()), case_id)
    )


def set_withdrawn(tx: Transaction, case_id: str) -> bool:
    return (
        tx.execute(
            "UPDATE move SET withdrawn_at = %s WHERE case_id = %s AND withdrawn_at IS NULL",
            (tx.now, case_id),
        )
        == 1
    )


def allow_again(tx: Transaction, case_id: str) -> None:
    """The cancellation was refused: the move goes on."""
    tx.execute("UPDATE move SET withdrawn_at = NULL WHERE case_id = %s", (case_id,))


def resident_of(tx: Transaction, case_id: str) -> str | None:
    found: str | None = tx.value("SELECT resident FROM move WHERE case_id = %s", (case_id,))
    return found


def add_event(tx: Transaction, letter: CaseProgress, received: Received) -> None:
    event = Event(
        letter.event, letter.at, letter.institution, letter.desk_ja, letter.desk_en,
        letter.note_ja, letter.note_en, [list(step) for step in letter.proof],
        address=letter.address, not_registered=list(letter.not_registered), city=str(letter.city or ""),
        gone=list(letter.gone),
        residence_cards=None if letter.residence_cards is None else [one.model_dump(mode="json") for one in letter.residence_cards],
        to_come=[one.model_dump(mode="json") for one in letter.to_come],
        cards=None if letter.cards is None else [one.model_dump(mode="json") for one in letter.cards],
    )  # fmt: skip
    tx.insert(
        "move_event", event, twice="keep", case_id=letter.case_id, message_id=received.message_id
    )


def note_sent_again(tx: Transaction, case_id: str, revision: int) -> None:
    """A line of the timeline for a further revision; the first sending is the case's own ``sent_at``."""
    _note(tx, case_id, SENT_AGAIN, uuid5(NAMESPACE_URL, f"{case_id}:{revision}"))


def note_visit_chosen(tx: Transaction, case_id: str, hold_id: str) -> None:
    """A line for another appointment, which the city has not answered yet."""
    _note(tx, case_id, VISIT_CHOSEN, uuid5(NAMESPACE_URL, f"{case_id}:{hold_id}"))


def _note(tx: Transaction, case_id: str, what: str, number: UUID) -> None:
    event = Event(what, tx.now, InstitutionId("portal"), "", "", "", "", [])
    tx.insert("move_event", event, twice="keep", case_id=case_id, message_id=number)


def _with_events(tx: Transaction, row: Move) -> Move:
    events = tx.all(
        Event,
        f"SELECT {columns(Event)}, arrived FROM move_event WHERE case_id = %s ORDER BY at, arrived",
        (row.case_id,),
    )
    return replace(row, events=events)
