"""The payment service's room: another private relying party, with subjects of its own."""

from starlette.requests import Request

from kazasu.business.pay.age import AgeChecks
from kazasu.business.pay.age_pages import AgePages
from kazasu.business.pay.context import PayContext
from kazasu.business.pay.institution import INSTITUTION
from kazasu.business.pay.linking import FINISH, TELL, Linking
from kazasu.business.pay.pages import WalletPages
from kazasu.business.pay.service import CHARGE, Wallets
from kazasu.business.pay.till.pages import TillPages
from kazasu.business.pay.till.service import Tills
from kazasu.business.pay.told import Told
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.kit.letters.pages import operators_at
from kazasu.kit.openid import Person
from kazasu.kit.opening import sign_in_of
from kazasu.kit.signin import Admission
from kazasu.kit.told.reception import events_at

NAME = INSTITUTION.name


def open_room(house: RoomContext) -> Room:
    directory = house.directory
    site = site_of(house, INSTITUTION)
    desk = PayContext(house)
    wallets, linking = Wallets(desk), Linking(desk)

    def admit(_: Request, person: Person) -> Admission:
        return Admission("customer", wallets.sign_in(person))

    signin = sign_in_of(house, INSTITUTION, site, action="login", admit=admit)
    operators_at(house, INSTITUTION, site, signin)
    events_at(site, Told(house).receive)
    tills = Tills(house)
    site.enter(WalletPages(site, wallets, linking, tills, signin, directory))
    site.enter(TillPages(site, tills, signin))
    site.enter(AgePages(site, AgeChecks(house, NAME), directory))
    return room_of(
        house,
        INSTITUTION,
        site,
        jobs={
            TELL: linking.tell_ended,
            FINISH: linking.finish_again,
            CHARGE: wallets.ask_again,
        },
        given_up={CHARGE: wallets.give_up},
    )
