"""Certificates to the published profile (card §1 X.509): built, linted, signed."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from kazasu.contracts.base import FourAttributes
from kazasu.foundation.algorithms import (
    Algorithm,
    PrivateKey,
    PublicKey,
    algorithm_of,
    hash_for,
    new_key,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import ERA_NUMBER, era_year
from kazasu.foundation.values.names import CARD
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.certificates.lint import Case, lint
from kazasu.jpki.faults import BAD_CERTIFICATE, OFF_PROFILE, WEAK_KEY
from kazasu.jpki.terms import (
    ATTRIBUTE,
    CARD_ORDER,
    CPS,
    ISSUER_ALIAS,
    CertificateKind,
    Media,
    policies_for,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate is for, as it will say it. Strings already in the card's charset."""

    attributes: FourAttributes
    name_flags: str
    """One 0/1 per character: was it substituted?"""
    address_flags: str
    prefecture: str
    """Romanised, e.g. ``Kanagawa-ken``."""
    city: str
    municipality_code: str


def new_serial() -> int:
    """Four random bytes, never zero in front; uniqueness is the register's to guard."""
    return int.from_bytes(bytes([secrets.randbelow(0x7F) + 1]) + secrets.token_bytes(3))


def build(
    authority: Authority,
    kind: CertificateKind,
    subject: Subject,
    key: PublicKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    *,
    issued_on: date | None = None,
    card_expires_on: date | None = None,
    media: Media = "card",
) -> x509.Certificate:
    """Lint, then sign one certificate. The caller has recorded it before (record before sign).

    Args:
        issued_on, card_expires_on: what the end of validity is judged by; None: by the authority's alone.

    Raises Refusal ``jpki.weak-key``; ``jpki.off-profile`` with the rules that it would break.
    """
    draft = _draft(authority, kind, subject, key, serial, not_before, not_after, media)
    try:
        rehearsed = draft.sign(_rehearsal_key(authority), hash_for(authority.key))
    except ValueError:  # a key that not even the library takes
        raise Refusal(WEAK_KEY) from None
    broken = lint(
        Case(
            rehearsed,
            kind,
            authority.certificate,
            born=subject.attributes.birth_date,
            issued_on=issued_on,
            card_expires_on=card_expires_on,
            media=media,
            letters=CARD.has,
        )
    )
    if broken:
        names = [one.rule.name for one in broken]
        if any(name.startswith("key-r") or name == "key-strength" for name in names):
            raise Refusal(WEAK_KEY)
        raise Refusal(OFF_PROFILE, rules=", ".join(names))
    return draft.sign(authority.key, hash_for(authority.key))


@cache
def _key_for_rehearsals(algorithm: Algorithm) -> PrivateKey:
    return new_key(algorithm)


def _rehearsal_key(authority: Authority) -> PrivateKey:
    """Of the authority's algorithm and nobody's: what is linted was never signed by an authority."""
    return _key_for_rehearsals(algorithm_of(authority.certificate.public_key()))


def _draft(
    authority: Authority,
    kind: CertificateKind,
    subject: Subject,
    key: PublicKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    media: Media,
) -> x509.CertificateBuilder:
    identifier = f"{serial:08X}{subject.municipality_code[:5]}{not_before:%y%m%d}001A"[:23]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject_name(kind, subject, identifier))
        .issuer_name(authority.certificate.subject)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(_usage(kind), critical=True)
    )
    if kind == "signing":
        builder = builder.add_extension(_attributes(subject), critical=False)
    policy = x509.PolicyInformation(x509.ObjectIdentifier(policies_for(kind, media)[0]), [CPS])
    issuer_name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ISSUER_ALIAS),
        ]
    )
    point = x509.DistributionPoint(
        full_name=[
            x509.DirectoryName(
                distribution_point(authority.certificate.subject, subject.prefecture, subject.city)
            )
        ],
        relative_name=None,
        reasons=None,
        crl_issuer=None,
    )
    return (
        builder.add_extension(x509.CertificatePolicies([policy]), critical=True)
        .add_extension(
            x509.IssuerAlternativeName([x509.DirectoryName(issuer_name)]), critical=False
        )
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def spki(key: PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def attributes_of(certificate: x509.Certificate) -> FourAttributes:
    """The four attributes of a signing certificate. Raises Refusal when they do not read."""
    try:
        found = _other_names(certificate)
        birth = _utf8(found[ATTRIBUTE["birth"]])
        return FourAttributes(
            name=_utf8(found[ATTRIBUTE["name"]]),
            address=_utf8(found[ATTRIBUTE["address"]]),
            birth_date=date(int(birth[1:5]), int(birth[5:7]), int(birth[7:9])),
            sex=_utf8(found[ATTRIBUTE["sex"]]),
        )
    except (x509.ExtensionNotFound, KeyError, ValueError) as error:
        raise Refusal(BAD_CERTIFICATE) from error


def flags_of(certificate: x509.Certificate) -> tuple[str, str]:
    """Which letters of name and address a signing certificate says were substituted."""
    try:
        found = _other_names(certificate)
        return _utf8(found[ATTRIBUTE["name_flags"]]), _utf8(found[ATTRIBUTE["address_flags"]])
    except (x509.ExtensionNotFound, KeyError, ValueError) as error:
        raise Refusal(BAD_CERTIFICATE) from error


def _other_names(certificate: x509.Certificate) -> dict[str, bytes]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {
        name.type_id.dotted_string: name.value for name in names if isinstance(name, x509.OtherName)
    }


def _subject_name(kind: CertificateKind, subject: Subject, identifier: str) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")]
    if kind == "signing":
        attributes += [
            x509.NameAttribute(NameOID.LOCALITY_NAME, subject.prefecture),
            x509.NameAttribute(NameOID.LOCALITY_NAME, subject.city),
        ]
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, identifier)])


def _attributes(subject: Subject) -> x509.SubjectAlternativeName:
    given = subject.attributes
    era = era_year(given.birth_date).era
    values = {
        "name": given.name,
        "birth": f"{ERA_NUMBER[era]}{given.birth_date:%Y%m%d}",
        "sex": given.sex,
        "address": given.address,
        "name_flags": subject.name_flags,
        "address_flags": subject.address_flags,
    }
    return x509.SubjectAlternativeName(
        [
            x509.OtherName(x509.ObjectIdentifier(ATTRIBUTE[a]), _der_utf8(values[a]))
            for a in CARD_ORDER
        ]
    )


def distribution_point(authority: x509.Name, prefecture: str, city: str) -> x509.Name:
    """Where a municipality's certificates are listed when revoked (card §1: a name, not an address)."""
    unit = NameOID.ORGANIZATIONAL_UNIT_NAME
    return x509.Name(
        [
            *list(authority)[:3],
            x509.NameAttribute(unit, "CRL Distribution Points"),
            x509.NameAttribute(unit, prefecture),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{city} CRLDP"[:64]),
        ]
    )


def _usage(kind: CertificateKind) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=kind == "signing",
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _der_utf8(text: str) -> bytes:
    content = text.encode()
    length = len(content)
    if length < 0x80:
        head = bytes([0x0C, length])
    elif length < 0x100:
        head = bytes([0x0C, 0x81, length])
    else:
        head = bytes([0x0C, 0x82]) + length.to_bytes(2)
    return head + content


def _utf8(der: bytes) -> str:
    if not der or der[0] != 0x0C:
        raise ValueError("no UTF8String")
    start = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    return der[start:].decode()
