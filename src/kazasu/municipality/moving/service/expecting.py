"""Expected arrivals: reservation and certificate data come in any order; both make one ready."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from kazasu.contracts.municipality import (
    ArrivedElsewhere,
    CardContinuedBefore,
    CertificateCancelled,
    CertificateOfMovingOut,
    ChangeVisit,
    MoveNotice,
    VisitReservation,
)
from kazasu.contracts.portal import MoveEvent
from kazasu.exchange.carrier.letters import Received
from kazasu.exchange.faults import WRONG_SENDER
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.hall.context import CityContext, city_id, own
from kazasu.municipality.hall.ports import Gone
from kazasu.municipality.moving.faults import BEING_REGISTERED
from kazasu.municipality.moving.life import IN, InEvent, InState
from kazasu.municipality.moving.model import IN_DESK, MovingIn, to_come, until
from kazasu.municipality.moving.rules import card_address
from kazasu.municipality.moving.service.cases import (
    READY,
    WAITS,
    Ending,
    expire,
    forget,
    free,
    no_longer_expected,
    reservation_without_who_goes_abroad,
    turn,
)
from kazasu.municipality.moving.service.visits import VisitDesk
from kazasu.municipality.moving.store import arrivals, visits
from kazasu.municipality.register import store as register_store

EXPECTING: Final = Text("転入の準備", "Preparing an arrival")
RESERVE: Final = own("arrival.reserve", EXPECTING)
CERTIFICATE: Final = own("arrival.certificate", EXPECTING)
CANCELLED: Final = own(
    "arrival.cancelled",
    Text(
        "来なくなった方（転出の取消し・死亡）の情報の消去",
        "Deleting the data of who will not come: the move was cancelled, or they died",
    ),
)
ELSEWHERE: Final = own(
    "arrival.elsewhere",
    Text("ほかの市区町村で登録された方の情報の消去", "Deleting the data of who was registered elsewhere"),
)  # fmt: skip
CARD_CONTINUED: Final = own(
    "arrival.card-continued",
    Text(
        "前の市区町村でカードの住所が書きかえられたことの記録",
        "Recording that cards were continued in the city before",
    ),
)
CHANGE_VISIT: Final = own(
    "arrival.change-visit", Text("来庁の予約の変更", "Changing an appointment at the counter")
)
MISSED: Final = own(
    "arrival.missed", Text("来庁がなかった予約の記録", "Noting an appointment that was not kept")
)
EXPIRED: Final = own(
    "arrival.expired", Text("期間を過ぎた転入の受付の終了", "Ending an arrival whose days are over")
)

_DATA: Final[Mapping[bool, tuple[InEvent, ...]]] = {True: ("certificate-came",), False: ()}


class ExpectedArrivals:
    """転入の準備."""

    def __init__(self, city: CityContext, visit_desk: VisitDesk) -> None:
        self._city = city
        self._visits = visit_desk

    def reserve(self, tx: Transaction, letter: VisitReservation, _: Received) -> None:
        """転入予約 or 転居予約. Without room in the slot the case is kept; the resident chooses again."""
        tx.audit(RESERVE.by(case=letter.case_id))
        notice = letter.notice
        case = arrivals.find(tx, letter.case_id)
        if case is not None and not case.may("reservation-came"):
            free(tx, letter.case_id)  # nobody comes by it: what was held for them is others' again
            return
        booked = self._visits.book(
            tx, letter.case_id, letter.hold_id, notice.visit_office, notice.visit_date,
            notice.visit_starts,
        )  # fmt: skip
        reservation = {
            "notice": notice.model_dump(mode="json"),
            "applicant_name": letter.applicant_name,
            "submitted_at": letter.submitted_at.isoformat(),
            "signed": letter.signed.model_dump(mode="json"),
        }
        if case is None:
            case = self._new(tx, letter.case_id, notice.kind)
            arrivals.add(tx, case)
        again: tuple[InEvent, ...] = (
            ("place-booked",) if booked and case.state == InState.MISSED else ()
        )
        case = replace(case, reservation=reservation)
        self._came(tx, case, (*again, "reservation-came"), "reservation-received")
        if notice.kind == "within-city":
            self._own_movers(tx, letter.case_id, notice)
            self._without_the_dead(tx, letter.case_id, notice)
            self._without_who_goes_abroad(tx, letter.case_id, notice, letter.submitted_at)
            self._city.house.jobs.enqueue(tx, "check-reservation", case_id=letter.case_id)
        if not booked:
            self._city.send_progress(
                tx, letter.case_id, "visit-missed", IN_DESK,
                Text("予約した時間が埋まりました。別の日時を選んでください", "Your time was taken. Please choose another"),
            )  # fmt: skip

    def certificate(
        self, tx: Transaction, letter: CertificateOfMovingOut, received: Received
    ) -> None:
        """転出証明書情報 from the old city.

        Raises Refusal ``exchange.wrong-sender``: the case came from another city, which the resident named or which sent its
        data first. Who could write there could then take the case back as well.
        """
        tx.audit(CERTIFICATE.by(case=letter.case_id))
        case = arrivals.find(tx, letter.case_id)
        if case is not None and origin_of(case) not in ("", letter.from_municipality):
            raise Refusal(WRONG_SENDER, sender=received.sender, kind=letter.kind)
        if case is None:
            case = self._new(tx, letter.case_id, "between-cities")
            arrivals.add(tx, case)
        event: InEvent = "paper-came" if letter.paper else "certificate-came"
        if not case.may(event):
            return
        paper = letter.paper or case.paper
        certificate = {
            "from_municipality": letter.from_municipality,
            "old_address": letter.old_address.line,
            "planned_date": letter.planned_date.isoformat(),
            "new_address": letter.new_address or (case.certificate or {}).get("new_address", ""),
            "revision": letter.revision,
        } | ({"paper": paper} if paper else {})
        for mover in letter.movers:
            arrivals.add_arriver(tx, letter.case_id, mover.token, mover)
        partly = any(one.registered for one in arrivals.arrivers(tx, letter.case_id))
        case = replace(
            case, certificate=certificate, died=list(dict.fromkeys((*case.died, *letter.died))),
            abroad=list(dict.fromkeys((*case.abroad, *letter.abroad))),
        )  # fmt: skip
        told: MoveEvent = "redirected" if case.redirected else "certificate-received"
        over = civil(tx.now) > periods.transfer_usable_until(letter.planned_date)
        if paper or (over and IN.can(IN.turn(case.state, event).to, "ran-out")):
            # By paper nobody has an appointment. Sent too late for a card they are not ready either: the resident reads what is left.
            self._city.send_progress(tx, case.case_id, told, IN_DESK)
            if paper:
                waits = partly and IN.can(IN.turn(case.state, event).to, "rest-waits")
                turn(tx, case, event, *WAITS[waits])
            else:
                expire(self._city, tx, case, event, "ran-out")
            return
        self._came(tx, case, (event,), told)

    def certificate_cancelled(
        self, tx: Transaction, letter: CertificateCancelled, received: Received
    ) -> None:
        """The move is off: the copy of the movers' data is deleted (I9).

        Raises Refusal ``exchange.wrong-sender``: only the old city of this case may say so; ``municipality.being-registered``.
        """
        tx.audit(CANCELLED.by(case=letter.case_id))
        self._not_here(tx, letter, received, "data-taken-back")

    def arrived_elsewhere(
        self, tx: Transaction, letter: ArrivedElsewhere, received: Received
    ) -> None:
        """Movers are registered in another city than this one, which had their data: nobody expects them here any more.

        Raises Refusal ``exchange.wrong-sender``: only the old city of this case may say so.
        """
        tx.audit(ELSEWHERE.by(case=letter.case_id))
        self._not_here(tx, letter, received, "arrived-elsewhere")

    def card_continued(
        self, tx: Transaction, letter: CardContinuedBefore, received: Received
    ) -> None:
        """A card that was said to end with this move was continued before it, and goes on.

        Raises Refusal ``exchange.wrong-sender``: only the old city of this case may say so.
        """
        tx.audit(CARD_CONTINUED.by(case=letter.case_id))
        case = arrivals.find(tx, letter.case_id)
        if case is None or case.certificate is None:
            return  # nobody is expected any more: letters of a case come in order
        if received.sender != city_id(case.certificate["from_municipality"]):
            raise Refusal(WRONG_SENDER, sender=received.sender, kind=letter.kind)
        arrivals.note_continued_before(tx, case.case_id, letter.tokens)

    def _not_here(
        self,
        tx: Transaction,
        letter: CertificateCancelled | ArrivedElsewhere,
        received: Received,
        event: Ending,
    ) -> None:
        """Raises Refusal ``exchange.wrong-sender``, ``municipality.being-registered``: it waits for the network's word on the arrival."""
        case = arrivals.find(tx, letter.case_id)
        if case is None or case.certificate is None:
            return
        if received.sender != city_id(case.certificate["from_municipality"]):
            raise Refusal(WRONG_SENDER, sender=received.sender, kind=letter.kind)
        died = isinstance(letter, CertificateCancelled) and letter.died
        if died and case.state == InState.REGISTERING:
            # The network may have given them to this city already: what it has decided is written first.
            raise Refusal(BEING_REGISTERED)
        gone = {*letter.tokens} if died else set()
        names = [one.mover.name for one in arrivals.arrivers(tx, case.case_id) if one.token in gone]
        no_longer_expected(tx, case, letter.tokens, "nobody-left" if died else event, names)

    def change_visit(self, tx: Transaction, letter: ChangeVisit, _: Received) -> None:
        tx.audit(CHANGE_VISIT.by(case=letter.case_id))
        case = arrivals.find(tx, letter.case_id)
        if case is None or not case.may("place-booked"):
            return
        booked = self._visits.book(
            tx, letter.case_id, letter.hold_id, letter.office_id, letter.date, letter.starts
        )
        if not booked:
            note = Text(
                "その時間は埋まっていました。別の日時を選んでください",
                "That time was taken. Please choose another",
            )
            self._city.send_progress(tx, letter.case_id, "visit-missed", IN_DESK, note)
            return
        events: list[InEvent] = ["place-booked"]
        if case.state == InState.MISSED:
            events += [*_DATA[case.certificate is not None], *READY[not case.half]]
        turn(tx, case, *events)
        self._city.send_progress(tx, letter.case_id, "visit-changed", IN_DESK)

    def withdraw(self, tx: Transaction, case: MovingIn, at: datetime) -> None:
        """The resident took the reservation back at this instant; certificate data are purged by their own letter. Where it comes too
        late, for all or for some, the old city says so; within one city this one does."""
        if not case.may("take-back"):
            return
        some = any(one.registered for one in arrivals.arrivers(tx, case.case_id))
        if some or IN.turn(case.state, "take-back").to == case.state:
            if case.kind == "within-city":
                self._city.send_progress(tx, case.case_id, "cancel-refused", IN_DESK)
            return
        free(tx, case.case_id)
        if case.kind == "within-city" or case.certificate is None:
            arrivals.purge_arrivers(tx, case.case_id)
        forget(tx, case, "take-back", certificate=case.certificate, at=at)
        if case.kind == "within-city":
            self._city.send_progress(tx, case.case_id, "withdrawn", IN_DESK)

    @staticmethod
    def drop(tx: Transaction, case: MovingIn) -> None:
        """A correction names another new city: nothing of what was announced is kept here, and the place is free (I9).

        It is no end: another correction may lead back, and the movers may stand at this city's counter all the same.
        """
        if not case.may("led-elsewhere") or case.certificate is not None:
            return
        free(tx, case.case_id)
        arrivals.purge_arrivers(tx, case.case_id)
        forget(tx, case, "led-elsewhere")

    def _came(
        self, tx: Transaction, case: MovingIn, events: Sequence[InEvent], told: MoveEvent
    ) -> None:
        """One of the two letters is here; with the other one, or where there is none to come, it is ready."""
        ready = not case.half and IN.can(IN.through(case.state, events), "complete")
        turn(tx, case, *events, *READY[ready])
        self._city.send_progress(tx, case.case_id, told, IN_DESK)
        if ready:
            self._city.send_progress(tx, case.case_id, "in-ready", IN_DESK)

    def _own_movers(self, tx: Transaction, case_id: str, notice: MoveNotice) -> None:
        """転居: the movers are our own residents; their data are our own register's."""
        ids = register_store.residents_of_members(tx, notice.member_ids)
        for resident in register_store.several(tx, ids):
            token = uuid5(NAMESPACE_URL, f"{case_id}:{resident.resident_id}")
            arrivals.add_arriver(tx, case_id, token, card_address.leaving(tx, resident, token))

    def _without_the_dead(self, tx: Transaction, case_id: str, notice: MoveNotice) -> None:
        """It was sent before the death of one of them was entered, and came after it."""
        dead = [one.name for one in register_store.dead_of_members(tx, notice.member_ids)]
        case = arrivals.find(tx, case_id)
        if not dead or case is None:
            return
        self._city.send_progress(tx, case_id, "mover-died", IN_DESK, gone=dead)
        no_longer_expected(tx, case, (), "nobody-left", dead)

    def _without_who_goes_abroad(
        self, tx: Transaction, case_id: str, notice: MoveNotice, sent_at: datetime
    ) -> None:
        """The same of a move abroad."""
        named = register_store.abroad_of_members(tx, notice.member_ids, sent_at)
        going = [
            Gone(one.resident_id, str(one.record_code), one.name, protected=one.protected)
            for one in register_store.several(tx, [one.resident_id for one in named])
        ]
        case = arrivals.find(tx, case_id)
        if going and case is not None:
            reservation_without_who_goes_abroad(self._city, tx, case, going)

    def note_missed(self, tenant: str, today: date) -> int:
        """Appointments that nobody came to; the place is free again."""

        def work(tx: Transaction, case_id: str) -> bool:
            case = arrivals.find(tx, case_id)
            place = visits.place_of(tx, case_id)
            if case is None or place is None or place.held_until or place.on_date >= today:
                return False
            if not case.may("missed"):
                return False
            visits.release(tx, case_id)
            turn(tx, case, "missed")
            self._city.send_progress(tx, case_id, "visit-missed", IN_DESK)
            return True

        self._city.act_itself(MISSED, visits.release_lapsed, tenant=tenant)
        return self._city.each_itself(
            MISSED, lambda tx: visits.missed(tx, today), work, tenant=tenant
        )

    def note_expired(self, tenant: str, today: date) -> int:
        """特例転入 is over, also of what was entered and not decided in time. Returns of how many.

        Who of a change of address within the city did not come with the others in their days stays where they are registered.
        """

        def work(tx: Transaction, case_id: str) -> bool:
            case = arrivals.find(tx, case_id)
            if case is None or case.certificate is None or case.paper:
                return False
            planned = date.fromisoformat(case.certificate["planned_date"])
            usable = today <= periods.transfer_usable_until(
                planned
            )  # the last day was closed: one more
            if usable or not case.may("ran-out"):
                return False
            expire(self._city, tx, case, "ran-out")
            return True

        def stays(tx: Transaction, case_id: str) -> bool:
            case = arrivals.find(tx, case_id)
            if case is None or not case.may("rest-gone"):
                return False
            rest = to_come(arrivals.arrivers(tx, case_id))
            if any((last := until(case, one)) is None or today <= last for one in rest):
                return False
            visits.release(tx, case_id)
            turn(tx, case, "rest-gone", visit={}, entry={})
            return True

        within = self._city.each_itself(EXPIRED, arrivals.partly_within, stays, tenant=tenant)
        return within + self._city.each_itself(
            EXPIRED, lambda tx: arrivals.past_special_route(tx, today), work, tenant=tenant
        )

    @staticmethod
    def _new(tx: Transaction, case_id: str, kind: Any) -> MovingIn:
        return MovingIn(
            case_id=case_id, version=1, kind=kind, state=InState.RESERVED, reservation=None,
            certificate=None, visit={}, entry={}, moved_on=None, notified_on=None,
            request_id=None, decided_by="", received_at=tx.now, registered_at=None,
        )  # fmt: skip


def origin_of(case: MovingIn) -> str:
    """Municipality code of the city that the movers leave, as far as it is known here."""
    notice: dict[str, Any] = (case.reservation or {}).get("notice", {})
    certified = case.certificate or {}
    return str(notice.get("origin_municipality") or certified.get("from_municipality") or "")
