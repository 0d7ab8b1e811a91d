"""What an OCSP request asks (RFC 6960 §4.1), read from bytes that anybody may have sent.

Reads more than the usual client sends: several certificates, any hash that a CertID can be made with. What is not to the
syntax, or has a critical extension that is not understood (§4.1.2), is :class:`Malformed`.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from asn1crypto import core, ocsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_ASKED: Final = 20
"""Certificates in one request."""
NONCE_BYTES: Final = range(1, 129)
"""RFC 9654 §2.1."""
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_RESPONSE_TYPES: Final = "1.3.6.1.5.5.7.48.1.4"
_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_UNDERSTOOD: Final = frozenset({_NONCE, _RESPONSE_TYPES, "1.3.6.1.5.5.7.48.1.7", "1.3.6.1.5.5.7.48.1.8"})  # fmt: skip
"""Also the service locator (who is asked here is the one to ask) and preferred signature algorithms (a responder has one)."""
_HASHES: Final = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}
"""A CertID's hash names an issuer and protects nothing, so an old one does no harm."""


class Malformed(ValueError):
    """Not a request to the syntax; the text says why, and is for the log alone."""


@dataclass(frozen=True, slots=True)
class CertId:
    """Which certificate one is asked about."""

    hash_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int
    encoded: ocsp.CertId
    """As it is repeated in the answer, DER whatever the request was."""

    def issued_by(self, issuer: x509.Certificate) -> bool:
        """False also where the hash is one that nobody here computes."""
        hash_name = _HASHES.get(self.hash_oid)
        return hash_name is not None and _named(issuer, hash_name) == (
            self.issuer_name_hash,
            self.issuer_key_hash,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``nonce``: None where there is none."""

    certificates: tuple[CertId, ...]
    nonce: bytes | None
    plain: bool
    """Without any extension: the same answer will do for whoever asks the same."""


def read_request(der: bytes) -> Asked:
    """Raises :class:`Malformed`."""
    try:
        return _read(ocsp.OCSPRequest.load(der, strict=True)["tbs_request"])
    except Malformed:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError) as error:  # fmt: skip
        # What asn1crypto raises on bytes of another shape; it reads each part when it is looked at.
        raise Malformed(type(error).__name__) from error


def _read(tbs: Any) -> Asked:
    if tbs["version"].native != "v1":
        raise Malformed("version")
    requests = list(tbs["request_list"])
    if not requests:
        raise Malformed("nothing is asked")
    of_all = _extensions(tbs["request_extensions"])
    of_each = [_extensions(one["single_request_extensions"]) for one in requests]
    return Asked(
        tuple(_certificate(one["req_cert"]) for one in requests),
        _nonce(of_all),
        not of_all and not any(of_each),
    )


def _certificate(given: Any) -> CertId:
    algorithm = given["hash_algorithm"]
    parameters = algorithm["parameters"]
    if not isinstance(parameters, core.Void) and parameters.dump() != b"\x05\x00":
        raise Malformed("parameters of a hash")
    oid: str = algorithm["algorithm"].dotted
    name, key = bytes(given["issuer_name_hash"].native), bytes(given["issuer_key_hash"].native)
    serial = int(given["serial_number"].native)
    kept = {"algorithm": oid, "parameters": None if isinstance(parameters, core.Void) else core.Null()}  # fmt: skip
    encoded = ocsp.CertId(
        {
            "hash_algorithm": {k: v for k, v in kept.items() if v is not None},
            "issuer_name_hash": name,
            "issuer_key_hash": key,
            "serial_number": serial,
        }
    )
    return CertId(oid, name, key, serial, encoded)


def _extensions(given: Any) -> dict[str, bytes]:
    """Value by OID. Raises :class:`Malformed`: one twice, or a critical one that is not understood."""
    if isinstance(given, core.Void):
        return {}
    found: dict[str, bytes] = {}
    for one in given:
        oid = one["extn_id"].dotted
        if oid in found:
            raise Malformed(f"{oid} twice")
        if one["critical"].native and oid not in _UNDERSTOOD:
            raise Malformed(f"{oid} critical")
        found[oid] = bytes(one["extn_value"].contents)
    types = found.get(_RESPONSE_TYPES)
    if types is not None and _BASIC not in [one.dotted for one in _Types.load(types, strict=True)]:
        raise Malformed("no type of response that there is")
    return found


class _Types(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


def _nonce(extensions: dict[str, bytes]) -> bytes | None:
    """An OCTET STRING of 1 to 128 bytes (RFC 9654 §2.1)."""
    if _NONCE not in extensions:
        return None
    nonce = bytes(core.OctetString.load(extensions[_NONCE], strict=True).native)
    if len(nonce) not in NONCE_BYTES:
        raise Malformed(f"nonce of {len(nonce)} bytes")
    return nonce


@lru_cache(maxsize=256)
def _named(issuer: x509.Certificate, hash_name: str) -> tuple[bytes, bytes]:
    """How CertIDs name an issuer: digests of its name and of the bits of its key (RFC 6960 §4.1.1)."""
    spki = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    bits = core.Sequence.load(spki)[1].contents[1:]  # without the count of unused bits

    def digest(content: bytes) -> bytes:
        return hashlib.new(hash_name, content, usedforsecurity=False).digest()

    return digest(issuer.subject.public_bytes()), digest(bits)
