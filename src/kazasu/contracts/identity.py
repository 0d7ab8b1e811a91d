"""What the identity service may be told: security events only. Sign-in itself is OpenID Connect,
signing is its ``/api/sign-transactions``; both are HTTP interfaces of their own, not messages here.
"""

from typing import Final

from kazasu.contracts.base import AccessList, Inquiry, SealedHandle

REALM: Final = "/api/realms/main"
"""Path of the issuer on the service's origin, as the public service has it."""


def issuer_of(origin: str) -> str:
    """The OpenID issuer on the identity service's origin."""
    return f"{origin}{REALM}"


class AccessesOf(
    Inquiry[AccessList],
    kind="identity/accesses-of/1",
    answer=AccessList,
    askers=("portal",),
    basis="個人情報保護法 76条",
):
    handle: SealedHandle
