"""Which records are good, as a signed list: Token Status List in its CWT form (draft-ietf-oauth-status-list).

A relying party fetches the whole list and learns the state of one record without telling the issuer which. Two bits a
record: 0 valid, 1 invalid, 2 suspended.

Simplified: the list is signed by the document signer; the draft foresees an extended key usage of its own.
"""

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.card.mdoc.checking import Authorities, verify_signer
from kazasu.card.mdoc.faults import MALFORMED, REVOKED, STATUS_UNKNOWN
from kazasu.card.mdoc.formats import cbor, cose
from kazasu.card.mdoc.formats.credential import DocumentSigner, StatusPlace, signer_chain
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.numeric_date import instant_of

MEDIA_TYPE: Final = "application/statuslist+cwt"
SIZE: Final = 1 << 17
"""Records in one list."""
LIFE: Final = timedelta(minutes=15)
"""How long a list may be relied on. Within it a revocation may go unseen."""
_SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ."""
VALID, INVALID, SUSPENDED = 0, 1, 2
_BITS: Final = 2
_TYPE, _SUB, _EXP, _IAT, _TTL, _LIST = 16, 2, 4, 6, 65534, 65533
_LARGEST: Final = 1 << 20

Fetch = Callable[[str], bytes]
"""URI → the list as fetched. Raises ``OSError`` when it cannot be had."""


def pack(states: Mapping[int, int], size: int = SIZE, bits: int = _BITS) -> bytes:
    """The compressed list; the first record is in the lowest bits of the first byte."""
    raw = bytearray(size * bits // 8)
    for index, state in states.items():
        place = index * bits
        raw[place // 8] |= state << (place % 8)
    return zlib.compress(bytes(raw), 9)


def unpack(packed: bytes, index: int, bits: int) -> int:
    """Raises ``ValueError``: not a list, or there is no such place in it."""
    if bits not in (1, 2, 4, 8):
        raise ValueError("bits")
    inflating = zlib.decompressobj()
    try:
        raw = inflating.decompress(packed, _LARGEST)
    except zlib.error as error:
        raise ValueError("compression") from error
    place = index * bits
    if not inflating.eof or place // 8 >= len(raw):
        raise ValueError("size")
    return raw[place // 8] >> (place % 8) & ((1 << bits) - 1)


def sign_list(signer: DocumentSigner, uri: str, states: Mapping[int, int], now: datetime) -> bytes:
    """The token that ``uri`` serves."""
    issued = int(now.timestamp())
    claims = {
        _SUB: uri,
        _IAT: issued,
        _EXP: issued + int(LIFE.total_seconds()),
        _TTL: int(LIFE.total_seconds()) // 3,
        _LIST: {"bits": _BITS, "lst": pack(states)},
    }
    chain = {cose.X5CHAIN: signer.certificate.public_bytes(Encoding.DER)}
    return cbor.encode(
        cose.sign1(
            cbor.encode(claims), signer.key, protected={_TYPE: MEDIA_TYPE}, unprotected=chain
        )
    )


def check_status(
    place: StatusPlace | None, fetch: Fetch, authorities: Authorities, at: datetime
) -> None:
    """Raises Refusal ``mdoc.revoked``, ``mdoc.status-unknown`` (no list, an old or foreign one)."""
    if place is None:
        raise Refusal(STATUS_UNKNOWN)
    try:
        state = _state(fetch(place.uri), place, authorities, at)
    except (OSError, ValueError, cose.BadSignature) as error:
        raise Refusal(STATUS_UNKNOWN) from error
    except Refusal as refusal:
        raise Refusal(STATUS_UNKNOWN) from refusal
    if state != VALID:
        raise Refusal(REVOKED)


def _state(token: bytes, place: StatusPlace, authorities: Authorities, at: datetime) -> int:
    message = cbor.decode(token)
    if cose.headers(message)[0].get(_TYPE) != MEDIA_TYPE:
        raise Refusal(MALFORMED, why="type")
    key = verify_signer(signer_chain(message)[0], authorities, at)
    claims: Any = cbor.decode(cose.verify1(message, key))
    try:
        until, since = instant_of(claims[_EXP]), instant_of(claims[_IAT])
        # Asked for at one moment and made at the next, by another institution's clock.
        timely = since is not None and until is not None and since - _SKEW <= at <= until
        if claims[_SUB] != place.uri or not timely:
            raise ValueError("another list, or an old one")
        return unpack(claims[_LIST]["lst"], place.index, claims[_LIST]["bits"])
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError("claims") from error
