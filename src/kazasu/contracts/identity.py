"""What the identity service may be told: security events only. Sign-in itself is OpenID Connect,
signing is its ``/api/sign-transactions``; both are HTTP interfaces of their own, not messages here.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from kazasu.contracts.base import Instant, Letter, Line

REALM: Final = "/api/realms/main"
"""Path of the issuer on the service's origin, as the public service has it."""

SIGNED_IN_HERE: Final = "/signed-in-here"
"""Path of the page at which people end what else they signed in to in the same browser."""


def issuer_of(origin: str) -> str:
    """The OpenID issuer on the identity service's origin."""
    return f"{origin}{REALM}"


CertificateChange = Literal[
    "revoked", "held", "released", "reissued", "attributes-changed", "deceased"
]


class CertificateEvent(Letter, kind="identity/certificate-event/1", senders=("jpki",)):
    """Something happened to the certificates of a person whom this service knows.

    Nothing about a new certificate of a protected person is ever told (支援措置).
    """

    person_ref: Line
    """This service's own name for the person."""
    event: CertificateChange
    at: Instant
    signs_in: bool = False
    """Is the user-authentication certificate concerned? A move ends the signing one alone, and
    anyone who hears of that would hear of the move."""
    consents: Annotated[tuple[UUID, ...], Field(max_length=10_000)] = ()
    """``attributes-changed``: live consents with a subscription for which there is something newer;
    ``deceased``: all live ones."""
