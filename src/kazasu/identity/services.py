"""The service's use cases, put together once."""

from dataclasses import dataclass
from pathlib import Path

import httpx

from kazasu.identity.clients.service import Clients
from kazasu.identity.consents.service import Links
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.integrators.conformance.runs import Runs
from kazasu.identity.integrators.conformance.service import Conformance
from kazasu.identity.integrators.inspector.service import Inspector
from kazasu.identity.integrators.personas.playing import Personas
from kazasu.identity.latest.service import LatestAttributes
from kazasu.identity.passkeys.service import Passkeys
from kazasu.identity.service.authenticating import Callers
from kazasu.identity.service.authorizing import Authorizing
from kazasu.identity.service.claims import Claims
from kazasu.identity.service.desk import Desk
from kazasu.identity.service.finishing import Finishing
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
    inspector: Inspector
    personas: Personas
    runs: Runs
    conformance: Conformance
    links: Links
    passkeys: Passkeys


def services_of(desk: Desk, http: httpx.Client, cards: Path) -> Services:
    callers, handles = Callers(desk), Handles(desk)
    authorizing, taps = Authorizing(desk), Taps(desk)
    deliveries = Deliveries(desk.database, desk.clock, http, desk.issuer, desk.keys.sign)
    signings = Signings(desk)
    finishing = Finishing(desk, taps, authorizing, signings)
    runs = Runs(desk.keys)
    personas = Personas(desk, taps, finishing, cards, runs)
    finishing.play = personas.play
    return Services(
        clients=Clients(desk.database, desk.clock, http, sandbox=desk.sandbox),
        callers=callers,
        authorizing=authorizing,
        taps=taps,
        finishing=finishing,
        tokens=Tokens(desk, handles),
        claims=Claims(desk, callers, handles, deliveries),
        signings=signings,
        latest=LatestAttributes(desk, signings),
        deliveries=deliveries,
        inspector=Inspector(desk.database, desk.clock),
        personas=personas,
        runs=runs,
        conformance=Conformance(desk, runs),
        links=Links(desk.database, deliveries),
        passkeys=Passkeys(desk, taps, finishing),
    )
