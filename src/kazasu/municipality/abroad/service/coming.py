"""Coming from abroad (国外転入, 住民基本台帳法 22条): who had a record in Japan before, by the number that the family register's supplement says.

The network says whether they moved abroad, and which city had them last; that city says who they are. Nobody has a certificate of moving out.
One person at a time: of a family the one who heads it first, the others join.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

from kazasu.contracts.jukinet import LastRegistrationOf
from kazasu.contracts.municipality import Address, EmigrantData, EmigrantDataAnswer, Mover
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from kazasu.foundation.values.typed.amounts import digits
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.kit import periods
from kazasu.municipality.abroad import store
from kazasu.municipality.abroad.faults import (
    DAY_AHEAD,
    DAY_BEFORE_LEAVING,
    HOUSEHOLD_NEEDED,
    NO_RECORD,
    NOT_FROM_ABROAD,
    TOO_YOUNG,
    WHO_MISSING,
)
from kazasu.municipality.abroad.model import REASON as LEFT_FOR_ABROAD
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, city_id, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import CARD_DIFFERS
from kazasu.municipality.register import addresses, relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NUMBER_HELD
from kazasu.municipality.register.model import ADDRESS, Resident, register_number
from kazasu.municipality.register.relationships import HEAD, mover_of
from kazasu.municipality.register.service import pressed
from kazasu.municipality.register.service.opening import Openings

REASON: Final = "国外転入"
"""異動事由."""
TAKING: Final = Text("国外転入の受付", "Taking a notice of somebody who comes from abroad")
LOOK: Final = desk("from-abroad.look", TAKING, role="decider")
ENTER: Final = desk("from-abroad.enter", TAKING, role="decider")
PAPERS: Final = desk(
    "from-abroad.papers",
    Text("体験環境で、国外から戻る人が持つ書類の表示", "Showing, in the sandbox, the paper that who returns from abroad brings"),
    role="decider",
)  # fmt: skip
TELL: Final = action("municipality.emigrant.tell", "institution", shows="found")
STANDINGS: Final = {
    "registered": Text("いま登録されている", "they are registered"),
    "on-the-way": Text("転出して、転入の途中", "they are between two cities"),
    "dead": Text("死亡が記載されている", "their death is entered"),
    "unknown": Text("この住民票コードの人を知らない", "it knows nobody of this number"),
}


@dataclass(frozen=True, slots=True)
class Coming:
    """What was said at the counter."""

    code: str
    """住民票コード, as typed."""
    on: date
    """異動日: since when they live here."""
    address: Address
    """Of who joins a household nothing of it counts: they live where it does."""
    document: str
    """One of :data:`~kazasu.contracts.offices.DOCUMENTS`."""
    joins: str = ""
    """世帯番号; empty: a household of their own."""
    relationship: str = ""

    @property
    def record_code(self) -> ResidentRecordCode:
        """Raises Refusal ``municipality.from-abroad-who``."""
        try:
            return ResidentRecordCode(digits(self.code))
        except Refusal:
            raise Refusal(WHO_MISSING) from None


@dataclass(frozen=True, slots=True)
class Arrival:
    """As it would be entered; nothing of it is refused."""

    coming: Coming
    mover: Mover
    left: Resident | None
    """Their closed record of this city."""
    address: Address
    relationship: str
    head: Resident | None
    """Of the household that they join."""
    hidden: bool
    """Somebody of it is protected: neither its head nor its address is shown (I8)."""
    from_city: Text
    gone_since: date | None
    late: bool
    """After the fourteen days: taken, and noted."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it."""
        shown = [
            self.mover.name, f"{self.mover.birth_date}", self.address.line, self.relationship, f"{self.coming.on}",
            self.coming.document, self.coming.joins, self.head.resident_id if self.head else "", self.late,
            self.left.version if self.left else 0,
        ]  # fmt: skip
        return json.dumps(shown, ensure_ascii=False).encode()


class ComingFromAbroad:
    """国外転入."""

    def __init__(self, city: CityContext) -> None:
        self._city = city
        self._openings = Openings(city)

    def propose(self, tenant: str, clerk: Clerk, coming: Coming) -> Arrival:
        """What would be entered.

        Raises Refusal ``municipality.from-abroad-who``, ``municipality.not-from-abroad``, ``municipality.from-abroad-no-record``,
        ``municipality.from-abroad-day-ahead``, ``municipality.from-abroad-day-before``, ``municipality.from-abroad-household``,
        ``municipality.from-abroad-too-young``, ``municipality.relationship-needed``, ``municipality.bad-relationship``,
        ``municipality.address-elsewhere``, ``municipality.item-empty``, ``municipality.item-malformed``.
        """
        code = self._city.act(LOOK, lambda _: coming.record_code, tenant=tenant, clerk=clerk)
        known = self._city.inquirer(tenant).ask(
            LastRegistrationOf(resident_record_code=code), of="jukinet", purpose=TAKING
        )
        if known.standing != "abroad" or known.municipality_code is None:
            said = STANDINGS[known.standing]
            raise Refusal(NOT_FROM_ABROAD, standing=said.ja, standing_en=said.en)
        last = str(known.municipality_code)
        mover = self._told(tenant, last, code) if last != tenant else None
        name = self._city.entry(last).name
        return self._city.act(
            LOOK,
            lambda tx: _proposed(tx, coming, mover, name, known.until),
            tenant=tenant,
            clerk=clerk,
        )

    def enter(
        self, tenant: str, clerk: Clerk, coming: Coming,
        *, mark: str = "", reviewed: Callable[[Arrival], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """The network gives them to this city, they are registered here, and the network hears of it. Returns 宛名番号.

        Pressed a second time on the same page it finds them registered, and writes nothing.

        Args:
            mark: of what the clerk was shown.
            reviewed: refuses where something else would be written now.

        Raises Refusal as :meth:`propose`, and ``municipality.number-held``, ``jukinet.person-taken``, ``jukinet.person-known``.
        """
        entered = self._city.act(
            LOOK, lambda tx: pressed.standing(tx, mark), tenant=tenant, clerk=clerk
        )
        if entered:
            return entered[0]
        arrival = self.propose(tenant, clerk, coming)
        reviewed(arrival)

        def work(tx: Transaction, use: Callable[[Transaction], None]) -> str:
            if entered := pressed.standing(tx, mark):
                return entered[0]
            use(tx)
            new = self._write(tx, clerk, arrival)
            pressed.keep(tx, mark, new)
            return new

        def write(use: Callable[[Transaction], None]) -> str:
            return self._city.act(ENTER, lambda tx: work(tx, use), tenant=tenant, clerk=clerk)

        return self._openings.enter(
            tenant,
            clerk,
            coming.record_code,
            "immigration",
            write,
            number=arrival.mover.individual_number,
        )

    def papers(self, tenant: str, clerk: Clerk) -> list[Resident]:
        """In the sandbox alone: those who moved abroad from here and are not back, as the paper that they bring says who they are. Nobody there has
        a family register, and a paper shows its holder's number to no desk before they come.

        Raises Refusal ``web.not-found``: in production.
        """
        if not self._city.house.settings.sandbox:
            raise Refusal(NOT_FOUND)

        def work(tx: Transaction) -> list[Resident]:
            ids = [one.resident_id for one in store.gone_last(tx)]
            return [one for one in register_store.several(tx, ids) if one.went_abroad]

        return self._city.act(PAPERS, work, tenant=tenant, clerk=clerk)

    def tell(self, inquiry: EmigrantData, asked: Asked) -> EmigrantDataAnswer:
        """To another city, of somebody who moved abroad from here: who they are."""

        def work(tx: Transaction) -> EmigrantDataAnswer:
            found = register_store.by_record_code(tx, inquiry.resident_record_code)
            if found is None or found.state != "left" or found.reason != LEFT_FOR_ABROAD:
                return EmigrantDataAnswer()
            return EmigrantDataAnswer(mover=mover_of(found, uuid4()))

        return self._city.answer(TELL, work, asked, fields=("record",))

    # ------------------------------------------------------------ inside

    def _told(self, tenant: str, last: str, code: ResidentRecordCode) -> Mover:
        """Raises Refusal ``municipality.from-abroad-no-record``."""
        inquiry = EmigrantData(resident_record_code=code)
        answer = self._city.inquirer(tenant).ask(inquiry, of=city_id(last), purpose=TAKING)
        if answer.mover is None:
            raise Refusal(NO_RECORD)
        return answer.mover

    def _write(self, tx: Transaction, clerk: Clerk, arrival: Arrival) -> str:
        mover = arrival.mover
        with tx.unseen():
            held = register_store.by_number(tx, mover.individual_number)
        if held is not None and held.record_code != mover.resident_record_code:
            raise Refusal(NUMBER_HELD)
        last, household = register_store.next_numbers(tx, 1, 1)
        items = _items(tx, clerk, arrival, arrival.coming.joins or register_number(household))
        before = register_store.by_record_code(tx, mover.resident_record_code)
        if before is not None:
            record = register_store.change(
                tx, before, reason=REASON, changed_on=arrival.coming.on, **items
            )
        else:
            record = Resident(
                resident_id=register_number(last), version=1, record_code=mover.resident_record_code,
                reason=REASON, changed_on=arrival.coming.on, **items,
            )  # fmt: skip
            register_store.enter(tx, record)
        tx.shown((record.resident_id,))
        case = f"IM-{record.resident_id}-{record.version}"
        self._city.tell_network(
            tx, record.resident_id, record.record_code, "immigration", arrival.coming.on
        )
        if record.has_card:
            self._city.ports.use(CARD_DIFFERS)(tx, record.resident_id, case)
        return record.resident_id


def _proposed(
    tx: Transaction, coming: Coming, told: Mover | None, name: Text, gone_since: date | None
) -> Arrival:
    left = register_store.by_record_code(tx, coming.record_code)
    if told is None and left is None:
        raise Refusal(NO_RECORD)
    mover = told if told is not None or left is None else mover_of(left, uuid4())
    if mover is None:
        raise Refusal(NO_RECORD)
    today = civil(tx.now)
    if coming.on > today:
        raise Refusal(DAY_AHEAD)
    if gone_since is not None and coming.on < gone_since:
        raise Refusal(DAY_BEFORE_LEAVING, until=gone_since)
    head = joined(tx, coming.joins)
    if head is None and periods.too_young(mover.birth_text, coming.on):
        raise Refusal(TOO_YOUNG)
    relationship = HEAD if head is None else relationships.check(coming.relationship)
    if head is not None and relationship == HEAD:
        raise relationships.refused(relationship)
    address = lives(tx, coming.address, head)
    late = periods.notice_is_late(coming.on, today)
    hidden = head is not None and any(
        one.protected for one in register_store.household(tx, head.household_number)
    )
    return Arrival(coming, mover, left, address, relationship, head, hidden, name, gone_since, late)


def joined(tx: Transaction, household: str) -> Resident | None:
    """Who heads the household that they join; None: one of their own. Raises Refusal ``municipality.from-abroad-household``."""
    if not household:
        return None
    staying = [one for one in register_store.household(tx, household) if one.state == "resident"]
    for one in staying:
        if one.is_head:
            return one
    raise Refusal(HOUSEHOLD_NEEDED)


def lives(tx: Transaction, said: Address, head: Resident | None) -> Address:
    """Who joins a household lives at its address, as it is written of the others."""
    if head is None:
        return addresses.completed(said, hall_store.city(tx))
    home = {item: getattr(head, item) for item in ADDRESS}
    return Address(municipality_code=MunicipalityCode(tx.tenant), **home)


def _items(tx: Transaction, clerk: Clerk, arrival: Arrival, household: str) -> dict[str, Any]:
    coming, address = arrival.coming, arrival.address
    return relationships.items_of(arrival.mover) | {
        **address.model_dump(include=set(ADDRESS)),
        "individual_number": arrival.mover.individual_number,
        "household_number": household,
        "relationship": arrival.relationship,
        "is_head": arrival.head is None,
        "resident_since": coming.on,
        "lives_here_since": coming.on,
        "former_address": arrival.left.confirmed_to if arrival.left else "国外",
        "state": "resident",
        "notified_on": civil(tx.now),
        "planned_to": "",
        "planned_on": None,
        "confirmed_to": "",
        "confirmed_on": None,
        "case_id": "",
        "because": "",
        "processed_at": tx.now,
        "processed_by": clerk.staff_id,
    }
