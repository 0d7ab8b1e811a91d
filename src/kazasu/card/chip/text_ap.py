"""The text application's files (券面事項入力補助AP): layouts of 01–04 (card §1 TLV).

Simulated where the facts are silent: what DF33 signs (here DF31 and DF32 as they stand).
"""

import hashlib
from datetime import date
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import rsa

from kazasu.card import tlv
from kazasu.contracts.base import FourAttributes

KEY_ID_LENGTH: Final = 16
SANDBOX_KEY_ID: Final = b"9000003\x08\x05001\x00\x00\x00\x00"
"""Key ids begin with 9: neither production's (5) nor test cards' (6)."""


class CardIssuer(Protocol):
    """Who makes the card's surface data genuine. J-LIS's keys stay with it."""

    @property
    def cv_certificate(self) -> bytes:
        """File 04: the issuer's CV certificate."""

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        """For checking issuer scripts on the card."""

    @property
    def terminal_authority(self) -> str:
        """Whose terminals the card takes a word from (SubjectPublicKeyInfo PEM)."""

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256."""

    def sign_digests(self, digests: bytes) -> bytes:
        """PKCS #1 v1.5 over DigestInfo of SHA-256 whose OCTET STRING is ``digests``, however many they are."""


def my_number_file(digits: str) -> bytes:
    """File 01: ``FF10 0C`` + 12 digits + filler, 17 bytes."""
    return tlv.encode(0xFF10, digits.encode("ascii")) + b"\xff\xff"


def basic_file(attributes: FourAttributes) -> bytes:
    """File 02: offsets of the parts from the file's start, then name, address, birth, sex."""
    parts = [
        tlv.encode(0xDF22, attributes.name.encode()),
        tlv.encode(0xDF23, attributes.address.encode()),
        tlv.encode(0xDF24, f"{attributes.birth_date:%Y%m%d}".encode()),
        tlv.encode(0xDF25, attributes.sex.encode()),
    ]
    body_length = len(tlv.encode(0xDF21, bytes(8))) + sum(map(len, parts))
    position = len(tlv.encode(0xFF20, bytes(body_length))) - body_length + 11
    offsets = b""
    for part in parts:
        offsets += position.to_bytes(2)
        position += len(part)
    return tlv.encode(0xFF20, tlv.encode(0xDF21, offsets) + b"".join(parts))


def read_basic(file: bytes) -> FourAttributes:
    """The four attributes in file 02. Raises ``ValueError``."""
    found = tlv.parse_all(tlv.value_of(file, 0xFF20))
    birth = found[0xDF24].decode("ascii")
    return FourAttributes(
        name=found[0xDF22].decode(),
        address=found[0xDF23].decode(),
        birth_date=date(int(birth[:4]), int(birth[4:6]), int(birth[6:8])),
        sex=found[0xDF25].decode("ascii"),
    )


def hashed_part(file: bytes) -> bytes:
    """What DF32 hashes: file 02's value after DF21."""
    value = tlv.value_of(file, 0xFF20)
    _, _, end = tlv.parse_one(value)
    return value[end:]


def number_hash(my_number: bytes) -> bytes:
    """DF31: SHA-256 of file 01 with its filler."""
    return hashlib.sha256(my_number).digest()


def proof_file(hash_of_number: bytes, basic: bytes, issuer: CardIssuer) -> bytes:
    """File 03: hashes of files 01 and 02, signed by the issuer."""
    hashes = tlv.encode(0xDF31, hash_of_number)
    hashes += tlv.encode(0xDF32, hashlib.sha256(hashed_part(basic)).digest())
    return tlv.encode(0xFF30, hashes + tlv.encode(0xDF33, issuer.sign(hashes)))


def info_file() -> bytes:
    """File 05: ``FF40 82009F``, filled up to 256 bytes (soltia48/myna-card, ``ap/text.rs``).

    DF41: specification version 1, extended lengths 3, vendor 14, option 1. DF43: 32 bytes of unknown meaning (simulated: zeros),
    96 of filler.
    """
    parts = [
        tlv.encode(0xDF41, bytes.fromhex("01030E01")),
        tlv.encode(0xDF42, SANDBOX_KEY_ID),
        tlv.encode(0xDF43, bytes(32).ljust(128, b"\xff")),
    ]
    return tlv.encode(0xFF40, b"".join(parts)).ljust(256, b"\xff")


def digest_info(digests: bytes) -> bytes:
    """DER DigestInfo of SHA-256 (RFC 8017 §9.2) around up to three digests: the card face has three in one."""
    algorithm = bytes.fromhex("300d06096086480165030402010500")
    content = algorithm + bytes([0x04, len(digests)]) + digests
    return bytes([0x30, len(content)]) + content


def session_key_file(key: rsa.RSAPublicKey) -> bytes:
    """File 06: ``A1 { 90 91 }``. Session keys are not simulated; the key is the card's own."""
    return tlv.encode(0xA1, public_key_object(key))


def signed_key_file(key: rsa.RSAPublicKey, issuer: CardIssuer) -> bytes:
    """File 07: the public half of key 13, and the issuer's signature over it."""
    body = tlv.encode(0xDF51, public_key_object(key))
    return tlv.encode(0xFF50, body + tlv.encode(0xDF52, issuer.sign(body)))


# ---------------------------------------------------------------- CV certificates


def public_key_object(key: rsa.RSAPublicKey) -> bytes:
    """``90 03 <e> 91 82 0100 <n>``, 265 bytes for RSA-2048."""
    numbers = key.public_numbers()
    return tlv.encode(0x90, numbers.e.to_bytes(3)) + tlv.encode(0x91, numbers.n.to_bytes(256))


def cv_body(issuer_id: bytes, subject_id: bytes, key: rsa.RSAPublicKey) -> bytes:
    return issuer_id + subject_id + public_key_object(key)


def cv_certificate(body: bytes, signature: bytes) -> bytes:
    """``7F21 { 5F4E body 5F37 signature }``."""
    return tlv.encode(0x7F21, tlv.encode(0x5F4E, body) + tlv.encode(0x5F37, signature))


def cv_contents(certificate: bytes) -> bytes:
    """Body and signature, without the template around them. Raises ``ValueError``."""
    return tlv.value_of(certificate, 0x7F21)


def split_cv(certificate: bytes) -> tuple[bytes, bytes]:
    """``(body, signature)``. Raises ``ValueError``, ``KeyError``."""
    found = tlv.parse_all(tlv.value_of(certificate, 0x7F21))
    return found[0x5F4E], found[0x5F37]


def key_in_cv(body: bytes) -> rsa.RSAPublicKey:
    return read_public_key(body[2 * KEY_ID_LENGTH :])


def read_public_key(content: bytes) -> rsa.RSAPublicKey:
    """From ``90 … 91 …``. Raises ``ValueError``, ``KeyError``."""
    found = tlv.parse_all(content)
    return rsa.RSAPublicNumbers(
        int.from_bytes(found[0x90]), int.from_bytes(found[0x91])
    ).public_key()
