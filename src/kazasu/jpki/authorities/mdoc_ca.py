"""Certificates for electronic records of cards: their authority and its document signers (ISO/IEC 18013-5 Annex B).

Followed: subject with C and CN, path length 0, criticality and content of key usage, extended key usage, issuer
alternative name, P-256, at most 20 years (authority) and 457 days (signer). Simplified: no revocation list of signers
(they live a quarter and only in memory), and the purpose is that of driving licences: the real record's is not public.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kazasu.card.mdoc.formats.credential import DS_PURPOSE, DocumentSigner
from kazasu.jpki.authorities.hierarchy import Hierarchy
from kazasu.jpki.authorities.keyring import Authority

YEARS: Final = 20
SIGNER_LIFE: Final = timedelta(days=92)
_CONTACT: Final = x509.IssuerAlternativeName(
    [x509.UniformResourceIdentifier("http://jpki.localhost")]
)


def certificate(
    plan: Hierarchy, unit: str, public: Any, key: Any, now: datetime
) -> x509.Certificate:
    """The authority's own (IACA root). A new generation has the same name and another key."""
    name = _name(plan.organisation, f"{plan.organisation} {unit}")
    start = datetime(now.year, 1, 1, tzinfo=UTC)
    return (
        _builder(name, name, public, start, start + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def new_signer(authority: Authority, now: datetime) -> DocumentSigner:
    """A key that signs records, and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate
    found = issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    organisation = str(found[0].value)
    name = _name(organisation, f"{organisation} document signer")
    start = now.replace(microsecond=0) - timedelta(hours=1)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    made = (
        _builder(name, issuer.subject, key.public_key(), start, start + SIGNER_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DS_PURPOSE]), critical=True)
        .add_extension(identifier, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return DocumentSigner(key, made)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: Any, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_CONTACT, critical=False)
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


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
