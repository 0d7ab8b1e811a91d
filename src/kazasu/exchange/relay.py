"""The relay: brings what lies in a room's outbox, again and again until it is acknowledged.

Letters of one case to one receiver go in order: a later one waits until the earlier has its
receipt. The row is leased, not locked, while the letter travels, so a relay that is killed loses
nothing and a second relay does not wait.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import BAD_SIGNATURE
from kazasu.exchange.keys import verified
from kazasu.exchange.letters import RECEIPT_TYP, back_off
from kazasu.exchange.transport import Transport
from kazasu.foundation.crash import crash_point
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
BATCH = 50


@dataclass(frozen=True, slots=True)
class _Due:
    message_id: UUID
    recipient: str
    kind: str
    sealed: str
    attempts: int


class Relay:
    def __init__(self, database: Database, directory: Directory, transport: Transport) -> None:
        self._database = database
        self._directory = directory
        self._transport = transport

    def run(self, *, everything: bool = False) -> int:
        """Send what is due (or everything that waits); gives how many were acknowledged."""
        sent = 0
        while True:
            tenants = self._database.read(
                "relay.tenants",
                lambda tx: tx.column(
                    "SELECT tenants_to_send(%s)",
                    (tx.now + (timedelta(days=36500) if everything else timedelta()),),
                ),
            )
            before = sent
            for tenant in tenants:
                sent += self._send_batch(tenant, everything=everything)
            if sent == before:
                return sent

    def _send_batch(self, tenant: str, *, everything: bool) -> int:
        due = self._database.run(
            "relay.lease",
            lambda tx: self._lease(tx, everything=everything),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
        return sum(self._send(tenant, letter) for letter in due)

    @staticmethod
    def _lease(tx: Transaction, *, everything: bool) -> list[_Due]:
        return tx.all(
            _Due,
            """UPDATE outbox SET next_at = %(until)s, attempts = attempts + 1
               WHERE tenant = %(tenant)s AND message_id IN (
                   SELECT message_id FROM outbox o
                   WHERE tenant = %(tenant)s AND sent_at IS NULL
                     AND (next_at <= %(now)s OR %(everything)s)
                     AND NOT EXISTS (
                         SELECT FROM outbox e
                         WHERE e.tenant = o.tenant AND e.sender = o.sender
                           AND e.recipient = o.recipient AND e.case_id = o.case_id
                           AND e.seq < o.seq AND e.sent_at IS NULL)
                   ORDER BY created_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
               RETURNING message_id, recipient, kind, sealed, attempts""",
            {
                "tenant": tx.tenant,
                "now": tx.now,
                "until": tx.now + LEASE,
                "everything": everything,
                "batch": BATCH,
            },
        )

    def _send(self, tenant: str, letter: _Due) -> bool:
        crash_point(f"relay.{letter.kind}:before-send")
        try:
            receipt = self._transport.deliver(letter.recipient, letter.sealed)
            crash_point(f"relay.{letter.kind}:before-acknowledge")
            self._check(receipt, letter)
        except Refusal as refusal:
            log.warning("letter not delivered", kind=letter.kind, to=letter.recipient,
                        fault=refusal.fault.code)  # fmt: skip
            self._postpone(tenant, letter, str(refusal))
            return False
        except Exception as error:  # a fault of ours must not stop the other letters
            log.exception("letter not delivered", kind=letter.kind, to=letter.recipient)
            self._postpone(tenant, letter, type(error).__name__)
            return False
        self._database.run(
            "relay.acknowledge",
            lambda tx: tx.execute(
                """UPDATE outbox SET sent_at = %s, receipt = %s, last_error = ''
                   WHERE tenant = %s AND message_id = %s""",
                (tx.now, receipt, tenant, letter.message_id),
            ),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
        return True

    def _check(self, receipt: str, letter: _Due) -> None:
        _, payload = verified(receipt, RECEIPT_TYP, self._directory, signer=letter.recipient)
        if json.loads(payload).get("irt") != str(letter.message_id):
            raise Refusal(BAD_SIGNATURE, why="receipt of another letter")

    def _postpone(self, tenant: str, letter: _Due, error: str) -> None:
        self._database.run(
            "relay.postpone",
            lambda tx: tx.execute(
                """UPDATE outbox SET next_at = %s, last_error = %s
                   WHERE tenant = %s AND message_id = %s AND sent_at IS NULL""",
                (tx.now + back_off(letter.attempts), error[:500], tenant, letter.message_id),
            ),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
