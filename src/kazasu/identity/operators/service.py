"""What operators do, each in one transaction with its record: who, when, why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import httpx

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.rows import columns
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.visible import seen
from kazasu.identity.clients import store as clients_store
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import Clients
from kazasu.identity.faults import NO_REASON, NOT_AN_OPERATOR, OVER_A_PROBLEM, UNKNOWN_CLIENT
from kazasu.identity.hooks import Hooks
from kazasu.identity.operators.findings import Finding, findings

_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Measure:
    client_id: str
    at: datetime
    operator: str
    what: Literal["suspended", "lifted"]
    reason: str


class Operating:
    def __init__(
        self, database: Database, http: httpx.Client, clients: Clients, hooks: Hooks
    ) -> None:
        self._database = database
        self._http = http
        self._clients = clients
        self._hooks = hooks

    def check(self, sub: str) -> str:
        """The subject itself, while it has a post. Raises Refusal ``identity.not-an-operator``."""
        if not self._database.read("identity.operator-post", lambda tx: has_post(tx, sub)):
            raise Refusal(NOT_AN_OPERATOR, subject=sub)
        return sub

    def decide(
        self,
        review_id: UUID,
        operator: str,
        *,
        granted: bool,
        reason: str,
        over: Collection[str] = (),
    ) -> str:
        """The party's number. What is granted over problems is kept with them, behind the reason.

        Args:
            over: marks of the problems that the operator named.

        Raises Refusal ``identity.no-reason``, ``identity.over-a-problem``, ``identity.already-decided``,
        ``identity.not-an-operator``.
        """
        why = _reason(reason)
        review = self._clients.decide(
            review_id,
            operator,
            granted=granted,
            reason=why + self._over(review_id, over) if granted else why,
            allowed=lambda tx: _check_post(tx, operator),
        )
        return review.client_id

    def _over(self, review_id: UUID, named: Collection[str]) -> str:
        """The problems that stand now, as they are kept; looked for anew, since the page is older. Raises Refusal
        ``identity.over-a-problem``: one of them was not named."""
        client = next(
            (client for review, client in self._clients.waiting() if review.review_id == review_id),
            None,
        )
        problems = [one for one in self.findings(client) if one.state == "bad"] if client else []
        if unnamed := sum(one.mark not in named for one in problems):
            raise Refusal(OVER_A_PROBLEM, count=unnamed)
        if not problems:
            return ""
        ja, en = (
            "、".join(one.words.ja for one in problems),
            "; ".join(one.words.en for one in problems),
        )
        return f"\n認めたときに残っていた問題：{ja} / Granted over: {en}"

    def suspend(self, client_id: str, operator: str, *, suspended: bool, reason: str) -> None:
        """Raises Refusal ``identity.no-reason``, ``identity.unknown-client``, ``identity.not-an-operator``."""
        why = _reason(reason)

        def work(tx: Transaction) -> None:
            _check_post(tx, operator)
            if clients_store.client(tx, client_id) is None:
                raise Refusal(UNKNOWN_CLIENT)
            clients_store.set_suspended(tx, client_id, suspended)
            what: Literal["suspended", "lifted"] = "suspended" if suspended else "lifted"
            done = Measure(client_id, tx.now, operator, what, why)
            tx.insert("client_measure", done, measure_id=uuid4())

        self._database.run("identity.suspend", work)

    def measures(self, client_id: str) -> list[Measure]:
        return self._database.read(
            "identity.measures",
            lambda tx: tx.all(
                Measure,
                f"SELECT {columns(Measure)} FROM client_measure WHERE client_id = %s ORDER BY at",
                (client_id,),
            ),
        )

    def findings(self, client: Client) -> list[Finding]:
        """Looks at the party's address for events too, outside any transaction."""
        return [
            *findings(
                client,
                self._clients.contact(client.client_id),
                self._reachable(client.events_uri) if client.events_uri else None,
            ),
            *self._hooks.findings(client),
        ]

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


def _check_post(tx: Transaction, sub: str) -> None:
    """In the transaction that decides: a post may end while the page is open."""
    if not has_post(tx, sub):
        raise Refusal(NOT_AN_OPERATOR)


def _reason(text: str) -> str:
    reason = text.strip()[:1000]
    if not seen(reason):
        raise Refusal(NO_REASON)
    return reason
