"""The card as its chip behaves: commands in, answers and status words out (card §1 Commands).

The machine holds what a chip holds while it is in the field: the selected application and file,
and which PINs were given. Everything that must outlive that is in the :class:`CardImage`, written
through ``persist`` before the command answers.

Whatever comes over the wire, the card answers and stays a card: what nobody thought of is 6F00 and a line in the log, and what
was to be written is as it was.
"""

import copy
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Final, Protocol

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kazasu.card import apdu
from kazasu.card.apdu import Command, Status
from kazasu.card.chip import keys, text_ap, writing
from kazasu.card.chip.image import Application, CardImage, Pin
from kazasu.foundation.algorithms import verify

log = structlog.get_logger()

_CURRENT: Final = 0x80
_FCI: Final = b"\x6f\x00"
_KEEPS_PIN: Final = ("jpki", "text")
"""Applications whose PINs are changed by 00 24; the others take 80 32 (card §1)."""
_MOST_RANDOM: Final = 256
"""GET CHALLENGE has no extended form [T]."""
_MOST_PROVEN: Final = 255
"""Bytes of a challenge that COMMON's key 19 takes [T]."""
_CHANNELS: Final = 0x03
_SECURE: Final = 0x0C
_NO_CHANNELS: Final = range(0x40, 0x80)
"""Classes of further logical channels (ISO/IEC 7816-4, 5.4.1)."""
_READING: Final = (0xB0, 0xB2, 0x20)
_WITHOUT_SESSIONS: Final = ("common", "visual")
_TERMINAL: Final = "16"
"""JPKI's EF that names the authority of terminals (card §1 PIN-less)."""


class Chip(Protocol):
    """What a reader has in its field."""

    @property
    def atr(self) -> bytes: ...

    def reset(self) -> None: ...

    def transmit(self, command: bytes) -> bytes: ...


class Card:
    """A card in the field of a reader."""

    def __init__(self, image: CardImage, persist: Callable[[CardImage], None]) -> None:
        self.image: Final = image
        self._persist = persist
        self._application = self._file = ""
        self._given: set[str] = set()
        self._chosen = False
        self.reset()
        self._commands: dict[tuple[int, int], Callable[[Command], bytes]] = {
            (0x00, 0xA4): self._select,
            (0x00, 0xB0): self._read_binary,
            (0x00, 0xB2): self._read_record,
            (0x00, 0x20): self._verify,
            (0x00, 0x24): self._change_pin,
            (0x80, 0x32): self._change_pin,
            (0x00, 0x84): self._challenge,
            (0x00, 0x88): self._internal_authenticate,
            (0x00, 0xCA): self._get_data,
            (0x80, 0x2A): self._sign,
            (0x80, 0xA2): self._verify_terminal,
            (0x80, 0x46): self._generate,
            (0x80, 0xE2): self._apply_script,
            (0x80, 0xE4): self._remove,
            (0x80, 0xE6): self._install,
            (0x80, 0xAE): self._session_key,
            (0x80, 0xF2): self._free_area,
            (0x80, 0xFC): self._phone,
        }

    @property
    def atr(self) -> bytes:
        return bytes.fromhex(self.image.atr)

    def reset(self) -> None:
        """The card left the reader's field: given PINs and selected files are forgotten."""
        self._application = "manager" if "manager" in self.image.applications else ""
        self._file = ""
        self._given.clear()
        self._chosen = False

    def transmit(self, command: bytes) -> bytes:
        """Answer data and the two bytes of the status word."""
        try:
            parsed = apdu.parse(command)
            work = self._commands.get((parsed.cla, parsed.ins))
            if work is None:
                raise Status(self._unknown(parsed))
            return work(parsed) + apdu.OK.to_bytes(2)
        except Status as ended:
            return ended.word.to_bytes(2)
        except Exception:
            # Neither a client's mistake nor an attack may take the card out of its reader. The data is not told: it may be a PIN.
            log.exception(
                "the card met what it did not expect",
                command=command[:4].hex(),
                length=len(command),
            )
            return apdu.UNEXPECTED.to_bytes(2)

    def _unknown(self, command: Command) -> int:
        """What is said of a command that there is not: by its class, as the card has measured it [T]. A phone's token takes no other class."""
        cla = command.cla
        if cla in {known for known, _ in self._commands}:
            return apdu.NO_INSTRUCTION
        if not self._is_card or not (cla < 0x10 or cla in _NO_CHANNELS):
            return apdu.NO_CLASS
        if cla & _CHANNELS or cla in _NO_CHANNELS:
            return apdu.NO_CHANNEL
        return apdu.NO_SECURE_READING if command.ins in _READING else apdu.NO_SECURE_MESSAGING

    @property
    def _is_card(self) -> bool:
        """And not a phone's token, which has one application alone."""
        return "manager" in self.image.applications

    @contextmanager
    def _writing(self, before: Pin | CardImage, part: Pin | CardImage) -> Iterator[None]:
        """What is changed of ``part`` in here is on disk at its end, or was never changed: a full disk is no other card."""
        try:
            yield
            self._persist(self.image)
        except BaseException:
            for one in fields(before):
                setattr(part, one.name, getattr(before, one.name))
            raise

    # ------------------------------------------------------------ selecting

    def _select(self, command: Command) -> bytes:
        if command.p1 == 0x04:
            self._select_application(command.data.hex().upper())
        elif command.p1 == 0x02:
            self._select_file(command.data)
        elif command.data or command.p1:
            raise Status(apdu.NO_FILE if command.data else apdu.WRONG_PARAMETERS)
        elif not self._chosen:  # after a reset; later it is accepted and does nothing [T]
            raise Status(apdu.WRONG_PARAMETERS)
        return b"" if command.p2 == 0x0C else _FCI

    def _select_application(self, aid: str) -> None:
        here = self.image.applications
        found = next((name for name in here if aid and self.image.aid(name).startswith(aid)), "")
        if not found:
            raise Status(apdu.NO_FILE)
        if found != self._application or self.image.switches.clears_on_reselect:
            self._given.clear()
        self._application, self._file, self._chosen = found, "", True

    def _select_file(self, identifier: bytes) -> None:
        number = identifier.hex().upper()[2:] if identifier[:1] == b"\x00" else ""
        application = self._selected()
        known = {*application.files, *application.pins, *application.keys, *application.shared,
                 *application.trusted}  # fmt: skip
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
            raise Status(apdu.WRONG_TYPE if self._file else apdu.NO_FILE)
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
            raise Status(apdu.NO_RECORD)
        file = application.files[self._file]
        self._check_given(file.opened_by)
        return file.data

    def _check_given(self, opened_by: tuple[str, ...]) -> None:
        if opened_by and not self._given.intersection(opened_by):
            raise Status(apdu.NOT_ALLOWED)

    # ------------------------------------------------------------ PINs

    def _pin(self, p2: int) -> tuple[str, Pin]:
        number = self._file if p2 == _CURRENT else f"{p2 & 0x1F:02X}"
        application = self._selected()
        if number in application.shared:
            owner, _, own_number = application.shared[number].partition("/")
            pin = self.image.applications[owner].pins.get(own_number)
        else:
            pin = application.pins.get(number)
        if not p2 & 0x80 or pin is None:
            raise Status(apdu.NO_KEY if p2 & 0x80 else apdu.WRONG_PARAMETERS)
        return number, pin

    def _verify(self, command: Command) -> bytes:
        """With no data it only tells how many tries are left."""
        number, pin = self._pin(command.p2)
        if not command.data:
            if self.image.switches.verified_query and number in self._given:
                return b""
            raise Status(apdu.TRIES + pin.left if pin.limit else 0x6300)
        if pin.limit and not pin.left:
            raise Status(int(self.image.switches.locked_status, 16))
        if pin.limit:
            with self._writing(
                copy.copy(pin), pin
            ):  # before the comparison: pulling the plug gives no extra try
                pin.left -= 1
        if not hmac.compare_digest(command.data, pin.value.encode("ascii")):
            self._given.discard(number)
            raise Status(apdu.TRIES + pin.left if pin.limit else 0x6300)
        with self._writing(copy.copy(pin), pin):
            pin.left = pin.limit
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
        with self._writing(copy.copy(pin), pin):
            pin.value = new
        return b""

    # ------------------------------------------------------------ keys

    @staticmethod
    def _challenge(command: Command) -> bytes:
        """1 to 256 bytes, P1 and P2 zero, the short form alone, also before any application is selected [T]."""
        if command.p1 or command.p2:
            raise Status(apdu.WRONG_PARAMETERS)
        if command.data:
            raise Status(apdu.WRONG_LENGTH)
        if command.extended or command.expected > _MOST_RANDOM:
            raise Status(apdu.CONDITIONS)
        return secrets.token_bytes(command.expected or 8)

    def _sign(self, command: Command) -> bytes:
        """COMPUTE DIGITAL SIGNATURE; P1 says who pads and hashes."""
        application = self._selected()
        number = {_CURRENT: self._file, 0x00: application.default_key}.get(
            command.p2, f"{command.p2 & 0x1F:02X}"
        )
        return self._with_key(number, command.p1, command.data)

    def _internal_authenticate(self, command: Command) -> bytes:
        """COMMON's key 19 over the terminal's challenge: PKCS #1 v1.5 over DigestInfo of its SHA-256; a PIN's key is not allowed [T]."""
        number = self._file if command.p2 == _CURRENT else f"{command.p2 & 0x1F:02X}"
        if self._application != "common":
            key = (
                self.image.applications[self._application].keys.get(number)
                if self._application
                else None
            )
            raise Status(apdu.NOT_ALLOWED if key and key.opened_by else apdu.CONDITIONS)
        if len(command.data) > _MOST_PROVEN:
            raise Status(apdu.WRONG_LENGTH)
        return self._with_key(number, keys.HASHED_WITH_DIGEST_INFO, command.data)

    def _session_key(self, _: Command) -> bytes:
        """``80 AE``: session keys are the text application's alone, behind a PIN [T]. Simulated: it takes none of those that are brought."""
        if not self._is_card or self._application in ("", "manager"):
            raise Status(apdu.NO_INSTRUCTION)
        if self._application in _WITHOUT_SESSIONS:
            raise Status(apdu.NO_SESSION)
        if self._application == "text" and self._given:
            raise Status(apdu.WRONG_DATA)
        raise Status(apdu.NOT_ALLOWED)

    def _with_key(self, number: str, p1: int, data: bytes) -> bytes:
        key = self._selected().keys.get(number)
        if key is None:
            raise Status(apdu.NO_KEY)
        self._check_given(key.opened_by)
        return keys.signature(key, p1, data)

    def _verify_terminal(self, command: Command) -> bytes:
        """PIN-less use: a certificate of a terminal counts as the PIN of key 17 (公的個人認証法 38条の4).

        Known: EF 16 is selected, ``80 A2 00 C1`` takes a CV certificate, garbage gives 6700. Simulated: 6982
        for one that another authority signed.
        """
        authority = self._selected().trusted.get(self._file)
        if authority is None or self._file != _TERMINAL:
            raise Status(apdu.CONDITIONS)
        if (command.p1, command.p2) != (0x00, 0xC1):
            raise Status(apdu.WRONG_PARAMETERS)
        try:
            body, signature = text_ap.split_cv(command.data)
            text_ap.key_in_cv(body)
        except (ValueError, KeyError):
            raise Status(apdu.WRONG_LENGTH) from None
        try:
            verify(load_pem_public_key(authority.encode()), signature, body)
        except InvalidSignature:
            raise Status(apdu.NOT_ALLOWED) from None
        self._given.add(_TERMINAL)
        return b""

    # ------------------------------------------------------------ the card itself

    def _get_data(self, command: Command) -> bytes:
        """Only at the card manager; what is longer than 256 bytes needs an extended Le (else 6700)."""
        if self._application != "manager":
            raise Status(apdu.CONDITIONS)
        tag = f"{command.p1 << 8 | command.p2:X}"
        found = self._selected().objects.get(tag)
        if found is None:
            raise Status(apdu.NO_KEY)
        if len(found) > (command.expected or 256):
            raise Status(apdu.WRONG_LENGTH)
        return found

    def _phone(self, _: Command) -> bytes:
        """``80 FC 00 00`` is answered by the iPhone's token alone [T]; what it does is not known. A card finds its length wrong [T]."""
        if self._is_card:
            raise Status(apdu.WRONG_LENGTH)
        if self.image.profile != "iphone":
            raise Status(apdu.NO_INSTRUCTION)
        return b""

    def _generate(self, command: Command) -> bytes:
        self._needs_resident_pin()
        if command.data:
            raise Status(apdu.WRONG_LENGTH)
        with self._writing(copy.copy(self.image), self.image):
            return writing.generate(self.image)

    def _apply_script(self, command: Command) -> bytes:
        self._needs_resident_pin()
        return self._written(writing.continue_use, command)

    def _install(self, command: Command) -> bytes:
        self._needs_manager()
        return self._written(writing.install, command)

    def _remove(self, command: Command) -> bytes:
        self._needs_manager()
        return self._written(writing.remove, command)

    def _free_area(self, _: Command) -> bytes:
        self._needs_manager()
        return writing.free_area(self.image)

    def _written(self, change: Callable[[CardImage, bytes], None], command: Command) -> bytes:
        """All or nothing: a change refuses before it changes, and is one write of the card's state."""
        with self._writing(copy.deepcopy(self.image), self.image):
            change(self.image, command.data)
        return b""

    def _needs_resident_pin(self) -> None:
        if self._application != "juki":
            raise Status(apdu.CONDITIONS)
        self._check_given(("1C",))

    def _needs_manager(self) -> None:
        if self._application != "manager":
            raise Status(apdu.CONDITIONS)


def _password_fits(text: str) -> bool:
    """6 to 16 capital letters and digits (card §1)."""
    return 6 <= len(text) <= 16 and text.isascii() and text.isalnum() and text == text.upper()
