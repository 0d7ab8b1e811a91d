"""What J-LIS tells a person of their own cards and phones, through the portal: dates and states, nothing else."""

from typing import Annotated, Literal

from pydantic import Field

from kazasu.contracts.base import CivilDate, Inquiry, Instant, Line, Message, SealedHandle

CertificateStanding = Literal["good", "held", "lapsed", "replaced", "stopped", "expired"]
"""``lapsed``: the holder's data changed; ``replaced``: a newer one took its place; ``stopped``: revoked for another reason."""

HeldBy = Literal["", "card", "phone", "both"]
"""What was said to be lost: each is lifted in a way of its own. Empty: not held, or told by who does not know yet."""


class CertificateOfOwn(Message):
    """The latest certificate of its kind on one card or phone."""

    kind: Literal["authentication", "signing"]
    standing: CertificateStanding
    expires_on: CivilDate
    renewable_from: CivilDate
    since: Instant | None = None
    """Since when it does not work; None: it does, or it came to its end."""
    held_by: HeldBy = ""


class CardOfOwn(Message):
    """A card, or a phone that stands for it. No number of either."""

    media: Literal["card", "phone"]
    platform: Line = ""
    """Of a phone: ``android`` or ``iphone``."""
    issued_at: Instant
    expires_on: CivilDate
    certificates: Annotated[tuple[CertificateOfOwn, ...], Field(max_length=2)] = ()


class CardsOfOwn(Message):
    """Cards first, then phones, each newest first."""

    cards: Annotated[tuple[CardOfOwn, ...], Field(max_length=100)]


class CardEnds(Message):
    """Until when somebody can sign in with the card that they have."""

    ends_on: CivilDate | None = None
    """None: they have no card that works."""


class CardOfStaff(
    Inquiry[CardEnds],
    kind="jpki/card-of-staff/1",
    answer=CardEnds,
    askers=("city", "portal"),
    basis="simulated",
):
    """The card of who has just signed in at the asker's desk: one day, so that they are told before it ends. Nothing else of their cards is their
    employer's."""

    handle: SealedHandle


class OwnCards(
    Inquiry[CardsOfOwn],
    kind="jpki/own-cards/1",
    answer=CardsOfOwn,
    askers=("portal",),
    basis="個人情報保護法 76条 (simulated form)",
):
    """The latest card of whom the handle names, and all cards and phones of theirs with a certificate that is not revoked."""

    handle: SealedHandle
