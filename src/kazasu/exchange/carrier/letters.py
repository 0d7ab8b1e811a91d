"""Letters: written with the change they report, delivered at least once, applied once (design §2)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import structlog
from prometheus_client import Counter

from kazasu.contracts.base import InstitutionId, Letter
from kazasu.exchange.carrier.envelope import SentLetter, opened
from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import (
    ANOTHER_TIME,
    NOT_FOR_US,
    OTHER_CASE,
    PLACE_TAKEN,
    SAME_ID_OTHER_CONTENT,
    UNKNOWN_KIND,
    WAITS_FOR_EARLIER,
    WRONG_SENDER,
)
from kazasu.exchange.keys import Institution
from kazasu.exchange.speakers import may_speak, names, of_case
from kazasu.foundation.alarms.ringing import ring
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.numbers import SEALED

log = structlog.get_logger()

TYP = "kazasu-letter+jws"
RECEIPT_TYP = "kazasu-receipt+jws"
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)

CLOCKS_APART: Final = timedelta(minutes=5)
"""How far ahead of ours a sender's clock may be, also while the sandbox's was moved and not all processes know."""

STRANGERS = Counter(
    "kazasu_letters_of_wrong_sender",
    "Tries to apply a letter whose sender may not send it",
    ["kind", "sender"],
)


@dataclass(frozen=True, slots=True)
class Received:
    """What a handler may know about how a letter came."""

    institution: str
    """The receiver: this room's institution."""
    sender: str
    message_id: UUID
    case: str
    sent_at: datetime


Handler = Callable[[Transaction, Any, Received], None]


class Post:
    """Where an institution posts its letters."""

    def __init__(self, institution: Institution, kick: Callable[[], None]) -> None:
        self._institution = institution
        self._kick = kick

    def send(self, tx: Transaction, letter: Letter, *, to: str, case: str) -> UUID:
        """Put a letter into the outbox, in the transaction of the change that it reports.

        It is sealed here: nothing that could be read lies in the outbox. Letters of one case to
        one receiver arrive in the order in which they were sent.

        Raises Refusal ``exchange.too-large``, ``exchange.other-case``: the change is not made either.
        """
        _check_case(letter, case)
        message_id = uuid4()
        sender = self._institution.id
        seq = tx.value("SELECT next_seq(%s, %s, %s, %s)", (tx.tenant, sender, to, case))
        envelope = {
            "iss": sender,
            "aud": to,
            "jti": str(message_id),
            "iat": tx.now.isoformat(),
            "kind": letter.kind,
            "case": case,
            "seq": seq,
            "body": json.loads(letter.model_dump_json(context=SEALED)),
        }
        sealed = self._institution.seal(_json(envelope), TYP, to)
        tx.insert(
            "outbox",
            tenant=tx.tenant,
            message_id=message_id,
            sender=sender,
            recipient=to,
            kind=letter.kind,
            case_id=case,
            seq=seq,
            sealed=sealed,
            created_at=tx.now,
            next_at=tx.now,
        )
        tx.after_commit(self._kick)
        return message_id


@dataclass(frozen=True, slots=True)
class _Opened:
    """A letter whose signature, receiver and form are proven."""

    sender: str
    message_id: UUID
    kind: str
    case: str
    seq: int
    sent_at: datetime
    body: Any


@dataclass(frozen=True, slots=True)
class _Waits:
    attempts: int
    fault: str
    """Why it waited before this try."""


class Inbox:
    """Where letters to the institutions of one room arrive."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[type[Letter], Handler],
        tenant_of: Callable[[str], str],
    ) -> None:
        self._database = database
        self._handlers = {kind.kind: (kind, handler) for kind, handler in handlers.items()}
        self._tenant_of = tenant_of

    def receive(self, institution: Institution, sealed: str) -> str:
        """Take a letter. Returns the signed receipt, which proves that it lies here durably.

        Steps: 1 open and verify; 2 the same number with other content, or another letter in a place
        of its case that is taken, is refused and alarmed; 3 store and apply in one transaction; 4 what cannot be applied waits, visible.

        Raises:
            Refusal: any of ``exchange.*`` for a letter that is not taken.
        """
        letter = self._opened(institution, sealed)
        _check_case(letter.body, letter.case)
        digest = hashlib.sha256(sealed.encode()).digest()
        tenant = self._tenant_of(institution.id)

        def work(tx: Transaction) -> Fault | None:
            if not _store(tx, letter, sealed, digest):
                clash, new = _clash(tx, letter, digest)
                if clash is not None and clash.alarm and new:
                    self._ring(tx, letter, clash)
                return clash
            self._apply_or_wait(tx, institution, letter)
            return None

        if clash := self._database.run(f"inbox.{letter.kind}", work, tenant=tenant):
            log.error("letter clashes", sender=letter.sender, message_id=str(letter.message_id),
                      fault=clash.code)  # fmt: skip
            raise Refusal(clash, case=letter.case, seq=letter.seq)
        receipt = {"irt": str(letter.message_id), "hash": digest.hex(), "by": institution.id}
        return institution.sign(_json(receipt), RECEIPT_TYP)

    def retry(self, institution: Institution, *, everything: bool = False) -> int:
        """Try waiting letters again, oldest first. Returns how many could be applied."""
        tenant = self._tenant_of(institution.id)
        waiting = self._database.read(
            "inbox.waiting",
            lambda tx: tx.column(
                """SELECT message_id FROM inbox
                   WHERE tenant = %s AND applied_at IS NULL AND next_at <= %s::timestamptz
                   ORDER BY case_id, seq LIMIT 500""",
                (tenant, "infinity" if everything else tx.now.isoformat()),
            ),
            tenant=tenant,
        )
        return each(waiting, lambda message_id: self.retry_one(institution, message_id))

    def retry_one(self, institution: Institution, message_id: UUID) -> bool:
        """Try one waiting letter again. For the operator's page, and for :meth:`retry`."""
        tenant = self._tenant_of(institution.id)

        def work(tx: Transaction) -> bool:
            sealed = tx.value(
                """SELECT sealed FROM inbox WHERE tenant = %s AND message_id = %s
                   AND applied_at IS NULL FOR UPDATE""",
                (tenant, message_id),
            )
            return sealed is not None and self._apply_or_wait(
                tx, institution, self._opened(institution, sealed)
            )

        return self._database.run("inbox.retry", work, tenant=tenant)

    def _opened(self, institution: Institution, sealed: str) -> _Opened:
        sender, payload = institution.open(sealed, TYP)
        sent = opened(SentLetter, payload, TYP)
        if sent.aud != institution.id or sent.iss != sender:
            raise Refusal(NOT_FOR_US)
        if sent.kind not in self._handlers:
            raise Refusal(UNKNOWN_KIND, kind=sent.kind)
        body = opened(self._handlers[sent.kind][0], _json(sent.body), sent.kind)
        return _Opened(sender, sent.jti, sent.kind, sent.case, sent.seq, sent.iat, body)

    def _apply_or_wait(self, tx: Transaction, institution: Institution, letter: _Opened) -> bool:
        received = Received(
            institution.id, letter.sender, letter.message_id, letter.case, letter.sent_at
        )
        try:
            _check_case(letter.body, letter.case)
            _check_sender(letter)
            _check_time(tx, letter, institution.directory)
            self._wait_for_earlier(tx, letter)
            with tx.savepoint():
                self._handlers[letter.kind][1](tx, letter.body, received)
        except Refusal as refusal:
            _warn(letter, refusal)
            waits = tx.one(
                _Waits,
                """UPDATE inbox SET attempts = inbox.attempts + 1, fault = %s, fault_ja = %s,
                                    fault_en = %s
                   FROM inbox was
                   WHERE inbox.tenant = %s AND inbox.sender = %s AND inbox.message_id = %s
                     AND was.tenant = inbox.tenant AND was.sender = inbox.sender
                     AND was.message_id = inbox.message_id
                   RETURNING inbox.attempts, was.fault""",
                (refusal.fault.code, refusal.title.ja, refusal.title.en,
                 tx.tenant, letter.sender, letter.message_id),
            )  # fmt: skip
            if refusal.fault.alarm and waits.fault != refusal.fault.code:  # not at each further try
                self._ring(tx, letter, refusal.fault)
            tx.execute(
                """UPDATE inbox SET next_at = %s
                   WHERE tenant = %s AND sender = %s AND message_id = %s""",
                (tx.now + back_off(waits.attempts), tx.tenant, letter.sender, letter.message_id),
            )
            return False
        # What was applied is no longer needed here: the copy is purged (reliability §4 I9). Later ones
        # of the case that came before it are due.
        tx.execute(
            """WITH woken AS (
                   UPDATE inbox SET next_at = %(now)s
                   WHERE tenant = %(tenant)s AND sender = %(sender)s AND case_id = %(case)s
                     AND seq > %(seq)s AND applied_at IS NULL)
               UPDATE inbox SET applied_at = %(now)s, sealed = NULL, fault = '', fault_ja = '',
                                fault_en = ''
               WHERE tenant = %(tenant)s AND sender = %(sender)s AND message_id = %(id)s""",
            {
                "now": tx.now, "tenant": tx.tenant, "sender": letter.sender, "case": letter.case,
                "seq": letter.seq, "id": letter.message_id,
            },
        )  # fmt: skip
        return True

    def _ring(self, tx: Transaction, letter: _Opened, fault: Fault) -> None:
        facts = {
            "fault": fault.code, "by": f"institution:{letter.sender}", "where": letter.kind,
            "letter": letter.message_id,
        }  # fmt: skip
        cause = f"{fault.code} {letter.sender} {letter.kind}"
        ring(tx, fault.alarm, cause, facts, room=self._database.room)

    @staticmethod
    def _wait_for_earlier(tx: Transaction, letter: _Opened) -> None:
        """Raises Refusal ``exchange.waits-for-earlier``. In order, so the one before stands for all."""
        if letter.seq > 1 and not tx.value(
            """SELECT true FROM inbox WHERE tenant = %s AND sender = %s AND case_id = %s AND seq = %s
               AND applied_at IS NOT NULL""",
            (tx.tenant, letter.sender, letter.case, letter.seq - 1),
        ):
            raise Refusal(WAITS_FOR_EARLIER)


def wake(tx: Transaction, case: str) -> None:
    """Letters of this case that wait here are due: what they waited for has come, of whomever they are.

    For a handler whose change lets others go on; in its transaction.
    """
    tx.execute(
        "UPDATE inbox SET next_at = %s WHERE tenant = %s AND case_id = %s AND applied_at IS NULL",
        (tx.now, tx.tenant, case),
    )


def _check_case(body: Letter, case: str) -> None:
    """Raises Refusal ``exchange.other-case``."""
    if not of_case(body, case):
        raise Refusal(OTHER_CASE, case=case, kind=body.kind)


def _check_sender(letter: _Opened) -> None:
    """At each try: what a stranger sent is never applied. Raises Refusal ``exchange.wrong-sender``."""
    known = may_speak(letter.sender, letter.body.senders)
    if not known or not names(letter.body, letter.body.named_in, letter.sender):
        raise Refusal(WRONG_SENDER, sender=letter.sender, kind=letter.kind)


def _check_time(tx: Transaction, letter: _Opened, directory: Directory) -> None:
    """Not later than it is here, and not before the key that signed it; an old one may have waited for years.

    Raises Refusal ``exchange.of-another-time``, unless an operator opened it by hand.
    """
    began = directory.began(letter.sender, "sign")
    if began <= letter.sent_at <= tx.now + CLOCKS_APART:
        return
    by_hand = tx.value(
        """SELECT by_hand IS NOT NULL FROM inbox
           WHERE tenant = %s AND sender = %s AND message_id = %s""",
        (tx.tenant, letter.sender, letter.message_id),
    )
    if not by_hand:
        dated, now = (f"{at.astimezone(JST):%Y-%m-%d %H:%M}" for at in (letter.sent_at, tx.now))
        raise Refusal(ANOTHER_TIME, dated=dated, now=now)


def _warn(letter: _Opened, refusal: Refusal) -> None:
    """A letter that waits is for an operator; one of a wrong sender is an alarm, while it lies here."""
    log.warning("letter waits", kind=letter.kind, fault=refusal.fault.code)
    if refusal.fault is WRONG_SENDER:
        STRANGERS.labels(letter.kind, InstitutionId(letter.sender).kind).inc()
        log.warning("letter of wrong sender", kind=letter.kind, sender=letter.sender,
                    message_id=str(letter.message_id))  # fmt: skip


def _store(tx: Transaction, letter: _Opened, sealed: str, digest: bytes) -> bool:
    """False when a letter of this number, or of this place in its case, lies here already."""
    return tx.insert(
        "inbox",
        twice="keep",
        tenant=tx.tenant,
        sender=letter.sender,
        message_id=letter.message_id,
        hash=digest,
        kind=letter.kind,
        case_id=letter.case,
        seq=letter.seq,
        sealed=sealed,
        received_at=tx.now,
        next_at=tx.now,
    )


def _clash(tx: Transaction, letter: _Opened, digest: bytes) -> tuple[Fault | None, bool]:
    """None: it is the letter that lies here. What came in its number or its place is kept as evidence, once: then True."""
    stored = tx.value(
        "SELECT hash FROM inbox WHERE tenant = %s AND sender = %s AND message_id = %s",
        (tx.tenant, letter.sender, letter.message_id),
    )
    if stored == digest:
        return None, False
    fault = SAME_ID_OTHER_CONTENT if stored else PLACE_TAKEN
    new = tx.insert(
        "inbox_alarm",
        twice="keep",
        tenant=tx.tenant,
        alarm_id=uuid5(letter.message_id, digest.hex()),  # the same one at each delivery
        sender=letter.sender,
        message_id=letter.message_id,
        hash=digest,
        at=tx.now,
        fault=fault.code,
        case_id=letter.case,
        seq=letter.seq,
    )
    return fault, new


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many tries: doubling from 5 s up to ten minutes.

    Whoever founds a place, or mends its proxy, sees letters go soon after; a receiver that is away costs one letter's try.
    """
    doublings = min(max(attempts - 1, 0), 20)
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
