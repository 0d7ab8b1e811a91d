"""What a terminal does with a card: for virtual and real ones alike.

Safe by default: asks how many tries are left before it gives a PIN, refuses to use the last one
unless told, writes the signing password in capitals, and leaves the application when done.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa

from kazasu.card import apdu, tlv
from kazasu.card.apdu import Command
from kazasu.card.chip import common_ap, keys, text_ap, visual_ap
from kazasu.card.chip.image import AIDS, AVAILABLE, PRESENT
from kazasu.card.chip.key_objects import CardKey, card_key
from kazasu.card.faults import (
    BAD_PIN_FORM,
    LAST_TRY,
    LOCKED,
    NO_APPLICATION,
    NO_DUTY,
    NO_SIGNING_CERTIFICATE,
    NOT_A_MY_NUMBER_CARD,
    NOT_GENUINE,
    UNEXPECTED_ANSWER,
    WRONG_PIN,
)
from kazasu.card.trace import Trace
from kazasu.card.transports import Reader
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.algorithms import verify
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import IndividualNumber

Which = tuple[str, int]
AUTHENTICATION, SIGNING, SURFACE, RESIDENT = ("jpki", 0x18), ("jpki", 0x1B), ("text", 0x11), ("juki", 0x1C)  # fmt: skip
"""PINs: application and EF."""
PIN_FORM: Final = Text("数字4けた", "4 digits")
PASSWORD_FORM: Final = Text("英数字6〜16文字", "6 to 16 letters and digits")
NAMES: Final = {
    AUTHENTICATION: Text(
        "利用者証明用の暗証番号（数字4けた）", "user-authentication PIN (4 digits)"
    ),
    SIGNING: Text("署名用パスワード（英数字6〜16文字）", "signing password (6–16 characters)"),
    SURFACE: Text(
        "カードの氏名・住所を読み取る暗証番号（4けた）",
        "PIN for the card's name and address (4 digits)",
    ),
    RESIDENT: Text(
        "住民基本台帳用の暗証番号（数字4けた）", "Basic Resident Register PIN (4 digits)"
    ),
}
HASH_OF_NUMBER: Final = 0xDF31
_WHOLE: Final = 256
_CERTIFICATES: Final = {"signing": 0x01, "signing-ca": 0x02, "authentication": 0x0A, "authentication-ca": 0x0B}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate of the card and what its key made of some bytes."""

    certificate: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Surface:
    """TEXT AP files 02, 03 and 04 as read."""

    basic: bytes
    proof: bytes
    cv_certificate: bytes


class CardClient:
    """One card on one reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.trace: Final = Trace()

    # ------------------------------------------------------------ what services need

    def authenticate(self, content: bytes, pin: str, *, force: bool = False) -> Signed:
        """Sign ``content`` with the user-authentication key (SHA-256, PKCS #1 v1.5)."""
        self._select("jpki")
        self.verify(AUTHENTICATION, pin, force=force)
        certificate = self._der(0x0A)
        return Signed(certificate, self._sign(0x17, certificate, content))

    def authenticate_at_terminal(self, content: bytes, terminal_certificate: bytes) -> Signed:
        """The same without a PIN, on the word of a terminal (公的個人認証法 38条の4)."""
        self._select("jpki")
        self._good(self._select_file(0x16))
        self._good(Command(0x80, 0xA2, 0x00, 0xC1, terminal_certificate))
        certificate = self._der(0x0A)
        return Signed(certificate, self._sign(0x17, certificate, content))

    def sign(self, content: bytes, password: str, *, force: bool = False) -> Signed:
        """Sign ``content`` with the signing key.

        Raises Refusal ``card.no-signing-certificate``: a child's card, say.
        """
        certificate = self._signing_certificate(password, force=force)
        return Signed(certificate, self._sign(0x1A, certificate, content))

    def _signing_certificate(self, password: str, *, force: bool) -> bytes:
        self._select("jpki")
        self.verify(SIGNING, password, force=force)
        return self._der(0x01)

    def signing_key(self, password: str, *, force: bool = False) -> tuple[bytes, CardKey]:
        """The signing certificate (DER), and its key as libraries take one; good while the card lies there."""
        certificate = self._signing_certificate(password, force=force)
        return certificate, self._key(0x1A, certificate)

    def authentication_key(self, pin: str, *, force: bool = False) -> tuple[bytes, CardKey]:
        """The same for user authentication: TLS clients, say."""
        self._select("jpki")
        self.verify(AUTHENTICATION, pin, force=force)
        certificate = self._der(0x0A)
        return certificate, self._key(0x17, certificate)

    def _key(self, number: int, certificate: bytes) -> CardKey:
        def compute(p1: int, data: bytes) -> bytes:
            return self._good(Command(0x80, 0x2A, p1, 0x80 | number & 0x1F, data, _WHOLE))

        return card_key(x509.load_der_x509_certificate(certificate).public_key(), compute)

    def surface(self, pin: str, *, force: bool = False) -> Surface:
        """The four attributes and what proves them."""
        self._select("text")
        self.verify(SURFACE, pin, force=force)
        return Surface(self._object(0x02), self._object(0x03), self._object(0x04))

    def attributes(self, pin: str, *, force: bool = False) -> FourAttributes:
        """The four attributes as the card tells them; :meth:`surface` brings what proves them.

        Raises Refusal ``card.unexpected-answer``: the file does not read.
        """
        self._select("text")
        self.verify(SURFACE, pin, force=force)
        try:
            return text_ap.read_basic(self._object(0x02))
        except (ValueError, KeyError) as error:
            raise Refusal(UNEXPECTED_ANSWER, status="FF20") from error

    def individual_number(self, pin: str, *, duty: str, force: bool = False) -> IndividualNumber:
        """The individual number, for who has a duty by law to know it.

        Args:
            duty: the provision, e.g. ``番号法 別表 …``. Nobody may collect it without one (番号法 20条).

        Raises Refusal ``card.no-duty``.
        """
        if not duty.strip():
            raise Refusal(NO_DUTY)
        self._select("text")
        self.verify(SURFACE, pin, force=force)
        return IndividualNumber(tlv.value_of(self._object(0x01), 0xFF10).decode("ascii"))

    def photo(self, number: IndividualNumber, *, duty: str) -> bytes:
        """The holder's photo (JPEG 2000), opened by verification number A."""
        self._select("visual")
        self._good(self._select_file(0x13))
        self._good(Command(0x00, 0x20, 0x00, 0x80, number.reveal(duty=duty).encode()))
        return tlv.parse_all(tlv.value_of(self._object(0x02), 0xFF20))[visual_ap.PHOTO_TAG]

    def certificate(self, which: str, password: str = "", *, force: bool = False) -> bytes:
        """DER. ``which``: ``authentication``, ``signing`` (needs the password) or one with ``-ca``.

        A phone's ``authentication`` needs its PIN, too.

        Raises Refusal ``card.no-signing-certificate``.
        """
        self._select("jpki")
        if password or which == "signing":
            pin = SIGNING if which == "signing" else AUTHENTICATION
            self.verify(pin, password, force=force)
        return self._der(_CERTIFICATES[which])

    def has_signing_certificate(self) -> bool:
        """From the three bytes of JPKI's file 08; no PIN."""
        self._select("jpki")
        return self._signs()

    def _signs(self) -> bool:
        """The same, of the application that is selected: the file itself and its PIN are there on every card."""
        self._good(self._select_file(int(AVAILABLE, 16)))
        return self._good(Command(0x00, 0xB0, 0x00, 0x00, expected=3))[:1] == bytes([PRESENT])

    def token_label(self) -> str:
        """What kind of chip it is, by its public PKCS #11 label."""
        self._select("jpki")
        self._good(self._select_file(0x06))
        info = self._good(Command(0x00, 0xB0, 0x00, 0x00, expected=32))
        return info.decode("ascii", "replace").strip()

    def common_record(self) -> bytes:
        """Which card this is."""
        self._select("common")
        return self._good(Command(0x00, 0xB2, 0x01, 0x0C, expected=_WHOLE))

    def record(self) -> common_ap.CommonRecord:
        """The same, read: serial, municipality, expiry. No PIN."""
        return common_ap.decode(self.common_record())

    def ends(self, *, of_sign_in: bool) -> date | None:
        """The last day of the card, or of its certificate for signing in, whichever comes first; None: it does not tell.

        No PIN is used, and what does not read tells nothing: a phone's keys have no such record.
        """
        ends: list[date] = []
        with suppress(Refusal, ValueError):
            ends.append(self.record().expires_on)
        with suppress(Refusal, ValueError):
            if of_sign_in:
                read = x509.load_der_x509_certificate(self.certificate("authentication"))
                ends.append(civil(read.not_valid_after_utc))
        return min(ends, default=None)

    def identified(self, surface_pin: str, *, force: bool = False) -> bytes:
        """The record, and of what proves the surface data the hash of the number: what the issuer writes anew from."""
        record = self.common_record()
        hashes = tlv.parse_all(tlv.value_of(self.surface(surface_pin, force=force).proof, 0xFF30))
        return record + tlv.encode(HASH_OF_NUMBER, hashes[HASH_OF_NUMBER])

    def prove_genuine(self, pin: str, *roots: rsa.RSAPublicKey, force: bool = False) -> None:
        """Is this chip the one whose records the issuer signed? (card §1, last of TLV)

        Steps: 1 a challenge to key 13; 2 its answer verifies with the key in file 07; 3 the issuer signed
        that key; 4 one of the roots certified the issuer.

        Raises Refusal ``card.not-genuine``.
        """
        self._select("text")
        self.verify(SURFACE, pin, force=force)
        signed_key, cv = self._object(0x07), self._object(0x04)
        nonce = self._good(Command(0x00, 0x84, 0x00, 0x00, expected=16))
        content = keys.DIGEST_INFO_SHA256 + keys.sha256(nonce)
        proof = self._good(Command(0x80, 0x2A, 0x00, 0x00, content, _WHOLE))  # 1
        try:
            parts = tlv.parse_all(tlv.value_of(signed_key, 0xFF50))
            verify(text_ap.read_public_key(parts[0xDF51]), proof, nonce)  # 2
            body, signature = text_ap.split_cv(cv)
            signed = tlv.encode(0xDF51, parts[0xDF51])
            verify(text_ap.key_in_cv(body), parts[0xDF52], signed)  # 3
            _check_any(roots, signature, body)  # 4
        except (ValueError, KeyError, InvalidSignature):
            raise Refusal(NOT_GENUINE) from None

    def check_resident(self, pin: str, *, force: bool = False) -> None:
        """The PIN for the Basic Resident Register, tried before anything else is read or made."""
        self._select("juki")
        self.verify(RESIDENT, pin, force=force)

    def new_signing_key(self, pin: str, *, force: bool = False) -> bytes:
        """For continued use: a key made on the card. Returns its SubjectPublicKeyInfo.

        Empty for a card without a signing certificate: it needs no key, its holder's PIN all the same.
        """
        signs = self.has_signing_certificate()
        self._select("juki")
        self.verify(RESIDENT, pin, force=force)
        return self._good(Command(0x80, 0x46, 0x00, 0x00, expected=65536)) if signs else b""

    def apply_script(self, script: bytes, pin: str) -> None:
        """Have the card write what its issuer signed for it."""
        self._select("juki")
        self.verify(RESIDENT, pin, force=True)
        self._good(Command(0x80, 0xE2, 0x00, 0x00, script))

    def change_pin(self, which: Which, old: str, new: str, *, force: bool = False) -> None:
        """Of any PIN in :data:`NAMES`.

        Raises Refusal ``card.pin-form`` before anything is sent, and what :meth:`verify` raises.
        """
        content = fitted(which, new)
        self._select(which[0])
        self.verify(which, old, force=force)
        head = (0x00, 0x24, 0x01) if which[0] in ("jpki", "text") else (0x80, 0x32, 0x00)
        self._good(Command(*head, 0x80, content))

    def is_my_number_card(self) -> bool:
        return self._answers(_select(AIDS["jpki"]))

    def has_application(self, name: str) -> bool:
        return self._answers(_select(AIDS[name]))

    def leave(self) -> None:
        """Select the card manager, so that the next one finds no PIN given."""
        self._send(_select(AIDS["manager"]))

    # ------------------------------------------------------------ the free area

    def installed(self) -> list[str]:
        """AIDs of what is in the free area (hexadecimal)."""
        self._select("manager")
        listed = self._good(Command(0x80, 0xF2, 0x40, 0x02, b"\x4f\x00", _WHOLE))
        found, at = [], 0
        while at < len(listed):
            _, aid, at = tlv.parse_one(listed, at)
            found.append(aid.hex().upper())
        return found

    def install(self, script: bytes) -> None:
        """Have the card take an application; the card's issuer signed the script."""
        self._select("manager")
        self._good(Command(0x80, 0xE6, 0x0C, 0x00, script))

    def remove(self, script: bytes) -> None:
        """Have the card drop one; its provider signed the script."""
        self._select("manager")
        self._good(Command(0x80, 0xE4, 0x00, 0x00, script))

    # ------------------------------------------------------------ PINs

    def counters(self) -> dict[Which, int | None]:
        """Tries left of each PIN; None where the card has no such PIN. Nothing is used up."""
        return {which: self.counter(which) for which in NAMES}

    def counter(self, which: Which) -> int | None:
        """Of one PIN, its application selected first."""
        there = self.has_application(which[0]) and self._answers(self._select_file(which[1]))
        if which == SIGNING and there:
            there = self._signs()
        return self.tries_left(which) if there else None

    def tries_left(self, which: Which) -> int:
        """Of a PIN of the selected application, asked of the card; nothing is used up."""
        self._good(self._select_file(which[1]))
        answer = self._send(Command(0x00, 0x20, 0x00, 0x80))
        word = int.from_bytes(answer[-2:])
        if word & 0xFFF0 == apdu.TRIES:
            return word & 0x0F
        if word in apdu.LOCKED:
            return 0
        raise Refusal(UNEXPECTED_ANSWER, status=f"{word:04X}")

    def verify(self, which: Which, secret: str, *, force: bool = False) -> None:
        """Give a PIN of the selected application.

        Raises:
            Refusal: ``card.no-signing-certificate``: then there is no password for it either;
                ``card.pin-form`` (not sent to the card), ``card.locked``, ``card.last-try``
                (not sent either), ``card.wrong-pin`` with the tries left.
        """
        if which == SIGNING and not self._signs():
            raise Refusal(NO_SIGNING_CERTIFICATE)
        content = fitted(which, secret)
        facts = named(which)
        left = self.tries_left(which)
        if not left:
            raise Refusal(LOCKED, **facts)
        if left == 1 and not force:
            raise Refusal(LAST_TRY, **facts)
        answer = self._send(Command(0x00, 0x20, 0x00, 0x80, content))
        word = int.from_bytes(answer[-2:])
        if word == apdu.OK:
            return
        left = word & 0x0F if word & 0xFFF0 == apdu.TRIES else 0
        if word & 0xFFF0 != apdu.TRIES and word not in apdu.LOCKED:
            raise Refusal(UNEXPECTED_ANSWER, status=f"{word:04X}")
        if not left:
            raise Refusal(LOCKED, **facts)
        raise Refusal(
            WRONG_PIN, tries_left=left, tries_en="tries lock" if left > 1 else "try locks", **facts
        )

    # ------------------------------------------------------------ commands

    def _select(self, application: str) -> None:
        if self._answers(_select(AIDS[application])):
            return
        if application == "jpki" or not self.is_my_number_card():
            raise Refusal(NOT_A_MY_NUMBER_CARD)
        raise Refusal(NO_APPLICATION, application=application)

    @staticmethod
    def _select_file(number: int) -> Command:
        return Command(0x00, 0xA4, 0x02, 0x0C, bytes([0, number]))

    def _der(self, number: int) -> bytes:
        """A certificate: its own length says how far to read; filler follows."""
        self._good(self._select_file(number))
        head = self._good(Command(0x00, 0xB0, 0x00, 0x00, expected=4))
        return self._read_to(int.from_bytes(head[2:4]) + 4)

    def _object(self, number: int) -> bytes:
        """A TLV object of the text application."""
        self._good(self._select_file(number))
        head = self._good(Command(0x00, 0xB0, 0x00, 0x00, expected=7))
        try:
            length = tlv.total_length(head)
        except ValueError:
            raise Refusal(UNEXPECTED_ANSWER, status=head.hex().upper()) from None
        return self._read_to(length)

    def _read_to(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            offset = len(found)
            part = self._good(
                Command(
                    0x00, 0xB0, offset >> 8, offset & 0xFF, expected=min(_WHOLE, length - offset)
                )
            )
            if not part:
                raise Refusal(UNEXPECTED_ANSWER, status="6282")
            found += part
        return found

    def _sign(self, key: int, certificate: bytes, content: bytes) -> bytes:
        """In the algorithm of the certificate's key."""
        try:
            public = x509.load_der_x509_certificate(certificate).public_key()
            data = keys.prepared(public, content)  # type: ignore[arg-type]
        except (ValueError, TypeError):
            raise Refusal(UNEXPECTED_ANSWER, status="30 82") from None
        self._good(self._select_file(key))
        room = _WHOLE if isinstance(public, rsa.RSAPublicKey) else 65536
        return self._good(Command(0x80, 0x2A, 0x00, 0x80, data, room))

    def _answers(self, command: Command) -> bool:
        return self._send(command)[-2:] == b"\x90\x00"

    def _good(self, command: Command) -> bytes:
        answer = self._send(command)
        if answer[-2:] != b"\x90\x00":
            raise Refusal(UNEXPECTED_ANSWER, status=answer[-2:].hex().upper())
        return answer[:-2]

    def _send(self, command: Command) -> bytes:
        """One command. ``61xx`` (fetch the rest) and ``6Cxx`` (ask for so much) are followed (ISO 7816-4 §5.3)."""
        answer = self._once(command)
        if answer[-2] == 0x6C:
            answer = self._once(replace(command, expected=answer[-1] or 256))
        whole = b""
        while answer[-2] == 0x61:
            whole += answer[:-2]
            answer = self._once(Command(0x00, 0xC0, 0x00, 0x00, expected=answer[-1] or 256))
        return whole + answer

    def _once(self, command: Command) -> bytes:
        answer = self._reader.transmit(command.encode())
        if len(answer) < 2:
            raise Refusal(UNEXPECTED_ANSWER, status=answer.hex().upper())
        self.trace.note(command, answer)
        return answer


@contextmanager
def opened(make: Callable[[], Reader]) -> Iterator[CardClient]:
    """A client for the time of one tap; the application is left at the end, whatever happened."""
    reader = make()
    client = CardClient(reader)
    try:
        yield client
    finally:
        with suppress(Refusal):  # the card may be gone: then there is nothing to leave
            client.leave()
        reader.close()


def _select(aid: str) -> Command:
    return Command(0x00, 0xA4, 0x04, 0x0C, bytes.fromhex(aid))


def _check_any(roots: Sequence[rsa.RSAPublicKey], signature: bytes, body: bytes) -> None:
    """Raises ``InvalidSignature``: none of them signed it."""
    for root in roots:
        with suppress(InvalidSignature):
            verify(root, signature, body)
            return
    raise InvalidSignature


def fitted(which: Which, secret: str) -> bytes:
    """The PIN as the card takes it. A form that cannot be right costs no try."""
    text = secret.strip()
    if which == SIGNING:
        text = text.upper()
        fits = 6 <= len(text) <= 16 and text.isascii() and text.isalnum()
    else:
        fits = len(text) == 4 and text.isascii() and text.isdigit()
    if not fits:
        form = PASSWORD_FORM if which == SIGNING else PIN_FORM
        raise Refusal(BAD_PIN_FORM, form=form.ja, form_en=form.en, **named(which))
    return text.encode("ascii")


def named(which: Which) -> dict[str, str]:
    """A PIN as the faults name it."""
    name = NAMES[which]
    return {"which": name.ja, "which_en": name.en}
