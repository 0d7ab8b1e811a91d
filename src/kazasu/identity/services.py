"""The service's use cases, put together once."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from kazasu.foundation.lanes import Lanes
from kazasu.identity.clients.elsewhere import PartyKeys
from kazasu.identity.clients.service import Clients
from kazasu.identity.consents.service import Links
from kazasu.identity.events.deliveries import Deliveries, Sign
from kazasu.identity.latest.service import LatestAttributes
from kazasu.identity.passkeys.service import Passkeys
from kazasu.identity.service.authenticating import Callers
from kazasu.identity.service.authorizing import Authorizing
from kazasu.identity.service.claims import Claims
from kazasu.identity.service.completing import Finishing
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.handles import Handles
from kazasu.identity.service.signing import Signings
from kazasu.identity.service.taps import Taps
from kazasu.identity.service.tokens import Tokens


@dataclass(frozen=True)
class Services:
    """What pages and programs call."""

    clients: Clients
    callers: Callers
    authorizing: Authorizing
    taps: Taps
    finishing: Finishing
    tokens: Tokens
    claims: Claims
    signings: Signings
    latest: LatestAttributes
    deliveries: Deliveries
    links: Links
    passkeys: Passkeys


def _signing(desk: IdentityContext) -> Sign:
    return lambda claims, typ, algorithm: desk.keys.sign(claims, typ, algorithm=algorithm)


def services_of(
    desk: IdentityContext, inside: httpx.Client, outward: httpx.Client, lanes: Lanes
) -> Services:
    """``inside`` reaches institutions wherever the directory says that they are, ``outward`` whoever registered."""

    def towards(address: str) -> httpx.Client:
        known = desk.directory.at_host(urlsplit(address).hostname or "")
        return inside if known and address.startswith(f"{known.origin}/") else outward

    party_keys = PartyKeys(desk.database, desk.clock, outward)
    callers, handles = Callers(desk, party_keys), Handles(desk)
    authorizing, taps = Authorizing(desk), Taps(desk)
    deliveries = Deliveries(desk.database, desk.clock, towards, desk.issuer, _signing(desk), lanes)
    signings = Signings(desk)
    finishing = Finishing(desk, taps, authorizing, signings)
    return Services(
        clients=Clients(
            desk.database,
            desk.clock,
            outward,
            desk.directory,
            sandbox=desk.sandbox,
            inside=desk.inside,
            prepare=desk.keys.prepare,
        ),
        callers=callers,
        authorizing=authorizing,
        taps=taps,
        finishing=finishing,
        tokens=Tokens(desk, handles),
        claims=Claims(desk, callers, handles, deliveries),
        signings=signings,
        latest=LatestAttributes(desk, signings),
        deliveries=deliveries,
        links=Links(desk.database, deliveries, desk.unseal),
        passkeys=Passkeys(desk, taps, finishing),
    )
