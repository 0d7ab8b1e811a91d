"""Expected arrivals: reservation and certificate data come in any order; both make one ready."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from kazasu.contracts.municipality import (
    ArrivedElsewhere,
    CertificateCancelled,
    CertificateOfMovingOut,
    ChangeVisit,
    MoveNotice,
    VisitReservation,
)
from kazasu.exchange.carrier.letters import Received
from kazasu.exchange.faults import WRONG_SENDER
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit import periods
from kazasu.municipality.hall.context import CityContext, city_id, own
from kazasu.municipality.moving import model
from kazasu.municipality.moving.model import IN_DESK, InState, MovingIn
from kazasu.municipality.moving.service.cases import expire, save
from kazasu.municipality.moving.service.visits import VisitDesk
from kazasu.municipality.moving.store import arrivals, visits
from kazasu.municipality.register import relationships
from kazasu.municipality.register import store as register_store

EXPECTING: Final = Text("転入の準備", "Preparing an arrival")
RESERVE: Final = own("arrival.reserve", EXPECTING)
CERTIFICATE: Final = own("arrival.certificate", EXPECTING)
CANCELLED: Final = own("arrival.cancelled", EXPECTING)
ELSEWHERE: Final = own("arrival.elsewhere", EXPECTING)
CHANGE_VISIT: Final = own("arrival.change-visit", EXPECTING)
MISSED: Final = own("arrival.missed", EXPECTING)
EXPIRED: Final = own("arrival.expired", EXPECTING)


class ExpectedArrivals:
    """転入の準備."""

    def __init__(self, city: CityContext, visit_desk: VisitDesk) -> None:
        self._city = city
        self._visits = visit_desk

    def reserve(self, tx: Transaction, letter: VisitReservation, _: Received) -> None:
        """転入予約 or 転居予約. Without room in the slot the case is kept; the resident chooses again."""
        tx.audit(RESERVE.by(case=letter.case_id))
        notice = letter.notice
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
        case = arrivals.find(tx, letter.case_id)
        if case is None:
            case = self._new(tx, letter.case_id, notice.kind)
            arrivals.add(tx, case)
        if case.state in model.BEYOND_LETTERS:
            return
        if case.state == InState.DROPPED or (booked and case.state == InState.MISSED):
            case = replace(case, state=InState.RESERVED)
        self._progress(tx, replace(case, reservation=reservation), "reservation-received")
        if notice.kind == "within-city":
            self._own_movers(tx, letter.case_id, notice)
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
        if case is not None and _origin(case) not in ("", letter.from_municipality):
            raise Refusal(WRONG_SENDER, sender=received.sender, kind=letter.kind)
        if case is None:
            case = self._new(tx, letter.case_id, "between-cities")
            arrivals.add(tx, case)
        if case.state in model.BEYOND_LETTERS:
            return
        if case.state == InState.DROPPED:
            case = replace(case, state=InState.RESERVED)
        certificate = {
            "from_municipality": letter.from_municipality,
            "old_address": letter.old_address.line,
            "planned_date": letter.planned_date.isoformat(),
            "new_address": letter.new_address or (case.certificate or {}).get("new_address", ""),
            "revision": letter.revision,
        }
        for mover in letter.movers:
            arrivals.add_arriver(tx, letter.case_id, mover.token, mover)
        case = replace(case, certificate=certificate)
        self._progress(tx, case, "redirected" if case.redirected else "certificate-received")

    def certificate_cancelled(
        self, tx: Transaction, letter: CertificateCancelled, received: Received
    ) -> None:
        """The move is off: the copy of the movers' data is deleted (I9).

        Raises Refusal ``exchange.wrong-sender``: only the old city of this case may say so.
        """
        tx.audit(CANCELLED.by(case=letter.case_id))
        self._not_here(tx, letter, received, InState.CANCELLED)

    def arrived_elsewhere(
        self, tx: Transaction, letter: ArrivedElsewhere, received: Received
    ) -> None:
        """Movers are registered in another city than this one, which had their data: nobody expects them here any more.

        Raises Refusal ``exchange.wrong-sender``: only the old city of this case may say so.
        """
        tx.audit(ELSEWHERE.by(case=letter.case_id))
        self._not_here(tx, letter, received, InState.ELSEWHERE)

    def _not_here(
        self,
        tx: Transaction,
        letter: CertificateCancelled | ArrivedElsewhere,
        received: Received,
        ended: InState,
    ) -> None:
        """Raises Refusal ``exchange.wrong-sender``."""
        case = arrivals.find(tx, letter.case_id)
        if case is None or case.certificate is None:
            return
        if received.sender != city_id(case.certificate["from_municipality"]):
            raise Refusal(WRONG_SENDER, sender=received.sender, kind=letter.kind)
        self._no_longer_expected(tx, case, letter.tokens, ended)

    @staticmethod
    def _no_longer_expected(
        tx: Transaction, case: MovingIn, tokens: Sequence[UUID], ended: InState
    ) -> None:
        """Who will not come is forgotten (I9), whoever else of the family may still come, be registered or be it already.

        Nobody left: so is the case, with its appointment. An entry that names one of them is void, also while it is being
        registered: the network takes all whom it names or none, so nothing was won by it.
        """
        arrivals.purge_arrivers(tx, case.case_id, tokens)
        left = {str(one.token) for one in arrivals.arrivers(tx, case.case_id)}
        if case.state == InState.REGISTERED:
            return
        if not left:
            visits.release(tx, case.case_id)
            _forget(tx, case, ended)
            return
        if {one["token"] for one in case.entry.get("people", ())} - left:
            case = replace(case, state=InState.VISITED, entry={})
        if case.state == InState.VISITED and case.visit["token"] not in left:
            case = replace(case, state=model.progress(InState.RESERVED, case.half), visit={})
        save(tx, case)

    def change_visit(self, tx: Transaction, letter: ChangeVisit, _: Received) -> None:
        tx.audit(CHANGE_VISIT.by(case=letter.case_id))
        case = arrivals.find(tx, letter.case_id)
        if case is None or case.state not in model.BEFORE_ENTRY:
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
        if case.state == InState.MISSED:
            case = replace(case, state=model.progress(InState.RESERVED, case.half))
        save(tx, case)
        self._city.send_progress(tx, letter.case_id, "visit-changed", IN_DESK)

    def withdraw(self, tx: Transaction, case: MovingIn) -> None:
        """The resident takes the reservation back; certificate data are purged by their own letter."""
        if case.state not in (*model.BEFORE_ENTRY, InState.PROVISIONAL):
            return
        visits.release(tx, case.case_id)
        if case.kind == "within-city" or case.certificate is None:
            arrivals.purge_arrivers(tx, case.case_id)
        _forget(tx, case, InState.WITHDRAWN, certificate=case.certificate)
        if case.kind == "within-city":
            self._city.send_progress(tx, case.case_id, "withdrawn", IN_DESK)

    @staticmethod
    def drop(tx: Transaction, case: MovingIn) -> None:
        """A correction names another new city: nothing of what was announced is kept here, and the place is free (I9).

        It is no end: another correction may lead back, and the movers may stand at this city's counter all the same.
        """
        if case.state not in model.BEFORE_ENTRY or case.certificate is not None:
            return
        visits.release(tx, case.case_id)
        visits.release(tx, f"{case.case_id}+")
        arrivals.purge_arrivers(tx, case.case_id)
        _forget(tx, case, InState.DROPPED)

    def _progress(self, tx: Transaction, case: MovingIn, event: Any) -> None:
        state = model.progress(case.state, case.half)
        save(tx, replace(case, state=state))
        self._city.send_progress(tx, case.case_id, event, IN_DESK)
        if state == InState.READY and case.state != InState.READY:
            self._city.send_progress(tx, case.case_id, "in-ready", IN_DESK)

    def _own_movers(self, tx: Transaction, case_id: str, notice: MoveNotice) -> None:
        """転居: the movers are our own residents; their data are our own register's."""
        ids = register_store.residents_of_members(tx, notice.member_ids)
        for resident in register_store.several(tx, ids):
            token = uuid5(NAMESPACE_URL, f"{case_id}:{resident.resident_id}")
            arrivals.add_arriver(tx, case_id, token, relationships.mover_of(resident, token))

    def note_missed(self, tenant: str, today: date) -> int:
        """Appointments that nobody came to; the place is free again."""

        def work(tx: Transaction, case_id: str) -> bool:
            case = arrivals.find(tx, case_id)
            place = visits.place_of(tx, case_id)
            if case is None or place is None or place.held_until or place.on_date >= today:
                return False
            if case.state not in model.EXPECTED:
                return False
            visits.release(tx, case_id)
            save(tx, replace(case, state=InState.MISSED))
            self._city.send_progress(tx, case_id, "visit-missed", IN_DESK)
            return True

        self._city.act_itself(MISSED, visits.release_lapsed, tenant=tenant)
        return self._city.each_itself(
            MISSED, lambda tx: visits.missed(tx, today), work, tenant=tenant
        )

    def note_expired(self, tenant: str, today: date) -> int:
        """特例転入 is over, also of what was entered and not decided in time. Returns of how many."""

        def work(tx: Transaction, case_id: str) -> bool:
            case = arrivals.find(tx, case_id)
            if case is None or case.certificate is None:
                return False
            planned = date.fromisoformat(case.certificate["planned_date"])
            usable = today <= periods.transfer_usable_until(
                planned
            )  # the last day was closed: one more
            if usable or case.state not in model.CARRYING_CERTIFICATE:
                return False
            expire(self._city, tx, case)
            return True

        return self._city.each_itself(
            EXPIRED, lambda tx: arrivals.past_special_route(tx, today), work, tenant=tenant
        )

    @staticmethod
    def _new(tx: Transaction, case_id: str, kind: Any) -> MovingIn:
        return MovingIn(
            case_id=case_id, version=1, kind=kind, state=InState.RESERVED, reservation=None,
            certificate=None, visit={}, entry={}, moved_on=None, notified_on=None,
            request_id=None, decided_by="", received_at=tx.now, registered_at=None,
        )  # fmt: skip


def _forget(
    tx: Transaction, case: MovingIn, ended: InState, certificate: dict[str, Any] | None = None
) -> None:
    """Nobody comes: the case stays with its number and its end, and nothing of what was announced for it (I9).

    Args:
        certificate: kept where the old city has not taken its data back yet, which it does by a letter of its own.
    """
    save(
        tx,
        replace(
            case, state=ended, reservation=None, certificate=certificate, visit={}, entry={},
            moved_on=None, notified_on=None,
        ),
    )  # fmt: skip


def _origin(case: MovingIn) -> str:
    """Municipality code of the city that the movers leave, as far as it is known here."""
    notice: dict[str, Any] = (case.reservation or {}).get("notice", {})
    certified = case.certificate or {}
    return str(notice.get("origin_municipality") or certified.get("from_municipality") or "")
