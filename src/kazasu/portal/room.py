"""The room of the resident's portal: an ordinary relying party of the identity service."""

from typing import Final

from starlette.requests import Request

from kazasu.contracts.portal import CaseProgress
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.foundation.text import Text
from kazasu.kit.letters.pages import operators_at
from kazasu.kit.openid import CARD_EXPIRED, CARD_LOCKED, Person
from kazasu.kit.opening import sign_in_of
from kazasu.kit.signin import Admission
from kazasu.portal.access.looking import Looking
from kazasu.portal.cards import CardsShown
from kazasu.portal.faults import NO_APPOINTMENT, NO_DRAFT, SENT_ALREADY
from kazasu.portal.household.moved import MovesShown
from kazasu.portal.institution import INSTITUTION
from kazasu.portal.pages.accesses import Accesses
from kazasu.portal.pages.cases import Cases
from kazasu.portal.pages.front import Front
from kazasu.portal.pages.handles import Handles
from kazasu.portal.pages.wizard import Wizard
from kazasu.portal.service import Moves

WAYS_ON: Final = {
    NO_DRAFT.code: ("/services/move", Text("引っ越す", "Move house")),
    SENT_ALREADY.code: ("/#procedures", Text("あなたの手続き", "Your procedures")),
    NO_APPOINTMENT.code: ("/#procedures", Text("あなたの手続き", "Your procedures")),
    CARD_LOCKED.code: ("/services/pin", Text("暗証番号の決め直し方", "How to set a new PIN")),
    CARD_EXPIRED.code: (
        "/services/expiry",
        Text("電子証明書を新しくする方法", "How to renew the certificate"),
    ),
}
"""Where a fault's page, or its place on another one, leads on to."""


def open_room(house: RoomContext) -> Room:
    directory = house.directory
    site = site_of(house, INSTITUTION, values={"ways_on": WAYS_ON})
    moves = Moves(house)

    def admit(_: Request, person: Person) -> Admission:
        return Admission("resident", person.subject, moves.called(person.subject))

    signin = sign_in_of(house, INSTITUTION, site, action="sign-in", admit=admit)
    operators_at(house, INSTITUTION, site, signin)
    handles = Handles(signin, house.clock)
    cards = CardsShown(house.inquirer("portal"))
    moved = MovesShown(house.inquirer("portal"))
    site.enter(Front(site, moves, handles, directory, cards, moved))
    site.enter(Accesses(site, Looking(house, moves), handles, directory))
    site.enter(Wizard(site, moves, signin, house, cards, handles))
    site.enter(Cases(site, moves, signin, house, handles, moved))
    return room_of(house, INSTITUTION, site, letters={CaseProgress: moves.progress})
