"""The room of the city halls: one program, a tenant for each city that lives here."""

from pathlib import Path

from starlette.requests import Request

from kazasu.contracts.base import Done
from kazasu.contracts.identity import issuer_of
from kazasu.contracts.levels import accepted
from kazasu.contracts.municipality import (
    AccessesOf,
    CertificateCancelled,
    CertificateOfMovingOut,
    ChangeVisit,
    HoldVisit,
    HouseholdOf,
    NoticeOfMovedIn,
    NoticeOfMovingOut,
    Reachable,
    RequestCertificateData,
    VisitReservation,
    VisitSlots,
    WithdrawMove,
)
from kazasu.exchange.inquiries import Asked
from kazasu.exchange.letters import Received
from kazasu.exchange.room import House, Room
from kazasu.foundation.clock import today
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.foundation.web.openid import OpenId, RelyingParty
from kazasu.foundation.web.signin import SignIn
from kazasu.municipality.pages import card, desk, front, letters, moving_in, moving_out, residents
from kazasu.municipality.pages.counter import Counter, admit
from kazasu.municipality.service.arrivals import ArrivalDesk
from kazasu.municipality.service.cancelling import Cancelling
from kazasu.municipality.service.card_desk import CardDesk
from kazasu.municipality.service.checking import Checking
from kazasu.municipality.service.corrections import Corrections
from kazasu.municipality.service.departures import Departures
from kazasu.municipality.service.expecting import EXPECTING, ExpectedArrivals
from kazasu.municipality.service.hall import Hall, check_sender, system_access
from kazasu.municipality.service.households import Households
from kazasu.municipality.service.moving_out import MovingOutDesk
from kazasu.municipality.service.registering import Registering
from kazasu.municipality.service.visits import VisitDesk
from kazasu.municipality.store import moving, queues

NAME = Text("市区町村", "City hall")


def open_room(house: House) -> Room:
    hall = Hall(house)
    visits = VisitDesk(hall)
    notices, checking = MovingOutDesk(hall), Checking(hall)
    departures, cancelling = Departures(hall), Cancelling(hall)
    expected, registering = ExpectedArrivals(hall, visits), Registering(hall)
    households, cards = Households(hall), CardDesk(hall)

    def withdraw(tx: Transaction, letter: WithdrawMove, received: Received) -> None:
        """Both cities of a case are told; each takes back what it has."""
        check_sender(received, "portal")
        tx.audit(system_access("move.withdraw", EXPECTING, case=letter.case_id))
        if (out_case := moving.out(tx, letter.case_id)) is not None:
            cancelling.withdraw(tx, out_case)
        if (in_case := moving.arrival(tx, letter.case_id)) is not None:
            expected.withdraw(tx, in_case)

    def reachable(_: Reachable, asked: Asked) -> Done:
        hall.database.read(
            "reachable", lambda tx: tx.value("SELECT 1"), tenant=asked.institution.partition(":")[2]
        )
        return Done()

    def tick() -> None:
        """What falls due by date, for the cities that have something due."""
        day = today(house.clock)
        for tenant in hall.database.glance(lambda tx: queues.cities_due(tx, day)):
            departures.depart(tenant, day)
            expected.note_missed(tenant, day)
            expected.note_expired(tenant, day)
            cards.note_lost(tenant, day)
            for case_id in registering.unfinished(tenant):
                registering.complete(tenant, case_id=case_id)

    return Room(
        name="municipality",
        app=_site(house, hall, notices, registering, cards).app(),
        hosts=lambda name: _tenant(house, name) != "",
        letters={
            NoticeOfMovingOut: notices.receive,
            NoticeOfMovedIn: departures.moved_in,
            VisitReservation: expected.reserve,
            CertificateOfMovingOut: expected.certificate,
            CertificateCancelled: expected.certificate_cancelled,
            ChangeVisit: expected.change_visit,
            WithdrawMove: withdraw,
        },
        inquiries={
            HouseholdOf: households.household_of,
            AccessesOf: households.accesses_of,
            VisitSlots: visits.slots,
            HoldVisit: visits.hold,
            RequestCertificateData: departures.send_elsewhere,
            Reachable: reachable,
        },
        jobs={
            "check-notice": checking.check,
            "cancel-move": cancelling.cancel,
            "register-arrival": registering.complete,
        },
        ticks={"dates": tick},
    )


def _tenant(house: House, host: str) -> str:
    entry = house.directory.at_host(host)
    return entry.code if entry is not None else ""


def _site(
    house: House,
    hall: Hall,
    notices: MovingOutDesk,
    registering: Registering,
    cards: CardDesk,
) -> Site:
    def tenant_of_host(host: str) -> str:
        code = _tenant(house, host)
        if not code:
            raise Refusal(NOT_FOUND)
        return code

    def context(request: Request) -> dict[str, object]:
        name = house.directory.city(request.state.tenant).name if request.state.tenant else NAME
        return {"site_name": name}

    site = Site(
        room="municipality",
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        colour="#197A4B",
        tenant_of_host=tenant_of_host,
        form_targets=(house.directory.origin("identity"), house.directory.origin("terminal")),
        context=context,
    )

    def party(request: Request) -> RelyingParty:
        entry = house.directory.city(request.state.tenant)
        key = house.institution(entry.id).client_key
        return RelyingParty(f"city{entry.code}", f"{entry.origin}/signin/callback", key)

    signin = SignIn(
        site,
        openid=OpenId(issuer_of(house.directory.origin("identity")), house.http(), house.clock),
        party=party,
        admit=lambda request, person: admit(hall, request, person),
        clock=house.clock,
        scopes=("openid",),
        home="/desk",
        levels=accepted("city.staff-desk"),
    )
    counter = Counter(site, hall, signin)
    front.enter(counter)
    desk.enter(counter)
    moving_out.enter(counter, notices)
    moving_in.enter(counter, ArrivalDesk(hall), registering)
    card.enter(counter, cards)
    residents.enter(counter, Corrections(hall))
    letters.enter(counter)
    return site
