"""The old city after acceptance: the planned day comes; the network's word and the notice of moved-in close the record (T3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kazasu.contracts.jukinet import DepartureEffective, TransferConsumed
from kazasu.contracts.municipality import (
    ArrivedElsewhere,
    CertificateDataAnswer,
    CertificateOfMovingOut,
    MoveNotice,
    NoticeOfMovedIn,
    RequestCertificateData,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.carrier.letters import Received, wake
from kazasu.exchange.room import tenant_of
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.hall.context import CityContext, city_id, desk, own
from kazasu.municipality.hall.model import REGISTER, Clerk
from kazasu.municipality.moving.faults import (
    NETWORK_SILENT,
    NOT_AS_THE_NETWORK_SAYS,
    NOT_LEAVING,
    REVISION_SKIPPED,
)
from kazasu.municipality.moving.life import LEAVER
from kazasu.municipality.moving.model import OUT_DESK, Leaver, MovingOut
from kazasu.municipality.moving.rules import card_address
from kazasu.municipality.moving.service import cards, cases
from kazasu.municipality.moving.store import notices, papers, queues
from kazasu.municipality.moving.store.papers import Query
from kazasu.municipality.register import heads, protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident, address_of
from kazasu.municipality.register.relationships import Known

DEPART: Final = own(
    "moving-out.depart", Text("転出予定日の到来", "The planned day of moving out has come")
)
HEAR: Final = own(
    "moving-out.hear",
    Text("住基ネットからの転入の知らせの記録", "Recording the network's word of an arrival"),
)
CLOSE: Final = own(
    "moving-out.close",
    Text("転入通知による除票の確定", "Closing the record on the notice of moved-in"),
)
ELSEWHERE: Final = action("municipality.moving-out.send-elsewhere", "institution", shows="found")
LIST: Final = desk(
    "desk.overdue",
    Text("転入通知の未着の確認", "Looking for notices of moved-in that did not come"),
    role=REGISTER,
)
TO_BE_ASKED: Final = (
    "残る世帯の世帯主が変わりました。続柄を本人に確かめて、職権修正で直してください（{names}）"
)
"""As a note among the staff, which is in Japanese as all of them are."""
OVERDUE_AFTER: Final = timedelta(days=30)


class Departures:
    """除票."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def depart(self, tenant: str, today: date) -> int:
        """除票(予定) for everybody whose planned day has come; returns how many."""

        return self._city.each_itself(
            DEPART, lambda tx: notices.due_leavers(tx, today), self._depart, tenant=tenant
        )

    def _depart(self, tx: Transaction, due: Leaver) -> bool:
        leaver, resident = (
            notices.leaver_of(tx, due.token),
            register_store.by_id(tx, due.resident_id),
        )
        if (
            leaver is None
            or not LEAVER.can(leaver.state, "day-came")
            or resident is None
            or resident.state != "leaving"
        ):
            return False
        register_store.change(
            tx, resident, state="left-planned", reason="国内転出", is_head=False,
            changed_on=leaver.planned_on, processed_at=tx.now, processed_by="system",
        )  # fmt: skip
        # Whoever moved in with them since their notice was accepted stays without them.
        _stay_without(tx, leaver, resident, on=leaver.planned_on)
        notices.turn_leaver(tx, leaver, "day-came", notified_at=None, revision=0)
        self._city.post(tx).send(
            tx,
            DepartureEffective(
                token=leaver.token,
                resident_record_code=resident.record_code,
                municipality_code=MunicipalityCode(tx.tenant),
                on=leaver.planned_on,
                ex_officio=bool(cases.notice(tx, leaver.case_id).ex_officio),
            ),
            to="jukinet",
            case=leaver.case_id,
        )
        return True

    def overdue(
        self, tenant: str, clerk: Clerk
    ) -> tuple[list[tuple[Leaver, Resident]], frozenset[str], list[Query]]:
        """転入通知未着: gone for 30 days, and nobody has told us that they arrived; of whom it is not for a list to say where; and what
        the cities that were asked have answered."""

        def work(
            tx: Transaction,
        ) -> tuple[list[tuple[Leaver, Resident]], frozenset[str], list[Query]]:
            found = notices.overdue_leavers(tx, civil(tx.now) - OVERDUE_AFTER)
            people = register_store.several(tx, [one.resident_id for one in found])
            near = protection.around(tx, people)
            hidden = frozenset(one.resident_id for one in people if near.covers(one))
            known = {one.resident_id: one for one in people}
            asked = papers.queries(tx, [one.case_id for one in found])
            return [(one, known[one.resident_id]) for one in found], hidden, asked

        return self._city.act(LIST, work, tenant=tenant, clerk=clerk)

    @staticmethod
    def count_overdue(tx: Transaction, today: date) -> int:
        return queues.overdue(tx, today - OVERDUE_AFTER)

    def consumed(self, tx: Transaction, letter: TransferConsumed, _: Received) -> None:
        """The network's word: which city registered the mover, with which epoch. Kept beside the leaver.

        A notice of moved-in that came first, and waits for this, is due at once.

        Raises Refusal ``municipality.not-leaving``, ``municipality.not-as-the-network-says`` (it said something else
        before): the letter waits for a clerk.
        """
        tx.audit(HEAR.by(case=letter.case_id))
        leaver, _resident = _leaving(tx, letter.token, letter.resident_record_code)
        if leaver.consumed_by is not None:
            self._must_agree(leaver, letter.consumed_by, letter.epoch)
            return  # repeated
        notices.note_consumed(tx, leaver, letter.consumed_by, letter.epoch)
        wake(tx, leaver.case_id)
        self._tell_who_waits(tx, leaver, letter.consumed_by)

    def _tell_who_waits(self, tx: Transaction, leaver: Leaver, arrived_in: str) -> None:
        """Every other city that has their data expects them no more."""
        letter = ArrivedElsewhere(
            case_id=leaver.case_id,
            from_municipality=MunicipalityCode(tx.tenant),
            tokens=(leaver.token,),
        )
        for city in notices.cities_with_data(tx, leaver.case_id):
            if city != arrived_in:
                self._city.post(tx).send(tx, letter, to=city_id(city), case=leaver.case_id)

    def moved_in(self, tx: Transaction, letter: NoticeOfMovedIn, _: Received) -> None:
        """転入通知: the record is closed for good; confirmed values beside the planned ones.

        On two words that agree: the network's, who decided the arrival, and the new city's, who knows the rest. A
        correction is a later revision of the same city about the same arrival.

        Raises Refusal ``municipality.network-silent``: the letter waits for the network's word and is then applied by
        itself; ``municipality.not-leaving``, ``municipality.not-as-the-network-says``,
        ``municipality.revision-skipped``: it waits for a clerk.
        """
        tx.audit(CLOSE.by(case=letter.case_id))
        leaver, resident = _leaving(tx, letter.token, letter.resident_record_code)
        if leaver.consumed_by is None:
            raise Refusal(NETWORK_SILENT)
        self._must_agree(leaver, letter.to_municipality, letter.epoch)
        if leaver.revision >= letter.revision:
            return  # repeated; the newest counts (municipal §1.5)
        if letter.revision > leaver.revision + 1:  # a far one would be the last that counts
            raise Refusal(REVISION_SKIPPED, revision=letter.revision, expected=leaver.revision + 1)
        if (
            leaver.state == "died"
        ):  # their record was closed by the death; who has them now was told of it
            notices.turn_leaver(
                tx, leaver, "moved-in", notified_at=tx.now, revision=letter.revision
            )
            return
        register_store.change(
            tx,
            resident,
            state="left",
            is_head=False,
            reason="国内転出",
            changed_on=letter.moved_in_on,
            confirmed_to="" if resident.protected else letter.new_address,
            confirmed_on=letter.moved_in_on,
            processed_at=tx.now,
            processed_by="system",
        )
        _stay_without(tx, leaver, resident, on=letter.moved_in_on)
        notices.turn_leaver(tx, leaver, "moved-in", notified_at=tx.now, revision=letter.revision)
        cards.moved_on(self._city, tx, resident)
        cases.close_if_all_are_gone(self._city, tx, leaver.case_id)

    def _must_agree(self, leaver: Leaver, municipality: str, epoch: int) -> None:
        """Raises Refusal ``municipality.not-as-the-network-says``, with what the network said."""
        if (leaver.consumed_by, leaver.epoch) == (municipality, epoch):
            return
        code = str(leaver.consumed_by)
        known = city_id(code) in self._city.directory
        said = self._city.entry(code).name if known else Text(code, code)
        raise Refusal(
            NOT_AS_THE_NETWORK_SAYS,
            municipality_ja=said.ja, municipality_en=said.en, expected=str(leaver.epoch), epoch=str(epoch),
        )  # fmt: skip

    def send_elsewhere(
        self, inquiry: RequestCertificateData, asked: Asked
    ) -> CertificateDataAnswer:
        """A mover stands at another city's desk than planned: the data of all of the notice who have not arrived follow there.

        One card of them is enough (住民基本台帳法 24条の2): who comes with it is completed at that desk. This city itself is no
        other one: nobody arrives where they leave.
        """
        tenant = tenant_of(asked.institution)

        def work(tx: Transaction) -> CertificateDataAnswer:
            leaver = notices.leaver_of(tx, inquiry.token)
            resident = register_store.by_id(tx, leaver.resident_id) if leaver else None
            if (
                leaver is None
                or resident is None
                or not leaver.on_the_way
                or tenant_of(asked.asker) == tenant
                or resident.record_code != inquiry.resident_record_code
            ):
                return CertificateDataAnswer(sent=False)
            self.send_data(tx, leaver, tenant_of(asked.asker))
            return CertificateDataAnswer(sent=True, case_id=leaver.case_id)

        return self._city.answer(ELSEWHERE, work, asked)

    def send_data(self, tx: Transaction, leaver: Leaver, to: str, paper: str = "") -> None:
        """The data of all of the notice who have not arrived go to the city at whose counter one of them stands.

        Args:
            paper: number of the certificate that they brought; empty: they hold their card.
        """
        going = _together(tx, leaver)
        case = cases.notice(tx, leaver.case_id)
        people, head = as_accepted(tx, case, [one for _, one in going])
        planned = MoveNotice.model_validate(case.notice)
        letter = CertificateOfMovingOut(
            case_id=leaver.case_id,
            from_municipality=MunicipalityCode(tx.tenant),
            to_municipality=MunicipalityCode(to),
            old_address=address_of(people[0], MunicipalityCode(tx.tenant)),
            planned_date=leaver.planned_on,
            new_address=planned.new_address.line if to == leaver.to_municipality else "",
            movers=tuple(
                card_address.leaving(tx, one, token, head, ex_officio=bool(case.ex_officio))
                for (token, _), one in zip(going, people, strict=True)
            ),
            paper=paper,
            died=tuple(one.name for one in _dead(tx, leaver.case_id)),
        )
        self._city.post(tx).send(tx, letter, to=city_id(to), case=leaver.case_id)
        self._name_to_the_resident(tx, leaver.case_id, to)
        notices.note_sent_elsewhere(tx, leaver.case_id, to)

    def _name_to_the_resident(self, tx: Transaction, case_id: str, city: str) -> None:
        """The portal believes no city of a move that it does not know of: this one names it, once."""
        if city not in notices.cities_with_data(tx, case_id):
            self._city.send_progress(tx, case_id, "sent-elsewhere", OUT_DESK, city=city)


def _together(tx: Transaction, leaver: Leaver) -> list[tuple[UUID, Resident]]:
    """Those of the same notice who have not arrived, with their tokens."""
    tokens = {
        one.resident_id: one.token for one in notices.leavers(tx, leaver.case_id) if one.on_the_way
    }
    return [(tokens[one.resident_id], one) for one in register_store.several(tx, list(tokens))]


def _dead(tx: Transaction, case_id: str) -> list[Resident]:
    """Who of a notice died on the way."""
    gone = [one.resident_id for one in notices.leavers(tx, case_id) if one.state == "died"]
    return register_store.several(tx, gone)


def as_accepted(
    tx: Transaction, case: MovingOut, people: Sequence[Resident]
) -> tuple[list[Resident], str]:
    """The movers with the relationships, and the name of the head, of the household that they leave as it was when the notice was accepted
    (住民基本台帳法施行令 23条2項): who heads it since is not the head that 夫 or 子 is written of. Where that head has died since, as it is now: no
    certificate names the dead as who heads a household.

    Args:
        case: accepted, or about to be in this transaction.
    """
    leavers = notices.leavers(tx, case.case_id)
    known = heads.known_of(tx, people[0].household_number, {one.resident_id for one in leavers})
    head = known.head_before(case.decided_at or tx.now)
    if head is not None and head.died:
        head = known.head_before(tx.now)
        return list(people), (head if head is not None and not head.died else people[0]).name
    return [_as_it_left(known, case, one) for one in people], (head or people[0]).name


def _as_it_left(known: Known, case: MovingOut, resident: Resident) -> Resident:
    """With the relationship of the version that this notice wrote: another one since is to another head."""
    written = next(
        one
        for one in reversed(known.histories[resident.resident_id])
        if one.state == "leaving" and one.case_id == case.case_id
    )
    return replace(resident, relationship=written.relationship)


def _leaving(tx: Transaction, token: UUID, record_code: str) -> tuple[Leaver, Resident]:
    """The mover of this token, and their record. Raises Refusal ``municipality.not-leaving``."""
    leaver = notices.leaver_of(tx, token)
    resident = register_store.by_id(tx, leaver.resident_id) if leaver else None
    if leaver is None or resident is None or not LEAVER.can(leaver.state, "moved-in"):
        raise Refusal(NOT_LEAVING)
    if resident.record_code != record_code:
        raise Refusal(NOT_LEAVING)
    return leaver, resident


def _stay_without(tx: Transaction, leaver: Leaver, gone: Resident, *, on: date) -> None:
    """Who stays gets a head; of whom it does not follow how they stand to it the staff read, and ask."""
    if asked := heads.name_one(tx, gone.household_number, on=on, gone=gone):
        cases.note_who_is_asked(tx, cases.notice(tx, leaver.case_id), TO_BE_ASKED, asked)
