"""The relay: brings what lies in a room's outbox, again and again until it is acknowledged.

Letters of one case to one receiver go in order: a later one waits until the earlier has its receipt.
Each receiver is a lane of its own; one that does not answer is left alone for a while, with all its
letters, and keeps nobody else waiting. Rows are leased, not locked, while letters travel, so a relay
that is killed loses nothing and a second relay does not wait; a batch ends long before its lease, by
the monotonic clock, whatever the machine's clock does meanwhile.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.carrier.envelope import SentReceipt, opened
from kazasu.exchange.carrier.letters import LONGEST_RETRY, RECEIPT_TYP, back_off
from kazasu.exchange.carrier.transport import Transport
from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import BAD_SIGNATURE, TIMEOUT, UNREACHABLE
from kazasu.exchange.keys import verified
from kazasu.foundation.crash import crash_point
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health.troubles import Troubles

LEASE = timedelta(minutes=2)
BATCH = 50
BATCH_LASTS = LEASE / 4
"""After so long a batch is ended: the letter in hand has the rest of the lease."""
LONGEST_WAIT = LONGEST_RETRY + timedelta(minutes=5)
"""What would have to wait for longer was tried by a clock that was wrong."""


def _is_silence(refusal: Refusal) -> bool:
    """A fault of the receiver and not of the letter: nobody answers there, or its house is full or without records."""
    return refusal.fault in (UNREACHABLE, TIMEOUT) or refusal.fault.status == 503


@dataclass(frozen=True, slots=True)
class Lane:
    """A tenant's letters to one receiver."""

    tenant: str
    recipient: InstitutionId
    failures: int
    """How often in a row the receiver did not answer; 0 when it did."""


@dataclass(frozen=True, slots=True)
class _Due:
    message_id: UUID
    recipient: InstitutionId
    kind: str
    sealed: str
    attempts: int
    created_at: datetime


@dataclass(slots=True)
class _Outcome:
    """What became of a batch."""

    receipts: dict[UUID, str] = field(default_factory=dict)
    refused: list[tuple[_Due, str]] = field(default_factory=list)
    """Letters that the receiver did not take, with the reason."""
    untried: Sequence[_Due] = ()
    silence: str = ""
    """Why the receiver is left alone."""


class Relay:
    def __init__(
        self,
        database: Database,
        directory: Directory,
        transport: Transport,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._directory = directory
        self._transport = transport
        self._seconds = seconds
        self.troubles: Final = Troubles(database.room, "relay", seconds)

    def run(self, *, everything: bool = False) -> int:
        """Send what is due (or everything that waits). Returns how many were acknowledged.

        Lane by lane in turn, a batch each. A lane is over for this run when its receiver is silent or
        nothing of it could be sent.
        """
        sent = 0
        over: set[tuple[str, str]] = set()
        while lanes := [
            lane
            for lane in self.lanes(everything=everything)
            if (lane.tenant, lane.recipient) not in over
        ]:
            for lane in lanes:
                outcome = self._batch(lane, everything=everything)
                sent += len(outcome.receipts)
                if outcome.silence or not outcome.receipts:
                    over.add((lane.tenant, lane.recipient))
        return sent

    def lanes(self, *, everything: bool = False) -> list[Lane]:
        """Whose letters to whom are due."""
        return self._database.glance(
            lambda tx: tx.all(
                Lane, "SELECT * FROM lanes_to_send(%s)", ("infinity" if everything else tx.now,)
            )
        )

    def bring(self, lane: Lane) -> int:
        """A batch of one lane. Returns how many letters were acknowledged."""
        return len(self._batch(lane, everything=False).receipts)

    def forget_far_waits(self) -> int:
        """What was tried while the clock was wrong is due now. Returns how many letters and receivers.

        Also the inbox's: a letter that could not be applied then.
        """
        return int(
            self._database.glance(
                lambda tx: tx.value("SELECT forget_far_waits(%s, %s)", (tx.now, LONGEST_WAIT))
            )
        )

    def _batch(self, lane: Lane, *, everything: bool) -> _Outcome:
        due = self._database.run(
            "relay.lease",
            lambda tx: _lease(tx, lane, everything=everything),
            tenant=lane.tenant,
            isolation="READ COMMITTED",
            lazily=True,
        )
        if not due:
            return _Outcome()
        outcome = self._brought(sorted(due, key=lambda letter: letter.created_at))
        self._database.run(
            "relay.acknowledge",
            lambda tx: _note(tx, lane, outcome),
            tenant=lane.tenant,
            isolation="READ COMMITTED",
            lazily=True,
        )
        return outcome

    def _brought(self, due: Sequence[_Due]) -> _Outcome:
        outcome = _Outcome()
        end = self._seconds() + BATCH_LASTS.total_seconds()
        for place, letter in enumerate(due):
            if outcome.silence or self._seconds() > end:
                outcome.untried = due[place:]
                break
            self._send(letter, outcome)
        return outcome

    def _send(self, letter: _Due, outcome: _Outcome) -> None:
        crash_point(f"relay.{letter.kind}:before-send")
        try:
            receipt = self._transport.deliver(letter.recipient, letter.sealed)
            crash_point(f"relay.{letter.kind}:before-acknowledge")
            self._check(receipt, letter)
        except Refusal as refusal:
            outcome.refused.append((letter, str(refusal)))
            outcome.silence = str(refusal) if _is_silence(refusal) else ""
            self._failed(letter, refusal, silent=bool(outcome.silence))
        except psycopg.OperationalError as error:  # of a receiver in this process
            outcome.refused.append((letter, type(error).__name__))
            outcome.silence = type(error).__name__
            self._failed(letter, error, silent=True)
        except Exception as error:  # a fault of ours must not stop the other letters
            outcome.refused.append((letter, type(error).__name__))
            self._failed(letter, error, silent=False)
        else:
            outcome.receipts[letter.message_id] = receipt
            self.troubles.well(_of_receiver(letter))
            self.troubles.well(_of_letter(letter))

    def _failed(self, letter: _Due, error: Exception, *, silent: bool) -> None:
        """A receiver that is silent is one trouble, however many letters wait for it; a letter that it refuses is one by itself."""
        if not silent and isinstance(error, Refusal):  # which somebody there has said
            self.troubles.well(_of_receiver(letter))
        self.troubles.failed(_of_receiver(letter) if silent else _of_letter(letter), error)

    def _check(self, receipt: str, letter: _Due) -> None:
        _, payload = verified(receipt, RECEIPT_TYP, self._directory, signer=letter.recipient)
        if opened(SentReceipt, payload, RECEIPT_TYP).irt != letter.message_id:
            raise Refusal(BAD_SIGNATURE, why="receipt of another letter")


def _of_receiver(letter: _Due) -> str:
    return f"letters to {letter.recipient}"


def _of_letter(letter: _Due) -> str:
    return f"{letter.kind} {letter.message_id} to {letter.recipient}"


def _lease(tx: Transaction, lane: Lane, *, everything: bool) -> list[_Due]:
    """The first letters of their cases, the longest due first; one alone to a receiver that was silent."""
    return tx.all(
        _Due,
        """UPDATE outbox SET next_at = %(until)s
           WHERE tenant = %(tenant)s AND message_id = ANY(ARRAY(  -- asked once; an IN may be asked again
               SELECT message_id FROM outbox o
               WHERE tenant = %(tenant)s AND recipient = %(recipient)s AND sent_at IS NULL
                 AND next_at <= %(due)s::timestamptz
                 AND NOT EXISTS (
                     SELECT FROM outbox e
                     WHERE e.tenant = o.tenant AND e.sender = o.sender
                       AND e.recipient = o.recipient AND e.case_id = o.case_id
                       AND e.seq < o.seq AND e.sent_at IS NULL)
               ORDER BY next_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED))
           RETURNING message_id, recipient, kind, sealed, attempts, created_at""",
        {
            "tenant": tx.tenant,
            "recipient": lane.recipient,
            "due": "infinity" if everything else tx.now.isoformat(),
            "until": tx.now + LEASE,
            "batch": 1 if lane.failures else BATCH,
        },
    )


def _note(tx: Transaction, lane: Lane, outcome: _Outcome) -> None:
    """All that a batch came to, in one commit."""
    if outcome.receipts:
        _acknowledge(tx, outcome.receipts)
    for letter, error in outcome.refused:
        _postpone(tx, letter, error, alone=not outcome.silence)
    if outcome.untried:
        _release(tx, [letter.message_id for letter in outcome.untried])
    if outcome.silence:
        _leave_alone(tx, lane, outcome.silence)
    elif lane.failures:
        tx.execute(
            "DELETE FROM outbox_silence WHERE tenant = %s AND recipient = %s",
            (tx.tenant, lane.recipient),
        )


def _acknowledge(tx: Transaction, receipts: dict[UUID, str]) -> None:
    """The copy of what has arrived is emptied; its hash stays, and the receipt that names it."""
    tx.execute(
        """UPDATE outbox SET sent_at = %s, receipt = given.receipt, attempts = attempts + 1,
                  last_error = '', hash = sha256(convert_to(sealed, 'UTF8')), sealed = NULL
           FROM unnest(%s::uuid[], %s::text[]) given(id, receipt)
           WHERE tenant = %s AND message_id = given.id AND sent_at IS NULL""",
        (tx.now, list(receipts), list(receipts.values()), tx.tenant),
    )


def _postpone(tx: Transaction, letter: _Due, error: str, *, alone: bool) -> None:
    """A letter that failed ``alone`` waits, and so does its case behind it; else its lane waits."""
    until = tx.now + back_off(letter.attempts + 1) if alone else letter.created_at
    tx.execute(
        """UPDATE outbox SET next_at = %s, attempts = attempts + 1, last_error = %s
           WHERE tenant = %s AND message_id = %s AND sent_at IS NULL""",
        (until, error[:500], tx.tenant, letter.message_id),
    )
    if alone:
        tx.execute(
            """UPDATE outbox later SET next_at = %s FROM outbox failed
               WHERE failed.tenant = %s AND failed.message_id = %s AND later.tenant = failed.tenant
                 AND later.sender = failed.sender AND later.recipient = failed.recipient
                 AND later.case_id = failed.case_id AND later.seq > failed.seq
                 AND later.sent_at IS NULL""",
            (until, tx.tenant, letter.message_id),
        )


def _release(tx: Transaction, untried: Iterable[UUID]) -> None:
    tx.execute(
        """UPDATE outbox SET next_at = created_at
           WHERE tenant = %s AND message_id = ANY(%s) AND sent_at IS NULL""",
        (tx.tenant, list(untried)),
    )


def _leave_alone(tx: Transaction, lane: Lane, error: str) -> None:
    attempts = lane.failures + 1
    tx.upsert(
        "outbox_silence",
        key=("tenant", "recipient"),
        tenant=tx.tenant,
        recipient=lane.recipient,
        attempts=attempts,
        next_at=tx.now + back_off(attempts),
        last_error=error[:500],
    )
