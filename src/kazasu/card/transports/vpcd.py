"""Virtual cards for every PC/SC program: cards come to the virtual reader driver *vpcd* by TCP.

The driver (vsmartcard) runs inside pcscd and has two slots, listening on two neighbouring ports; a connection
is a card in the slot. Messages both ways: two bytes of length, then the content. One byte is a control (off, on,
reset, ATR?), anything else an APDU.

Traps (card §2): TCP's delayed acknowledgement costs 44 ms a command unless it is switched off before every
read; and the driver that connects to its card itself ends pcscd with the first card that goes away, so it is
always the card that connects.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Self

import structlog

from kazasu.card import apdu
from kazasu.card.chip.flaws import Torn
from kazasu.card.chip.machine import Chip

log = structlog.get_logger()

OFF, ON, RESET, ATR = 0x00, 0x01, 0x02, 0x04
SLOTS: Final = 2
STANDARD_PORT: Final = 35963
"""Where the driver listens as Debian installs it (vsmartcard's 0x8C7B)."""
_QUICKACK: Final = getattr(socket, "TCP_QUICKACK", None)
_LOOK_EVERY: Final = 0.05
_LONGEST: Final = 0xFFFF
"""Of one message: its length is two bytes."""

Slot = Callable[[], Chip | None]
"""What lies on the reader now: asked twenty times a second, or whenever the driver asks for the card."""
Connect = Callable[[int], socket.socket]
"""A connection to the driver's n-th slot. Raises ``OSError``."""


def at_port(port: int = STANDARD_PORT) -> Connect:
    """The driver of this machine's own pcscd."""
    return lambda n: socket.create_connection(("127.0.0.1", port + n), timeout=5)


class VirtualSlots:
    """The driver's slots with our cards in them, from construction until ``close``."""

    def __init__(self, slots: Sequence[Slot], connect: Connect) -> None:
        self._connect = connect
        self._closed = threading.Event()
        self._open: set[socket.socket] = set()
        self._powered = [threading.Event() for _ in range(SLOTS)]
        self._told = [""] * SLOTS
        self._threads = [
            threading.Thread(target=self._keep, args=(slot, n), name=f"slot {n}", daemon=True)
            for n, slot in enumerate(slots[:SLOTS])
        ]
        for thread in self._threads:
            thread.start()

    def wait(self, n: int, *, present: bool, seconds: float = 30.0) -> bool:
        """Until the driver has a card in slot ``n`` under power, or has none; False: it never came to that."""
        until = time.monotonic() + seconds
        while self._powered[n].is_set() != present:
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def close(self) -> None:
        """Take the cards out."""
        self._closed.set()
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _keep(self, slot: Slot, n: int) -> None:
        """Whenever there is a card, a connection. Nothing ends this but :meth:`close`: an empty reader tells nobody why."""
        while not self._closed.wait(_LOOK_EVERY):
            try:
                self._lay(slot, n)
            except Exception as error:
                # A card that cannot be read, say. Looked at twenty times a second, and told once.
                if (told := repr(error)) != self._told[n]:
                    log.exception("the card of this slot cannot be held", slot=n)
                self._told[n] = told

    def _lay(self, slot: Slot, n: int) -> None:
        chip = slot()
        if chip is None:
            return
        try:
            connection = self._connect(n)
        except OSError:
            return  # no driver there yet, or no more
        connection.settimeout(None)
        self._open.add(connection)
        try:
            with connection, suppress(ConnectionError):
                _hold(connection, slot, chip, self._powered[n])
        finally:
            self._powered[n].clear()
            self._open.discard(connection)
            chip.reset()
        self._told[n] = ""


def _hold(connection: socket.socket, slot: Slot, chip: Chip, powered: threading.Event) -> None:
    """One card's time in the slot. Ends when it was taken out, or the driver hangs up."""
    while (message := _receive(connection)) is not None:
        if len(message) != 1:
            try:
                _send(connection, _answer(chip, message))
            except Torn:
                return
        elif message[0] == ATR:
            if slot() is not chip:
                return
            if not (atr := chip.atr):
                raise ValueError("a card without an ATR")
            _send(connection, atr)
        elif message[0] in (OFF, ON, RESET):
            chip.reset()
            if message[0] == ON:
                powered.set()


def _answer(chip: Chip, message: bytes) -> bytes:
    """What goes back to the driver: always something that fits its messages. Raises Torn."""
    try:
        answer = chip.transmit(message)
        if len(answer) > _LONGEST:
            raise OverflowError(len(answer))
    except Torn:
        raise
    except Exception:
        log.exception("the card's answer was none", command=message[:4].hex(), length=len(message))
        return apdu.UNEXPECTED.to_bytes(2)
    return answer


def _receive(connection: socket.socket) -> bytes | None:
    head = _exactly(connection, 2)
    return None if head is None else _exactly(connection, int.from_bytes(head))


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    found = b""
    while len(found) < length:
        if _QUICKACK is not None:
            connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        part = connection.recv(length - len(found))
        if not part:
            return None
        found += part
    return found


def _send(connection: socket.socket, content: bytes) -> None:
    connection.sendall(len(content).to_bytes(2) + content)
