"""Which action of which service accepts which level: one table, used by the code that checks.

A level is what is known of how the holder was verified: ``aal3`` a card with its PIN, or a phone with its lock;
``aal2`` a card without a PIN at a certified terminal (公的個人認証法 38条の4), or a passkey. A signature is made with
the signing key and its password; for it only ``aal3`` exists. NIST SP 800-63-4: card and PIN are a candidate for
AAL3, a card by face is not (reliability §1). The assignment to services is *simulated* where no source is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kazasu.contracts.terminal import Holder

Acr = Literal["aal3", "aal2"]
Way = Literal["card-pin", "phone-lock", "pin-less", "passkey"]

ACR_OF_HOLDER: Final[Mapping[Holder, Acr]] = {
    "pin": "aal3",
    "phone-lock": "aal3",
    "face": "aal2",
    "counter": "aal2",
}
ACR_OF_WAY: Final[Mapping[Way, Acr]] = {
    "card-pin": "aal3",
    "phone-lock": "aal3",
    "pin-less": "aal2",
    "passkey": "aal2",
}


@dataclass(frozen=True, slots=True)
class Service:
    """One action, what it accepts, and why."""

    key: str
    accepts: tuple[Acr, ...]
    """The one that is asked for first."""
    reason: str
    source: str
    signs: bool = False
    """Made with the signing key; the level is that of its password."""
    card_only: bool = False
    """Not by what was itself derived from the card."""


SERVICES: Final[Mapping[str, Service]] = {
    one.key: one
    for one in (
        Service("portal.sign-in", ("aal3",), "everything about the person is behind it",
                "マイナポータル: 利用者証明用電子証明書と暗証番号"),
        Service("portal.move-notice", ("aal3",), "a notice by law, signed by who gives it",
                "住民基本台帳法 24条; 公的個人認証法 3条", signs=True),
        Service("city.staff-desk", ("aal3",), "the resident register is behind it",
                "simulated (municipal: two factors for staff)"),
        Service("city.visitor", ("aal3",), "the four attributes are compared, and the card gives them for a PIN only",
                "card §1 (TEXT AP)"),
        Service("city.walk-in", ("aal3", "aal2"), "a clerk sees the person; nothing but the link is passed on",
                "simulated (公的個人認証法 38条の4)"),
        Service("identity.account", ("aal3",), "links and consents are ended here, passkeys bound",
                "simulated (公的個人認証法 36条)"),
        Service("pay.login", ("aal3", "aal2"), "one's own wallet; a bank account is linked at the bank",
                "simulated"),
        Service("bank.login", ("aal3", "aal2"), "a passkey will do for reading one's own account; money needs a signature",
                "simulated (犯罪収益移転防止法 concerns opening, not login)"),
        Service("bank.account-opening", ("aal3",), "proofing by the signing certificate",
                "犯罪収益移転防止法施行規則 6条1項1号カ", signs=True),
        Service("bank.transfer", ("aal3",), "an order for money is signed", "simulated", signs=True),
        Service("latest-attributes.consent", ("aal3",), "consent in a signed document of its own",
                "公的個人認証法 17条・18条 (最新の利用者情報)", signs=True),
        Service("phone.enrolment", ("aal3",), "the phone's certificates stand for the card",
                "公的個人認証法 16条の2・35条の2", signs=True, card_only=True),
        Service("phone.lost", ("aal3",), "whoever holds another's phone must not lift its suspension",
                "公的個人認証法 16条の9 (simulated protocol)", card_only=True),
        Service("clinic.eligibility", ("aal2", "aal3"), "a reader that compares the face, or a PIN",
                "顔認証付きカードリーダー (公的個人認証法 38条の4)"),
    )
}  # fmt: skip


def accepted(service: str) -> tuple[Acr, ...]:
    """The levels of a service, the one to ask for first. ``KeyError``: there is no such service."""
    return SERVICES[service].accepts


def accepts(service: str, acr: str) -> bool:
    """Is this level good enough for this service?"""
    return acr in SERVICES[service].accepts


def accepts_way(service: str, way: Way) -> bool:
    """The same for a way of holding the card: the cells of the matrix."""
    one = SERVICES[service]
    if (one.signs and way in ("pin-less", "passkey")) or (one.card_only and way != "card-pin"):
        return False
    return ACR_OF_WAY[way] in one.accepts
