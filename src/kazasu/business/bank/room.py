"""The bank's room: a private relying party of the identity service."""

from starlette.requests import Request

from kazasu.business.bank import api
from kazasu.business.bank.institution import INSTITUTION
from kazasu.business.bank.pages.ending import EndingPages
from kazasu.business.bank.pages.home import OPERATORS, HomePages
from kazasu.business.bank.pages.links import LinkPages
from kazasu.business.bank.pages.opening import OpeningPages
from kazasu.business.bank.pages.telling import TellingPages
from kazasu.business.bank.pages.transfers import TransferPages
from kazasu.business.bank.service.context import BankContext, customer_of
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.linking import Linking
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.service.opening import Opening
from kazasu.business.bank.service.payees import Payees
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.kit.letters.pages import operators_at
from kazasu.kit.openid import Person
from kazasu.kit.opening import sign_in_of
from kazasu.kit.signin import Admission

NAME = INSTITUTION.name


def open_room(house: RoomContext) -> Room:
    directory = house.directory
    desk = BankContext(house)
    site = site_of(house, INSTITUTION)
    money, keeping, linking = Money(desk), CustomerData(desk), Linking(desk)

    def admit(_: Request, person: Person) -> Admission:
        """Raises Refusal ``kit.not-linked``: no customer of this bank; ``bank.account-closed``: one no more."""
        number = desk.as_system(
            "sign-in", lambda tx: customer_of(tx, person.subject),
            (person.subject,), "customer",
        )  # fmt: skip
        return Admission("customer", number, money.name_of(number))

    signin = sign_in_of(house, INSTITUTION, site, action="login", admit=admit)
    operators_at(house, INSTITUTION, site, signin, OPERATORS)
    site.enter(OpeningPages(site, Opening(desk), keeping, money, signin))
    site.enter(HomePages(site, desk, money))
    site.enter(EndingPages(site, desk, keeping, linking, signin))
    site.enter(TransferPages(site, money, Payees(desk), signin))
    site.enter(TellingPages(site, money, keeping, signin))
    site.enter(LinkPages(site, linking, money, directory))
    api.enter(site, keeping, linking)
    return room_of(
        house,
        INSTITUTION,
        site,
        jobs={
            "refresh": keeping.refresh,
            "ask-changes": keeping.ask_changes,
            "subscribe": keeping.subscribe,
            "give-up": keeping.give_up,
            "tell-ended": linking.tell_ended,
        },
        ticks={"daily": keeping.daily},
    )
