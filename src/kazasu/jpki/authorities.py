"""The service's keys in one place, read once per process."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.jpki.card_issuer import CardIssuerKeys, read_card_issuer, read_card_root
from kazasu.jpki.ceremony import Authority, read_authority
from kazasu.jpki.ocsp import Responder
from kazasu.jpki.profile import CertificateKind

KINDS: tuple[CertificateKind, ...] = ("signing", "authentication")


@dataclass(frozen=True)
class Authorities:
    issuing: dict[CertificateKind, Authority]
    responders: tuple[Responder, ...]
    card_issuer: CardIssuerKeys
    card_root: rsa.RSAPublicKey

    def der(self, kind: CertificateKind) -> bytes:
        """The certificate of the authority that issues this kind."""
        return self.issuing[kind].certificate.public_bytes(Encoding.DER)

    def trusted(self, kind: CertificateKind) -> list[x509.Certificate]:
        """All generations of the authority of this kind."""
        return [self.issuing[kind].certificate]


def read_authorities(folder: Path) -> Authorities:
    """From the ceremony's folder."""
    issuing = {kind: read_authority(folder, f"{kind}-ca") for kind in KINDS}
    responders = tuple(
        Responder(kind, issuing[kind].certificate, read_authority(folder, f"{kind}-ocsp"))
        for kind in KINDS
    )
    return Authorities(issuing, responders, read_card_issuer(folder), read_card_root(folder))
