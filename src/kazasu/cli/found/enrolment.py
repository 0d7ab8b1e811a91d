"""How an institution enters the directory: it makes its keys at its own place and asks for certificates.

The private keys never leave ``<folder>/keys``; what travels is a request (JSON with one PKCS #10 request a use, RFC 2986),
each signed by the key that it is for.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from kazasu.cli.output.speech import cause
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.directory import KEY_USES, KeyUse
from kazasu.exchange.faults import KEYS_UNREADABLE, REQUEST_UNREADABLE
from kazasu.exchange.keys import key_file
from kazasu.exchange.street import institution
from kazasu.foundation.enciphering.key_files import make_column_keys
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.user import folder_mode
from kazasu.foundation.private_files import write_private
from kazasu.foundation.values.names import of_letters
from kazasu.foundation.values.visible import seen

_CURVE: Final = "secp256r1"
_LABEL: Final = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(\.{_LABEL})*)(:(?P<port>[1-9][0-9]{{0,4}}))?"
)
"""A name of letters, digits and hyphens (RFC 1123 §2.1), as browsers write it: it enters others' headers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an institution says of itself in the directory."""

    id: InstitutionId
    origin: str
    """``https://host`` or ``https://host:port``, as browsers say it."""
    name: tuple[str, str]
    """Japanese, English."""
    facts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    internal: str = ""


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    wanted: Wanted
    keys: Mapping[KeyUse, ec.EllipticCurvePublicKey]
    """Each proven to be held by whoever asks."""


def make_request(folder: Path, wanted: Wanted) -> str:
    """The request as it is sent. Keys are made where there are none; those that are there stay."""
    folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    keys = _keys(key_file(folder / "keys", wanted.id), wanted.id)
    if institution(wanted.id.kind).holds_numbers:
        make_column_keys(folder / "keys", wanted.id)
    requests = {
        use: x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.id)]))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
        for use, key in keys.items()
    }
    return json.dumps(asdict(wanted) | {"requests": requests}, ensure_ascii=False, indent=1)


def read_request(text: str, name: str) -> EnrolmentRequest:
    """Raises Refusal ``exchange.request-unreadable`` with what is wrong in the file ``name``."""
    try:
        document = json.loads(text)
        proofs = document.pop("requests")
        wanted = Wanted(
            InstitutionId(document.pop("id")),
            _origin(document.pop("origin")),
            _both(document.pop("name")),
            {fact: _both(value) for fact, value in document.pop("facts").items()},
            _internal(document.pop("internal")),
        )
        if document:
            raise ValueError(f"unknown: {', '.join(document)}")
        keys: dict[KeyUse, ec.EllipticCurvePublicKey] = {
            use: _proven(proofs[use], wanted.id) for use in KEY_USES
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(REQUEST_UNREADABLE, file=name, why=cause(error)) from error
    if len({key.public_numbers() for key in keys.values()}) != len(KEY_USES):
        raise Refusal(REQUEST_UNREADABLE, file=name, why="one key for two uses")
    return EnrolmentRequest(wanted, keys)


def _proven(pem: str, institution: str) -> ec.EllipticCurvePublicKey:
    """Raises ValueError."""
    request = x509.load_pem_x509_csr(pem.encode())
    key = request.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != _CURVE:
        raise ValueError("P-256 expected")
    if not request.is_signature_valid:
        raise ValueError("not signed by its own key")
    names = [name.value for name in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [institution]:
        raise ValueError(f"a request of {names}")
    return key


def _origin(text: str) -> str:
    """Raises ValueError: production is reached by https, and an origin has no path (RFC 6454 §7)."""
    found = _ORIGIN.fullmatch(text)
    if found is None or found["scheme"] != "https" or found["port"] == "443" or not _fits(found):
        raise ValueError(f"origin {text!r}: https://host or https://host:port")
    return text


def _internal(text: Any) -> str:
    """Raises ValueError; empty where it is reached at its origin."""
    found = _ORIGIN.fullmatch(text)
    if text and (found is None or not _fits(found)):
        raise ValueError(f"internal {text!r}: http://host:port")
    return str(text)


def _fits(found: re.Match[str]) -> bool:
    return len(found["host"]) <= 253 and 0 < int(found["port"] or 443) < 65_536


def _both(pair: Any) -> tuple[str, str]:
    ja, en = pair
    if not (isinstance(ja, str) and isinstance(en, str) and ja and en):
        raise ValueError("two texts expected, Japanese and English")
    if not all(seen(one) and of_letters(one) for one in (ja, en)):
        raise ValueError(f"{ja!r}, {en!r}: signs that nobody sees")
    return ja, en


def _keys(path: Path, institution: str) -> dict[KeyUse, ec.EllipticCurvePrivateKey]:
    """From the file, which is made once (0600, in a folder of the owner's). Raises Refusal ``exchange.keys-unreadable``."""
    if not path.exists():
        _write(path, institution)
    found: dict[KeyUse, ec.EllipticCurvePrivateKey] = {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        for use in KEY_USES:
            key = load_pem_private_key(document[use]["key"].encode(), None)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise TypeError("an elliptic curve's key expected")
            found[use] = key
    except _UNREADABLE as error:
        raise Refusal(KEYS_UNREADABLE, file=path, why=type(error).__name__) from error
    return found


_UNREADABLE: Final = (
    ValueError, LookupError, TypeError, AttributeError, RecursionError, UnsupportedAlgorithm,
)  # fmt: skip


def _write(path: Path, institution: str) -> None:
    document: dict[str, Any] = {"id": institution}
    for use in KEY_USES:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        document[use] = {"key": pem.decode()}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, json.dumps(document))
