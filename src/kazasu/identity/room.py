"""The room of the identity service (デジタル認証アプリの API に当たる)."""

from datetime import datetime, timedelta
from pathlib import Path

from kazasu.contracts.identity import AccessesOf, CertificateEvent
from kazasu.exchange.room import House, Room
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.identity import api, store
from kazasu.identity.keys import TokenKeys
from kazasu.identity.latest.events import certificate_event
from kazasu.identity.pages import Pages
from kazasu.identity.service.accesses import Accesses
from kazasu.identity.service.desk import SELF, Desk
from kazasu.identity.service.signing import Signings
from kazasu.identity.service.taps import Taps
from kazasu.identity.service.tokens import Tokens

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
    )
    taps, tokens = Taps(desk), Tokens(desk)
    site = Site(
        room=SELF,
        name=NAME,
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=house.database,
    )
    api.enter(site, desk, taps, tokens, Signings(desk))
    Pages(site, desk, taps, tokens)
    host = house.directory.entry(SELF).host
    return Room(
        name=SELF,
        app=site.app(),
        hosts=lambda name: name == host,
        letters={CertificateEvent: certificate_event},
        inquiries={AccessesOf: Accesses(desk).accesses_of},
        ticks={"clean": _Cleaner(desk)},
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
        self._desk.database.run("identity.clean", store.purge, isolation="READ COMMITTED")
        self._next = now + CLEAN_EVERY
