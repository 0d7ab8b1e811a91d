"""Registering an arrival (T2, decision 12).

The intent is committed, the transfers of all movers are consumed at jukinet by one compare-and-set, and only then
the register changes, with its letters in the same transaction. Killed anywhere between, the tick goes
on where it stopped: the network answers a repeated request with the same answer. What the network refuses for good leads back to
the provisional entry, with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.contracts.jukinet import (
    ARRIVAL_REFUSED,
    TRANSFER_EXPIRED,
    ConsumeTransfers,
    MoverTransfer,
)
from kazasu.contracts.municipality import (
    Address,
    Mover,
    NoticeOfMovedIn,
)
from kazasu.contracts.portal import StillToCome
from kazasu.exchange.carrier.letters import wake
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, city_id, desk, own
from kazasu.municipality.hall.faults import CHANGED_MEANWHILE
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.moving import addressing, entering, telling
from kazasu.municipality.moving.entering import Entry
from kazasu.municipality.moving.faults import (
    CHILD_LEFT_ALONE,
    HEAD_NEEDED,
    HEAD_TOO_YOUNG,
    HOUSEHOLD_ELSEWHERE,
    LEAVING_ALREADY,
    NO_SUCH_HOUSEHOLD,
    NOBODY_CHOSEN,
    NOBODY_STAYS,
    NOT_AS_ENTERED,
    RELATED_ANEW,
    RELATED_OTHERWISE,
)
from kazasu.municipality.moving.life import InState
from kazasu.municipality.moving.model import IN_DESK, Arriver, MovingIn, cards_until, to_come, until
from kazasu.municipality.moving.rules import (
    caring,
    heading,
    joining,
    lapsing,
    lateness,
    overlapping,
)
from kazasu.municipality.moving.rules.heading import Said
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.service.cards import residence_cards_left
from kazasu.municipality.moving.store import arrivals, visits
from kazasu.municipality.register import addresses, protection, relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NUMBER_HELD
from kazasu.municipality.register.model import ADDRESS, Resident, register_number

REGISTERING: Final = Text("転入の登録", "Registering the arrival")
INTEND: Final = desk("arrival.intend", REGISTERING, role="decider")
READ: Final = own("arrival.read", REGISTERING)
REGISTER: Final = own("arrival.register", REGISTERING)
GIVE_UP: Final = own("arrival.give-up", REGISTERING)
UNFINISHED: Final = own("arrival.unfinished", REGISTERING)
_FINAL: Final[Mapping[str, frozenset[str]]] = {
    "between-cities": ARRIVAL_REFUSED | {NOBODY_CHOSEN.code},
    "within-city": frozenset({
        CHANGED_MEANWHILE.code, NOBODY_CHOSEN.code, NO_SUCH_HOUSEHOLD.code, NOBODY_STAYS.code, HOUSEHOLD_ELSEWHERE.code,
        LEAVING_ALREADY.code, HEAD_NEEDED.code, HEAD_TOO_YOUNG.code, CHILD_LEFT_ALONE.code, RELATED_ANEW.code,
        RELATED_OTHERWISE.code,
    }),
}  # fmt: skip
"""What is refused again however often it is asked, before anything was won, by kind of arrival. 転居 asks the register alone."""


class Registering:
    """審査・決裁."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def register(
        self,
        tenant: str,
        clerk: Clerk,
        case_id: str,
        version: int,
        shown: Entry,
        care: str = "",
        named: Sequence[str] = (),
        related: Mapping[str, str] = MappingProxyType({}),
        left_out: str = "",
        related_because: str = "",
        coming: Mapping[str, date] = MappingProxyType({}),
    ) -> None:
        """決裁: commit the intent, consume the transfers, register. Also a job, should we die between.

        Args:
            shown: what the page said when this was pressed. Registered is what was entered, so both must be the same:
                a correction on the page is not dropped in silence.
            care: who looks after children that are left at the old address without anybody older.
            named: 宛名番号 of who heads the household that they leave, where it loses its head and more than one stays.
            related: 続柄 of the others who stay to that head, by 宛名番号.
            related_because: why somebody of them stands to that head otherwise than the register says.
            left_out: why somebody whose data came is not registered; kept as a note of the case.
            coming: from which day those who come later will live here, by token, where they said it.

        Raises:
            Refusal: of the network: the transfer was cancelled, consumed elsewhere, or expired;
                ``municipality.number-held``, ``municipality.not-as-entered``,
                ``municipality.child-left-alone``, ``municipality.left-out``, ``municipality.head-needed``,
                ``municipality.head-too-young``, ``municipality.related-anew``, ``municipality.bad-relationship``,
                ``municipality.related-otherwise``,
                ``municipality.leaving-already``, ``municipality.lives-there-already``; ``municipality.no-such-household``, ``municipality.nobody-stays``,
                ``municipality.household-elsewhere``: the household that they join is not what it was when this was entered.
        """

        def intend(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, "decided", clerk)
            _as_entered(tx, case, shown)
            movers = to_come(arrivals.arrivers(tx, case_id))
            going = [one for one in movers if one.included]
            here = overlapping.of_this_city(tx, case, going)
            overlapping.must_not_leave(here)
            address = Address.model_validate(case.entry["address"])
            joining.must_be_joinable(tx, case.entry["joins_household"], going, address)
            addressing.must_be_another(here, address)
            alone = caring.left_in_the_city(tx, case, movers)
            caring.must_be_decided(tx, "in", case_id, alone, clerk, care)
            caring.must_be_said(tx, case, movers, clerk, left_out)
            for mover in movers:
                on = None if mover.included else coming.get(str(mover.token))
                arrivals.note_coming(tx, mover, on)
            for rest in heading.rests(tx, here):
                if (head := heading.chosen(tx, rest, named)) is not None:
                    heading.related(rest, head, related, related_because)
            decided = {
                "remaining_heads": list(named),
                "remaining_related": dict(related),
                "remaining_because": related_because,
                "left_alone": [one.resident_id for one in alone],
            }
            cases.turn(
                tx,
                case,
                "decided",
                by=clerk.staff_id,
                entry=_not_refused(case.entry) | decided,
                request_id=uuid4(),
                decided_by=clerk.staff_id,
            )
            for one in lateness.late(case):  # 届出期間経過通知: the note stays with the case
                casework_store.write(tx, "in", case_id, clerk.staff_id, "note", one.ja)
            self._must_be_free(tx, case_id)
            self._protect(tx, case_id)
            self._city.house.jobs.enqueue(tx, "register-arrival", case_id=case_id)

        self._city.act(INTEND, intend, tenant=tenant, clerk=clerk, case=case_id, way="in")
        if (refused := self._brought_to_its_end(tenant, case_id)) is not None:
            raise refused

    def complete(self, tenant: str, *, case_id: str) -> None:
        """Job and tick: bring an intent to its end. Repeating it changes nothing; a refusal waits on the case's page."""
        self._brought_to_its_end(tenant, case_id)

    def _brought_to_its_end(self, tenant: str, case_id: str) -> Refusal | None:
        """Registered, or back at the provisional entry with the refusal that it gives.

        Raises Refusal: of one that says nothing about this arrival (the network is away): it is tried again.
        """
        case, people = self._city.look_itself(
            READ,
            lambda tx: (arrivals.find(tx, case_id), arrivals.arrivers(tx, case_id)),
            tenant=tenant,
            case=case_id,
        )
        if case is None or not case.may("network-refused"):
            return None
        going = [one for one in to_come(people) if one.included]
        try:
            epochs = self._consume(tenant, case, going)
            self._city.act_itself(
                REGISTER,
                lambda tx: self._enter_register(tx, case, epochs),
                tenant=tenant,
                case=case_id,
            )
        except Refusal as refusal:
            if refusal.fault.code not in _FINAL[case.kind]:
                raise
            told = _with_name(refusal, going)
            self._give_up(tenant, case_id, told)
            return told
        return None

    def _must_be_free(self, tx: Transaction, case_id: str) -> None:
        """One number, one person (番号法 8条2項), before a transfer is consumed for it. Nobody is shown whose record it is.

        Raises Refusal ``municipality.number-held``.
        """
        for one in to_come(arrivals.arrivers(tx, case_id)):
            with tx.unseen():
                held = register_store.by_number(tx, one.mover.individual_number)
            if (
                one.included
                and held is not None
                and held.record_code != one.mover.resident_record_code
            ):
                raise Refusal(NUMBER_HELD)

    def _protect(self, tx: Transaction, case_id: str) -> None:
        """支援措置: J-LIS hears of it before anybody hears of the new address."""
        for one in to_come(arrivals.arrivers(tx, case_id)):
            if one.included and one.mover.protected:
                letter = ProtectionChanged(
                    resident_record_code=one.mover.resident_record_code,
                    protected=True,
                    municipality_code=tx.tenant,
                    at=tx.now,
                )
                self._city.post(tx).send(tx, letter, to="jpki", case=case_id)

    def _consume(self, tenant: str, case: MovingIn, going: Sequence[Arriver]) -> Mapping[UUID, int]:
        """The movers' transfers, all won from cancel and from every other city, or none; nothing for 転居."""
        if not going:
            raise Refusal(NOBODY_CHOSEN)
        if case.kind == "within-city":
            return {one.token: 0 for one in going}
        answer = self._city.inquirer(tenant).ask(
            ConsumeTransfers(
                movers=tuple(
                    MoverTransfer(
                        token=one.token,
                        request_id=uuid5(NAMESPACE_URL, f"{case.case_id}:{one.token}"),
                        resident_record_code=one.mover.resident_record_code,
                    )
                    for one in going
                ),
                municipality_code=MunicipalityCode(tenant),
                moved_on=case.moved_on or civil(self._city.clock.now()),
                by_paper=bool(case.paper),
            ),
            of="jukinet",
            purpose=REGISTERING,
        )
        return {one.token: one.epoch for one in answer.movers}

    def _give_up(self, tenant: str, case_id: str, refusal: Refusal) -> None:
        """Nothing was registered, and asking again would change nothing: back to the provisional entry, with the reason. Where the
        special route is over there is nothing to go back to."""

        def work(tx: Transaction) -> None:
            case = arrivals.find(tx, case_id)
            if case is None or not case.may("network-refused"):
                return
            if refusal.fault.code == TRANSFER_EXPIRED:
                cases.expire(self._city, tx, case, "network-expired")
                return
            entry = case.entry | {"refused": refusal.to_document()}
            cases.turn(tx, case, "network-refused", entry=entry)
            wake(tx, case_id)  # the word of a death waits for this

        self._city.act_itself(GIVE_UP, work, tenant=tenant, case=case_id)

    def _enter_register(
        self, tx: Transaction, intended: MovingIn, epochs: Mapping[UUID, int]
    ) -> None:
        """The arrival enters the register, whole or not at all.

        1. Only an intent that still stands: a repetition finds ``registered`` (or ``partly``) and changes nothing. What was won after another had
           given the same intent up (job and clerk at once) is registered all the same: the network has decided.
        2. Only those whose transfer was won (``epochs``): nobody is registered in two cities (I1).
        3. 宛名番号 for everybody and one 世帯番号 are reserved; they join a household of the entry, if anybody stays in it, or
           become one of their own. The head is written first, as on paper (municipal §7).
        4. Of a change of address the register is asked again what the decision was asked: who may have left since is nobody's
           head, and nobody who is leaving moves. Whose head goes gets another once they have gone.
        5. Each person is written, named in the audit row, and reported in the same
           transaction: 転入通知 to the old city (住民基本台帳法 9条), 転居 to the network.
        6. Cards that notice came too late for end with it, here and at J-LIS (番号法施行令 14条).
        7. The appointment's place is free again, the resident reads what was compared, and until when cards can be continued
           (municipal §1.2: 90 days), or that they have ended. The case is closed, or waits for those of the notice who are still to come: an appointment that
           lies ahead is theirs then.
        """
        case_id = intended.case_id
        case = arrivals.find(tx, case_id)
        if case is None or not _stands(case, intended):
            return
        movers = arrivals.arrivers(tx, case_id)
        going = [one for one in to_come(movers) if one.token in epochs]
        rest = [
            one for one in to_come(movers) if one.token not in epochs and _may_come(tx, case, one)
        ]
        case = joining.joined_or_on_their_own(tx, case, going, civil(tx.now))
        case = _as_the_household_writes_it(tx, case)
        rests = self._rests(tx, case, going)
        entered = {one["token"]: one for one in case.entry["people"]}
        going.sort(key=lambda one: not entered[str(one.token)]["is_head"])
        moved_on = case.moved_on or civil(tx.now)
        last_resident, last_household = register_store.next_numbers(tx, len(going), 1)
        household = case.entry["joins_household"] or register_number(last_household)
        for place, one in enumerate(going):
            serial = register_number(last_resident - len(going) + 1 + place)
            resident = self._write(tx, case, one.mover, entered[str(one.token)], household, serial)
            tx.shown((resident.resident_id,))
            arrivals.note_resident(
                tx, one, resident.resident_id, moved_on, case.notified_on or civil(tx.now)
            )
            self._report(tx, case, one, resident, epochs[one.token])
        for one in (ended := lapsing.lapsing(case, going)):
            self._end_card(tx, case, one, epochs[one.token])
        for head, others in rests:
            heading.take_over(tx, head, others, on=moved_on, case_id=case_id, by=case.decided_by)
        booked = visits.place_of(tx, case_id)
        if not rest or booked is None or booked.on_date <= civil(tx.now):
            visits.release(tx, case_id)
        if rest:
            cases.turn(
                tx, case, "part-registered", registered_at=tx.now, entry={}, visit={}, moved_on=None
            )
            casework_store.put_back(tx, "in", case_id)
            for one in rest:  # the next visit asks anew who of them comes with it
                arrivals.include(tx, one, included=True)
        else:
            entry = _not_refused(case.entry)
            cases.turn(tx, case, "registered", registered_at=tx.now, entry=entry)
        self._tell(tx, case, going, rest, ended)
        wake(tx, case_id)  # the word of a death waits for this

    def _end_card(self, tx: Transaction, case: MovingIn, one: Arriver, epoch: int) -> None:
        arrivals.settle_card(tx, case.case_id, one.token, "lost")
        letter = CardNotContinued(
            resident_record_code=one.mover.resident_record_code,
            municipality_code=MunicipalityCode(tx.tenant),
            notified_on=case.notified_on or civil(tx.now),
            registered_at=tx.now,
            epoch=epoch,
        )
        self._city.post(tx).send(tx, letter, to="jpki", case=case.case_id)

    @staticmethod
    def _rests(
        tx: Transaction, case: MovingIn, going: Sequence[Arriver]
    ) -> list[tuple[Resident, Mapping[str, Said]]]:
        """Who becomes head of the households of this city that they leave, with how the others stand to them: by the decision and by the
        register as it is now.

        Raises Refusal ``municipality.leaving-already``, ``municipality.head-needed``, ``municipality.head-too-young``,
        ``municipality.related-anew``, ``municipality.related-otherwise``, ``municipality.child-left-alone``: it is not what was decided on.
        """
        here = overlapping.of_this_city(tx, case, going)
        overlapping.must_not_leave(here)
        caring.must_be_known(caring.left_behind(tx, here), case.entry.get("left_alone", ()))
        named = case.entry.get("remaining_heads", ())
        written = case.entry.get("remaining_related", {})
        because = case.entry.get("remaining_because", "")
        return [
            (head, heading.related(rest, head, written, because))
            for rest in heading.rests(tx, here)
            if (head := heading.chosen(tx, rest, named)) is not None
        ]

    def _tell(
        self, tx: Transaction, case: MovingIn, going: Sequence[Arriver], rest: Sequence[Arriver],
        ended: Sequence[Arriver],
    ) -> None:  # fmt: skip
        """The resident reads who was registered and who is still to come, until when, where, and what was compared; of somebody protected
        no place. And whose card has ended, or until when the others' are to be updated."""
        hidden = any(one.mover.protected for one in going)
        left = [one.mover for one in rest]
        self._city.send_progress(
            tx, case.case_id, "registered", IN_DESK,
            telling.registered(case, going, left, hidden=hidden),
            telling.proof_of(case.visit),
            "" if hidden else Address.model_validate(case.entry["address"]).line,
            [one.name for one in left],
            residence_cards=residence_cards_left(arrivals.arrivers(tx, case.case_id)),
            to_come=[StillToCome(name=one.mover.name, until=until(case, one)) for one in rest],
        )  # fmt: skip
        for why in lapsing.told(case, ended):
            self._city.send_progress(tx, case.case_id, "card-lost", IN_DESK, why)
        if any(one.card == "pending" for one in going if one not in ended):
            day = civil(tx.now)
            last = cards_until(case.kind, case.moved_on or day, case.notified_on or day)
            self._city.send_progress(
                tx, case.case_id, "card-pending", IN_DESK,
                Text(f"{'カードの住所の書きかえ' if case.kind == 'within-city' else 'カードの住所の書きかえ（継続利用）'}は {long_date(last)} までに",
                     f"Have your cards updated with the new address by {long_date(last, 'en')}"),
            )  # fmt: skip

    def _write(
        self,
        tx: Transaction,
        case: MovingIn,
        mover: Mover,
        facts: Mapping[str, Any],
        household: str,
        serial: str,
    ) -> Resident:
        """One person's record after the move, by one of three ways.

        1. 転居: the open record of this city gets its new address; a record that is not open any more
           means that somebody else was faster.
        2. Somebody who lived here before keeps their 宛名番号: the closed record is opened again with
           what the certificate data say, as a further version (I3; municipal §7): their number too, which may
           have been changed elsewhere (番号法 7条2項).
        3. Everybody else gets ``serial`` and a first version.

        The former address of a protected person is not written (支援措置, I8).
        """
        before = register_store.by_record_code(tx, mover.resident_record_code)
        shared = _moved(tx, case, facts, household)
        moved_on = case.moved_on or civil(tx.now)
        if case.kind == "within-city":
            if before is None or not before.here:
                raise Refusal(CHANGED_MEANWHILE)
            return register_store.change(
                tx,
                before,
                reason="転居",
                changed_on=moved_on,
                former_address=before.address,
                **shared,
            )
        old_address = "" if mover.protected else (case.certificate or {}).get("old_address", "")
        shared |= relationships.items_of(mover) | {
            "has_card": lapsing.keeps(case, mover),
            "individual_number": mover.individual_number,
            "resident_since": case.moved_on,
            "former_address": old_address,
        }
        if before is not None:
            return register_store.change(
                tx, before, reason="国内転入", changed_on=moved_on, **shared
            )
        resident = Resident(
            resident_id=serial,
            version=1,
            record_code=mover.resident_record_code,
            reason="国内転入",
            changed_on=moved_on,
            **shared,
        )
        register_store.enter(tx, resident)
        return resident

    def _report(
        self,
        tx: Transaction,
        case: MovingIn,
        one: Arriver,
        resident: Resident,
        epoch: int,
    ) -> None:
        """転入通知 to the old city; 転居 to the network."""
        post = self._city.post(tx)
        moved_on = case.moved_on or civil(tx.now)
        if case.kind == "within-city":
            self._city.tell_network(
                tx, resident.resident_id, resident.record_code, "address", moved_on
            )
            return
        notice = NoticeOfMovedIn(
            case_id=case.case_id,
            token=one.token,
            resident_record_code=resident.record_code,
            moved_in_on=moved_on,
            notified_on=case.notified_on or civil(tx.now),
            new_address=""
            if protection.around(tx, [resident]).people
            else Address.model_validate(case.entry["address"]).line,
            to_municipality=MunicipalityCode(tx.tenant),
            epoch=epoch,
        )
        old = (case.certificate or {})["from_municipality"]
        post.send(tx, notice, to=city_id(old), case=case.case_id)

    def complete_all(self, tenant: str, _: date) -> None:
        """Intents that were committed and not brought to their end."""
        found = self._city.look_itself(
            UNFINISHED,
            lambda tx: arrivals.expected(tx, (InState.REGISTERING,)),
            tenant=tenant,
        )
        each((one.case_id for one in found), lambda case: self.complete(tenant, case_id=case))


def _may_come(tx: Transaction, case: MovingIn, one: Arriver) -> bool:
    """Whether who is not registered now can be by this notice: of a change of address nobody who is leaving the city, or has left it."""
    if case.kind == "between-cities":
        return True
    here = register_store.by_record_code(tx, one.mover.resident_record_code)
    return here is not None and here.state == "resident"


def _as_the_household_writes_it(tx: Transaction, case: MovingIn) -> MovingIn:
    """Who joins a household lives at its address, in the letters in which it is written of the others."""
    own = register_store.home(tx, number) if (number := case.entry["joins_household"]) else {}
    written = {item: said for item, said in own.items() if said or item != "postcode"}
    return replace(case, entry=case.entry | {"address": case.entry["address"] | written})


def _not_refused(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {item: kept for item, kept in entry.items() if item != "refused"}


def _stands(case: MovingIn, intended: MovingIn) -> bool:
    """Is this intent open, or was it given up meanwhile and nothing done about it since? Another one of the same case is of others who came
    later."""
    if case.request_id != intended.request_id:
        return False
    if case.state == InState.REGISTERING:
        return True
    given_up = case.state == InState.PROVISIONAL and case.refused is not None
    return given_up and case.kind == "between-cities"


def _with_name(refusal: Refusal, going: Sequence[Arriver]) -> Refusal:
    """The refusal naming the mover whom the network meant, where it said who."""
    place = refusal.facts.get("mover")
    if not isinstance(place, int) or not 0 <= place < len(going):
        return refusal
    mover = going[place].mover
    return Refusal(refusal.fault, **refusal.facts | {"name": mover.name, "kana": mover.kana})


def _as_entered(tx: Transaction, case: MovingIn, shown: Entry) -> None:
    """Raises Refusal ``municipality.not-as-entered``, ``municipality.address-elsewhere``, ``municipality.item-empty``."""
    address = addresses.completed(shown.address, hall_store.city(tx))
    if found := entering.changed(case, shown, address):
        raise Refusal(
            NOT_AS_ENTERED,
            items="、".join(one.ja for one in found),
            items_en=", ".join(one.en for one in found),
        )


def _moved(
    tx: Transaction, case: MovingIn, facts: Mapping[str, Any], household: str
) -> dict[str, Any]:
    """Items that every move writes: the new address and household, the notice, nothing planned."""
    address = Address.model_validate(case.entry["address"])
    return {
        "household_number": household,
        "relationship": facts["relationship"],
        "is_head": facts["is_head"],
        "because": case.entry["because"]
        if facts["token"] in case.entry.get("departing", ())
        else "",
        **address.model_dump(include=set(ADDRESS)),
        "lives_here_since": case.moved_on,
        "state": "resident",
        "notified_on": case.notified_on,
        "planned_to": "",
        "planned_on": None,
        "confirmed_to": "",
        "confirmed_on": None,
        "case_id": case.case_id,
        "processed_at": tx.now,
        "processed_by": case.decided_by,
    }
