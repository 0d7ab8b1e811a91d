"""What a card is asked to sign for a request: the document itself, or a challenge for this consent."""

from dataclasses import dataclass

from kazasu.card.agreed.consent import bound
from kazasu.card.agreed.to_be_signed import Document
from kazasu.card.challenge import AUTHENTICATE, PIN_LESS, challenge_bytes
from kazasu.foundation.faults import Refusal
from kazasu.identity import model, scopes
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import model as consents
from kazasu.identity.faults import EXPIRED
from kazasu.identity.service import document
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.store import transactions
from kazasu.identity.store.authorizations import Tap, Waiting


@dataclass(frozen=True, slots=True)
class Challenge:
    """Exact bytes to be signed, with the words that belong to them."""

    content: bytes
    consent: bytes
    """The consent's document; its digest is part of what the card signs, or is shown beside a document."""
    shown: Document | None = None
    """The document that is signed; None: an authentication."""


def challenge_of(desk: IdentityContext, tap: Tap, waiting: Waiting, client: Client) -> Challenge:
    """The same bytes at the offer and at the end; a registration changed in between gives others.

    Raises Refusal ``identity.tap-expired``: the document is gone.
    """
    if waiting.sign_transaction_id is not None:
        signing = signing_of(desk, waiting)
        names = {who: desk.directory.entry(who).name for who in signing.audiences}
        consent = consents.document(client, waiting.scopes, audiences=names)
        content = desk.unseal(signing.document)
        return Challenge(content, consent, document.read(content))
    consent = consents.document(client, waiting.scopes, waiting.details)
    nonce = bound(tap.nonce, consent)
    origin = model.origin_of(waiting.redirect_uri)
    label = PIN_LESS if pin_less(tap, waiting) else AUTHENTICATE
    return Challenge(challenge_bytes(label, origin, nonce, tap.tap_id), consent)


def pin_less(tap: Tap, waiting: Waiting) -> bool:
    """Does the relying party ask for a tap without a PIN first? Only for who it is, at a terminal."""
    levels = [one for one in waiting.acr_values if one in (model.AAL2, model.AAL3)]
    facts = scopes.asks_attributes(waiting.scopes)
    plain = (
        tap.device == "terminal"
        and waiting.sign_transaction_id is None
        and not facts
        and not waiting.details
    )
    return plain and levels[:1] == [model.AAL2]


def signing_of(desk: IdentityContext, waiting: Waiting) -> transactions.Signing:
    """Raises Refusal ``identity.tap-expired``."""
    number = waiting.sign_transaction_id
    found = (
        desk.database.read(
            "identity.document", lambda tx: transactions.signing(tx, number, waiting.client_id)
        )
        if number
        else None
    )
    if found is None:
        raise Refusal(EXPIRED)
    return found
