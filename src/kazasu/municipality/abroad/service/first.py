"""First entry into the register of somebody who comes from abroad and never had a record in Japan (住民基本台帳法 22条1項7号; of foreign nationals
30条の46): they are looked at, J-LIS gives the numbers, and all is written in one transaction.

One person at a time: of a family the one who heads it first, the others join.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kazasu.contracts.jukinet import GiveNumbers, NumbersGiven
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.names import check_kana
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.typed.written import unwritable
from kazasu.kit import periods
from kazasu.municipality.abroad import store
from kazasu.municipality.abroad.faults import KNOWN_HERE, TOO_YOUNG
from kazasu.municipality.abroad.first import First, FirstEntry, must_be_possible
from kazasu.municipality.abroad.service.coming import REASON, joined, lives
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register import addresses, relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NUMBER_HELD
from kazasu.municipality.register.model import ADDRESS, Resident, register_number
from kazasu.municipality.register.relationships import HEAD
from kazasu.municipality.register.relationships.doubts import to_make_sure
from kazasu.municipality.register.service import pressed
from kazasu.municipality.register.service.opening import Openings

TAKING: Final = Text(
    "はじめての住民票（国外から来た人）", "A first record in Japan, of somebody from abroad"
)
LOOK: Final = desk("first-entry.look", TAKING, role="decider")
ENTER: Final = desk("first-entry.enter", TAKING, role="decider")


@dataclass(frozen=True, slots=True)
class _Member:
    """Who is to live in the household, beside those who do."""

    name: str
    kana: str
    sex: str
    relationship: str
    birth_date: date | None
    is_head: bool = False


class FirstEntries:
    """国外転入 of who has no number yet."""

    def __init__(self, city: CityContext) -> None:
        self._city = city
        self._openings = Openings(city)

    def propose(self, tenant: str, clerk: Clerk, first: First) -> FirstEntry:
        """What would be written.

        Raises Refusal as :func:`~kazasu.municipality.abroad.first.must_be_possible`, and ``municipality.first-entry-known``,
        ``municipality.from-abroad-household``, ``municipality.from-abroad-too-young``, ``municipality.relationship-needed``,
        ``municipality.bad-relationship``, ``municipality.address-elsewhere``, ``municipality.item-empty``,
        ``municipality.item-malformed``, ``municipality.not-on-a-card``, ``names.bad-kana``.
        """
        return self._city.act(LOOK, lambda tx: proposed(tx, first), tenant=tenant, clerk=clerk)

    def enter(
        self, tenant: str, clerk: Clerk, first: First,
        *, mark: str = "", reviewed: Callable[[FirstEntry], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """They get numbers of J-LIS, a record here, and the network hears of it. Returns 宛名番号.

        Pressed a second time on the same page, or killed after the numbers were given, it is the same person, and is written once.

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
        looked_at = self.propose(tenant, clerk, first)
        reviewed(looked_at)
        given = self._city.inquirer(tenant).ask(
            GiveNumbers(
                request_id=first.request_id(tenant, looked_at.alike),
                municipality_code=MunicipalityCode(tenant),
                same_person=first.same_person,
            ),
            of="jukinet",
            purpose=TAKING,
        )

        def must_be_new(tx: Transaction) -> None:
            known = register_store.by_record_code(tx, given.resident_record_code)
            if known is not None:
                raise Refusal(KNOWN_HERE, resident_id=known.resident_id)

        def work(tx: Transaction, use: Callable[[Transaction], None]) -> str:
            if entered := pressed.standing(tx, mark):
                return entered[0]
            must_be_new(tx)
            entry = proposed(tx, first)
            reviewed(entry)
            use(tx)
            new = self._write(tx, clerk, entry, given).resident_id
            pressed.keep(tx, mark, new)
            return new

        def write(use: Callable[[Transaction], None]) -> str:
            return self._city.act(ENTER, lambda tx: work(tx, use), tenant=tenant, clerk=clerk)

        self._city.act(LOOK, must_be_new, tenant=tenant, clerk=clerk)
        return self._openings.enter(tenant, clerk, given.resident_record_code, "immigration", write)

    def _write(
        self, tx: Transaction, clerk: Clerk, entry: FirstEntry, given: NumbersGiven
    ) -> Resident:
        with tx.unseen():
            held = register_store.by_number(tx, given.individual_number)
        if held is not None:
            raise Refusal(NUMBER_HELD)
        first = entry.first
        last, household = register_store.next_numbers(tx, 1, 0 if first.joins else 1)
        record = record_of(
            tx,
            clerk,
            entry,
            given,
            register_number(last),
            first.joins or register_number(household),
        )
        register_store.enter(tx, record)
        tx.shown((record.resident_id,))
        self._city.tell_network(tx, record.resident_id, record.record_code, "immigration", first.on)
        return record


def proposed(tx: Transaction, first: First) -> FirstEntry:
    today = civil(tx.now)
    must_be_possible(first, today)
    addresses.check_filled("name", first.name)
    for item in ("name", "registered_domicile", "domicile_head"):
        addresses.as_held(item, getattr(first, item))
    check_kana(first.kana)
    if first.card and (held := store.with_card(tx, first.card)):
        raise Refusal(KNOWN_HERE, resident_id=held)
    head = joined(tx, first.joins)
    if head is None and periods.too_young(first.birth_text, first.on):
        raise Refusal(TOO_YOUNG)
    relationship = HEAD if head is None else relationships.check(first.relationship)
    if head is not None and relationship == HEAD:
        raise relationships.refused(relationship)
    address = lives(tx, first.address, head)
    members = register_store.household(tx, head.household_number) if head else []
    return FirstEntry(
        first=first,
        address=address,
        relationship=relationship,
        head=head,
        hidden=any(one.protected for one in members),
        late=periods.notice_is_late(first.on, today),
        unwritable=unwritable(first.name),
        alike=store.alike(tx, first.name, first.born),
        doubts=_doubts(members, first, relationship),
    )


def _doubts(members: list[Resident], first: First, relationship: str) -> list[tuple[str, str]]:
    """What somebody of the household whose place is hidden would tell is not said."""
    if any(one.protected for one in members):
        return []
    new = _Member(first.name, first.kana, first.sex, relationship, first.born)
    before = {one.ja for one in to_make_sure(members)}
    found = to_make_sure([*members, new]) if members else []
    return [(one.ja, one.en) for one in found if one.ja not in before]


def record_of(
    tx: Transaction, clerk: Clerk, entry: FirstEntry, given: NumbersGiven, resident_id: str,
    household: str,
) -> Resident:  # fmt: skip
    """As the register holds them; without a card, and nothing is known of insurance yet."""
    first = entry.first
    return Resident(
        resident_id=resident_id, version=1, household_number=household,
        record_code=given.resident_record_code, individual_number=given.individual_number,
        name=first.name, kana=first.kana, former_surname="", alias="",
        name_roman=first.name if first.nationality and first.name.isascii() else "",
        birth_date=first.born, birth_text=first.birth_text, sex=first.sex,
        relationship=entry.relationship, is_head=entry.head is None,
        **entry.address.model_dump(include=set(ADDRESS)),
        resident_since=first.on, lives_here_since=first.on, former_address="国外",
        registered_domicile=first.registered_domicile, domicile_head=first.domicile_head,
        nationality=first.nationality, residence_status=first.status, residence_until=first.stays_until,
        residence_card_number=first.card, national_health_insurance=False, late_elderly_insurance=False,
        care_insurance=False, pension_kind="", child_allowance=False, has_card=False, protected=False, state="resident",
        reason=REASON, changed_on=first.on, notified_on=civil(tx.now), planned_to="", planned_on=None, confirmed_to="",
        confirmed_on=None, case_id="", processed_at=tx.now, processed_by=clerk.staff_id, because="",
    )  # fmt: skip
