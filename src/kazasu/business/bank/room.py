"""The bank's room: a private relying party of the identity service."""

from pathlib import Path

from starlette.requests import Request

from kazasu.business.bank import api
from kazasu.business.bank.pages.home import HomePages
from kazasu.business.bank.pages.links import LinkPages
from kazasu.business.bank.pages.opening import OpeningPages
from kazasu.business.bank.pages.transfers import TransferPages
from kazasu.business.bank.service.desk import SELF, Desk, identifiers
from kazasu.business.bank.service.keeping import Keeping
from kazasu.business.bank.service.linking import Linking
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.service.opening import Opening
from kazasu.contracts.levels import accepted
from kazasu.exchange.room import House, Room
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.openid import Person
from kazasu.foundation.web.signin import Admission, SignIn

NAME = Text("ひなた銀行（体験）", "Hinata Bank")
COLOUR = "#8B3200"


def open_room(house: House) -> Room:
    directory = house.directory
    desk = Desk(house)
    site = Site(
        room=SELF,
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        colour=COLOUR,
        form_targets=(directory.origin("identity"), directory.origin("terminal")),
    )

    def admit(_: Request, person: Person) -> Admission:
        """Raises Refusal ``kit.not-linked``: no customer of this bank."""
        number = desk.as_system(
            "sign-in", lambda tx: identifiers(tx).own_id(person.subject), NAME,
            (person.subject,), "customer",
        )  # fmt: skip
        return Admission("customer", number)

    signin = SignIn(
        site,
        openid=desk.openid,
        party=lambda _: desk.party,
        admit=admit,
        clock=house.clock,
        scopes=("openid",),
        levels=accepted("bank.login"),
        home="/",
    )
    money, keeping, linking = Money(desk), Keeping(desk), Linking(desk)
    site.enter(OpeningPages(site, Opening(desk), keeping, money, signin))
    site.enter(HomePages(site, desk, money, keeping, linking, signin))
    site.enter(TransferPages(site, money, signin))
    site.enter(LinkPages(site, linking, money, directory))
    api.enter(site, keeping, linking)
    host = directory.entry(SELF).host
    return Room(
        name=SELF,
        app=site.app(),
        hosts=lambda name: name == host,
        jobs={
            "refresh": keeping.refresh,
            "ask-changes": keeping.ask_changes,
            "subscribe": keeping.subscribe,
            "give-up": keeping.give_up,
            "tell-ended": linking.tell_ended,
        },
        ticks={"daily": keeping.daily},
    )
