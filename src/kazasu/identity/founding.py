"""Founding: who may ask the service, and the subjects of the staff."""

from collections.abc import Iterable
from dataclasses import dataclass

from kazasu.exchange.directory import Directory, Entry
from kazasu.exchange.institution import Client as Wanted
from kazasu.exchange.institution import Institution
from kazasu.exchange.street import institution
from kazasu.foundation.database import Transaction
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, TOKEN_EXCHANGE
from kazasu.identity.clients.store import client, copy_clients
from kazasu.identity.consents.store import copy_subjects
from kazasu.identity.operators.service import has_post
from kazasu.identity.service.context import SELF
from kazasu.kit.told import logout


@dataclass(frozen=True, slots=True)
class FoundingSubject:
    """A person's subject in a sector, known before their first sign-in (staff of a city)."""

    person_ref: str
    """What J-LIS calls the person towards the identity service."""
    sector: str
    """``city:<code>`` for a city's staff, ``identity`` for the service's operators."""
    sub: str


def clients_of(directory: Directory) -> list[Client]:
    """The relying parties of the street, as the institutions declare themselves."""
    declared = ((entry, institution(entry.id.kind)) for entry in directory)
    return [_client(entry, one, one.client) for entry, one in declared if one.client is not None]


def found(
    tx: Transaction, directory: Directory, subjects: Iterable[FoundingSubject] = ()
) -> tuple[int, int]:
    """Register the clients and load subjects. Returns how many of each. For the founder's role.

    Who has a subject in the service's own sector before any sign-in is one of its operators.
    """
    subjects = list(subjects)
    clients = copy_clients(tx, clients_of(directory))
    posts = ((s.sub, tx.now) for s in subjects if s.sector == SELF)
    tx.copy("operator_post", ("sub", "since"), posts)
    loaded = copy_subjects(tx, ((s.person_ref, s.sector, s.sub) for s in subjects))
    return clients, loaded


def register_missing(tx: Transaction, directory: Directory) -> int:
    """The street's relying parties that are not registered yet. Returns how many. For the founder's role."""
    return copy_clients(
        tx, [one for one in clients_of(directory) if client(tx, one.client_id) is None]
    )


def appoint(tx: Transaction, sub: str) -> bool:
    """An operator of the service, by the subject in its own sector. For the founder's role.

    False: they have the post already, and nothing was written.
    """
    if has_post(tx, sub):
        return False
    tx.insert("operator_post", sub=sub, since=tx.now)
    return True


def dismiss(tx: Transaction, sub: str) -> bool:
    """Their post ends now; whatever they decided stays theirs. False: they have none."""
    ended = """UPDATE operator_post SET until = %s
               WHERE sub = %s AND since < %s AND (until IS NULL OR until > %s)"""
    return bool(tx.execute(ended, (tx.now, sub, tx.now, tx.now)))


def _client(entry: Entry, declared: Institution, wanted: Wanted) -> Client:
    """Who is signed out everywhere is so at each of them: all are told, but this service, which ends its own."""
    grants = [AUTHORIZATION_CODE]
    grants += [CLIENT_CREDENTIALS] if wanted.own_requests else []
    grants += [TOKEN_EXCHANGE] if wanted.handles else []
    return Client(
        client_id=wanted.id or entry.id.client_id,
        institution=entry.id,
        sector=entry.id,
        name_ja=entry.name.ja,
        name_en=entry.name.en,
        colour=declared.colour,
        keys=None,
        redirect_uris=[f"{entry.origin}/signin/callback"],
        logout_uris=[f"{entry.origin}/"],
        scopes=list(wanted.scopes),
        grants=grants,
        public_institution=wanted.public,
        strict=wanted.strict,
        backchannel_logout_uri="" if entry.id == SELF else f"{entry.origin}{logout.PATH}",
        events_uri=f"{entry.origin}/events" if wanted.events else "",
        audiences=list(wanted.audiences),
    )
