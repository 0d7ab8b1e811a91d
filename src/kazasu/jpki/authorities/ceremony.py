"""The key ceremony: makes the declared authorities that do not exist yet, and writes down what was done.

It can be rehearsed (in an empty folder, nothing stays) and repeated (what exists stays as it is); adding a
generation to the declaration and holding it again is how an algorithm is changed. The transcript of each
ceremony is signed by every self-signed authority that then exists and holds the digest of the one before, so
that none can be left out or changed later.

Nothing here can be mistaken for JPKI: the O of every authority names the sandbox (design §3.11).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kazasu.card.chip import text_ap
from kazasu.foundation.algorithms import hash_for, new_key, sign, verify
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.user import folder_mode
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.time.clock import Clock
from kazasu.jpki.authorities import mdoc_ca
from kazasu.jpki.authorities.hierarchy import (
    DECLARED,
    SELF_SIGNED,
    Declared,
    Hierarchy,
    read_hierarchy,
)
from kazasu.jpki.authorities.keyring import Authority, Keyring
from kazasu.jpki.faults import BAD_TRANSCRIPT

ROOT_ID: Final = b"9000001\x08\x05001\x00\x00\x00\x00"
ISSUER_ID: Final = b"9000002\x08\x05001\x00\x00\x00\x00"
"""Key ids begin with 9: neither production's (5) nor test cards' (6)."""
_PURPOSES: Final = {
    "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING,
    "timestamp": ExtendedKeyUsageOID.TIME_STAMPING,
}


@dataclass(frozen=True, slots=True)
class Made:
    """One line of a transcript."""

    name: str
    generation: int
    algorithm: str
    custody: str
    issued_by: str
    certificate_sha256: str


def hold_ceremony(
    folder: Path,
    clock: Clock,
    *,
    agency: str = "",
    organisation: str = "",
    passphrase: bytes | None = None,
) -> list[Made]:
    """Make every declared authority that does not exist yet. Returns what was made.

    Args:
        folder: ``<folder>/pki/hierarchy.toml`` is read; the first ceremony puts the default there.
        agency: whose authorities the first ceremony's names say they are.
        organisation: their O, in production; nothing was issued before then.

    Raises Refusal ``jpki.bad-hierarchy``, ``jpki.no-token``.
    """
    plan = read_hierarchy(declare(folder, agency, organisation))
    keyring = Keyring(folder, passphrase)
    made = [
        _make(keyring, plan, declared, generation, clock.now())
        for declared in plan.authorities
        for generation in range(1, plan.generations(declared) + 1)
        if generation > keyring.generations(declared.name)
    ]
    if made:
        _write_down(folder, keyring, plan, made, clock.now())
    return made


def declare(folder: Path, agency: str = "", organisation: str = "") -> Path:
    """``<folder>/pki/hierarchy.toml``; where there is none, the default with these names (see :func:`hold_ceremony`)."""
    path = folder / "pki" / "hierarchy.toml"
    if not path.exists():
        text = DECLARED.read_text(encoding="utf-8")
        if agency:
            text = text.replace('agency = "Kazasu sandbox agency"', f'agency = "{agency}"')
        if organisation:
            text = text.replace('"KAZASU-SANDBOX"', f'"{organisation}"')
            text = text.replace("begun_years_ago = 10", "begun_years_ago = 0")
        folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700 if organisation else 0o755, parents=True, exist_ok=True)
        write_whole(path, text)
    return path


def _make(
    keyring: Keyring, plan: Hierarchy, declared: Declared, generation: int, now: datetime
) -> Made:
    algorithm = declared.algorithm(generation)
    if declared.custody == "pkcs11":
        key = keyring.new_key_in_token(declared.name, generation, algorithm)
    else:
        key = new_key(algorithm)
        keyring.store_key(declared.name, generation, key, declared.custody, plan)
    issuer = None
    if declared.issued_by:
        issuer = keyring.authority(
            declared.issued_by, plan.issuing_generation(declared, generation)
        )
    certificate = _certificate(
        plan, declared, key.public_key(), issuer or key, now, first=generation == 1
    )
    cv = b""
    if declared.role == "cv" and issuer is not None and isinstance(issuer.key, rsa.RSAPrivateKey):
        body = text_ap.cv_body(ROOT_ID, ISSUER_ID, key.public_key())  # type: ignore[arg-type]
        signature = issuer.key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        cv = text_ap.cv_certificate(body, signature)
    keyring.store_certificate(declared.name, generation, certificate, cv)
    return Made(
        declared.name, generation, algorithm, declared.custody, declared.issued_by,
        certificate.fingerprint(hashes.SHA256()).hex(),
    )  # fmt: skip


def distinguished_name(plan: Hierarchy, unit: str) -> x509.Name:
    """C=JP, O=<sandbox>, OU=<unit>, OU=<agency>: the shape of JPKI's (card §1)."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, plan.organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, plan.agency),
        ]
    )


def _certificate(
    plan: Hierarchy, declared: Declared, public: Any, issuer: Any, now: datetime, *, first: bool
) -> x509.Certificate:
    """``issuer``: an Authority, or the own key of a root."""
    subject = distinguished_name(plan, declared.unit)
    start = datetime(now.year - (plan.begun_years_ago if first else 0), 1, 1, tzinfo=UTC)
    if declared.role == "iaca":
        return mdoc_ca.certificate(plan, declared.unit, public, issuer, now)
    purpose = _PURPOSES.get(declared.role)
    by = issuer.key if isinstance(issuer, Authority) else issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if isinstance(issuer, Authority) else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * (plan.years + plan.begun_years_ago)))
        .add_extension(x509.BasicConstraints(ca=purpose is None, path_length=None), critical=True)
        .add_extension(_usage(authority=purpose is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    if isinstance(issuer, Authority):
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if purpose is not None:
        critical = declared.role == "timestamp"  # RFC 3161 §2.3
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=critical)
    if declared.role == "ocsp":
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return builder.sign(by, hash_for(by))


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


# ---------------------------------------------------------------- the transcript


def _write_down(
    folder: Path, keyring: Keyring, plan: Hierarchy, made: list[Made], now: datetime
) -> None:
    before = transcripts(folder)
    content = {
        "held_at": now.isoformat(),
        "hierarchy_sha256": hashlib.sha256(declare(folder).read_bytes()).hexdigest(),
        "before_sha256": hashlib.sha256(before[-1].read_bytes()).hexdigest() if before else "",
        "made": [asdict(one) for one in made],
    }
    text = json.dumps(content, indent=1, sort_keys=True)
    roots = [one for one in plan.authorities if one.role in SELF_SIGNED]
    signatures = {
        f"{root.name}-{keyring.generations(root.name)}": sign(
            keyring.authority(root.name).key, text.encode()
        ).hex()
        for root in roots
    }
    path = folder / "pki" / f"ceremony-{len(before) + 1}.json"
    write_whole(path, json.dumps({"content": text, "signatures": signatures}, indent=1))


def transcripts(folder: Path) -> list[Path]:
    """Of all ceremonies, first to last."""
    return sorted(
        (folder / "pki").glob("ceremony-*.json"), key=lambda path: int(path.stem.split("-")[1])
    )


def verify_transcripts(folder: Path) -> list[dict[str, Any]]:
    """What the ceremonies did, proven: signatures, unbroken order, and that every authority is in it.

    Raises Refusal ``jpki.bad-transcript`` with what is wrong.
    """
    keyring = Keyring(folder)
    contents: list[dict[str, Any]] = []
    before = ""
    for path in transcripts(folder):
        outer = json.loads(path.read_text())
        for signer, signature in outer["signatures"].items():
            name, _, generation = signer.rpartition("-")
            public = keyring.certificate(name, int(generation)).public_key()
            try:
                verify(public, bytes.fromhex(signature), outer["content"].encode())
            except InvalidSignature:
                raise Refusal(BAD_TRANSCRIPT, why=f"{path.name}: {signer}") from None
        content = json.loads(outer["content"])
        if content["before_sha256"] != before:
            raise Refusal(BAD_TRANSCRIPT, why=f"{path.name}: order")
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        contents.append(content)
    told = {(one["name"], one["generation"]): one["certificate_sha256"]
            for content in contents for one in content["made"]}  # fmt: skip
    for path in (folder / "pki").glob("*.pem"):
        name, _, generation = path.stem.rpartition("-")
        there = keyring.certificate(name, int(generation)).fingerprint(hashes.SHA256()).hex()
        if told.get((name, int(generation))) != there:
            raise Refusal(BAD_TRANSCRIPT, why=f"{path.stem}: made by no ceremony")
    return contents
