"""A mover who stands at another city's desk than planned: the data are sent here instead."""

from typing import Final

from kazasu.contracts.jukinet import OpenTransferOf
from kazasu.contracts.municipality import RequestCertificateData
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.openid import Person
from kazasu.municipality.hall.context import CityContext, city_id, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.moving.faults import LEAVES_THIS_CITY

WALKING_IN: Final = Text("予定と違う市での転入の確認", "A mover at another city than planned")
FETCH: Final = desk(
    "arrival.walk-in", WALKING_IN, role="counter", shows="nobody",
    why="nothing of this city's is read: the network and the old city are asked, and record whom they name",
)  # fmt: skip


class WalkInDesk:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def fetch(self, tenant: str, clerk: Clerk, person: Person) -> bool:
        """Ask the network for the visitor's open transfer, then the city that they left for the data.

        Nothing of this city's is read or written: the certificate comes by letter. Returns whether the
        old city sends it.

        Raises Refusal ``kit.not-your-role``, ``jukinet.transfer-unknown``, ``municipality.leaves-this-city``: it is this one.
        """
        self._city.act(FETCH, lambda _: None, tenant=tenant, clerk=clerk)
        code = self._city.record_code(tenant, person.resident_handle)
        inquirer = self._city.inquirer(tenant)
        transfer = inquirer.ask(
            OpenTransferOf(resident_record_code=code), of="jukinet", purpose=WALKING_IN
        )
        if transfer.from_municipality == tenant:
            raise Refusal(LEAVES_THIS_CITY)
        request = RequestCertificateData(token=transfer.token, resident_record_code=code)
        old_city = city_id(transfer.from_municipality)
        return inquirer.ask(request, of=old_city, purpose=WALKING_IN).sent
