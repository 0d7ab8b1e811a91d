"""What the identity service may be told: security events only. Sign-in itself is OpenID Connect,
signing is its ``/api/sign-transactions``; both are HTTP interfaces of their own, not messages here.
"""

from kazasu.contracts.base import AccessList, Inquiry, SealedHandle


class AccessesOf(
    Inquiry[AccessList],
    kind="identity/accesses-of/1",
    answer=AccessList,
    askers=("portal",),
    basis="個人情報保護法 76条",
):
    handle: SealedHandle
