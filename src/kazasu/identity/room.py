"""The room of the identity service (デジタル認証アプリの API に当たる)."""

from datetime import datetime, timedelta
from pathlib import Path

from kazasu.contracts.identity import AccessesOf, CertificateEvent
from kazasu.exchange.room import House, Room
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.identity import api, operators
from kazasu.identity.account import Account, sign_in_of
from kazasu.identity.events.certificates import Certificates
from kazasu.identity.integrators import pages as integrators
from kazasu.identity.integrators.inspector import store as inspected
from kazasu.identity.integrators.operating import Operating
from kazasu.identity.integrators.pages import IntegratorPages
from kazasu.identity.keys import TokenKeys
from kazasu.identity.operators import OperatorPages
from kazasu.identity.pages import Pages, cookie_of
from kazasu.identity.passkeys.pages import PasskeyPages
from kazasu.identity.service.accesses import Accesses
from kazasu.identity.service.desk import SELF, Desk
from kazasu.identity.services import services_of
from kazasu.identity.store import cleaning

NAME = Text("カード認証サービス", "Card identity service")
CLEAN_EVERY = timedelta(minutes=1)


def open_room(house: House) -> Room:
    institution = house.institution(SELF)
    desk = Desk(
        database=house.database,
        clock=house.clock,
        directory=house.directory,
        institution=institution,
        inquirer=house.inquirer(SELF),
        keys=TokenKeys(house.database, institution, house.clock),
        sandbox=house.settings.sandbox,
    )
    services = services_of(desk, house.outward, house.settings.directory_file.parent / "cards")
    site = Site(
        room=SELF,
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        sign_in_paths={
            integrators.KIND: integrators.SIGN_IN_PATH,
            operators.KIND: operators.SIGN_IN_PATH,
        },
        form_targets=(institution.directory.origin("terminal"), desk.origin),
    )
    api.enter(site, desk, services)
    site.enter(Pages(site, desk, services))
    site.enter(PasskeyPages(site, services.passkeys, cookie_of))
    signin = sign_in_of(site, desk, house.http(), services.links)
    site.enter(IntegratorPages(site, desk, services))
    operating = Operating(house.database, house.outward, services.clients, services.inspector)
    site.enter(OperatorPages(site, desk, signin, services.clients, operating))
    site.enter(Account(site, services))
    host = house.directory.entry(SELF).host
    return Room(
        name=SELF,
        app=site.app(),
        hosts=lambda name: name == host,
        letters={CertificateEvent: Certificates(services.deliveries).changed},
        inquiries={AccessesOf: Accesses(desk).accesses_of},
        ticks={
            "clean": _Cleaner(desk),
            "deliver": services.deliveries.tick,
            "inspect": services.inspector.write,
        },
    )


class _Cleaner:
    """Deletes what is over and rotates keys, once a minute of the country's clock."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._next: datetime | None = None

    def __call__(self) -> None:
        now = self._desk.clock.now()
        if self._next is not None and now < self._next <= now + CLEAN_EVERY:
            return
        self._desk.keys.rotate()
        self._desk.database.run("identity.clean", _purge, isolation="READ COMMITTED")
        self._next = now + CLEAN_EVERY


def _purge(tx: Transaction) -> int:
    return cleaning.purge(tx) + inspected.purge(tx)
