"""The sandbox's PKI: made once, from the declaration below, into ``<folder>/pki``.

Nothing here can be mistaken for JPKI: the O of every authority names the sandbox (design §3.11).
Private keys are files of mode 0600; HSMs are another issue.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kazasu.foundation.clock import Clock

ORGANISATION = "KAZASU-SANDBOX"
LIFE = timedelta(days=3653 * 2)
KeyKind = Literal["RSA-2048", "P-256"]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Declared:
    """One authority. ``issued_by`` empty: self-signed."""

    name: str
    unit: str
    key: KeyKind
    issued_by: str = ""


HIERARCHY = (
    Declared("signing-ca", "JPKI for digital signature", "RSA-2048"),
    Declared("authentication-ca", "JPKI for user authentication", "RSA-2048"),
    Declared("institutions-ca", "Institutions", "P-256"),
    Declared("signing-ocsp", "OCSP for digital signature", "P-256", "signing-ca"),
    Declared("authentication-ocsp", "OCSP for user authentication", "P-256", "authentication-ca"),
    Declared("card-ca", "Card surface root", "RSA-2048"),
    Declared("card-issuer", "Card surface issuer", "RSA-2048", "card-ca"),
    Declared("terminal-ca", "Terminals", "RSA-2048"),
)


@dataclass(frozen=True)
class Authority:
    """A key with its certificate."""

    name: str
    key: PrivateKey
    certificate: x509.Certificate


def hold_ceremony(folder: Path, clock: Clock) -> None:
    """Make every declared authority that does not exist yet."""
    pki = folder / "pki"
    pki.mkdir(parents=True, exist_ok=True)
    made: dict[str, Authority] = {}
    for declared in HIERARCHY:
        if (pki / f"{declared.name}.pem").exists():
            made[declared.name] = read_authority(folder, declared.name)
            continue
        authority = _make(declared, made.get(declared.issued_by), clock.now())
        _write_private(pki / f"{declared.name}.key", authority.key)
        (pki / f"{declared.name}.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        made[declared.name] = authority


def read_authority(folder: Path, name: str) -> Authority:
    """Load once per process: an RSA key takes 38 ms to check (stack §3)."""
    key = load_pem_private_key((folder / "pki" / f"{name}.key").read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}: unexpected kind of key")
    return Authority(name, key, read_certificate(folder, name))


def read_certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "pki" / f"{name}.pem").read_bytes())


def distinguished_name(unit: str) -> x509.Name:
    """C=JP, O=<sandbox>, OU=<unit>, OU=<sandbox agency>: the shape of JPKI's (card §1)."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Kazasu sandbox agency"),
        ]
    )


def new_key(kind: KeyKind) -> PrivateKey:
    if kind == "RSA-2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _make(declared: Declared, issuer: Authority | None, now: datetime) -> Authority:
    key = new_key(declared.key)
    subject = distinguished_name(declared.unit)
    start = datetime(now.year, 1, 1, tzinfo=UTC)
    is_authority = "ocsp" not in declared.name
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFE)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(authority=is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None:
        authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(authority_key, critical=False)
    if not is_authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(purpose, critical=False)
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    signer = issuer.key if issuer else key
    return Authority(declared.name, key, builder.sign(signer, hashes.SHA256()))


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write_private(path: Path, key: PrivateKey) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
