"""Phones: 移動端末設備用電子証明書, issued on the word of the card's signing certificate."""

from typing import Annotated, Literal

from pydantic import Field

from kazasu.contracts.base import (
    Base64,
    CivilDate,
    Inquiry,
    Instant,
    Line,
    LongBase64,
    Message,
)
from kazasu.contracts.jpki.own import HeldBy
from kazasu.contracts.jpki.validation import TapEvidence

PhonePlatform = Literal["android", "iphone"]
PhoneState = Literal["good", "held", "ended"]


class PhoneApplication(Message):
    """What the holder signs with the card's signing certificate to get a phone's certificates.

    Its JSON is the document; nothing else is signed with it (form and members *simulated*).
    """

    form: Literal["kazasu-phone-application-1"] = "kazasu-phone-application-1"
    application_id: Line
    applied_at: Instant
    origin: Line
    """Of the phone program that asks."""
    platform: PhonePlatform
    authentication_key: Base64
    """Base64 SubjectPublicKeyInfo of a key made in the phone's own store."""
    signing_key: Base64
    replaces: bool = False
    """The holder knows that the certificates of the phone before end with this."""


class PhoneCertificates(Message):
    """DER, base64. ``phone_id`` is J-LIS's name for this phone; it is in no certificate."""

    phone_id: Line
    authentication: Base64
    signing: Base64
    authentication_ca: Base64
    signing_ca: Base64
    expires_on: CivilDate


class IssuePhoneCertificates(
    Inquiry[PhoneCertificates],
    kind="jpki/issue-phone-certificates/1",
    answer=PhoneCertificates,
    askers=("phone",),
    basis="公的個人認証法 16条の2・35条の2 (simulated protocol)",
):
    """Certificates for two keys of a phone, on the word of the card's signing certificate."""

    application: LongBase64
    """Base64 of :class:`PhoneApplication` as it was signed."""
    evidence: TapEvidence
    authentication_proof: Base64
    """Base64 of the new keys' own signatures over the application: they are in this phone."""
    signing_proof: Base64


class CardSigns(Message):
    """Why it does not is not told: whoever found the card would read it."""

    signs: bool


class MayCardSign(
    Inquiry[CardSigns],
    kind="jpki/may-card-sign/1",
    answer=CardSigns,
    askers=("phone",),
    basis="公的個人認証法 16条の2 (simulated protocol)",
):
    """Whether the card that is held to the phone has a signing certificate in force, before anything is typed for it."""

    card_record: Base64
    """Base64 of the card's common record, which is read without a PIN."""


class PhoneShown(Message):
    platform: PhonePlatform
    issued_at: Instant
    expires_on: CivilDate
    state: PhoneState


class PhonesOfHolder(Message):
    """The holder's phones, newest first. No serial numbers."""

    phones: Annotated[tuple[PhoneShown, ...], Field(max_length=1_000)]


class PhoneCertificateShown(Message):
    """One certificate of a phone. Why it ended is not told: whoever found the phone would read it."""

    kind: Literal["authentication", "signing"]
    state: PhoneState
    since: Instant | None = None
    """Of a state that is not ``good``."""
    held_by: HeldBy = ""
    """What has to be found before it works again."""


class PhoneCertificatesState(Message):
    certificates: Annotated[tuple[PhoneCertificateShown, ...], Field(max_length=10)]


class StateOfPhone(
    Inquiry[PhoneCertificatesState],
    kind="jpki/state-of-phone/1",
    answer=PhoneCertificatesState,
    askers=("phone",),
    basis="公的個人認証法 16条の9・35条の9 (simulated protocol)",
):
    """What has become of this phone's certificates, so that it does not show dead ones as alive."""

    phone_id: Line
    """J-LIS's name for the phone, which only that phone was told."""


class ChangePhone(
    Inquiry[PhonesOfHolder],
    kind="jpki/change-phone/1",
    answer=PhonesOfHolder,
    askers=("phone",),
    basis="公的個人認証法 16条の9・35条の9 (simulated protocol; J-LIS takes losses at any hour)",
):
    """Look at, suspend, release or end the phone's certificates: by the card, or by the phone its own."""

    action: Literal["show", "hold", "release", "end"]
    evidence: TapEvidence
    expected: LongBase64
    """Base64 of the challenge: its label is ``phone-<action>``, its origin the asker's."""
    phone_id: Line = ""
    """This phone alone, by J-LIS's name for it; refused where it is another person's. Empty: every phone of the holder."""
