"""Making a virtual card: keys first, certificates from J-LIS, then everything written onto it."""

import struct
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

from kazasu.card.chip import text_ap, visual_ap
from kazasu.card.chip.common_ap import CommonRecord
from kazasu.card.chip.image import AVAILABLE, PRESENT, Application, CardImage, File, Key, Pin
from kazasu.card.chip.text_ap import CardIssuer
from kazasu.card.profiles import Profile, profile
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.algorithms import PrivateKey, new_key
from kazasu.foundation.time.dates import era_year
from kazasu.foundation.values.numbers import IndividualNumber

GENUINE: Final = "13"
"""EF of the internal-authentication key (the visual application's is not public: the same)."""
CODE_TRIES: Final = 10
"""Switch: tries for verification numbers A and B are not publicly known (card §1)."""
MAKING = "番号法 17条: the number on the holder's own card"
PLASTIC: Final = profile("plastic")
_NOBODY: Final = ("FF",)
"""Opened by a PIN that no card has: the file is there, and what is in it is not known."""


@dataclass(frozen=True)
class Blank:
    """A card with keys and nothing else; the public halves go to J-LIS."""

    card_id: str
    serial: str
    authentication: PrivateKey
    signing: PrivateKey | None
    genuine: rsa.RSAPrivateKey
    """Proves without any PIN that the chip is the one whose records were signed."""
    profile: Profile = PLASTIC

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
    text_left: int = 3
    resident_left: int = 3


def pins_of(kind: Profile) -> Pins:
    """Ordinary PINs, with what is used up on a card of this kind."""
    left = kind.pins_left
    return Pins(
        authentication_left=left.get("authentication", 3),
        signing_left=left.get("signing", 5),
        text_left=left.get("text", 3),
        resident_left=left.get("resident", 3),
    )


def blank(card_id: str, serial: str, kind: Profile = PLASTIC, *, signing: bool = True) -> Blank:
    """A new card. ``serial``: 15 digits."""
    wanted = signing and kind.signing
    return Blank(
        card_id,
        serial,
        new_key(kind.algorithm),
        new_key(kind.algorithm) if wanted else None,
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        kind,
    )


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
    record = CommonRecord(made.serial, municipality_code[:5], expires_on)
    written = {
        "jpki": _jpki(
            made.profile, made.serial, made.authentication, made.signing, certificates, pins,
            {"16": issuer.terminal_authority},
        ),
        "text": _text(
            made, attributes, individual_number, expires_on, security_code, issuer, pins
        ),
        "visual": _visual(
            made, attributes, individual_number, expires_on, security_code, issuer,
            municipality_code,
        ),
        "juki": Application(
            files={"02": File(b"", _NOBODY)}, pins={"1C": Pin(pins.resident, 3, pins.resident_left)}
        ),
        "common": Application(
            files={
                "01": File(record.encode()),
                "02": File(b"", _NOBODY),
                "1E": File(b"", _NOBODY),
            },
            pins={"1C": Pin(pins.resident, 3, pins.resident_left)},
            keys={"19": Key(_pem(made.genuine))},
        ),
        "manager": _manager(made, record, issuer),
    }  # fmt: skip
    return CardImage(
        card_id=made.card_id,
        serial=made.serial,
        atr=made.profile.atr,
        applications={name: written[name] for name in made.profile.applications},
        profile=made.profile.key,
        algorithm=made.profile.algorithm,
    )


@dataclass(frozen=True)
class PhoneKeys:
    """Keys in a phone's own store, before J-LIS has certified them."""

    profile: Profile
    authentication: PrivateKey
    signing: PrivateKey

    @property
    def authentication_key(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        return _spki(self.authentication)

    @property
    def signing_key(self) -> bytes:
        return _spki(self.signing)


def phone_keys(kind: Profile) -> PhoneKeys:
    """New ones."""
    return PhoneKeys(kind, new_key(kind.algorithm), new_key(kind.algorithm))


def phone_store(
    card_id: str, made: PhoneKeys, certificates: Certificates, *, pin: str, password: str
) -> CardImage:
    """A phone's key store as the applets of phones show it: one application, own PINs (card §1 Smartphone).

    No terminal opens its keys without the lock, and it holds no number and no attributes but those in the signing
    certificate.
    """
    pins = Pins(authentication=pin, signing=password)
    jpki = _jpki(made.profile, "", made.authentication, made.signing, certificates, pins, {})
    return CardImage(
        card_id=card_id,
        serial="",
        atr=made.profile.atr,
        applications={"jpki": jpki},
        profile=made.profile.key,
        algorithm=made.profile.algorithm,
    )


def _jpki(
    kind: Profile,
    serial: str,
    authentication: PrivateKey,
    signing: PrivateKey | None,
    certificates: Certificates,
    pins: Pins,
    terminals: dict[str, str],
) -> Application:
    """``terminals``: EF 16, the authority of terminals that open key 17 without the PIN; empty: none.

    A card without a signing certificate has its files all the same: 01 empty, 1A without a key, 1B blocked. That there is
    nothing in them is what EF 08 says, and one can be written at the counter later; OpenSC asks 1B for its tries and takes
    no card that has none.
    """
    present = bytes([PRESENT if certificates.signing else 0x00, PRESENT, 0x00])
    unknown = {number: File(b"", _NOBODY) for number in ("05", "09", "10", "19", "1C", "1E")}
    application = Application(
        files={
            "0A": File(_padded(certificates.authentication), kind.authentication_read_by),
            "0B": File(_padded(certificates.authentication_ca)),
            "02": File(_padded(certificates.signing_ca)),
            "06": File(_token_info(kind.token_label, serial)),
            AVAILABLE: File(present),
            **unknown,
        },
        pins={"18": Pin(pins.authentication, 3, pins.authentication_left)},
        keys={"17": Key(_pem(authentication), ("18", *terminals))},
        trusted=dict(terminals),
    )
    signs = bool(certificates.signing and signing)
    application.files["01"] = File(
        _padded(certificates.signing) if certificates.signing else b"", ("1B",)
    )
    application.pins["1B"] = Pin(pins.signing, 5, pins.signing_left if signs else 0)
    application.keys["1A"] = Key(_pem(signing) if signing and signs else "", ("1B",))
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
    application = Application(
        files={
            "01": File(my_number, ("11", "14")),
            "02": File(basic, ("11", "15")),
            "03": File(proof, ("11", "14", "15")),
            "04": File(issuer.cv_certificate),
            "05": File(text_ap.info_file()),
            "06": File(text_ap.session_key_file(made.genuine.public_key()), ("11", "14", "15")),
            "07": File(
                text_ap.signed_key_file(made.genuine.public_key(), issuer), ("11", "14", "15")
            ),
            "08": File(b"\xff" * 16),
        },
        pins={
            "11": Pin(pins.text, 3, pins.text_left),
            "12": Pin("0000", 3, 0),
            "14": Pin(digits, CODE_TRIES, CODE_TRIES),
            "15": Pin(code_b, CODE_TRIES, CODE_TRIES),
        },
        keys={GENUINE: Key(_pem(made.genuine))},
        default_key=GENUINE,
    )
    if made.profile.two_pins:
        application.shared["11"] = "jpki/18"
        del application.pins["11"]
        application.pins["15"].value = f"{expires_on.year % 100:02}{security_code}"
    return application


def _visual(
    made: Blank,
    attributes: FourAttributes,
    number: IndividualNumber,
    expires_on: date,
    security_code: str,
    issuer: CardIssuer,
    municipality_code: str,
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
            "03": File(visual_ap.info_file(municipality_code[:5])),
            "04": File(issuer.cv_certificate),
            "05": File(visual_ap.number_file(digits, key, issuer), ("13",)),
            "06": File(b"\xff" * 16),
            "14": File(b"", _NOBODY),
            "15": File(b"", _NOBODY),
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


def _manager(made: Blank, record: CommonRecord, issuer: CardIssuer) -> Application:
    """The card manager's data objects.

    F7 is a key's id of 16 bytes, F8 and 7F21 are the contents of CV certificates, without the template around them, and 5F51 is the ATR that the card
    has at its contacts, without TS (measured, soltia48/myna-card, ``mf.rs``). Simulated: the chain is shorter by one authority, so F8 and 7F21 are
    one certificate; which contacts belong to which card without contacts.
    """
    body, _ = text_ap.split_cv(issuer.cv_certificate)
    contents = text_ap.cv_contents(issuer.cv_certificate)
    return Application(
        objects={
            "42": body[: text_ap.KEY_ID_LENGTH],
            "45": record.card_id.encode(),
            "F0": record.municipality.encode(),
            "F2": f"{record.expires_on:%Y%m%d}".encode(),
            "F7": body[text_ap.KEY_ID_LENGTH : 2 * text_ap.KEY_ID_LENGTH],
            "F8": contents,
            "7F21": contents,
            "5F51": bytes.fromhex(made.profile.contact_atr)[1:],
        }
    )


def _token_info(label: str, serial: str) -> bytes:
    """CK_TOKEN_INFO of PKCS #11, 160 bytes, with big-endian numbers of four bytes (soltia48/myna-card, ``ap/jpki.rs``).

    Flags: random numbers, login required, PIN set, token initialised; one session; PINs of 6 to 16; memory not told.
    Model and maker are the sandbox's own, the versions and the time as measured.
    """
    texts = "".join(text.ljust(size) for text, size in
                    ((label, 32), ("KAZASU SANDBOX", 32), ("SANDBOX", 16), (serial[-16:].rjust(16, "0"), 16)))  # fmt: skip
    untold = 0xFFFFFFFF
    numbers = (0x040D, 1, 0, 1, 0, 16, 6, untold, untold, untold, untold)
    return texts.encode("ascii") + struct.pack(">11I", *numbers) + b"03" + b"01" + b"9" * 16


def _padded(der: bytes) -> bytes:
    """A certificate in its file, with the filler that clients must stop before."""
    return der + b"\xff" * 16


def _spki(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
