"""Making a virtual card: keys first, certificates from J-LIS, then everything written onto it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from kazasu.card import text_ap, visual_ap
from kazasu.card.common_ap import CommonRecord
from kazasu.card.image import Application, CardImage, File, Key, Pin
from kazasu.card.text_ap import CardIssuer
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.dates import era_year
from kazasu.foundation.numbers import IndividualNumber

ATR_CONTACTLESS: Final = "3B888001000005E0B381A1007F"
TOKEN_LABEL: Final = "JPKIAPICCTOKEN2"  # noqa: S105 - the public label of the PKCS #11 token
GENUINE: Final = "13"
"""EF of the internal-authentication key (the visual application's is not public: the same)."""
CODE_TRIES: Final = 10
"""Switch: tries for verification numbers A and B are not publicly known (card §1)."""
MAKING = "番号法 17条: the number on the holder's own card"


@dataclass(frozen=True)
class Blank:
    """A card with keys and nothing else; the public halves go to J-LIS."""

    card_id: str
    serial: str
    authentication: rsa.RSAPrivateKey
    signing: rsa.RSAPrivateKey | None
    genuine: rsa.RSAPrivateKey
    """Proves without any PIN that the chip is the one whose records were signed."""

    @property
    def authentication_key(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        return _spki(self.authentication)

    @property
    def signing_key(self) -> bytes | None:
        return _spki(self.signing) if self.signing else None


@dataclass(frozen=True, slots=True)
class Certificates:
    """DER. ``signing`` is None for a card without one (under 15)."""

    authentication: bytes
    signing: bytes | None
    authentication_ca: bytes
    signing_ca: bytes


@dataclass(frozen=True, slots=True)
class Pins:
    """What the holder chose at the counter. A counter of 0 left is a locked PIN."""

    authentication: str = "1234"
    text: str = "1234"
    resident: str = "1234"
    signing: str = "ABC123"
    authentication_left: int = 3
    signing_left: int = 5


def blank(card_id: str, serial: str, *, signing: bool = True) -> Blank:
    """A new card. ``serial``: 15 digits."""
    return Blank(card_id, serial, _new_key(), _new_key() if signing else None, _new_key())


def personalise(
    made: Blank,
    *,
    attributes: FourAttributes,
    individual_number: IndividualNumber,
    municipality_code: str,
    expires_on: date,
    security_code: str,
    certificates: Certificates,
    issuer: CardIssuer,
    pins: Pins = Pins(),
) -> CardImage:
    """Write files, keys and PINs (layouts and access rules: card §1)."""
    return CardImage(
        card_id=made.card_id,
        serial=made.serial,
        atr=ATR_CONTACTLESS,
        applications={
            "jpki": _jpki(made, certificates, pins),
            "text": _text(
                made, attributes, individual_number, expires_on, security_code, issuer, pins
            ),
            "visual": _visual(
                made, attributes, individual_number, expires_on, security_code, issuer
            ),
            "juki": Application(pins={"1C": Pin(pins.resident, 3, 3)}),
            "common": Application(
                files={
                    "01": File(
                        CommonRecord(made.serial, municipality_code[:5], expires_on).encode()
                    )
                },
                pins={"1C": Pin(pins.resident, 3, 3)},
            ),
            "manager": Application(),
        },
    )


def _jpki(made: Blank, certificates: Certificates, pins: Pins) -> Application:
    present = bytes([0x8F if certificates.signing else 0x00, 0x8F, 0x00])
    application = Application(
        files={
            "0A": File(_padded(certificates.authentication)),
            "0B": File(_padded(certificates.authentication_ca)),
            "02": File(_padded(certificates.signing_ca)),
            "06": File(_token_info()),
            "08": File(present),
        },
        pins={"18": Pin(pins.authentication, 3, pins.authentication_left)},
        keys={"17": Key(_pem(made.authentication), ("18",))},
    )
    if certificates.signing and made.signing:
        application.files["01"] = File(_padded(certificates.signing), ("1B",))
        application.pins["1B"] = Pin(pins.signing, 5, pins.signing_left)
        application.keys["1A"] = Key(_pem(made.signing), ("1B",))
    return application


def _text(
    made: Blank,
    attributes: FourAttributes,
    number: IndividualNumber,
    expires_on: date,
    security_code: str,
    issuer: CardIssuer,
    pins: Pins,
) -> Application:
    digits = number.reveal(duty=MAKING)
    my_number = text_ap.my_number_file(digits)
    basic = text_ap.basic_file(attributes)
    proof = text_ap.proof_file(text_ap.number_hash(my_number), basic, issuer)
    code_b = verification_number_b(attributes.birth_date, expires_on, security_code)
    return Application(
        files={
            "01": File(my_number, ("11", "14")),
            "02": File(basic, ("11", "15")),
            "03": File(proof, ("11", "14", "15")),
            "04": File(issuer.cv_certificate),
        },
        pins={
            "11": Pin(pins.text, 3, 3),
            "14": Pin(digits, CODE_TRIES, CODE_TRIES),
            "15": Pin(code_b, CODE_TRIES, CODE_TRIES),
        },
        keys={GENUINE: Key(_pem(made.genuine))},
        default_key=GENUINE,
    )


def _visual(
    made: Blank,
    attributes: FourAttributes,
    number: IndividualNumber,
    expires_on: date,
    security_code: str,
    issuer: CardIssuer,
) -> Application:
    """What is printed on the card. Its codes are the text application's, in reverse order (card §1)."""
    digits = number.reveal(duty=MAKING)
    key = made.genuine.public_key()
    code_b = verification_number_b(attributes.birth_date, expires_on, security_code)
    face = visual_ap.face_file(attributes, expires_on, security_code, key, issuer, made.card_id)
    return Application(
        files={
            "01": File(visual_ap.birth_file(attributes.birth_date, key, issuer), ("11",)),
            "02": File(face, ("12", "13")),
            "04": File(issuer.cv_certificate),
            "05": File(visual_ap.number_file(digits, key, issuer), ("13",)),
            "06": File(b"\xff" * 16),
        },
        pins={
            "11": Pin(visual_ap.birth_key(attributes.birth_date), CODE_TRIES, CODE_TRIES),
            "12": Pin(code_b, CODE_TRIES, CODE_TRIES),
            "13": Pin(digits, CODE_TRIES, CODE_TRIES),
        },
        keys={GENUINE: Key(_pem(made.genuine))},
        default_key=GENUINE,
    )


def verification_number_b(birth_date: date, expires_on: date, security_code: str) -> str:
    """照合番号B: birth date with the era's year, the card's expiry year, the security code."""
    year = era_year(birth_date).year
    return f"{year:02}{birth_date:%m%d}{expires_on.year}{security_code}"


def _token_info() -> bytes:
    """CK_TOKEN_INFO of PKCS #11 with big-endian numbers, 160 bytes."""
    label = TOKEN_LABEL.ljust(32).encode()
    maker = b"KAZASU SANDBOX".ljust(32)
    return (label + maker + b" " * 16 + b" " * 16).ljust(160, b"\x00")


def _padded(der: bytes) -> bytes:
    """A certificate in its file, with the filler that clients must stop before."""
    return der + b"\xff" * 16


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _spki(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
