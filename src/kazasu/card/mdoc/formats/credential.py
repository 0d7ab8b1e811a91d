"""The issuer's half: signed items, the mobile security object (MSO), and the document signer's certificate.

ISO/IEC 18013-5 §8.3.2.1.2.2 (IssuerSigned), §9.1.2 (MSO), Annex B (certificates).
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cbor2 import CBORTag
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.card.mdoc.faults import MALFORMED
from kazasu.card.mdoc.formats import cbor, cose
from kazasu.card.mdoc.formats.elements import DOC_TYPE, Name
from kazasu.foundation.faults import Refusal

DS_PURPOSE: Final = x509.ObjectIdentifier("1.0.18013.5.1.2")
"""id-mdl-kp-mdlDS. Which purpose the real record's signer has is not public: simulated."""
_SALT: Final = 32
_FULL_DATE: Final = 1004
_TDATE: Final = 0


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Validity:
    signed: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status list is, and which place in it is this record's."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True)
class Item:
    """One signed item. ``encoded`` is the IssuerSignedItem exactly as it came."""

    namespace: str
    digest_id: int
    element: str
    value: Any
    encoded: bytes

    @property
    def name(self) -> Name:
        return self.namespace, self.element

    @property
    def digest(self) -> bytes:
        """Over ``#6.24(bstr)``, as ISO/IEC 18013-5 §9.1.2.5 has it."""
        return hashlib.sha256(cbor.encode(cbor.embed(self.encoded))).digest()


@dataclass(frozen=True, slots=True)
class Mso:
    doc_type: str
    digests: Mapping[str, Mapping[int, bytes]]
    device_key: ec.EllipticCurvePublicKey
    validity: Validity
    status: StatusPlace | None


@dataclass(frozen=True, slots=True)
class IssuerSigned:
    """What a holder keeps, and of whose items they show some. Nothing in it is verified yet."""

    items: tuple[Item, ...]
    issuer_auth: cose.Sign1

    def encode(self) -> bytes:
        return cbor.encode(self.as_cbor())

    def as_cbor(self) -> dict[str, Any]:
        spaces: dict[str, list[CBORTag]] = {}
        for item in self.items:
            spaces.setdefault(item.namespace, []).append(cbor.embed(item.encoded))
        return {"nameSpaces": spaces, "issuerAuth": self.issuer_auth}


def full_date(day: str) -> CBORTag:
    """``YYYY-MM-DD`` as RFC 8943 has it."""
    return CBORTag(_FULL_DATE, day)


# ---------------------------------------------------------------- issue


def issue(
    signer: DocumentSigner,
    values: Mapping[Name, Any],
    device_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    status: StatusPlace | None = None,
    doc_type: str = DOC_TYPE,
) -> IssuerSigned:
    """Sign. Digest ids are shuffled: a place says nothing about which element it is of."""
    items: list[Item] = []
    for namespace in dict.fromkeys(name[0] for name in values):
        inside = [(name[1], value) for name, value in values.items() if name[0] == namespace]
        places = list(range(len(inside)))
        secrets.SystemRandom().shuffle(places)
        items += [
            _item(namespace, place, element, value)
            for place, (element, value) in zip(places, inside, strict=True)
        ]
    mso = cbor.encode(cbor.embed(cbor.encode(_mso(items, device_key, validity, status, doc_type))))
    chain = signer.certificate.public_bytes(Encoding.DER)
    return IssuerSigned(
        tuple(items), cose.sign1(mso, signer.key, unprotected={cose.X5CHAIN: chain})
    )


def _item(namespace: str, digest_id: int, element: str, value: Any) -> Item:
    encoded = cbor.encode(
        {
            "digestID": digest_id,
            "random": secrets.token_bytes(_SALT),
            "elementIdentifier": element,
            "elementValue": value,
        }
    )
    return Item(namespace, digest_id, element, value, encoded)


def _mso(
    items: Iterable[Item],
    device_key: ec.EllipticCurvePublicKey,
    validity: Validity,
    status: StatusPlace | None,
    doc_type: str,
) -> dict[str, Any]:
    digests: dict[str, dict[int, bytes]] = {}
    for item in items:
        digests.setdefault(item.namespace, {})[item.digest_id] = item.digest
    mso = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": digests,
        "deviceKeyInfo": {"deviceKey": cose.key_to_cose(device_key)},
        "docType": doc_type,
        "validityInfo": {
            "signed": _tdate(validity.signed),
            "validFrom": _tdate(validity.start),
            "validUntil": _tdate(validity.end),
        },
    }
    if status is not None:
        mso["status"] = {"status_list": {"idx": status.index, "uri": status.uri}}
    return mso


def _tdate(at: datetime) -> CBORTag:
    """No fractions of a second, and in UTC (ISO/IEC 18013-5 §9.1.2.4)."""
    return CBORTag(_TDATE, at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


# ---------------------------------------------------------------- read


def read_issuer_signed(given: Any) -> IssuerSigned:
    """From bytes, or from what was decoded of them. Raises Refusal ``mdoc.malformed``."""
    document = cbor.decode(given) if isinstance(given, bytes) else given
    try:
        items = tuple(
            _read_item(namespace, cbor.embedded(one, "item"))
            for namespace, listed in document["nameSpaces"].items()
            for one in listed
        )
        issuer_auth = document["issuerAuth"]
    except (KeyError, TypeError, AttributeError) as error:
        raise Refusal(MALFORMED, why="issuerSigned") from error
    cose.headers(issuer_auth)
    return IssuerSigned(items, issuer_auth)


def _read_item(namespace: Any, encoded: bytes) -> Item:
    content = cbor.decode(encoded)
    try:
        digest_id, element = content["digestID"], content["elementIdentifier"]
        salt, value = content["random"], content["elementValue"]
    except (KeyError, TypeError) as error:
        raise Refusal(MALFORMED, why="item") from error
    right = (
        isinstance(namespace, str)
        and isinstance(element, str)
        and type(digest_id) is int
        and digest_id >= 0
        and isinstance(salt, bytes)
        and len(salt) >= 16
    )
    if not right or len(content) != 4:
        raise Refusal(MALFORMED, why="item")
    return Item(namespace, digest_id, element, value, encoded)


def read_mso(payload: bytes) -> Mso:
    """Raises Refusal ``mdoc.malformed``."""
    content = cbor.decode(cbor.embedded(cbor.decode(payload), "MSO"))
    try:
        if content["version"] != "1.0" or content["digestAlgorithm"] != "SHA-256":
            raise Refusal(MALFORMED, why="version or digest algorithm")
        times = [content["validityInfo"][name] for name in ("signed", "validFrom", "validUntil")]
        if not all(isinstance(one, datetime) and one.tzinfo for one in times):
            raise Refusal(MALFORMED, why="validityInfo")
        return Mso(
            str(content["docType"]),
            {space: dict(ids) for space, ids in content["valueDigests"].items()},
            cose.key_from_cose(content["deviceKeyInfo"]["deviceKey"]),
            Validity(*times),
            _read_status(content.get("status")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(MALFORMED, why="MSO") from error


def _read_status(given: Any) -> StatusPlace | None:
    if given is None:
        return None
    place = given["status_list"]
    uri, index = place["uri"], place["idx"]
    if not isinstance(uri, str) or type(index) is not int or index < 0:
        raise ValueError("status")
    return StatusPlace(uri, index)


def signer_chain(issuer_auth: cose.Sign1) -> Sequence[x509.Certificate]:
    """The certificates that came along, the signer's first. Raises Refusal ``mdoc.malformed``."""
    given = cose.headers(issuer_auth)[1].get(cose.X5CHAIN)
    listed = [given] if isinstance(given, bytes) else given
    if not isinstance(listed, list) or not listed:
        raise Refusal(MALFORMED, why="x5chain")
    try:
        return [x509.load_der_x509_certificate(one) for one in listed]
    except (ValueError, TypeError) as error:
        raise Refusal(MALFORMED, why="x5chain") from error
