"""The service's keys in one place, read once per process."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.jpki.authorities.card_issuer import CardIssuerKeys, read_card_issuer, read_card_root
from kazasu.jpki.authorities.keyring import Authority, Keyring
from kazasu.jpki.terms import CertificateKind

KINDS: tuple[CertificateKind, ...] = ("signing", "authentication")


@dataclass(frozen=True)
class Responder:
    """Who signs OCSP answers about one generation of an authority."""

    kind: CertificateKind
    issuer: x509.Certificate
    signer: Authority


@dataclass(frozen=True)
class Authorities:
    issuing: dict[CertificateKind, Authority]
    """The newest generation of each."""
    trusted_by_kind: dict[CertificateKind, list[x509.Certificate]]
    responders: tuple[Responder, ...]
    """One for each generation of each authority."""
    by_generation: dict[tuple[CertificateKind, int], Authority]
    """With keys, for revocation lists: each generation signs its own."""
    card_issuer: CardIssuerKeys
    card_root: rsa.RSAPublicKey
    mdoc: Authority | None = None
    """Issues document signers; None where the country was founded before it was declared."""

    def der(self, kind: CertificateKind) -> bytes:
        """The certificate of the authority that issues this kind."""
        return self.issuing[kind].certificate.public_bytes(Encoding.DER)

    def trusted(self, kind: CertificateKind) -> list[x509.Certificate]:
        """All generations of the authority of this kind, newest first."""
        return self.trusted_by_kind[kind]


def read_authorities(folder: Path, passphrase: bytes | None = None) -> Authorities:
    """From the ceremony's folder."""
    keyring = Keyring(folder, passphrase)
    by_generation = {
        (kind, n): keyring.authority(f"{kind}-ca", n)
        for kind in KINDS
        for n in range(1, keyring.generations(f"{kind}-ca") + 1)
    }
    return Authorities(
        issuing={kind: by_generation[kind, keyring.generations(f"{kind}-ca")] for kind in KINDS},
        by_generation=by_generation,
        trusted_by_kind={kind: keyring.certificates(f"{kind}-ca") for kind in KINDS},
        responders=tuple(
            Responder(
                kind, keyring.certificate(f"{kind}-ca", n), keyring.authority(f"{kind}-ocsp", n)
            )
            for kind in KINDS
            for n in range(keyring.generations(f"{kind}-ca"), 0, -1)
        ),
        card_issuer=read_card_issuer(keyring),
        card_root=read_card_root(keyring),
        mdoc=keyring.authority("mdoc-ca") if keyring.generations("mdoc-ca") else None,
    )
