"""Who comes without a transfer (born, from abroad, from a municipality that is not connected) is the network's to give, as who moves is by
their token: one city has them before it writes, and no other one is told so at the same time (reliability §4 I1).

What is asked for is committed first. A city that is killed before it wrote finds it again and gives it back; the clerk who presses again
before that goes on with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final, TypeVar
from uuid import UUID, uuid4

import structlog

from kazasu.contracts.jukinet import CLAIM_REFUSED, ClaimPerson, ReleasePerson
from kazasu.contracts.jukinet import Opening as What
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.database.rows import columns
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.municipality.hall.context import CityContext, desk, own
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register.faults import GIVEN_BACK

log = structlog.get_logger()
T = TypeVar("T")

OPENING: Final = Text("住民票を新しく作る前の確認", "Making sure before a record is made")
ASK: Final = desk("opening.ask", OPENING, role="decider")
GIVE_BACK: Final = own(
    "opening.give-back",
    Text("作られなかった住民票の取りやめ", "Giving back a record that was not made"),
)
LEFT_LYING: Final = timedelta(minutes=2)
"""Nobody's press lasts longer: the process was killed."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whom this city is about to register."""

    PERSON: ClassVar = "person"

    resident_record_code: str
    request_id: UUID
    given_back: bool
    at: datetime

    @property
    def person(self) -> str:
        """Who has no number of this register yet is named by what was asked."""
        return f"opening:{self.request_id}"


_SELECT: Final = f"SELECT {columns(Opening)} FROM opening WHERE municipality_code = %s"


class Openings:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def enter(
        self, tenant: str, clerk: Clerk, code: ResidentRecordCode, what: What,
        write: Callable[[Callable[[Transaction], None]], T],
        *, number: IndividualNumber | None = None,
    ) -> T:  # fmt: skip
        """Have them from the network, then ``write``; what is refused then is given back.

        Args:
            number: of their paper; the network says whether it is somebody else's.
            write: the transaction that registers them. It calls what it is given before it writes, and not where they are registered already.

        Raises Refusal ``jukinet.person-taken``, ``jukinet.person-known``, ``jukinet.number-of-another``, ``municipality.opening-given-back``, and as ``write`` does.
        """
        opening = self._asked_for(tenant, clerk, code)
        if opening.given_back:
            self._give_back(tenant, opening)
            opening = self._asked_for(tenant, clerk, code)
        try:
            self._city.inquirer(tenant).ask(
                ClaimPerson(
                    request_id=opening.request_id, resident_record_code=code,
                    municipality_code=MunicipalityCode(tenant), what=what, individual_number=number,
                ),
                of="jukinet", purpose=OPENING,
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.fault.code in CLAIM_REFUSED:
                self._forget(tenant, opening)
            raise
        try:
            return write(lambda tx: _use(tx, opening))
        except Refusal:
            self._try_to_give_back(tenant, opening)
            raise

    def give_back(self, tenant: str, _: date) -> int:
        """What a killed process left lying. Returns how many."""

        def found(tx: Transaction) -> Sequence[Opening]:
            return tx.all(
                Opening, f"{_SELECT} AND (given_back OR at < %s)", (tx.tenant, tx.now - LEFT_LYING)
            )

        lying = self._city.look_itself(GIVE_BACK, found, tenant=tenant)
        return each(lying, lambda one: self._give_back(tenant, one))

    # ------------------------------------------------------------ inside

    def _asked_for(self, tenant: str, clerk: Clerk, code: ResidentRecordCode) -> Opening:
        """Committed before anybody is asked; the one that lies here already, where there is one."""

        def work(tx: Transaction) -> Opening:
            known = tx.maybe(
                Opening, f"{_SELECT} AND resident_record_code = %s", (tx.tenant, str(code))
            )
            if known is not None:
                return known
            new = Opening(str(code), uuid4(), given_back=False, at=tx.now)
            tx.insert("opening", new, municipality_code=tx.tenant)
            return new

        return self._city.act(ASK, work, tenant=tenant, clerk=clerk)

    def _give_back(self, tenant: str, opening: Opening) -> bool:
        """In this order, so that it never is another city's and written here: nobody writes by it from the first step on."""

        def no_longer_used(tx: Transaction) -> bool:
            return tx.execute(
                "UPDATE opening SET given_back = true WHERE municipality_code = %s AND request_id = %s",
                (tx.tenant, opening.request_id),
            ) == 1  # fmt: skip

        if not self._city.act_itself(GIVE_BACK, no_longer_used, tenant=tenant):
            return False
        self._city.inquirer(tenant).ask(
            ReleasePerson(
                request_id=opening.request_id,
                resident_record_code=ResidentRecordCode(opening.resident_record_code),
                municipality_code=MunicipalityCode(tenant),
            ),
            of="jukinet", purpose=OPENING,
        )  # fmt: skip
        self._forget(tenant, opening)
        return True

    def _try_to_give_back(self, tenant: str, opening: Opening) -> None:
        """The clerk reads why it was not written. Where the network does not answer, the tick goes on."""
        try:
            self._give_back(tenant, opening)
        except Refusal as refusal:
            log.warning(
                "given back later", fault=refusal.fault.code, request=str(opening.request_id)
            )

    def _forget(self, tenant: str, opening: Opening) -> None:
        self._city.act_itself(GIVE_BACK, lambda tx: _ended(tx, opening), tenant=tenant)


def cities_due(tx: Transaction, today: date) -> list[str]:  # noqa: ARG001 - as every subject is asked
    """Codes of the cities in which something was left lying; of all tenants."""
    return tx.column("SELECT openings_due(%s)", (tx.now - LEFT_LYING,))


def _ended(tx: Transaction, opening: Opening) -> bool:
    return tx.execute(
        "DELETE FROM opening WHERE municipality_code = %s AND request_id = %s",
        (tx.tenant, opening.request_id),
    ) == 1  # fmt: skip


def _use(tx: Transaction, opening: Opening) -> None:
    """Raises Refusal ``municipality.opening-given-back``."""
    used = tx.execute(
        "DELETE FROM opening WHERE municipality_code = %s AND request_id = %s AND NOT given_back",
        (tx.tenant, opening.request_id),
    )
    if used != 1:
        raise Refusal(GIVEN_BACK)
