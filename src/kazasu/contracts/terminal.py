"""The tap: what an institution asks of a terminal, and what the terminal brings back.

The institution sends the browser to ``<terminal>/tap?request=<JWS>``; the JWS is by the
institution's signing key, its payload :class:`TapRequest`. The terminal posts :class:`TapResult`
to ``respond_to`` from its own side, receives :class:`TapReceipt`, and sends the browser to
``continue_at`` with ``?handle=<handle>``. The page behind never sees a PIN (design §4).
"""

from typing import Literal

from kazasu.contracts.base import Instant, InstitutionId, Message
from kazasu.contracts.jpki import TapEvidence

TapAction = Literal["authenticate", "sign", "continue-card"]


class DisplayedLine(Message):
    label_ja: str
    label_en: str
    value: str


class TapRequest(Message):
    """Who asks for what, in words the person reads, and the challenge."""

    request_id: str
    issuer: InstitutionId
    audience: Literal["terminal"] = "terminal"
    expires_at: Instant
    action: TapAction
    asker_ja: str
    asker_en: str
    """Who asks, e.g. the relying party's name."""
    asker_origin: str
    colour: str = "#0017C1"
    purpose_ja: str
    purpose_en: str
    learns_ja: tuple[str, ...] = ()
    learns_en: tuple[str, ...] = ()
    """What they will learn, item by item."""
    attributes: bool = False
    """Read the four attributes (TEXT AP) too."""
    challenge: str
    """Base64 of the exact bytes to sign (see :func:`kazasu.card.challenge.challenge_bytes`), or
    of the document for ``sign``."""
    document_title_ja: str = ""
    document_title_en: str = ""
    document_lines: tuple[DisplayedLine, ...] = ()
    respond_to: str
    continue_at: str
    cancel_at: str


class TapFailure(Message):
    """Why there is no evidence: a fault code of the catalogue and how many tries are left."""

    code: str
    tries_left: int | None = None


class TapResult(Message):
    request_id: str
    evidence: TapEvidence | None = None
    failure: TapFailure | None = None
    card_record: str = ""
    """``continue-card``: base64 of the COMMON record and, after generation, the new public key."""
    signing_public_key: str = ""


class TapReceipt(Message):
    handle: str
    """One-time; the browser brings it back."""
    script: str = ""
    """``continue-card``: write commands by the card issuer, applied before the browser returns."""
