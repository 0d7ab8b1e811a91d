"""From a change to the party that must know: written with the change, sent until it is taken."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import httpx
import structlog

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.time.clock import Clock
from kazasu.identity.consents import store as consents_store
from kazasu.identity.events import model, store
from kazasu.identity.events.model import Delivery, Kind

log = structlog.get_logger()

AT_ONCE: Final = 50
MOST_POLLED: Final = 100
_TAKEN_FOR: Final = timedelta(minutes=1)
_PATIENCE: Final = 3.0
Sign = Callable[[dict[str, Any], str], str]


class Deliveries:
    """The outbox towards relying parties."""

    def __init__(
        self, database: Database, clock: Clock, http: httpx.Client, issuer: str, sign: Sign
    ) -> None:
        self._database = database
        self._clock = clock
        self._http = http
        self._issuer = issuer
        self._sign = sign

    # ------------------------------------------------------------ in the change's transaction

    def event(
        self, tx: Transaction, party: consents_store.Party, sub: str, kind: Kind, **details: Any
    ) -> None:
        """A party without an address for events fetches them; nothing is lost."""
        if not party.public_institution or party.events_uri:
            store.insert(tx, party.client_id, "event", kind, sub, "", details)

    def logout(self, tx: Transaction, client_id: str, sub: str, sid: str = "") -> None:
        store.insert(tx, client_id, "logout", "logout", sub, sid, {})

    # ------------------------------------------------------------ afterwards

    def tick(self) -> None:
        self.send()

    def send(self) -> int:
        """Push what is due. Returns how many were taken. Never waits long for anybody."""
        due = self._database.run(
            "identity.claim-deliveries",
            lambda tx: store.claim(tx, tx.now + _TAKEN_FOR, AT_ONCE),
            isolation="READ COMMITTED",
        )
        return sum(self._push(one) for one in due)

    def _push(self, one: Delivery) -> bool:
        error = self._posted(one) if one.address else "no address is registered; fetch it"

        def note(tx: Transaction) -> None:
            if not error:
                store.delivered(tx, one.client_id, one.delivery_id)
            else:
                again = tx.now + model.back_off(one.attempts)
                store.failed(tx, one.client_id, one.delivery_id, error, again)

        self._database.run("identity.note-delivery", note, isolation="READ COMMITTED")
        return not error

    def _posted(self, one: Delivery) -> str:
        """Empty when the party took it; otherwise why not."""
        token = self.signed(one)
        try:
            if one.kind == "event":
                response = self._http.post(
                    one.address,
                    content=token,
                    headers={
                        "content-type": "application/secevent+jwt",
                        "accept": "application/json",
                    },
                    timeout=_PATIENCE,
                )
            else:
                response = self._http.post(
                    one.address, data={"logout_token": token}, timeout=_PATIENCE
                )
        except httpx.HTTPError as error:
            return type(error).__name__
        if response.is_success:
            return ""
        log.warning("delivery refused", client=one.client_id, status=response.status_code)
        return f"HTTP {response.status_code}"

    def signed(self, one: Delivery) -> str:
        now = self._clock.now()
        if one.kind == "event":
            return self._sign(model.event_claims(one, self._issuer, now), model.SET_TYP)
        return self._sign(model.logout_claims(one, self._issuer, now), model.LOGOUT_TYP)

    # ------------------------------------------------------------ fetched instead

    def poll(self, client_id: str, taken: Iterable[str], most: int) -> dict[str, Any]:
        """What waits for a party (RFC 8936 2.4), after it said what it has taken."""
        numbers = [number for text in taken if (number := _uuid(text))]

        def work(tx: Transaction) -> list[Delivery]:
            for number in numbers:
                store.delivered(tx, client_id, number)
            return store.waiting(tx, client_id, min(most, MOST_POLLED) + 1)

        found = self._database.run("identity.poll-events", work)
        shown = found[: min(most, MOST_POLLED)]
        return {
            "sets": {str(one.delivery_id): self.signed(one) for one in shown},
            "moreAvailable": len(found) > len(shown),
        }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
