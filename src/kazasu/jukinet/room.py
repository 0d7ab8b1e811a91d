"""The room of the Basic Resident Register Network. It has no pages: cities and J-LIS only.

Its site answers for its health and its figures, and to everything else that there is no page.
"""

from pathlib import Path

from kazasu.contracts import jukinet as contract
from kazasu.exchange.room import House, Room
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.jukinet.api import Answers
from kazasu.jukinet.service import SELF, Register

NAME = Text("住基ネット（体験）", "Basic Resident Register Network")


def open_room(house: House) -> Room:
    register = Register(house.database, house.post(SELF), house.directory)
    answers = Answers(register, house.database, house.institution(SELF), house.clock)

    def expire() -> None:
        register.expire_due()

    site = Site(
        room=SELF,
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
    )
    host = house.directory.entry(SELF).host
    return Room(
        name=SELF,
        app=site.app(),
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
