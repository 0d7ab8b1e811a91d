"""What operators do, each in one transaction with its record: who, when, why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import httpx

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.identity.clients import store as parties
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import Clients
from kazasu.identity.faults import NO_REASON, NOT_AN_OPERATOR, UNKNOWN_CLIENT
from kazasu.identity.integrators.inspector.service import Inspector
from kazasu.identity.integrators.review import Finding, findings

_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Measure:
    client_id: str
    at: datetime
    operator: str
    what: Literal["suspended", "lifted"]
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A kept conformance report, as listed."""

    client_id: str
    run_id: UUID
    at: datetime
    passed: bool


class Operating:
    def __init__(
        self, database: Database, http: httpx.Client, clients: Clients, inspector: Inspector
    ) -> None:
        self._database = database
        self._http = http
        self._clients = clients
        self._inspector = inspector

    def check(self, sub: str) -> str:
        """The subject itself, while it has a post. Raises Refusal ``identity.not-an-operator``."""
        if not self._database.read("identity.operator-post", lambda tx: has_post(tx, sub)):
            raise Refusal(NOT_AN_OPERATOR)
        return sub

    def decide(self, review_id: UUID, operator: str, *, granted: bool, reason: str) -> str:
        """The party's number. Raises Refusal ``identity.no-reason``, ``identity.already-decided``."""
        review = self._clients.decide(review_id, operator, granted=granted, reason=_reason(reason))
        return review.client_id

    def suspend(self, client_id: str, operator: str, *, suspended: bool, reason: str) -> None:
        """Raises Refusal ``identity.no-reason``, ``identity.unknown-client``."""
        why = _reason(reason)

        def work(tx: Transaction) -> None:
            if parties.client(tx, client_id) is None:
                raise Refusal(UNKNOWN_CLIENT)
            parties.set_suspended(tx, client_id, suspended)
            tx.execute(
                """INSERT INTO client_measure (client_id, measure_id, at, operator, what, reason)
                   VALUES (%s, %s, %s, %s, %s, %s)""",
                (client_id, uuid4(), tx.now, operator, "suspended" if suspended else "lifted", why),
            )

        self._database.run("identity.suspend", work)

    def measures(self, client_id: str) -> list[Measure]:
        return self._database.read(
            "identity.measures",
            lambda tx: tx.all(
                Measure,
                """SELECT client_id, at, operator, what, reason FROM client_measure
                   WHERE client_id = %s ORDER BY at""",
                (client_id,),
            ),
        )

    def findings(self, client: Client) -> list[Finding]:
        """Looks at the party's address for events too, outside any transaction."""
        report = self._database.read(
            "identity.report", lambda tx: last_report(tx, client.client_id)
        )
        return findings(
            client,
            self._clients.contact(client.client_id),
            self._inspector.newest(client.client_id),
            self._reachable(client.events_uri) if client.events_uri else None,
            report.passed if report else None,
        )

    def _reachable(self, address: str) -> bool:
        """Any answer of HTTP's will do: an empty event must be refused."""
        try:
            self._http.post(address, content=b"", timeout=_PATIENCE, follow_redirects=False)
        except httpx.HTTPError:
            return False
        return True


def has_post(tx: Transaction, sub: str) -> bool:
    return bool(
        tx.value(
            """SELECT EXISTS (SELECT FROM operator_post WHERE sub = %s AND since <= %s
                              AND (until IS NULL OR until > %s))""",
            (sub, tx.now, tx.now),
        )
    )


def last_report(tx: Transaction, client_id: str) -> Report | None:
    return tx.maybe(
        Report,
        """SELECT client_id, run_id, at, passed FROM conformance_report WHERE client_id = %s
           ORDER BY at DESC, run_id LIMIT 1""",
        (client_id,),
    )


def _reason(text: str) -> str:
    reason = text.strip()[:1000]
    if not reason:
        raise Refusal(NO_REASON)
    return reason
