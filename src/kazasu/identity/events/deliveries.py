"""From a change to the party that must know: written with the change, sent until it is taken."""

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.health.troubles import Troubles
from kazasu.foundation.http import OUTWARD_SHARE
from kazasu.foundation.lanes import SILENT_SHARE, Lanes, in_any_order
from kazasu.foundation.time.clock import Clock
from kazasu.identity.consents import store as consents_store
from kazasu.identity.events import model, store
from kazasu.identity.events.model import Delivery, Kind, Lane

AT_ONCE: Final = 50
MOST_POLLED: Final = 100
_TAKEN_FOR: Final = timedelta(minutes=1)
_PATIENCE: Final = 3.0
_BATCH_LASTS: Final = 30.0
"""Seconds, half of what deliveries are taken for: the one in hand has the rest."""
_MEND_SECONDS: Final = 60.0
_DRAWN: Final = secrets.SystemRandom()
Sign = Callable[[dict[str, Any], str, str], str]
"""Claims, ``typ`` and the algorithm by which the party wants to be told."""


class Deliveries:
    """The outbox towards relying parties."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        towards: Callable[[str], httpx.Client],
        issuer: str,
        sign: Sign,
        lanes: Lanes,
    ) -> None:
        """``towards``: by whom an address is reached; an institution may lie where no stranger's address may lead."""
        self._database = database
        self._clock = clock
        self._towards = towards
        self._issuer = issuer
        self._sign = sign
        self._lanes = lanes
        self._mend_at = 0.0
        self.troubles: Final = Troubles(database.room, "deliveries")

    # ------------------------------------------------------------ in the change's transaction

    def event(
        self,
        tx: Transaction,
        party: consents_store.Party,
        sub: str,
        kind: Kind,
        *,
        everywhere: bool = False,
        **details: Any,
    ) -> None:
        """A party without an address for events fetches them; nothing is lost.

        Args:
            everywhere: it happened to the person, and other parties hear of it, too.
        """
        if not party.public_institution or party.events_uri:
            spread = everywhere and _could_compare(party)
            telling = model.event_spread(tx.now, _DRAWN.random()) if spread else None
            store.insert(tx, party.client_id, "event", kind, sub, "", details, telling)

    def logout(self, tx: Transaction, client_id: str, sub: str, sid: str = "") -> None:
        """The person signed out there; nobody else hears of it."""
        store.insert(tx, client_id, "logout", "logout", sub, sid, {})

    def logout_everywhere(
        self, tx: Transaction, party: consents_store.Party, sub: str, sid: str = ""
    ) -> None:
        """As one of several that are told that the person's sessions ended."""
        telling = model.logout_spread(tx.now, _DRAWN.random()) if _could_compare(party) else None
        store.insert(tx, party.client_id, "logout", "logout", sub, sid, {}, telling)

    # ------------------------------------------------------------ afterwards

    def tick(self) -> None:
        """Begin with what is due, each lane in its turn. Never waits for anybody."""
        self._mend_waits()
        for lane in in_any_order(self._database.glance(store.lanes)):
            if not lane.address:
                continue  # nothing is tried in vain: it lies there until it is fetched, or an address is registered
            place = urlsplit(lane.address).netloc
            shares = {f"to {place}": OUTWARD_SHARE, f"party {lane.client_id}": 1}
            silent = SILENT_SHARE if lane.failures else {}
            key = ("delivery", lane.client_id, lane.kind)
            self._lanes.begin(key, partial(self.bring, lane), {**shares, **silent})

    def bring(self, lane: Lane) -> int:
        """Push what is due of one lane, until nobody answers. Returns how many were taken."""
        due = self._database.run(
            "identity.claim-deliveries",
            lambda tx: store.claim(tx, lane, tx.now + _TAKEN_FOR, 1 if lane.failures else AT_ONCE),
            isolation="READ COMMITTED",
        )
        taken, end = 0, time.monotonic() + _BATCH_LASTS
        for place, one in enumerate(due):
            error, silent = self._posted(one)
            self._told(lane, error)
            over = silent or time.monotonic() > end
            self._note(lane, one, error, silent=silent, untried=due[place + 1 :] if over else ())
            taken += not error
            if over:
                break
        return taken

    def _note(
        self, lane: Lane, one: Delivery, error: str, *, silent: bool, untried: Sequence[Delivery]
    ) -> None:
        def note(tx: Transaction) -> None:
            if not error:
                store.delivered(tx, one.client_id, one.delivery_id)
            else:
                again = tx.now + model.back_off(one.attempts + 1)
                store.failed(tx, one.client_id, one.delivery_id, error, again)
            store.release(tx, untried)
            if silent:
                again = tx.now + model.back_off(lane.failures + 1)
                store.leave_alone(tx, lane, again)
            else:
                store.heard(tx, lane)

        self._database.run("identity.note-delivery", note, isolation="READ COMMITTED")

    def _told(self, lane: Lane, error: str) -> None:
        """A party that is away, or refuses, is a line when that begins and one when it is over."""
        task = f"{lane.kind} to {lane.client_id}"
        if error:
            self.troubles.failed(task, httpx.TransportError(error))
        else:
            self.troubles.well(task)

    def _posted(self, one: Delivery) -> tuple[str, bool]:
        """Why the party did not take it, empty when it did; and whether nobody answered at all."""
        if not one.address:
            return "no address is registered; fetch it", False
        token, http = self.signed(one), self._towards(one.address)
        try:
            if one.kind == "event":
                response = http.post(
                    one.address,
                    content=token,
                    headers={
                        "content-type": "application/secevent+jwt",
                        "accept": "application/json",
                    },
                    timeout=_PATIENCE,
                    follow_redirects=False,
                )
            else:
                response = http.post(
                    one.address,
                    data={"logout_token": token},
                    timeout=_PATIENCE,
                    follow_redirects=False,
                )
        except httpx.HTTPError as error:
            return type(error).__name__, True
        if response.is_success:
            return "", False
        return f"HTTP {response.status_code}", False

    def _mend_waits(self) -> None:
        """Once a minute: what a wrong clock would let wait for years."""
        if time.monotonic() >= self._mend_at:
            self._mend_at = time.monotonic() + _MEND_SECONDS
            self._database.run(
                "identity.mend-waits",
                lambda tx: store.forget_far_waits(tx, model.LONGEST_WAIT, model.LONGEST_SPREAD),
                isolation="READ COMMITTED",
            )

    def signed(self, one: Delivery) -> str:
        typ = model.SET_TYP if one.kind == "event" else model.LOGOUT_TYP
        return self._sign(self.claims(one), typ, one.algorithm)

    def claims(self, one: Delivery) -> dict[str, Any]:
        """What the token says, were it sent now."""
        of_kind = model.event_claims if one.kind == "event" else model.logout_claims
        return of_kind(one, self._issuer, self._clock.now())

    def log(self, client_id: str) -> list[model.Logged]:
        """The newest for one party, taken or not."""
        return self._database.read(
            "identity.delivery-log", lambda tx: store.log(tx, client_id, MOST_POLLED)
        )

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


def _could_compare(party: consents_store.Party) -> bool:
    """Is it one of those that must not find out whom they both know? In test mode nobody is real, and programs are tried."""
    return not party.public_institution and party.mode != "test"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
