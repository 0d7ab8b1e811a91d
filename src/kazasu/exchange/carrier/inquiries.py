"""Inquiries: a signed question with a legal basis, a typed answer, a time limit (design §2).

Both sides write their record before anything leaves. When the other side is down the asker gets
``exchange.unreachable`` or ``exchange.timeout``; nothing is assumed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog

from kazasu.contracts.base import Inquiry, Message
from kazasu.exchange.carrier.envelope import SentAnswer, SentInquiry, opened
from kazasu.exchange.carrier.transport import Transport
from kazasu.exchange.faults import (
    BAD_SIGNATURE,
    NOT_ALLOWED,
    NOT_FOR_US,
    STALE_INQUIRY,
    UNKNOWN_KIND,
    UNREADABLE,
)
from kazasu.exchange.keys import Institution
from kazasu.exchange.speakers import may_speak, names
from kazasu.foundation.alarms.ringing import ring_for
from kazasu.foundation.database import Database, Transaction, in_transaction
from kazasu.foundation.database.rows import NO_COLUMN
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import SEALED

log = structlog.get_logger()

TYP = "kazasu-inquiry+jws"
ANSWER_TYP = "kazasu-answer+jws"
FRESH = timedelta(minutes=5)

A = TypeVar("A", bound=Message)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a handler may know about who asks and why."""

    institution: str
    asker: str
    inquiry_id: UUID
    actor: str
    purpose: Text


Handler = Callable[[Any, Asked], Message]


class Inquirer:
    """Through which an institution asks others."""

    def __init__(
        self,
        institution: Institution,
        database: Database,
        tenant: str,
        transport: Transport,
        clock: Clock,
    ) -> None:
        self._institution = institution
        self._database = database
        self._tenant = tenant
        self._transport = transport
        self._clock = clock

    def ask(self, inquiry: Inquiry[A], *, of: str, purpose: Text, actor: str = "system") -> A:
        """The answer of ``of``.

        Raises:
            Refusal: the other side's fault, with its own code; ``exchange.unreachable``,
                ``exchange.timeout``, ``exchange.too-large``.
            RuntimeError: called inside a transaction, which would hold it open for a stranger.
        """
        if in_transaction():
            raise RuntimeError(f"{inquiry.kind} asked inside a transaction")
        inquiry_id = uuid4()
        self._record(inquiry_id, inquiry, of, purpose, actor)
        envelope = {
            "iss": self._institution.id,
            "aud": of,
            "jti": str(inquiry_id),
            "iat": self._clock.now().isoformat(),
            "kind": inquiry.kind,
            "basis": inquiry.basis,
            "actor": actor,
            "purpose": [purpose.ja, purpose.en],
            "body": json.loads(inquiry.model_dump_json(context=SEALED)),
        }
        try:
            sealed = self._institution.seal(_json(envelope), TYP, of)
            answer = self._opened(self._transport.inquire(of, sealed), inquiry, of, inquiry_id)
        except Refusal as refusal:
            self._close(inquiry_id, of, refusal.fault.code)
            raise
        self._close(inquiry_id, of, "answered")
        return answer

    def _opened(self, sealed: str, inquiry: Inquiry[A], of: str, inquiry_id: UUID) -> A:
        _, payload = self._institution.open(sealed, ANSWER_TYP, signer=of)
        sent = opened(SentAnswer, payload, ANSWER_TYP)
        if sent.irt != inquiry_id or sent.aud != self._institution.id:
            raise Refusal(BAD_SIGNATURE, why="answer to another inquiry")
        if sent.fault is not None:
            raise _refusal_in(sent.fault, inquiry.kind)
        answered = _json(sent.answer)
        return opened(inquiry.answer, answered, inquiry.kind)  # type: ignore[return-value]  # Inquiry[A].answer is type[A] by declaration

    def _record(
        self, inquiry_id: UUID, inquiry: Inquiry[A], of: str, purpose: Text, actor: str
    ) -> None:
        row = _Row("asked", of, inquiry_id, inquiry.kind, actor, purpose, inquiry.basis)
        self._database.run("inquiry.asked", row.insert, tenant=self._tenant,
                           isolation="READ COMMITTED")  # fmt: skip

    def _close(self, inquiry_id: UUID, of: str, outcome: str) -> None:
        _close(self._database, self._tenant, "asked", of, inquiry_id, outcome)


class Answerer:
    """Where inquiries to the institutions of one room arrive."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[type[Inquiry[Any]], Handler],
        tenant_of: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._database = database
        self._handlers = {kind.kind: (kind, handler) for kind, handler in handlers.items()}
        self._tenant_of = tenant_of
        self._clock = clock

    def answer(self, institution: Institution, sealed: str) -> str:
        """The sealed answer, or sealed refusal, to a sealed inquiry.

        Steps: 1 open and verify who asks; 2 fresh, and for us; 3 the asker has a basis; 4 record,
        refusing a second time; 5 answer.

        Raises:
            Refusal: ``exchange.bad-signature`` and the like, when it is not known who asks.
        """
        asker, payload = institution.open(sealed, TYP)  # 1
        sent = opened(SentInquiry, payload, TYP)
        inquiry_id = sent.jti
        try:
            reply = {"answer": self._answered(institution, asker, sent)}
        except Refusal as refusal:
            reply = {"fault": refusal.to_document()}
            tenant, by = self._tenant_of(institution.id), f"institution:{asker}"
            ring_for(self._database, tenant, refusal, by=by, where=sent.kind)
        head = {"irt": str(inquiry_id), "aud": asker, "iss": institution.id}
        try:
            sealed_reply = institution.seal(_json(head | reply), ANSWER_TYP, asker)
        except Refusal as refusal:  # too large: the asker is told so, and not that nobody answers
            reply = {"fault": refusal.to_document()}
            sealed_reply = institution.seal(_json(head | reply), ANSWER_TYP, asker)
        outcome = reply.get("fault", {}).get("code", "answered")
        _close(self._database, self._tenant_of(institution.id), "answered", asker, inquiry_id,
               outcome)  # fmt: skip
        return sealed_reply

    def _answered(self, institution: Institution, asker: str, sent: SentInquiry) -> Any:
        kind = sent.kind
        if sent.aud != institution.id or sent.iss != asker:  # 2
            raise Refusal(NOT_FOR_US)
        if abs(self._clock.now() - sent.iat) > FRESH:
            raise Refusal(STALE_INQUIRY)
        if kind not in self._handlers:
            raise Refusal(UNKNOWN_KIND, kind=kind)
        cls, handler = self._handlers[kind]
        if not may_speak(asker, cls.askers):  # 3
            raise Refusal(NOT_ALLOWED, asker=asker)
        inquiry = opened(cls, _json(sent.body), kind)
        if not names(inquiry, cls.named_in, asker):
            raise Refusal(NOT_ALLOWED, asker=asker)
        purpose = Text(*sent.purpose)
        row = _Row("answered", asker, sent.jti, kind, sent.actor, purpose, cls.basis)
        tenant = self._tenant_of(institution.id)
        if not self._database.run("inquiry.record", row.insert, tenant=tenant,
                                  isolation="READ COMMITTED"):  # 4  # fmt: skip
            raise Refusal(STALE_INQUIRY)
        answer = handler(inquiry, Asked(institution.id, asker, sent.jti, sent.actor, purpose))  # 5
        return json.loads(answer.model_dump_json(context=SEALED))


@dataclass(frozen=True, slots=True)
class _Row:
    direction: str
    peer: str
    inquiry_id: UUID
    kind: str
    actor: str
    purpose: Text = field(metadata={NO_COLUMN: True})
    basis: str

    def insert(self, tx: Transaction) -> bool:
        """False when it is there already: an inquiry is asked once."""
        return tx.insert(
            "inquiry_log",
            self,
            twice="keep",
            tenant=tx.tenant,
            purpose_ja=self.purpose.ja,
            purpose_en=self.purpose.en,
            at=tx.now,
        )


def _close(
    database: Database, tenant: str, direction: str, peer: str, inquiry_id: UUID, outcome: str
) -> None:
    def work(tx: Transaction) -> None:
        tx.execute(
            """UPDATE inquiry_log SET done_at = %s, outcome = %s
               WHERE tenant = %s AND direction = %s AND peer = %s AND inquiry_id = %s
                 AND done_at IS NULL""",
            (tx.now, outcome, tenant, direction, peer, inquiry_id),
        )

    database.run("inquiry.close", work, tenant=tenant, isolation="READ COMMITTED")


def _refusal_in(document: dict[str, Any], kind: str) -> Refusal:
    try:
        return Refusal.of(document)
    except ValueError:
        return Refusal(UNREADABLE, kind=kind)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
