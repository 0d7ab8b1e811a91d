"""The card as its chip behaves: commands in, answers and status words out (card §1 Commands).

The machine holds what a chip holds while it is in the field: the selected application and file,
and which PINs were given. Everything that must outlive that is in the :class:`CardImage`, written
through ``persist`` before the command answers.
"""

import hmac
import json
import secrets
from base64 import b64decode
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kazasu.card import apdu, text_ap
from kazasu.card.apdu import Command, Status
from kazasu.card.image import AIDS, Application, CardImage, Key, Pin

DIGEST_INFO_SHA256: Final = bytes.fromhex("3031300d060960864801650304020105000420")
MOST_SIGNED: Final = 245
_CURRENT: Final = 0x80
_FCI: Final = b"\x6f\x00"
_KEEPS_PIN: Final = ("jpki", "text")
"""Applications whose PINs are changed by 00 24; the others take 80 32 (card §1)."""


class Card:
    """A card in the field of a reader."""

    def __init__(self, image: CardImage, persist: Callable[[CardImage], None]) -> None:
        self.image: Final = image
        self._persist = persist
        self._application = ""
        self._file = ""
        self._given: set[str] = set()
        self._commands: dict[tuple[int, int], Callable[[Command], bytes]] = {
            (0x00, 0xA4): self._select,
            (0x00, 0xB0): self._read_binary,
            (0x00, 0xB2): self._read_record,
            (0x00, 0x20): self._verify,
            (0x00, 0x24): self._change_pin,
            (0x80, 0x32): self._change_pin,
            (0x00, 0x84): self._challenge,
            (0x80, 0x2A): self._sign,
            (0x80, 0x46): self._generate,
            (0x80, 0xE2): self._apply_script,
        }

    @property
    def atr(self) -> bytes:
        return bytes.fromhex(self.image.atr)

    def reset(self) -> None:
        """The field went off: everything given and selected is forgotten."""
        self._application = self._file = ""
        self._given.clear()

    def transmit(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word."""
        try:
            parsed = apdu.parse(command)
            work = self._commands.get((parsed.cla, parsed.ins))
            if work is None:
                known = {cla for cla, _ in self._commands}
                raise Status(apdu.NO_INSTRUCTION if parsed.cla in known else apdu.NO_CLASS)
            return work(parsed) + apdu.OK.to_bytes(2)
        except Status as ended:
            return ended.word.to_bytes(2)

    # ------------------------------------------------------------ selecting

    def _select(self, command: Command) -> bytes:
        if command.p1 == 0x04:
            self._select_application(command.data.hex().upper())
        elif command.p1 == 0x02:
            self._select_file(command.data)
        else:
            raise Status(apdu.NO_FILE if command.data else apdu.WRONG_PARAMETERS)
        return b"" if command.p2 == 0x0C else _FCI

    def _select_application(self, aid: str) -> None:
        found = next((name for name, full in AIDS.items() if aid and full.startswith(aid)), "")
        if not found or found not in self.image.applications:
            raise Status(apdu.NO_FILE)
        if found != self._application or self.image.clears_on_reselect:
            self._given.clear()
        self._application, self._file = found, ""

    def _select_file(self, identifier: bytes) -> None:
        number = identifier.hex().upper()[2:] if identifier[:1] == b"\x00" else ""
        application = self._selected()
        known = {*application.files, *application.pins, *application.keys}
        if len(identifier) != 2 or number not in known:
            raise Status(apdu.NO_FILE)
        self._file = number

    def _selected(self) -> Application:
        if not self._application:
            raise Status(apdu.NO_FILE)
        return self.image.applications[self._application]

    # ------------------------------------------------------------ reading

    def _read_binary(self, command: Command) -> bytes:
        if command.p1 & 0x80:
            self._file, offset = f"{command.p1 & 0x1F:02X}", command.p2
        else:
            offset = command.p1 << 8 | command.p2
        application = self._selected()
        file = application.files.get(self._file)
        if file is None:
            exists = self._file in application.pins or self._file in application.keys
            raise Status(apdu.WRONG_TYPE if exists else apdu.NO_FILE)
        self._check_given(file.opened_by)
        if offset > len(file.data):
            raise Status(apdu.OUTSIDE)
        return file.data[offset : offset + (command.expected or 256)]

    def _read_record(self, command: Command) -> bytes:
        """The common application's one record."""
        if command.p2 >> 3:
            self._file = f"{command.p2 >> 3:02X}"
        application = self._selected()
        if self._application != "common" or self._file not in application.files:
            raise Status(apdu.WRONG_TYPE)
        if command.p1 != 1:
            raise Status(0x6A83)
        return application.files[self._file].data

    def _check_given(self, opened_by: tuple[str, ...]) -> None:
        if opened_by and not self._given.intersection(opened_by):
            raise Status(apdu.NOT_ALLOWED)

    # ------------------------------------------------------------ PINs

    def _pin(self, p2: int) -> tuple[str, Pin]:
        number = self._file if p2 == _CURRENT else f"{p2 & 0x1F:02X}"
        pin = self._selected().pins.get(number)
        if not p2 & 0x80 or pin is None:
            raise Status(apdu.NO_KEY if p2 & 0x80 else apdu.WRONG_PARAMETERS)
        return number, pin

    def _verify(self, command: Command) -> bytes:
        """With no data it only tells how many tries are left."""
        number, pin = self._pin(command.p2)
        if not command.data:
            raise Status(apdu.TRIES + pin.left if pin.limit else 0x6300)
        if pin.limit and not pin.left:
            raise Status(apdu.BLOCKED)
        if pin.limit:
            # Counted and on disk before the comparison: pulling the plug gives no extra try.
            pin.left -= 1
            self._persist(self.image)
        if not hmac.compare_digest(command.data, pin.value.encode("ascii")):
            self._given.discard(number)
            raise Status(apdu.TRIES + pin.left if pin.limit else 0x6300)
        pin.left = pin.limit
        self._persist(self.image)
        self._given.add(number)
        return b""

    def _change_pin(self, command: Command) -> bytes:
        number, pin = self._pin(command.p2)
        if (command.ins == 0x24) != (self._application in _KEEPS_PIN):
            raise Status(apdu.NO_INSTRUCTION)
        if command.ins == 0x24 and command.p1 != 0x01:
            raise Status(apdu.WRONG_PARAMETERS)
        self._check_given((number,))
        try:
            new = command.data.decode("ascii")
        except UnicodeDecodeError:
            raise Status(apdu.WRONG_DATA) from None
        fits = _password_fits(new) if number == "1B" else len(new) == 4 and new.isdigit()
        if not fits:
            raise Status(apdu.WRONG_LENGTH if not new else apdu.WRONG_DATA)
        pin.value = new
        self._persist(self.image)
        return b""

    # ------------------------------------------------------------ keys

    @staticmethod
    def _challenge(command: Command) -> bytes:
        return secrets.token_bytes(command.expected or 8)

    def _sign(self, command: Command) -> bytes:
        """COMPUTE DIGITAL SIGNATURE; P1 says who pads and hashes (card §1)."""
        application = self._selected()
        number = {_CURRENT: self._file, 0x00: application.default_key}.get(
            command.p2, f"{command.p2 & 0x1F:02X}"
        )
        key = application.keys.get(number)
        if key is None:
            raise Status(apdu.NO_KEY)
        self._check_given(key.opened_by)
        if not command.data:
            raise Status(apdu.WRONG_LENGTH)
        return _signature(_private(key), command.p1, command.data)

    def _generate(self, command: Command) -> bytes:
        """Make a signing key for continued use; gives its SubjectPublicKeyInfo.

        Simulated: how the issuer makes the card do this is not public. The old key stays in use
        until a script with the new certificate was accepted.
        """
        self._needs_resident_pin()
        if command.data:
            raise Status(apdu.WRONG_LENGTH)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.image.pending_key = key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()
        self._persist(self.image)
        return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def _apply_script(self, command: Command) -> bytes:
        """Write what the card issuer signed for this card: surface data and certificate.

        Simulated, like :meth:`_generate`. All or nothing: it is one write of the card's state.
        """
        self._needs_resident_pin()
        body = _issuers_word(command.data, self.image)
        jpki, text = self.image.applications["jpki"], self.image.applications["text"]
        if body["card_id"] != self.image.serial or not self.image.pending_key:
            raise Status(apdu.CONDITIONS)
        text.files["02"].data = b64decode(body["basic"])
        text.files["03"].data = b64decode(body["proof"])
        jpki.files["01"].data = b64decode(body["signing_certificate"])
        jpki.files["08"].data = b"\x8f\x8f\x00"
        jpki.keys["1A"] = Key(self.image.pending_key, ("1B",))
        self.image.pending_key = ""
        self._persist(self.image)
        return b""

    def _needs_resident_pin(self) -> None:
        if self._application != "juki":
            raise Status(apdu.CONDITIONS)
        self._check_given(("1C",))


def _password_fits(text: str) -> bool:
    """6 to 16 capital letters and digits, with at least one of each (card §1)."""
    return 6 <= len(text) <= 16 and text.isascii() and text.isalnum() and text == text.upper()


def _private(key: Key) -> rsa.RSAPrivateKey:
    # The file is the card's own memory: checking the key again costs 38 ms a signature.
    loaded = load_pem_private_key(
        key.pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise Status(apdu.NO_KEY)
    return loaded


def _signature(key: rsa.RSAPrivateKey, p1: int, data: bytes) -> bytes:
    if p1 not in range(6):
        raise Status(apdu.WRONG_PARAMETERS)
    hashed = p1 in (0x01, 0x03, 0x05)
    digest = _sha256(data) if hashed else data
    if p1 in (0x02, 0x04) and len(data) != 32:
        raise Status(apdu.WRONG_LENGTH)
    if p1 in (0x04, 0x05):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
        return key.sign(digest, pss, utils.Prehashed(hashes.SHA256()))
    content = DIGEST_INFO_SHA256 + digest if p1 in (0x02, 0x03) else digest
    if len(content) > MOST_SIGNED:
        raise Status(apdu.WRONG_LENGTH)
    return key.sign(content, padding.PKCS1v15(), utils.NoDigestInfo())


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def _issuers_word(script: bytes, image: CardImage) -> dict[str, str]:
    """The script's body, once the issuer whose CV certificate the card holds has signed it."""
    try:
        outer = json.loads(script)
        content, signature = b64decode(outer["body"]), b64decode(outer["signature"])
        cv, _ = text_ap.split_cv(image.applications["text"].files["04"].data)
        text_ap.key_in_cv(cv).verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        body: dict[str, str] = json.loads(content)
    except (ValueError, KeyError, TypeError, InvalidSignature):
        raise Status(apdu.NOT_ALLOWED) from None
    return body
