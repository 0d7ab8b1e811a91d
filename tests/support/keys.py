"""A small street of institutions with keys and certificates, for tests that need no more."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from kazasu.exchange.directory import KEY_USES, Directory, Entry
from kazasu.exchange.keys import Institution
from kazasu.foundation.text import Text


def _name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(subject, key, issuer, issuer_key, now):
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=4000))
        .sign(issuer_key, hashes.SHA256())
    )


def _pem(certificate):
    return certificate.public_bytes(Encoding.PEM).decode()


def _jwk(key):
    return ECKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def street(clock, origins):
    """``{id: origin}`` → directory and ``{id: Institution}``. City ids give their code."""
    now = clock.now()
    root = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("test authority", root, "test authority", root, now)
    keys = {
        who: {use: ec.generate_private_key(ec.SECP256R1()) for use in KEY_USES} for who in origins
    }
    entries = [
        Entry(
            id=who,
            origin=origin,
            name=Text(f"{who}の名前", f"Name of {who}"),
            certificates={
                use: _pem(_certificate(who, key, "test authority", root, now))
                for use, key in keys[who].items()
            },
            code=who.partition(":")[2],
        )
        for who, origin in origins.items()
    ]
    directory = Directory(_pem(authority), entries, clock)
    return directory, {
        who: Institution(who, *(_jwk(keys[who][use]) for use in KEY_USES), directory)
        for who in origins
    }
