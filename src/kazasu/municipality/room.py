"""The room of the city halls: one program, a tenant for each city that lives here."""

from pathlib import Path

from starlette.requests import Request

from kazasu.contracts.base import Done, InstitutionId
from kazasu.contracts.identity import issuer_of
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
from kazasu.kit.levels import accepted
from kazasu.kit.openid import OpenId, RelyingParty
from kazasu.kit.signin import SignIn
from kazasu.municipality.cards import pages as card
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.hall.context import Hall, system_access
from kazasu.municipality.hall.desk import Counter, admit
from kazasu.municipality.hall.pages import desk, front, letters
from kazasu.municipality.moving.pages import moving_in, moving_out
from kazasu.municipality.moving.service.arrivals import ArrivalDesk
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.checking import Checking
from kazasu.municipality.moving.service.departures import Departures
from kazasu.municipality.moving.service.expecting import EXPECTING, ExpectedArrivals
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.moving.service.visits import VisitDesk
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import pages as residents
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.households import Households

NAME = Text("市区町村", "City hall")
_HERE = Path(__file__).parent


def open_room(house: House) -> Room:
    hall = Hall(house)
    visits = VisitDesk(hall)
    notices, checking = MovingOutDesk(hall), Checking(hall)
    departures, cancelling = Departures(hall), Cancelling(hall)
    expected, registering = ExpectedArrivals(hall, visits), Registering(hall)
    households, cards = Households(hall), CardDesk(hall)

    def withdraw(tx: Transaction, letter: WithdrawMove, _: Received) -> None:
        """Both cities of a case are told; each takes back what it has."""
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
        for tenant in hall.database.read(
            "cities.due", lambda tx: tx.column("SELECT cities_due(%s, %s)", (day, tx.now))
        ):
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
    return entry.id.tenant if entry is not None and entry.id.kind == "city" else ""


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
        name = (
            house.directory.entry(InstitutionId.of("city", request.state.tenant)).name
            if request.state.tenant
            else NAME
        )
        return {"site_name": name}

    site = Site(
        room="municipality",
        name=NAME,
        templates=_HERE / "hall" / "templates",
        more_templates=[
            _HERE / subject / "templates" for subject in ("register", "moving", "cards")
        ],
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        colour="#197A4B",
        tenant_of_host=tenant_of_host,
        form_targets=(house.directory.origin("identity"), house.directory.origin("terminal")),
        context=context,
    )

    def party(request: Request) -> RelyingParty:
        entry = house.directory.entry(InstitutionId.of("city", request.state.tenant))
        key = house.institution(entry.id).client_key
        return RelyingParty(entry.id.client_id, f"{entry.origin}/signin/callback", key)

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
