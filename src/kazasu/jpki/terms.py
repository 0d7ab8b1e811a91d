"""Identifiers of the published certificate profile (card §1 X.509); what is not published is marked."""

from typing import Final, Literal

CertificateKind = Literal["signing", "authentication"]

ARC: Final = "1.2.392.200149.8.5"
Media = Literal["card", "phone"]
POLICY: Final = {"signing": f"{ARC}.1.1.20", "authentication": f"{ARC}.1.3.30"}
"""On a card."""
PHONE_POLICY: Final = {"signing": f"{ARC}.1.1.40", "authentication": f"{ARC}.1.3.50"}
"""On a phone. Simulated: the first is reported without proof (card §1), the second is made up."""


def policies_for(kind: CertificateKind, media: str = "") -> tuple[str, ...]:
    """Which policies a certificate of this kind may have; on any media if none is named."""
    both = {"card": POLICY[kind], "phone": PHONE_POLICY[kind]}
    return (both[media],) if media else tuple(both.values())


CPS: Final = "http://jpki.localhost/cps"
ISSUER_ALIAS: Final = "かざす体験環境認証サービス"
ATTRIBUTE: Final = {
    "name": f"{ARC}.5.1",
    "name_flags": f"{ARC}.5.2",
    "sex": f"{ARC}.5.3",
    "birth": f"{ARC}.5.4",
    "address": f"{ARC}.5.5",
    "address_flags": f"{ARC}.5.6",
}
CARD_ORDER: Final = ("name", "birth", "sex", "address", "name_flags", "address_flags")
