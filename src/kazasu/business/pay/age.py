"""Is the customer 20 or older? Asked of the phone's electronic record, and nothing else is.

20歳未満ノ者ノ飲酒ノ禁止ニ関スル法律 1条: anyone who sells alcohol has to know it. The phone answers with one item,
``age_over_20``; kept is the outcome and when.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kazasu.business.pay import age_store
from kazasu.business.pay.age_store import Check, Waiting
from kazasu.card.mdoc.faults import DECLINED, UNKNOWN_REQUEST
from kazasu.card.mdoc.formats.elements import ISO, Wanted
from kazasu.card.mdoc.online import Online
from kazasu.card.mdoc.verifier import Pending, Verifier
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

SELF: Final = "pay"
ANSWER: Final = "/age/answer"
REQUEST: Final = "/age/request"
OVER_20: Final = Wanted(ISO, "age_over_20")
PURPOSE: Final = Text(
    "20歳以上の確認（お酒を買うため）", "Confirm that you are 20 or older (to buy alcohol)"
)
DONE: Final = {
    what: action(f"pay.age.{what}", "customer", PURPOSE) for what in ("begin", "check", "decide")
}


@dataclass(frozen=True, slots=True)
class Begun:
    check_id: str
    """For the browser that asked."""
    request_id: str
    """For the phone."""


class AgeChecks:
    """Use cases; the browser that began keeps :class:`Begun` in its session."""

    def __init__(self, house: RoomContext, name: Text) -> None:
        self._house = house
        self._name = name
        self._origin = house.directory.origin(SELF)
        self._online = Online(house.http(), house.directory.origin("jpki"))

    @property
    def client_id(self) -> str:
        return f"x509_san_dns:{self._house.directory.entry(SELF).host}"

    def begin(self, wallet_id: str) -> Begun:
        """A request that one phone can fetch, and what its answer will be checked against."""
        now = self._house.clock.now()
        asked = self._verifier([]).ask((OVER_20,), PURPOSE, self._origin + ANSWER, now)
        begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        until = asked.pending.expires_at

        def work(tx: Transaction) -> None:
            age_store.clear(tx)
            age_store.add_check(tx, Check(begun.check_id, wallet_id, tx.now, until, None, "", ""))
            age_store.add_request(tx, begun.request_id, asked.request, until)
            waiting = Waiting(begun.check_id, asked.pending.model_dump_json())
            age_store.add_pending(tx, asked.pending.state, waiting, until)

        access = _access("begin", wallet_id)
        self._house.database.run("pay.age.begin", work, access=access)
        return begun

    def request_uri(self, begun: Begun) -> str:
        return f"{self._origin}{REQUEST}/{begun.request_id}"

    def request(self, request_id: str) -> str:
        """For the first phone that comes. Raises Refusal ``mdoc.unknown-request``."""
        found = self._house.database.run(
            "pay.age.request", lambda tx: age_store.take_request(tx, request_id)
        )
        if found is None:
            raise Refusal(UNKNOWN_REQUEST)
        return found

    def answer(self, form: Mapping[str, str]) -> None:
        """What the phone posted: counted once, and only the outcome is kept.

        Raises Refusal: what ``Verifier.answer`` raises, but for the holder's own refusal, which is an answer.
        """
        taken: list[str] = []

        def take(state: str) -> Pending | None:
            waiting = self._house.database.run(
                "pay.age.take", lambda tx: age_store.take_pending(tx, state)
            )
            if waiting is None:
                return None
            taken.append(waiting.check_id)
            return Pending.model_validate_json(waiting.pending)

        try:
            now = self._house.clock.now()
            shown = self._verifier(self._online.authorities()).answer(form, take, now)
        except Refusal as refusal:
            declined = refusal.fault is DECLINED
            for check_id in taken:
                code = "" if declined else refusal.fault.code
                self._decide(check_id, "refused" if declined else "failed", code)
            if declined:
                return
            raise
        over = shown.values[OVER_20.name]
        self._decide(taken[0], "confirmed" if over is True else "not-confirmed", "")

    def check(self, wallet_id: str, check_id: str) -> Check | None:
        """Only one's own."""
        return self._house.database.read(
            "pay.age.check",
            lambda tx: age_store.check(tx, wallet_id, check_id),
            access=_access("check", wallet_id),
        )

    def _decide(self, check_id: str, outcome: str, code: str) -> None:
        self._house.database.run(
            "pay.age.decide",
            lambda tx: age_store.decide(tx, check_id, outcome, code),
            access=_access("decide", check_id),
        )

    def _verifier(self, authorities: list[x509.Certificate]) -> Verifier:
        entry = self._house.directory.entry(SELF)
        key = self._house.institution(SELF).client_key.private_key
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("an institution's key is a P-256 key")
        return Verifier(
            name=self._name,
            host=entry.host,
            key=key,
            certificate=x509.load_pem_x509_certificate(
                entry.in_use(self._house.clock.now())["client"].encode()
            ),
            authorities=authorities,
            fetch=self._online.fetch,
        )


def _access(what: str, subject: str) -> Access:
    return DONE[what].by("customer", subjects=(subject,))
