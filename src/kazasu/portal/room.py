"""The room of the resident's portal: an ordinary relying party of the identity service."""

from pathlib import Path

from starlette.requests import Request

from kazasu.contracts.identity import issuer_of
from kazasu.contracts.levels import accepted
from kazasu.contracts.portal import CaseProgress
from kazasu.exchange.room import House, Room
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.openid import OpenId, Person, RelyingParty
from kazasu.foundation.web.signin import Admission, SignIn
from kazasu.portal.pages.cases import Cases
from kazasu.portal.pages.front import Front
from kazasu.portal.pages.wizard import Wizard
from kazasu.portal.service import SELF, Moves

NAME = Text("マイナポータル（体験）", "Resident portal")


def open_room(house: House) -> Room:
    directory = house.directory
    site = Site(
        room=SELF,
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        form_targets=(directory.origin("identity"), directory.origin("terminal")),
    )
    callback = f"{directory.origin(SELF)}/signin/callback"

    def party(_: Request) -> RelyingParty:
        return RelyingParty(SELF, callback, house.institution(SELF).client_key)

    def admit(_: Request, person: Person) -> Admission:
        return Admission("resident", person.subject)

    signin = SignIn(
        site,
        openid=OpenId(issuer_of(directory.origin("identity")), house.http(), house.clock),
        party=party,
        admit=admit,
        clock=house.clock,
        scopes=("openid",),
        home="/",
        levels=accepted("portal.sign-in"),
    )
    moves = Moves(house)
    site.enter(Front(site, moves, signin, directory))
    site.enter(Wizard(site, moves, signin, house))
    site.enter(Cases(site, moves, house))
    host = directory.entry(SELF).host
    return Room(
        name=SELF,
        app=site.app(),
        hosts=lambda name: name == host,
        letters={CaseProgress: moves.progress},
    )
