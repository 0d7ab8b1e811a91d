"""The record on a phone (mdoc): カード代替電磁的記録."""

from kazasu.contracts.base import (
    Base64,
    Done,
    Inquiry,
    Instant,
    Line,
    LongBase64,
    Message,
)
from kazasu.contracts.jpki.validation import TapEvidence


class IssuedMdoc(Message):
    """カード代替電磁的記録: the record for one phone's key, and under which name it is known here."""

    credential: LongBase64
    """Base64 of the IssuerSigned structure (ISO/IEC 18013-5 §8.3.2.1.2.2)."""
    mdoc_id: Line
    person_ref: Line
    valid_until: Instant


class IssueMdoc(
    Inquiry[IssuedMdoc],
    kind="jpki/issue-mdoc/1",
    answer=IssuedMdoc,
    askers=("phone",),
    basis="simulated (番号法のカード代替電磁的記録)",
):
    """Issue the electronic record that stands for the card to the phone that holds ``device_key``.

    The card's signing key, the phone's user-authentication key and ``device_key`` itself have all signed
    ``kazasu.card.mdoc.application.application_bytes("issue", device_key, at)``: the record goes to its person's own
    phone. The items come from the card's signing certificate; the individual number is none of them.
    """

    evidence: TapEvidence
    """By the card."""
    phone: TapEvidence
    """By the phone's certificate, on which the record hangs from then on."""
    device_key: Base64
    """Base64 SPKI, P-256."""
    device_proof: Base64
    """Base64 DER ECDSA-Sig-Value by the phone's key."""
    at: Instant


class RefreshMdoc(
    Inquiry[IssuedMdoc],
    kind="jpki/refresh-mdoc/1",
    answer=IssuedMdoc,
    askers=("phone",),
    basis="simulated (番号法のカード代替電磁的記録)",
):
    """A new record for the same phone as long as the card's and the phone's certificates are good; no card is needed."""

    mdoc_id: Line
    device_key: Base64
    device_proof: Base64
    """Base64 signature over ``application_bytes("refresh", device_key, at, mdoc_id)``."""
    at: Instant


class EndMdoc(
    Inquiry[Done],
    kind="jpki/end-mdoc/1",
    answer=Done,
    askers=("phone",),
    basis="simulated (番号法のカード代替電磁的記録)",
):
    """The holder gives it up, or the phone is lost: every record of that phone's key ends."""

    mdoc_id: Line
    person_ref: Line
    """The asker's name for the person: another person's record is not ended."""
