"""Founding the sandbox country: who may ask the service, and the subjects of the staff."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kazasu.exchange.directory import Directory, Entry
from kazasu.foundation.database import Transaction
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, TOKEN_EXCHANGE
from kazasu.identity.clients.store import copy_clients
from kazasu.identity.consents.store import copy_subjects
from kazasu.identity.scopes import LATEST
from kazasu.identity.service.desk import SELF

PORTAL_COLOUR = "#0017C1"
CITY_COLOUR = "#197A4B"
BUSINESSES = {"bank": "#8B3200", "pay": "#5109AD"}
"""Private relying parties of the street, with their colours."""


@dataclass(frozen=True, slots=True)
class FoundingSubject:
    """A person's subject in a sector, known before their first sign-in (staff of a city)."""

    person_ref: str
    """What J-LIS calls the person towards the identity service."""
    sector: str
    """``city:<code>`` for a city's staff, ``identity`` for the service's operators."""
    sub: str


def clients_of(directory: Directory) -> list[Client]:
    """The relying parties of the street: portal, businesses, each city as ``city<code>``."""
    return [
        _portal(directory.entry("portal")),
        _own_pages(directory.entry(SELF)),
        *(_business(directory.entry(who)) for who in BUSINESSES if who in directory),
        *map(_city, directory.cities()),
    ]


def found(
    tx: Transaction, directory: Directory, subjects: Iterable[FoundingSubject] = ()
) -> tuple[int, int]:
    """Register the clients and load subjects; gives how many of each. For the founder's role.

    Who has a subject in the service's own sector before any sign-in is one of its operators.
    """
    subjects = list(subjects)
    clients = copy_clients(tx, clients_of(directory))
    posts = ((s.sub, tx.now) for s in subjects if s.sector == SELF)
    tx.copy("operator_post", ("sub", "since"), posts)
    loaded = copy_subjects(tx, ((s.person_ref, s.sector, s.sub) for s in subjects))
    return clients, loaded


def _portal(entry: Entry) -> Client:
    return _client(
        entry,
        client_id="portal",
        colour=PORTAL_COLOUR,
        scopes=["name", "address", "birthdate", "gender", "resident", "sign"],
        grants=[AUTHORIZATION_CODE, CLIENT_CREDENTIALS, TOKEN_EXCHANGE],
    )


def _own_pages(entry: Entry) -> Client:
    """The service's own pages are a relying party like any other."""
    return _client(
        entry, client_id="account", colour=PORTAL_COLOUR, scopes=[], grants=[AUTHORIZATION_CODE]
    )


def _city(entry: Entry) -> Client:
    return _client(
        entry,
        client_id=f"city{entry.code}",
        colour=CITY_COLOUR,
        scopes=["name", "address", "birthdate", "gender", "resident"],
        grants=[AUTHORIZATION_CODE, TOKEN_EXCHANGE],
    )


def _business(entry: Entry) -> Client:
    """A private party in live mode: pushed requests, bound tokens, told of events."""
    client = _client(
        entry,
        client_id=entry.id,
        colour=BUSINESSES[entry.id],
        scopes=["name", "address", "birthdate", "gender", "sign", LATEST],
        grants=[AUTHORIZATION_CODE, CLIENT_CREDENTIALS],
    )
    events = f"{entry.origin}/events" if entry.id == "bank" else ""
    return replace(client, public_institution=False, strict=True, events_uri=events)


def _client(
    entry: Entry, *, client_id: str, colour: str, scopes: list[str], grants: list[str]
) -> Client:
    return Client(
        client_id=client_id,
        institution=entry.id,
        sector=entry.id,
        name_ja=entry.name.ja,
        name_en=entry.name.en,
        colour=colour,
        keys=None,
        redirect_uris=[f"{entry.origin}/signin/callback"],
        logout_uris=[f"{entry.origin}/"],
        scopes=scopes,
        grants=grants,
        public_institution=True,
    )
