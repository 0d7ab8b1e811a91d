"""A birth is looked at before it is entered; then J-LIS gives the numbers, and the child is written with all that follows, in one
transaction."""

from collections.abc import Callable
from datetime import date
from typing import Final

from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.contracts.jukinet import GiveNumbers, NumbersGiven
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.names import check_kana
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.typed.written import unwritable
from kazasu.kit import periods
from kazasu.municipality.births import store
from kazasu.municipality.births.faults import (
    ENTERED,
    NOT_IN_HOUSEHOLD,
    OTHER_TOO_YOUNG,
    PARENT_NOT_HERE,
    TOLD_BEFORE,
)
from kazasu.municipality.births.model import (
    REASON,
    Birth,
    Proposal,
    must_be_parent,
    must_be_possible,
    must_fit_the_mother,
    nationality_of,
    old_enough,
    stands,
    stay_of,
    written,
)
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import ANNOUNCED
from kazasu.municipality.register import addresses
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NUMBER_HELD, UNKNOWN_RESIDENT
from kazasu.municipality.register.model import ADDRESS, RECORD_STATES, Resident, register_number
from kazasu.municipality.register.service import pressed
from kazasu.municipality.register.service.opening import Openings

ENTERING: Final = Text("出生の記載（住民票を作る）", "Entering a birth (a record is made)")
LOOK: Final = desk("birth.look", ENTERING, role="decider")
ENTER: Final = desk("birth.enter", ENTERING, role="decider", reasoned=True)


class Births:
    def __init__(self, city: CityContext) -> None:
        self._city = city
        self._openings = Openings(city)

    def look(self, tenant: str, clerk: Clerk, resident_id: str) -> tuple[Resident, list[Resident]]:
        """The parent, and who else lives with them and is old enough to be one.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.birth-parent-not-here``,
        ``municipality.birth-parent-too-young``.
        """

        def work(tx: Transaction) -> tuple[Resident, list[Resident]]:
            parent, today = _parent(tx, resident_id), civil(tx.now)
            must_be_parent(parent, today)
            household = register_store.household(tx, parent.household_number)
            return parent, [
                one
                for one in household
                if one.resident_id != resident_id and old_enough(one.birth_text, today)
            ]

        return self._city.act(LOOK, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def propose(self, tenant: str, clerk: Clerk, resident_id: str, birth: Birth) -> Proposal:
        """What would be written.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.birth-parent-not-here``, ``municipality.birth-day-ahead``,
        ``municipality.birth-day-too-far``, ``municipality.birth-other-parent``, ``municipality.birth-other-too-young``,
        ``municipality.birth-before-mother``, ``-father``, ``-domicile``, ``-court``,
        ``municipality.birth-domicile-missing``, ``municipality.birth-parent-too-young``, as :func:`stay_of`,
        ``municipality.item-empty``, ``municipality.item-malformed``, ``names.bad-kana``.
        """
        return self._city.act(
            LOOK,
            lambda tx: self._proposed(tx, _parent(tx, resident_id), birth),
            tenant=tenant,
            clerk=clerk,
            subjects=(resident_id,),
        )

    def enter(
        self, tenant: str, clerk: Clerk, resident_id: str, birth: Birth,
        *, mark: str = "", reviewed: Callable[[Proposal], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """The child gets numbers of J-LIS, a record in the household of the parent, and the network hears of it. Returns 宛名番号.

        Pressed a second time on the same page, or killed after the numbers were given, it is the same child, and is written once.

        Args:
            mark: of what the clerk was shown.
            reviewed: refuses where something else would be written now.

        Raises Refusal as :meth:`propose`, and ``municipality.birth-entered``, ``municipality.birth-entered-and-closed``,
        ``municipality.number-held``.
        """
        entered = self._city.act(
            LOOK, lambda tx: pressed.standing(tx, mark), tenant=tenant, clerk=clerk,
            subjects=(resident_id,),
        )  # fmt: skip
        if entered:
            return entered[0]
        reviewed(self.propose(tenant, clerk, resident_id, birth))
        given = self._city.inquirer(tenant).ask(
            GiveNumbers(
                request_id=birth.request_id(tenant, resident_id),
                municipality_code=MunicipalityCode(tenant),
                same_person=birth.same_person,
            ),
            of="jukinet",
            purpose=ENTERING,
        )

        def must_be_new(tx: Transaction) -> None:
            known = register_store.by_record_code(tx, given.resident_record_code)
            if known is not None:
                raise Refusal(ENTERED if known.here else TOLD_BEFORE, resident_id=known.resident_id)

        def work(tx: Transaction, use: Callable[[Transaction], None]) -> str:
            if entered := pressed.standing(tx, mark):
                return entered[0]
            must_be_new(tx)
            proposal = self._proposed(tx, _parent(tx, resident_id), birth)
            reviewed(proposal)
            use(tx)
            child = self._write(tx, clerk, proposal, given).resident_id
            pressed.keep(tx, mark, child)
            return child

        def write(use: Callable[[Transaction], None]) -> str:
            return self._city.act(
                ENTER, lambda tx: work(tx, use), tenant=tenant, clerk=clerk, subjects=(resident_id,),
                reason=birth.reason,
            )  # fmt: skip

        self._city.act(LOOK, must_be_new, tenant=tenant, clerk=clerk, subjects=(resident_id,))
        return self._openings.enter(tenant, clerk, given.resident_record_code, "birth", write)

    # ------------------------------------------------------------ inside

    def _write(
        self, tx: Transaction, clerk: Clerk, proposal: Proposal, given: NumbersGiven
    ) -> Resident:
        with tx.unseen():
            held = register_store.by_number(tx, given.individual_number)
        if held is not None:
            raise Refusal(NUMBER_HELD)
        last, _ = register_store.next_numbers(tx, 1, 0)
        child = _child(tx, clerk, proposal, given, register_number(last))
        register_store.enter(tx, child)
        tx.shown((child.resident_id,))
        if child.protected:
            self._protect(tx, child)
        self._city.tell_network(
            tx, child.resident_id, child.record_code, "birth", proposal.resident_since
        )
        return child

    def _protect(self, tx: Transaction, child: Resident) -> None:
        """支援措置: J-LIS hears of it before anybody hears where they live."""
        letter = ProtectionChanged(
            resident_record_code=child.record_code,
            protected=True,
            municipality_code=tx.tenant,
            at=tx.now,
        )
        self._city.post(tx).send(tx, letter, to="jpki", case=f"BI-{child.resident_id}")

    def _proposed(self, tx: Transaction, parent: Resident, birth: Birth) -> Proposal:
        today = civil(tx.now)
        must_be_possible(birth, today)
        must_fit_the_mother(birth, parent)
        must_be_parent(parent, birth.on)
        addresses.check_filled("name", birth.name)
        for item in ("name", "registered_domicile", "domicile_head"):
            addresses.as_held(item, getattr(birth, item))
        check_kana(birth.kana)
        household = register_store.household(tx, parent.household_number)
        other = _other(household, parent, birth)
        parents = [parent, other] if other else [parent]
        nationality = nationality_of(birth, parents)
        announced = self._city.ports.use(ANNOUNCED)
        return Proposal(
            parent=parent,
            other=other,
            birth=birth,
            relationship=stands(parents, birth.sex),
            head=next((one for one in household if one.is_head), None),
            resident_since=max(birth.on, parent.resident_since),
            since=max(birth.on, parent.lives_here_since),
            nationality=nationality,
            stay=stay_of(birth, nationality, today),
            protected=any(one.protected for one in parents),
            unwritable=unwritable(birth.name),
            leaving=[one for one in parents if one.state == "leaving"],
            announced=[
                (one, said) for one in parents for said in announced(tx, one.resident_id, [])
            ],
            left_behind=_nobody_stays(household, today),
            young=not old_enough(parent.birth_text, birth.on),
            entered=store.born_about_then(tx, birth, parent.household_number),
        )


def _parent(tx: Transaction, resident_id: str) -> Resident:
    """Raises Refusal ``municipality.unknown-resident``, ``municipality.birth-parent-not-here``."""
    found = register_store.by_id(tx, resident_id)
    if found is None:
        raise Refusal(UNKNOWN_RESIDENT)
    if not found.here:
        state = RECORD_STATES[found.state]
        raise Refusal(
            PARENT_NOT_HERE, name=found.name, name_en=with_reading(found.name, found.kana),
            state=state.ja, state_en=state.en,
        )  # fmt: skip
    return found


def _nobody_stays(household: list[Resident], today: date) -> bool:
    """Of those who are no child; who is leaving stays nowhere here."""
    grown = [one for one in household if not periods.too_young(one.birth_text, today)]
    return not any(one.state == "resident" for one in grown)


def _other(household: list[Resident], parent: Resident, birth: Birth) -> Resident | None:
    """Raises Refusal ``municipality.birth-other-parent``, ``municipality.birth-other-too-young``."""
    if not birth.other:
        return None
    for one in household:
        if one.resident_id == birth.other and one.resident_id != parent.resident_id:
            if old_enough(one.birth_text, birth.on):
                return one
            read = with_reading(one.name, one.kana)
            raise Refusal(OTHER_TOO_YOUNG, name=one.name, name_en=read)
    raise Refusal(NOT_IN_HOUSEHOLD)


def _child(
    tx: Transaction, clerk: Clerk, proposal: Proposal, given: NumbersGiven, resident_id: str
) -> Resident:
    """As the register holds them: where the parent lives, without a card."""
    birth, parent, stay = proposal.birth, proposal.parent, proposal.stay
    return Resident(
        resident_id=resident_id, version=1, household_number=parent.household_number,
        record_code=given.resident_record_code, individual_number=given.individual_number,
        name=birth.name, kana=birth.kana, former_surname="", alias="", name_roman="",
        birth_date=birth.on, birth_text=written(birth.on, proposal.nationality), sex=birth.sex,
        relationship=proposal.relationship, is_head=False,
        **{item: getattr(parent, item) for item in ADDRESS},
        resident_since=proposal.resident_since, lives_here_since=proposal.since, former_address="",
        registered_domicile=birth.registered_domicile, domicile_head=birth.domicile_head,
        nationality=proposal.nationality, residence_status=stay.status, residence_until=stay.until,
        residence_card_number=stay.card, national_health_insurance=False, late_elderly_insurance=False, care_insurance=False,
        pension_kind="", child_allowance=False, has_card=False, protected=proposal.protected, state="resident",
        reason=REASON, changed_on=birth.on, notified_on=None, planned_to="", planned_on=None, confirmed_to="",
        confirmed_on=None, case_id="", processed_at=tx.now, processed_by=clerk.staff_id, because=birth.because,
    )  # fmt: skip
