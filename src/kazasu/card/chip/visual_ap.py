"""The visual application's files (券面事項確認AP): what is printed on the card, as pictures (card §1 TLV).

Opened by the verification numbers: A (the twelve digits) opens both sides, B the front alone, so that a
counter can look at the face without the number. Expiry and security code are not signed, as on the real one.
"""

import hashlib
import io
from datetime import date
from functools import cache
from typing import Final

import typst
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image, ImageDraw

from kazasu.card import tlv
from kazasu.card.chip import text_ap
from kazasu.card.chip.text_ap import CardIssuer
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.time.dates import era_year

PIXELS_PER_INCH: Final = 144
PHOTO: Final = (240, 300)
PHOTO_TAG: Final = 0xDF27


def face_file(
    attributes: FourAttributes,
    expires_on: date,
    security_code: str,
    key: rsa.RSAPublicKey,
    issuer: CardIssuer,
    seed: str,
) -> bytes:
    """File 02: birth date, sex, the card's public key, name and address as 1-bit PNG, the photo as
    grey JPEG 2000, and the issuer's signature over their three hashes, which stand in one DigestInfo
    (measured; soltia48/myna-card, ``data.rs``)."""
    parts = [
        tlv.encode(0xDF22, written_date(attributes.birth_date)),
        tlv.encode(0xDF23, attributes.sex.encode()),
        tlv.encode(0xDF24, text_ap.public_key_object(key)),
        tlv.encode(0xDF25, _picture(attributes.name, 18)),
        tlv.encode(0xDF26, _picture(attributes.address, 11)),
        tlv.encode(0xDF27, photo(seed)),
    ]
    signed = _hash(*parts[:3]) + _hash(*parts[3:5]) + _hash(parts[5])
    parts.append(tlv.encode(0xDF28, issuer.sign_digests(signed)))
    parts.append(tlv.encode(0xDF29, written_date(expires_on)))
    parts.append(tlv.encode(0xDF2A, _picture(security_code, 8)))
    return _with_offsets(0xFF20, 0xDF21, parts)


def number_file(digits: str, key: rsa.RSAPublicKey, issuer: CardIssuer) -> bytes:
    """File 05: the individual number as a picture, for eyes and not for programs."""
    parts = [tlv.encode(0xDF41, _picture(digits, 10)), tlv.encode(0xDF42, text_ap.public_key_object(key))]  # fmt: skip
    return _signed(0xFF40, 0xDF43, parts, issuer)


def birth_file(birth_date: date, key: rsa.RSAPublicKey, issuer: CardIssuer) -> bytes:
    """File 01: the record for checking an age; ``FF10 82021E``."""
    parts = [
        tlv.encode(0xDF11, written_date(birth_date)),
        tlv.encode(0xDF12, text_ap.public_key_object(key)),
    ]
    return _signed(0xFF10, 0xDF13, parts, issuer)


def info_file(municipality: str) -> bytes:
    """File 03: layout, whose key, version 0, five-digit municipality (soltia48/myna-card, ``ap/surface.rs``).

    DF35: a key's id and 256 bytes of unknown meaning (simulated: zeros).
    """
    parts = [
        tlv.encode(0xDF31, bytes.fromhex("06030E01")),
        tlv.encode(0xDF32, text_ap.SANDBOX_KEY_ID),
        tlv.encode(0xDF33, b"\x00"),
        tlv.encode(0xDF34, municipality.encode("ascii")),
        tlv.encode(0xDF35, text_ap.SANDBOX_KEY_ID + bytes(256)),
    ]
    return tlv.encode(0xFF30, b"".join(parts))


def written_date(day: date) -> bytes:
    """``YYYYMMDD``, Gregorian: as every date in a file is, unlike the keys that are typed."""
    return f"{day:%Y%m%d}".encode("ascii")


def birth_key(birth_date: date) -> str:
    """What opens file 01: YYMMDD with the era's year."""
    return f"{era_year(birth_date).year:02}{birth_date:%m%d}"


def photo(seed: str) -> bytes:
    """A drawn face, grey JPEG 2000: nobody's. The seed varies hair and shoulders."""
    dice = hashlib.sha256(seed.encode()).digest()
    picture = Image.new("L", PHOTO, 235)
    draw = ImageDraw.Draw(picture)
    width, height = PHOTO
    draw.ellipse((30, 215, width - 30, height + 140), fill=90 + dice[0] % 90)
    draw.ellipse((62, 30, width - 62, 150 + dice[1] % 30), fill=25 + dice[2] % 70)
    draw.ellipse((72, 62, width - 72, 220), fill=205)
    for x in (100, 140):
        draw.ellipse((x - 5, 128, x + 5, 138), fill=40)
    draw.arc((98, 150, 142, 185), 20, 160, fill=60, width=3)
    out = io.BytesIO()
    picture.save(out, "JPEG2000", quality_mode="rates", quality_layers=[20])
    return out.getvalue()


@cache
def _fonts() -> typst.Fonts:
    """The machine's typefaces, looked for once: a picture then takes a millisecond, not sixty."""
    return typst.Fonts()


def _picture(text: str, points: int) -> bytes:
    """One line of text as a 1-bit PNG, in the type that names are registered with."""
    source = (
        "#set page(width: auto, height: auto, margin: 1pt)\n"
        f'#set text(font: ("IPAmjMincho", "BIZ UDGothic"), size: {points}pt)\n'
        "#sys.inputs.text"
    )
    png = typst.compile(
        source.encode(),
        format="png",
        ppi=PIXELS_PER_INCH,
        sys_inputs={"text": text},
        font_paths=_fonts(),
    )
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("L").point(lambda v: 255 * (v > 128)).convert("1").save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _signed(tag: int, signature_tag: int, parts: list[bytes], issuer: CardIssuer) -> bytes:
    """A record, and the issuer's signature over its parts as they stand."""
    body = b"".join(parts)
    return tlv.encode(tag, body + tlv.encode(signature_tag, issuer.sign(body)))


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _with_offsets(tag: int, offsets_tag: int, parts: list[bytes]) -> bytes:
    """The parts with, before them, each one's position from the file's start (two bytes each)."""
    table_length = 2 * len(parts)
    table = tlv.encode(offsets_tag, bytes(table_length))
    body = len(table) + sum(map(len, parts))
    position = len(tlv.encode(tag, bytes(body))) - body + len(table)
    offsets = b""
    for part in parts:
        offsets += position.to_bytes(2)
        position += len(part)
    return tlv.encode(tag, tlv.encode(offsets_tag, offsets) + b"".join(parts))
