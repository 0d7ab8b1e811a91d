"""Certificates of the institutions themselves, and in the sandbox their keys (the real ones are LGPKI's)."""

import dataclasses
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kazasu.exchange.directory import KEY_USES, Earlier, Entry, KeyUse
from kazasu.exchange.keys import key_file, read_keys
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_private
from kazasu.foundation.time.clock import JST
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.faults import KEYS_WAITING

LIFE = timedelta(days=3653)


def issue_institution(
    authority: Authority, folder: Path, institution: str, origin: str, now: datetime
) -> dict[KeyUse, str]:
    """Make the institution's keys where missing. Returns its certificates (PEM) by use.

    Writes ``<folder>/keys/<id with ':' → '-'>.json`` (0600), which ``exchange.keys`` reads.
    """
    path = folder / "keys" / f"{institution.replace(':', '-')}.json"
    if path.exists():
        document = json.loads(path.read_text())
        return {use: document[use]["certificate"] for use in KEY_USES}
    made = _new_keys(authority, institution, origin, now)
    write_private(path, json.dumps({"id": institution, **made}))
    return {use: made[use]["certificate"] for use in KEY_USES}


def _new_keys(
    authority: Authority, institution: str, origin: str, now: datetime
) -> dict[KeyUse, dict[str, str]]:
    made: dict[KeyUse, dict[str, str]] = {}
    for use in KEY_USES:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certify_institution(
            authority, institution, origin, use, key.public_key(), now
        )
        made[use] = {
            "key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "certificate": certificate.public_bytes(Encoding.PEM).decode(),
        }
    return made


def replace_keys(
    authority: Authority,
    folder: Path,
    entry: Entry,
    now: datetime,
    since: datetime,
    until: datetime,
) -> Entry:
    """New keys for an institution whose key file lies here, as they are to stand in the directory.

    The private keys are written before anybody is told: what is sealed to them can be opened. The keys before stay in the file: what was
    sealed to them is still on its way, or lies sealed in the institution's own tables.

    Args:
        since: from when the new ones are used. until: so long the ones before verify.

    Raises Refusal ``exchange.keys-unreadable``; ``jpki.keys-waiting``: those of the last replacement are not in use yet.
    """
    if entry.since is not None and now < entry.since:
        raise Refusal(KEYS_WAITING, institution=entry.id, since=f"{entry.since.astimezone(JST):%Y-%m-%d %H:%M}")  # fmt: skip
    path = key_file(folder / "keys", entry.id)
    read_keys(path, entry.id)
    document = json.loads(path.read_text(encoding="utf-8"))
    made = _new_keys(authority, entry.id, entry.origin, now)
    document["more"] = [*document.get("more", []), made]
    owner = path.stat()
    write_private(path, json.dumps(document))
    if os.geteuid() == 0:  # an operator as root; the service reads it as itself
        os.chown(path, owner.st_uid, owner.st_gid)
    certificates: dict[KeyUse, str] = {use: made[use]["certificate"] for use in KEY_USES}
    before = tuple(
        Earlier(one.certificates, min(one.until, until)) if until <= now else one
        for one in entry.earlier
    )
    return dataclasses.replace(
        entry,
        certificates=certificates,
        since=since,
        earlier=(Earlier(entry.certificates, until), *before),
    )


def certify_institution(
    authority: Authority,
    institution: str,
    origin: str,
    use: KeyUse,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
) -> x509.Certificate:
    """For a key that was made at the institution's own place, or here (sandbox)."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(
                NameOID.ORGANIZATION_NAME, f"{_organisation(authority)} institutions"
            ),
            x509.NameAttribute(NameOID.COMMON_NAME, institution),
        ]
    )
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=use != "seal",
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=use == "seal",
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    x509.UniformResourceIdentifier(origin),
                    x509.DNSName(urlsplit(origin).hostname or ""),  # OpenID4VP x509_san_dns
                ]
            ),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )


def _organisation(authority: Authority) -> str:
    found = authority.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value)
