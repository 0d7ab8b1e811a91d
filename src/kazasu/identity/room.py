"""The room of the identity service (デジタル認証アプリの API に当たる)."""

from datetime import datetime, timedelta
from functools import partial

from kazasu.contracts.identity import CertificateEvent
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.exchange.taps import ways_of_a_card
from kazasu.foundation.alarms.harvest import Limits
from kazasu.foundation.text import Text
from kazasu.identity import api
from kazasu.identity.consents.browser import SignedInHere
from kazasu.identity.consents.browser_pages import BrowserPages
from kazasu.identity.consents.pages import Account, sign_in_of
from kazasu.identity.events.certificates import Certificates
from kazasu.identity.faults import PHONE_HELD
from kazasu.identity.hooks import Hooks, Workshop
from kazasu.identity.institution import INSTITUTION
from kazasu.identity.integrators.pages import IntegratorPages
from kazasu.identity.keys import TokenKeys
from kazasu.identity.operators.pages import KIND as OPERATOR_KIND
from kazasu.identity.operators.pages import WAYS, OperatorPages
from kazasu.identity.operators.service import Operating
from kazasu.identity.pages import Pages, cookie_of
from kazasu.identity.passkeys.pages import PasskeyPages
from kazasu.identity.service.context import SELF, IdentityContext
from kazasu.identity.services import services_of
from kazasu.identity.store import cleaning
from kazasu.kit.letters.pages import letters_at

CLEAN_EVERY = timedelta(minutes=1)
_LOST_OR_FOUND = Text("スマートフォンをなくした・見つかった", "A phone was lost or found", "スマートフォンを なくした・見つけた")  # fmt: skip


def open_room(house: RoomContext, workshop: Workshop | None = None) -> Room:
    """The service; with the integrators' workshop in it, where there is one."""
    institution = house.institution(SELF)
    desk = IdentityContext(
        database=house.database,
        clock=house.clock,
        directory=house.directory,
        institution=institution,
        inquirer=house.inquirer(SELF),
        keys=TokenKeys(house.database, institution, house.clock),
        sandbox=house.settings.sandbox,
        inside=frozenset(one.host for one in house.settings.inside),
        limits=Limits.of(house.settings),
    )
    services = services_of(desk, house.http(), house.outward, house.lanes)
    hooks = workshop(desk, services) if workshop else Hooks()
    ways = ways_of_a_card(house.directory)
    if "phone" in house.directory:
        ways |= {PHONE_HELD.code: (f"{house.directory.origin('phone')}/lost", _LOST_OR_FOUND)}
    site = site_of(house, INSTITUTION, more_templates=hooks.templates, values={"ways_on": ways})
    route = api.enter(site, desk, services, hooks)
    lasting = house.settings.session_absolute_seconds
    here = SignedInHere(desk, site.cookies, services.deliveries, lasting)
    site.enter(Pages(site, desk, services, hooks, here))
    site.enter(BrowserPages(site, here, house.directory))
    site.enter(PasskeyPages(site, services.passkeys, partial(cookie_of, site.cookies), here))
    signin = sign_in_of(site, desk, house.http(), services.links)
    integrators = IntegratorPages(site, desk, services.clients, hooks)
    site.enter(integrators)
    hooks.enter(site, route, integrators.own)
    operating = Operating(house.database, house.outward, services.clients, hooks)
    operators = OperatorPages(site, desk, signin, services.clients, operating)
    site.enter(operators)
    letters_at(
        house, site, path="/operator/letters", kind=OPERATOR_KIND, by=operators.by, acts=lambda _: True, ways=WAYS,
        by_whom=operators.by_reason,
    )  # fmt: skip
    site.enter(Account(site, services))
    return room_of(
        house,
        INSTITUTION,
        site,
        letters={CertificateEvent: Certificates(services.deliveries).changed},
        ticks={"clean": _Cleaner(desk), "deliver": services.deliveries.tick, **hooks.ticks},
    )


class _Cleaner:
    """Deletes what is over and rotates keys, once a minute of the country's clock."""

    def __init__(self, desk: IdentityContext) -> None:
        self._desk = desk
        self._next: datetime | None = None

    def __call__(self) -> None:
        now = self._desk.clock.now()
        if self._next is not None and now < self._next <= now + CLEAN_EVERY:
            return
        self._desk.keys.rotate()
        self._desk.database.run("identity.clean", cleaning.purge, isolation="READ COMMITTED")
        self._next = now + CLEAN_EVERY
