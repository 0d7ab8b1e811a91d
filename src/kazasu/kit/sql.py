"""Links and received events on a service's own PostgreSQL: tables ``own_link``, ``own_link_change``, ``security_event``.

``kit/migrations`` makes them: ``identifiers`` where an institution says ``own_identifiers``, ``events`` where its client takes
security events. Elsewhere, run the same statements.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns
from kazasu.foundation.faults import Refusal
from kazasu.kit.events import SecurityEvent
from kazasu.kit.faults import CHANGED_SINCE, EVENT_DIFFERS
from kazasu.kit.identifiers import Change, ChangeKind, Move


@dataclass(frozen=True, slots=True)
class _Row:
    change_id: UUID
    at: datetime
    kind: ChangeKind
    own_id: str
    moves: list[list[str]] = field(metadata={JSON: True})
    actor: str
    evidence_id: str
    reason: str
    gone: str
    undoes: UUID | None

    def change(self) -> Change:
        moves = tuple(Move(*move) for move in self.moves)
        return Change(self.change_id, self.at, self.kind, self.own_id, moves, self.actor,
                      self.evidence_id, self.reason, self.gone, self.undoes)  # fmt: skip


_CHANGE = columns(_Row)


class SqlLinks:
    """:class:`kazasu.kit.identifiers.Links` in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def own_id(self, subject: str) -> str:
        found = self._tx.value("SELECT own_id FROM own_link WHERE subject = %s", (subject,))
        return str(found or "")

    def subjects(self, own_id: str) -> list[str]:
        return self._tx.column(
            "SELECT subject FROM own_link WHERE own_id = %s ORDER BY since, subject", (own_id,)
        )

    def apply(self, change: Change) -> None:
        for move in change.moves:
            if not self._moved(move, change.at):
                raise Refusal(CHANGED_SINCE)
        moves = [[move.subject, move.before, move.after] for move in change.moves]
        row = _Row(change.change_id, change.at, change.kind, change.own_id, moves, change.actor,
                   change.evidence_id, change.reason, change.gone, change.undoes)  # fmt: skip
        self._tx.insert("own_link_change", row, own_ids=list(change.own_ids))

    def _moved(self, move: Move, at: datetime) -> int:
        if not move.before:
            return self._tx.insert(
                "own_link", twice="keep", subject=move.subject, own_id=move.after, since=at
            )
        if not move.after:
            return self._tx.execute(
                "DELETE FROM own_link WHERE subject = %s AND own_id = %s",
                (move.subject, move.before),
            )
        return self._tx.execute(
            "UPDATE own_link SET own_id = %s, since = %s WHERE subject = %s AND own_id = %s",
            (move.after, at, move.subject, move.before),
        )

    def change(self, change_id: UUID) -> Change | None:
        row = self._tx.maybe(
            _Row, f"SELECT {_CHANGE} FROM own_link_change WHERE change_id = %s", (change_id,)
        )
        return row.change() if row else None

    def history(self, own_id: str) -> list[Change]:
        rows = self._tx.all(
            _Row,
            f"""SELECT {_CHANGE} FROM own_link_change
                WHERE own_ids @> ARRAY[%s]::text[] ORDER BY number""",
            (own_id,),
        )
        return [row.change() for row in rows]


def first_time(tx: Transaction, event: SecurityEvent) -> bool:
    """Enter an event that has not been here; False: it has, with this very content.

    Raises Refusal ``kit.event-differs``: its number came before with another content.
    """
    if tx.insert(
        "security_event",
        twice=("jti",),
        jti=event.jti,
        digest=event.digest,
        kind=event.kind,
        received_at=tx.now,
    ):
        return True
    if tx.value("SELECT digest FROM security_event WHERE jti = %s", (event.jti,)) != event.digest:
        raise Refusal(EVENT_DIFFERS)
    return False


def forget_events(tx: Transaction, older_than: timedelta) -> int:
    """Numbers of events that can no longer come again. Returns how many."""
    return tx.execute("DELETE FROM security_event WHERE received_at < %s", (tx.now - older_than,))
