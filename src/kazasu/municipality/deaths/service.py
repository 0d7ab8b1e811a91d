"""A death is looked at before it is entered, then entered with all that follows from it in this city, in one transaction."""

from collections.abc import Callable, Sequence
from typing import Final

from kazasu.contracts.jukinet import LastRegistrationOf
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.municipality.deaths import store
from kazasu.municipality.deaths.faults import REGISTERED_SINCE
from kazasu.municipality.deaths.model import OPEN, REASON, Death, Proposal, must_be_possible
from kazasu.municipality.deaths.store import Told
from kazasu.municipality.hall.context import CityContext, city_id, desk
from kazasu.municipality.hall.faults import WRONG_STATE
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import LEAVING, Gone
from kazasu.municipality.register import heads
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import (
    CORRECTED_BY_YOU,
    RECORD_CHANGED,
    UNKNOWN_RESIDENT,
)
from kazasu.municipality.register.model import RECORD_STATES, Resident
from kazasu.municipality.register.service import pressed

ENTERING: Final = Text(
    "世帯の方が亡くなったことの記載（その方の住民票の消除）",
    "Entering the death of somebody of the household (that person’s record is closed)",
)
"""Those who live with the dead read it of themselves, and nobody else does: it must not read as their own death."""
LOOK: Final = desk("death.look", ENTERING, role="decider")
ENTER: Final = desk("death.enter", ENTERING, role="decider", reasoned=True)


class Deaths:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def look(self, tenant: str, clerk: Clerk, resident_id: str) -> tuple[Resident, Told | None]:
        """The record, and what another city told of it that waits.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.wrong-state``: it is closed.
        """

        def work(tx: Transaction) -> tuple[Resident, Told | None]:
            record = _open(_record(tx, resident_id))
            return record, store.of(tx, record.record_code)

        return self._city.act(
            LOOK,
            work,
            tenant=tenant,
            clerk=clerk,
            subjects=(resident_id,),
        )

    def propose(
        self, tenant: str, clerk: Clerk, resident_id: str, version: int, death: Death
    ) -> Proposal:
        """What would be written.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.wrong-state``, ``municipality.record-changed``,
        ``municipality.corrected-by-you``, ``municipality.death-day-ahead``, ``-day-before``, ``-registered-elsewhere``.
        """
        self._must_be_here(tenant, clerk, resident_id)
        return self._city.act(
            LOOK,
            lambda tx: self._propose(tx, clerk, _record(tx, resident_id), version, death),
            tenant=tenant,
            clerk=clerk,
            subjects=(resident_id,),
        )

    def enter(
        self, tenant: str, clerk: Clerk, resident_id: str, version: int, death: Death,
        *, mark: str = "", reviewed: Callable[[Proposal], None] = lambda _: None,
    ) -> Sequence[tuple[Resident, Sequence[str]]]:  # fmt: skip
        """The record is closed; who stays has a head; who was expected elsewhere is no longer; the network hears of it, and
        J-LIS then ends card and certificates (公的個人認証法 12条).

        Pressed a second time on the same page it finds all written, and writes nothing.

        Args:
            mark: of what the clerk was shown.
            reviewed: refuses where something else would be written now.

        Returns: who has to be asked how they stand to the new head, with what they can be.

        Raises Refusal as :meth:`propose`.
        """

        def work(tx: Transaction) -> Sequence[tuple[Resident, Sequence[str]]]:
            if pressed.standing(tx, mark):
                return []
            proposal = self._propose(tx, clerk, _record(tx, resident_id), version, death)
            reviewed(proposal)
            asked = self._write(tx, clerk, proposal)
            pressed.keep(tx, mark, resident_id)
            return asked

        self._must_be_here(tenant, clerk, resident_id)
        return self._city.act(
            ENTER, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=death.reason
        )

    # ------------------------------------------------------------ inside

    def _must_be_here(self, tenant: str, clerk: Clerk, resident_id: str) -> None:
        """Of who is leaving the network is asked first: this city may not have heard yet where they were registered. What happens between
        the answer and the entry the network passes on.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.death-registered-elsewhere``.
        """
        record = self._city.act(
            LOOK,
            lambda tx: _record(tx, resident_id),
            tenant=tenant,
            clerk=clerk,
            subjects=(resident_id,),
        )
        if record.state not in ("leaving", "left-planned"):
            return
        known = self._city.inquirer(tenant).ask(
            LastRegistrationOf(resident_record_code=record.record_code),
            of="jukinet",
            purpose=ENTERING,
        )
        city = str(known.municipality_code or tenant)
        if known.standing == "registered" and city != tenant:
            name = self._name(city)
            raise Refusal(REGISTERED_SINCE, municipality_ja=name.ja, municipality_en=name.en)

    def _propose(
        self, tx: Transaction, clerk: Clerk, before: Resident, version: int, death: Death
    ) -> Proposal:
        if before.version != version:
            mine = before.processed_by == clerk.staff_id
            raise Refusal(CORRECTED_BY_YOU if mine else RECORD_CHANGED)
        dead = _open(before)
        must_be_possible(dead, death, civil(tx.now))
        leaving = self._city.ports.use(LEAVING)
        if since := leaving.registered_in(tx, dead.case_id, dead.resident_id):
            name = self._name(since)
            raise Refusal(REGISTERED_SINCE, municipality_ja=name.ja, municipality_en=name.en)
        staying = [
            one
            for one in register_store.household(tx, dead.household_number)
            if one.resident_id != dead.resident_id
        ]
        succession = (
            heads.succession(staying, dead, civil(tx.now), died=True) if dead.here else None
        )
        cities = (
            leaving.expected_in(tx, dead.case_id, dead.resident_id)
            if dead.state != "resident"
            else []
        )
        return Proposal(
            dead, death, succession, tuple(self._name(one) for one in cities),
            touched=tuple(leaving.touched_by(tx, _gone(dead))),
            empty=dead.here and not staying,
            moves_alone=bool(cities) and leaving.alone(tx, dead.case_id, dead.resident_id),
        )  # fmt: skip

    def _write(
        self, tx: Transaction, clerk: Clerk, proposal: Proposal
    ) -> Sequence[tuple[Resident, Sequence[str]]]:
        dead, death = proposal.dead, proposal.death
        register_store.change(
            tx, dead, state="left", is_head=False, has_card=False, reason=REASON,
            changed_on=death.on, because=proposal.reason.ja, processed_at=tx.now,
            processed_by=clerk.staff_id,
        )  # fmt: skip
        self._city.ports.use(LEAVING).died(tx, dead.case_id, _gone(dead), clerk.staff_id)
        asked = (
            heads.name_one(tx, dead.household_number, on=death.on, gone=dead, died=True)
            if dead.here
            else []
        )
        store.settle(tx, str(dead.record_code))
        self._city.tell_network(tx, dead.resident_id, dead.record_code, "death", death.on)
        return [(one, stands.offered) for one, stands in asked]

    def _name(self, code: str) -> Text:
        known = city_id(code) in self._city.directory
        return self._city.entry(code).name if known else Text(code, code)


def _record(tx: Transaction, resident_id: str) -> Resident:
    """Raises Refusal ``municipality.unknown-resident``."""
    found = register_store.by_id(tx, resident_id)
    if found is None:
        raise Refusal(UNKNOWN_RESIDENT)
    return found


def _open(record: Resident) -> Resident:
    """Raises Refusal ``municipality.wrong-state``."""
    if record.state not in OPEN:
        words = RECORD_STATES[record.state]
        raise Refusal(WRONG_STATE, state=words.ja, state_en=words.en)
    return record


def _gone(dead: Resident) -> Gone:
    return Gone(dead.resident_id, str(dead.record_code), dead.name, protected=dead.protected)
