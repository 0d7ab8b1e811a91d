"""The tap: what an institution asks of a terminal, and what the terminal brings back.

The institution sends the browser to ``<terminal>/tap?request=<JWS>``; the JWS is by the
institution's signing key, its payload :class:`TapRequest`. The terminal posts :class:`TapResult`,
signed by the terminal, to ``respond_to`` from its own side (``application/jose``, a compact JWS of typ
``kazasu-tap-result+jws``; :mod:`kazasu.exchange.taps` writes and reads both), receives
:class:`TapReceipt`, and sends the browser to ``continue_at`` with ``?handle=<handle>``. The page
behind never sees a PIN (design §4). ``GET respond_to?tap=<request_id>`` answers :class:`TapStanding`: the terminal asks
before it asks for a card. An issuer that has no such answer is taken to wait still. Every address of the issuer to which a browser is sent comes with ``lang=ja|easy|en``, in which words the
person read at the reader. The phone is such a terminal, too: see :mod:`kazasu.contracts.phone`.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from kazasu.contracts.base import (
    Base64,
    Instant,
    InstitutionId,
    Line,
    LongBase64,
    Message,
    Words,
)
from kazasu.contracts.jpki.validation import TapEvidence

TapAction = Literal["authenticate", "sign", "continue-card"]
TapReader = Literal["terminal", "phone"]
TapKeys = Literal["any", "card"]
Holder = Literal["pin", "phone-lock", "face", "counter"]
"""How a terminal or phone verified who holds it: the card's PIN, the phone's own lock, a face that was compared,
a clerk who looked."""
Ending = Literal["signed-in", "confirmed", "signed", "stopped", "gone"]
"""How a request ended: signed in; who it was, or a payment, confirmed; a document signed; stopped; over, and no more is known."""
TapState = Literal["open", "answered"] | Ending
"""``answered``: something was brought from a card, and the asker's page has not taken it in, or asks for another tap."""
ASKERS: Final[Mapping[TapAction, tuple[str, ...]]] = {
    "authenticate": ("identity",),
    "sign": ("identity",),
    "continue-card": ("city",),
}
"""Which kinds of institutions may ask a reader for what; a request by any other is none, whoever signed it."""
AskerStanding = Literal["public", "reviewed", "test"]
"""``public``: an institution of the state; ``reviewed``: a private party that was looked at before it went live;
``test``: a party whose name is its own word."""


class DisplayedLine(Message):
    label_ja: Words
    label_en: Words
    value: LongBase64
    value_en: LongBase64 = ""
    """The value in English, where it has words of its own; else ``value`` is shown in both languages."""


class Begun(Message):
    """The other screen, on which what goes on at the phone was begun."""

    device_ja: Line
    device_en: Line
    at: Instant


class TapRequest(Message):
    """Who asks for what, in words the person reads, and the challenge."""

    request_id: Line
    issuer: InstitutionId
    audience: TapReader = "terminal"
    """``phone``: handed over from another screen. A phone takes both: it may be where it was begun."""
    expires_at: Instant
    action: TapAction
    pin: Literal["required", "not-needed"] = "required"
    """``not-needed``: at a certified terminal the card answers without one; then the challenge has its own
    label, nothing is signed as a document and no attributes are read."""
    keys: TapKeys = "any"
    """``card``: only a card itself will do; what was derived from it, on a phone, is neither offered nor taken."""
    asker_ja: Line
    asker_en: Line
    """Who asks, e.g. the relying party's name."""
    asker_origin: Line
    colour: Line = Field(default="#0017C1", pattern=r"^#[0-9A-Fa-f]{6}$", max_length=7)
    mark: Line = Field(default="", pattern=r"^([a-z]{1,20}(:\d{6})?)?$", max_length=27)
    """Which drawing stands for who asks: only for institutions of the directory. Empty for a party that registered by itself, which has
    its initials and can look like nobody else."""
    asker_standing: AskerStanding = "public"
    """Who vouches for that name, as the issuer of the request knows it."""
    purpose_ja: Line
    purpose_en: Line
    learns_ja: Annotated[tuple[Words, ...], Field(max_length=60)] = ()
    learns_en: Annotated[tuple[Words, ...], Field(max_length=60)] = ()
    """What they will learn, item by item; of the identity service's requests that stands in ``consent`` alone."""
    consent: LongBase64 = ""
    """Base64 of what is agreed to (:mod:`kazasu.card.agreed.consent`): its digest is in what is signed, and the reader shows what stands in it."""
    details: LongBase64 = ""
    """Base64 of a payment that is approved with it (:mod:`kazasu.card.agreed.payment`): its digest is in ``consent``, and the reader says what
    stands in it. Empty: nothing is."""
    attributes: bool = False
    """Read the four attributes (TEXT AP) too."""
    challenge: LongBase64
    """Base64 of the exact bytes to sign (see :func:`kazasu.card.challenge.challenge_bytes`), or
    of the document for ``sign`` (:mod:`kazasu.card.agreed.to_be_signed`): the reader shows what it reads in these bytes."""
    begun: Begun | None = None
    check_number: Line = Field(default="", pattern=r"^(\d{2})?$", max_length=2)
    """What the other screen shows, for audience ``phone``."""
    respond_to: Words
    continue_at: Words
    cancel_at: Words
    elsewhere_at: Words = ""
    """The issuer's address at which the same is begun on another device; empty where there is no such way."""
    again_at: Words = ""
    """The issuer's address at which the same is begun anew once this request's time is over; empty where there is no such way."""


class TapFailure(Message):
    """Why there is no evidence: a fault code of the catalogue and how many tries are left."""

    code: Line
    tries_left: Annotated[int, Field(ge=0, le=100)] | None = None


class TapResult(Message):
    request_id: Line
    audience: InstitutionId
    """Whom it is for: the request's issuer."""
    reader: TapReader
    """Who brings it, and signed it."""
    holder: Holder | None = None
    """How it was verified who holds card or phone."""
    chosen_number: Line = ""
    """What the person chose out of three on the phone."""
    evidence: TapEvidence | None = None
    failure: TapFailure | None = None
    card_record: Base64 = ""
    """``continue-card``: base64 of the COMMON record and, after generation, the new public key."""
    signing_public_key: Base64 = ""
    """Empty, too, for a card without a signing certificate."""


class TapStanding(Message):
    """How a request stands with its issuer, and nothing about whom it concerned."""

    state: TapState


class TapReceipt(Message):
    handle: Base64
    """One-time; the browser brings it back."""
    script: LongBase64 = ""
    """``continue-card``: write commands by the card issuer, applied before the browser returns."""
