"""The payment service's room: another private relying party, with subjects of its own."""

from pathlib import Path

from starlette.requests import Request

from kazasu.business.pay.age import AgeChecks
from kazasu.business.pay.age_pages import AgePages
from kazasu.business.pay.pages import WalletPages
from kazasu.business.pay.service import SELF, Wallets
from kazasu.contracts.identity import issuer_of
from kazasu.contracts.levels import accepted
from kazasu.exchange.room import House, Room
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.openid import OpenId, Person, RelyingParty
from kazasu.foundation.web.signin import Admission, SignIn

NAME = Text("かざすペイ（体験）", "Kazasu Pay")
CLIENT_ID = "pay"


def open_room(house: House) -> Room:
    directory = house.directory
    site = Site(
        room=SELF,
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        colour="#5109AD",
        form_targets=(directory.origin("identity"), directory.origin("terminal")),
    )
    wallets = Wallets(house)
    callback = f"{directory.origin(SELF)}/signin/callback"
    party = RelyingParty(CLIENT_ID, callback, house.institution(SELF).client_key, strict=True)

    def admit(_: Request, person: Person) -> Admission:
        return Admission("customer", wallets.sign_in(person))

    signin = SignIn(
        site,
        openid=OpenId(issuer_of(directory.origin("identity")), house.http(), house.clock),
        party=lambda _: party,
        admit=admit,
        clock=house.clock,
        scopes=("openid",),
        levels=accepted("pay.login"),
    )
    site.enter(WalletPages(site, wallets, signin, directory))
    site.enter(AgePages(site, AgeChecks(house, NAME), directory))
    host = directory.entry(SELF).host
    return Room(
        name=SELF,
        app=site.app(),
        hosts=lambda name: name == host,
        jobs={"tell-ended": wallets.tell_ended, "charge": wallets.ask_again},
    )
