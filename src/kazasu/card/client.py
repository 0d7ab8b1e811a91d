"""What a terminal does with a card: for virtual and real ones alike.

Safe by default: asks how many tries are left before it gives a PIN, refuses to use the last one
unless told, writes the signing password in capitals, and leaves the application when done.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from kazasu.card import apdu, tlv
from kazasu.card.apdu import Command
from kazasu.card.faults import (
    BAD_PIN_FORM,
    LAST_TRY,
    LOCKED,
    NO_SIGNING_CERTIFICATE,
    NOT_A_MY_NUMBER_CARD,
    UNEXPECTED_ANSWER,
    WRONG_PIN,
)
from kazasu.card.image import AIDS
from kazasu.card.machine import DIGEST_INFO_SHA256
from kazasu.card.transports import Reader
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

AUTHENTICATION, SIGNING, SURFACE, RESIDENT = ("jpki", 0x18), ("jpki", 0x1B), ("text", 0x11), ("juki", 0x1C)  # fmt: skip
"""PINs: application and EF."""
NAMES: Final = {
    AUTHENTICATION: Text(
        "利用者証明用の暗証番号（数字4けた）", "user-authentication PIN (4 digits)"
    ),
    SIGNING: Text("署名用パスワード（英数字6〜16文字）", "signing password (6–16 characters)"),
    SURFACE: Text("券面事項入力補助用の暗証番号（数字4けた）", "card-surface PIN (4 digits)"),
    RESIDENT: Text(
        "住民基本台帳用の暗証番号（数字4けた）", "Basic Resident Register PIN (4 digits)"
    ),
}
_WHOLE: Final = 256
_SECRET_INS: Final = frozenset({0x20, 0x24, 0x32})


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


@dataclass(slots=True)
class Trace:
    """Commands and status words, without PINs and without what was read."""

    lines: list[str] = field(default_factory=list)

    def note(self, command: Command, answer: bytes) -> None:
        head = f"{command.cla:02X} {command.ins:02X} {command.p1:02X} {command.p2:02X}"
        secret = command.ins in _SECRET_INS
        data = "" if not command.data else f" [{'···' if secret else len(command.data)}]"
        self.lines.append(f"{head}{data} → {len(answer) - 2} {answer[-2:].hex().upper()}")


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
        return Signed(certificate, self._sign(0x17, content))

    def sign(self, content: bytes, password: str, *, force: bool = False) -> Signed:
        """Sign ``content`` with the signing key.

        Raises Refusal ``card.no-signing-certificate``: a child's card, say.
        """
        self._select("jpki")
        if not self._answers(self._select_file(0x1B)):
            raise Refusal(NO_SIGNING_CERTIFICATE)
        self.verify(SIGNING, password, force=force)
        return Signed(self._der(0x01), self._sign(0x1A, content))

    def surface(self, pin: str, *, force: bool = False) -> Surface:
        """The four attributes and what proves them."""
        self._select("text")
        self.verify(SURFACE, pin, force=force)
        return Surface(self._object(0x02), self._object(0x03), self._object(0x04))

    def common_record(self) -> bytes:
        """Which card this is."""
        self._select("common")
        return self._good(Command(0x00, 0xB2, 0x01, 0x0C, expected=_WHOLE))

    def new_signing_key(self, pin: str, *, force: bool = False) -> bytes:
        """For continued use: a key made on the card; gives its SubjectPublicKeyInfo."""
        self._select("juki")
        self.verify(RESIDENT, pin, force=force)
        return self._good(Command(0x80, 0x46, 0x00, 0x00, expected=65536))

    def apply_script(self, script: bytes, pin: str) -> None:
        """Have the card write what its issuer signed for it."""
        self._select("juki")
        self.verify(RESIDENT, pin, force=True)
        self._good(Command(0x80, 0xE2, 0x00, 0x00, script))

    def change_signing_password(self, old: str, new: str) -> None:
        self._select("jpki")
        self.verify(SIGNING, old)
        self._good(Command(0x00, 0x24, 0x01, 0x80, _fitted(SIGNING, new)))

    def is_my_number_card(self) -> bool:
        return self._answers(_select(AIDS["jpki"]))

    # ------------------------------------------------------------ PINs

    def tries_left(self, which: tuple[str, int]) -> int:
        """Asked of the card; nothing is used up."""
        self._good(self._select_file(which[1]))
        answer = self._send(Command(0x00, 0x20, 0x00, 0x80))
        word = int.from_bytes(answer[-2:])
        if word & 0xFFF0 == apdu.TRIES:
            return word & 0x0F
        if word in (apdu.BLOCKED, 0x6983):
            return 0
        raise Refusal(UNEXPECTED_ANSWER, status=f"{word:04X}")

    def verify(self, which: tuple[str, int], secret: str, *, force: bool = False) -> None:
        """Give a PIN of the selected application.

        Raises:
            Refusal: ``card.pin-form`` (not sent to the card), ``card.locked``, ``card.last-try``
                (not sent either), ``card.wrong-pin`` with the tries left.
        """
        content = _fitted(which, secret)
        facts = _facts(which)
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
        if word & 0xFFF0 != apdu.TRIES and word not in (apdu.BLOCKED, 0x6983):
            raise Refusal(UNEXPECTED_ANSWER, status=f"{word:04X}")
        raise Refusal(WRONG_PIN, tries_left=left, **facts) if left else Refusal(LOCKED, **facts)

    # ------------------------------------------------------------ commands

    def _select(self, application: str) -> None:
        if not self._answers(_select(AIDS[application])):
            raise Refusal(NOT_A_MY_NUMBER_CARD)

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
        return self._read_to(tlv.total_length(head))

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

    def _sign(self, key: int, content: bytes) -> bytes:
        self._good(self._select_file(key))
        digest_info = DIGEST_INFO_SHA256 + sha256(content).digest()
        return self._good(Command(0x80, 0x2A, 0x00, 0x80, digest_info, _WHOLE))

    def _answers(self, command: Command) -> bool:
        return self._send(command)[-2:] == b"\x90\x00"

    def _good(self, command: Command) -> bytes:
        answer = self._send(command)
        if answer[-2:] != b"\x90\x00":
            raise Refusal(UNEXPECTED_ANSWER, status=answer[-2:].hex().upper())
        return answer[:-2]

    def _send(self, command: Command) -> bytes:
        answer = self._reader.transmit(command.encode())
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
        reader.close()


def _select(aid: str) -> Command:
    return Command(0x00, 0xA4, 0x04, 0x0C, bytes.fromhex(aid))


def _fitted(which: tuple[str, int], secret: str) -> bytes:
    """The PIN as the card takes it. A form that cannot be right costs no try."""
    text = secret.strip()
    if which == SIGNING:
        text = text.upper()
        fits = 6 <= len(text) <= 16 and text.isascii() and text.isalnum()
    else:
        fits = len(text) == 4 and text.isascii() and text.isdigit()
    if not fits:
        raise Refusal(BAD_PIN_FORM, **_facts(which))
    return text.encode("ascii")


def _facts(which: tuple[str, int]) -> dict[str, str]:
    name = NAMES[which]
    return {"which": name.ja, "which_en": name.en}
