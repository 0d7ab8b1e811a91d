"""The room of the Basic Resident Register Network. It has no pages: cities and J-LIS only."""

from starlette.applications import Starlette

from kazasu.contracts import jukinet as contract
from kazasu.exchange.room import House, Room
from kazasu.jukinet.api import Answers
from kazasu.jukinet.service import SELF, Register


def open_room(house: House) -> Room:
    register = Register(house.database, house.post(SELF), house.directory)
    answers = Answers(register, house.database, house.institution(SELF), house.clock)

    def expire() -> None:
        register.expire_due()

    host = house.directory.entry(SELF).host
    return Room(
        name=SELF,
        app=Starlette(),
        hosts=lambda name: name == host,
        letters={
            contract.TransferOpened: register.open_transfer,
            contract.DepartureEffective: register.depart,
            contract.RegistrationChanged: register.change,
        },
        inquiries={
            contract.WhereRegistered: answers.where_registered,
            contract.ConsumeTransfer: answers.consume_transfer,
            contract.CancelTransfer: answers.cancel_transfer,
            contract.OpenTransferOf: answers.open_transfer_of,
            contract.AccessesOf: answers.accesses_of,
        },
        ticks={"transfers": expire},
    )
