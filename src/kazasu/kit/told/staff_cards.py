"""The card of who works at a desk comes to its end: told to them on every page of the desk, and to the operators by an alarm, in time.

Asked once a sign-in, of J-LIS, by a handle that names them there (``jpki/card-of-staff/1``): the answer is one day. So it is asked by public
institutions that name people to others; a private one learns nothing about a certificate from anybody (decision 22), and its staff are told by
the card's reader (``Look.ends_on``), as everybody is. Nobody waits long for it, and nobody is kept out when there is no answer. A new card (``kazasu pki renew-card``) is of the same
person, whose post stays as it is, and the one before works until the new one is used.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kazasu.contracts.jpki.own import CardOfStaff
from kazasu.exchange.institution import Institution
from kazasu.exchange.room import RoomContext
from kazasu.exchange.side_by_side import side_by_side
from kazasu.foundation.alarms.ringing import ring
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.kit.openid import Person
from kazasu.kit.opening import openid_of, party_of

TOLD: Final = timedelta(days=60)
"""Before the last day: each page of the desk says it from then on. A certificate is renewed from three months before its end."""
RINGS: Final = (timedelta(days=30), timedelta(days=7))
"""Once from each of them on: who has not come to it by then is a matter of the operators'."""
KIND: Final = "staff-card"
WHY: Final = Text("職員のカードの期限の確認", "Looking when a staff card ends")
_DEADLINE: Final = 2.0
"""Seconds that signing in waits for it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A card that comes to its end."""

    on: date
    """The last day on which it lets anybody in."""
    days: int

    @property
    def stage(self) -> int:
        """Which of :data:`RINGS` it has come to, in days; 0: none."""
        return min((one.days for one in RINGS if self.days <= one.days), default=0)


def ending(house: RoomContext, declared: Institution, tenant: str, person: Person) -> Ending | None:
    """None: not soon, or nobody says."""
    client = declared.client
    if client is None or not client.handles:
        return None

    def ask(of: str) -> date | None:
        party = party_of(house, declared)(tenant)
        handle = openid_of(house).handle(party, person.access_token, of)
        inquirer = house.inquirer(declared.of(tenant))
        return inquirer.ask(CardOfStaff(handle=handle), of=of, purpose=WHY).ends_on

    answers, _ = side_by_side(ask, ["jpki"], deadline=_DEADLINE)
    last = answers[0] if answers else None
    if last is None:
        return None
    left = last - today(house.clock)
    return Ending(last, left.days) if left <= TOLD else None


def rings(tx: Transaction, staff_id: str, found: Ending, *, room: str) -> None:
    """Once a stage: what an operator has closed does not ring again with the next sign-in."""
    if not found.stage:
        return
    cause = f"{staff_id} {found.on.isoformat()} {found.stage}"
    rung = tx.value(
        "SELECT count(*) FROM alarm WHERE tenant = %s AND kind = %s AND cause = %s",
        (tx.tenant, KIND, cause),
    )
    if not rung:
        facts = {"by": f"clerk:{staff_id}", "ends": found.on.isoformat(), "days": found.days}
        ring(tx, KIND, cause, facts, room=room)
