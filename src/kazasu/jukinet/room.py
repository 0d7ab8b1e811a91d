"""The room of the Basic Resident Register Network: cities and J-LIS only, and one page that says so."""

from kazasu.contracts import jukinet as contract
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.foundation.database.each import each
from kazasu.jukinet.api import Answers
from kazasu.jukinet.institution import INSTITUTION
from kazasu.jukinet.news import News
from kazasu.jukinet.pages import NetworkPages
from kazasu.jukinet.service import SELF, Register
from kazasu.kit.letters.pages import desk_of_letters


def open_room(house: RoomContext) -> Room:
    site = site_of(house, INSTITUTION)
    site.enter(NetworkPages(site, house.directory.origin("portal")))
    desk_of_letters(house, INSTITUTION, site)
    news = News(house.database, house.post(SELF))
    register = Register(house.database, news, house.directory)
    answers = Answers(register, house.database, house.institution(SELF), house.clock)

    def transfers() -> None:
        each((register.expire_due, news.catch_up), lambda work: work())

    return room_of(
        house,
        INSTITUTION,
        site,
        letters={
            contract.TransferOpened: register.open_transfer,
            contract.DepartureEffective: register.depart,
            contract.RegistrationChanged: register.change,
        },
        inquiries={
            contract.WhereRegistered: answers.where_registered,
            contract.MunicipalitiesOf: answers.municipalities_of,
            contract.ConsumeTransfers: answers.consume_transfers,
            contract.CancelTransfers: answers.cancel_transfers,
            contract.OpenForPaper: answers.open_for_paper,
            contract.OpenTransferOf: answers.open_transfer_of,
            contract.LastRegistrationOf: answers.last_registration_of,
            contract.GiveNumbers: answers.give_numbers,
            contract.ClaimPerson: answers.claim_person,
            contract.ReleasePerson: answers.release_person,
        },
        ticks={"transfers": transfers},
    )
