"""What a card is asked to sign for a request: the document itself, or a challenge for this consent."""

from dataclasses import dataclass

from kazasu.card.challenge import challenge_bytes
from kazasu.foundation.faults import Refusal
from kazasu.identity import model, store
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import model as consents
from kazasu.identity.faults import EXPIRED
from kazasu.identity.service import document
from kazasu.identity.service.desk import Desk
from kazasu.identity.store import Tap, Waiting


@dataclass(frozen=True, slots=True)
class Challenge:
    """Exact bytes to be signed, with the words that belong to them."""

    content: bytes
    consent: bytes
    """The consent's document; its digest is part of what the card signs, or is shown beside a document."""
    shown: document.Document | None = None
    """The document that is signed; None: an authentication."""


def challenge_of(desk: Desk, tap: Tap, waiting: Waiting, client: Client) -> Challenge:
    """The same bytes at the offer and at the end; a registration changed in between gives others.

    Raises Refusal ``identity.tap-expired``: the document is gone.
    """
    consent = consents.document(client, waiting.scopes)
    if waiting.sign_transaction_id is not None:
        content = document_of(desk, waiting)
        return Challenge(content, consent, document.read(content))
    nonce = consents.bound(tap.nonce, consent)
    origin = model.origin_of(waiting.redirect_uri)
    return Challenge(challenge_bytes("authenticate", origin, nonce, tap.tap_id), consent)


def signing_of(desk: Desk, waiting: Waiting) -> store.Signing:
    """Raises Refusal ``identity.tap-expired``."""
    number = waiting.sign_transaction_id
    found = (
        desk.database.read(
            "identity.document", lambda tx: store.signing(tx, number, waiting.client_id)
        )
        if number
        else None
    )
    if found is None:
        raise Refusal(EXPIRED)
    return found


def document_of(desk: Desk, waiting: Waiting) -> bytes:
    return desk.unseal(signing_of(desk, waiting).document)
