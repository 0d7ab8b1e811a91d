"""Whatever comes over the wire: the card answers, stays a card, and no try of a PIN is lost but by VERIFY.

300,000 random and 100,000 structured commands for each kind of card, and 80,000 messages through the socket of the virtual reader
(``./kazasu test --deep``; some of them in the normal run). The dice are seeded: a red run is red again, and its message names the
session, whose commands are made anew from the seed.
"""

import copy
import random
import socket
import struct
from dataclasses import replace

import pytest
import structlog

from kazasu.card import apdu
from kazasu.card.apdu import Status
from kazasu.card.chip.flaws import Flawed
from kazasu.card.chip.image import AIDS
from kazasu.card.chip.machine import Card
from kazasu.card.client import SIGNING, CardClient
from kazasu.card.profiles import profiles
from kazasu.card.transports.virtual import ChipReader
from kazasu.card.transports.vpcd import ATR, OFF, ON, RESET, VirtualSlots
from tests.card.test_machine import OK, send

SEED = 20261130
RANDOM, STRUCTURED, BY_SOCKET = 300_000, 100_000, 80_000
SAMPLE = 200
"""The normal run takes one of so many."""
SESSION = 60
"""Commands to one card; the next session has a fresh one, since PINs lock."""
UNEXPECTED = apdu.UNEXPECTED.to_bytes(2)


def told_apart():
    """Kinds of cards without those that differ from another by the ATR alone."""
    found = {}
    for key, kind in profiles().items():
        found.setdefault(repr(replace(kind, key="", name="", atr="")), key)
    return list(found.values())


@pytest.fixture
def share(request):
    """How many of so many commands this run takes."""
    deep = request.config.getoption("--deep")
    return lambda many: many if deep else many // SAMPLE


# ---------------------------------------------------------------- dice


def seeded(name):
    return random.Random(f"{SEED} {name}")  # noqa: S311 - the same in every run


def any_bytes(dice):
    """Mostly short; some as long as an extended command can be, and longer."""
    most = dice.choices((8, 40, 300, 3_000, 70_000), (60, 30, 8, 1.8, 0.2))[0]
    return dice.randbytes(dice.randrange(most))


CLASSES = (0x00, 0x00, 0x00, 0x80, 0x80, 0x01, 0x0C, 0x08, 0x90, 0xA0, 0xFF)
WORDS = (
    0xA4, 0xB0, 0xB2, 0x20, 0x24, 0x32, 0x84, 0x88, 0xCA, 0x2A, 0xA2, 0x46, 0xE2, 0xE4, 0xE6, 0xF2, 0xFC,
    0xC0, 0xAE, 0x8A, 0x50, 0x52, 0x54, 0x06, 0x82, 0xD6, 0xDC, 0x0E, 0x2C, 0x22, 0x47, 0x44, 0x04,
)  # fmt: skip
NUMBERS = (0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x22, 0x24, 0x40, 0x5F, 0x7F, 0x80, 0x8A, 0x91, 0x97,
           0x98, 0x99, 0x9A, 0x9B, 0x9C, 0xC1, 0xF0, 0xF7, 0xFF)  # fmt: skip
FILES = tuple(range(0x20))
CV = bytes.fromhex("7F21820233") + b"\x5f\x4e\x82\x01\x29"


def some_data(dice, image):
    """What clients send, and what nobody should."""
    pin = dice.choice([p for one in image.applications.values() for p in one.pins.values()])
    return dice.choice((
        bytes,
        lambda: bytes.fromhex(dice.choice(list(AIDS.values()))),
        lambda: bytes.fromhex(dice.choice(list(AIDS.values())))[: dice.randrange(1, 9)],
        lambda: bytes([0, dice.choice(FILES)]),
        pin.value.encode,
        lambda: dice.choice((b"1234", b"ABC123", b"abc123", b"0000", b"9" * 14, b"\xff" * 4, "１２３４".encode())),
        lambda: dice.randbytes(32),
        lambda: bytes.fromhex("3031300d060960864801650304020105000420") + dice.randbytes(32),
        lambda: dice.randbytes(dice.choice((1, 16, 48, 64, 96, 245, 246, 255, 256, 307, 1000))),
        lambda: CV + dice.randbytes(dice.choice((0, 297, 558, 559))),
        lambda: b"[" * dice.choice((1, 500, 60_000)),
        lambda: b'{"body":' * dice.choice((1, 8_000)),
        lambda: dice.choice((b"{}", b"null", b"[]", b"1e999", b'{"body": 7, "signature": {}}', b'{"body": "e30", "signature": ""}',
                             b'{"body": "bnVsbA==", "signature": "AAAA"}', b'"\\ud800"', b"9" * 5_000, b"\xef\xbb\xbf{}", b"NaN")),
        lambda: b"\x4f" + bytes([dice.randrange(256)]) + dice.randbytes(dice.randrange(20)),
    ))()  # fmt: skip


def some_command(dice, image):
    """A header that the card may know, with lengths that mostly fit: short, extended, cut off, too long."""
    head = bytes((
        dice.choice(CLASSES), dice.choice(WORDS) if dice.random() < 0.95 else dice.randrange(256),
        dice.choice(NUMBERS), dice.choice(NUMBERS),
    ))  # fmt: skip
    data = some_data(dice, image)
    if head[:2] == b"\x80\x46" and dice.random() < 0.9:
        head = b"\x00" + head[1:]  # a key takes as long to make as ten thousand other commands
    if dice.random() < 0.3:
        data, head = b"", dice.choice((head, b"\x00\xa4\x02\x0c"))
    if dice.random() < 0.3:  # the way to a file
        return dice.choice((
            b"\x00\xa4\x04\x0c\x0a" + bytes.fromhex(dice.choice(list(AIDS.values()))),
            b"\x00\xa4\x02\x0c\x02\x00" + bytes([dice.choice(FILES)]),
        ))  # fmt: skip
    extended = len(data) > 255 or dice.random() < 0.3
    if extended:
        lc = b"\x00" + (len(data) % 65536).to_bytes(2) if data else b"\x00"
        le = dice.choice((b"", b"\x00\x00", b"\xff\xfe", b"\xff\xff", b"\x01\x00", b"\x00\x10"))
    else:
        lc, le = bytes([len(data)]) if data else b"", dice.choice((b"", b"\x00", b"\x04", b"\xff"))
    whole = head + lc + data + le
    if dice.random() < 0.1:
        whole = dice.choice((whole[: dice.randrange(len(whole) + 1)], whole + dice.randbytes(3)))
    return whole


def lived_through(image, commands):
    """A card that was sent them all. Every answer is looked at, and the counters after it."""
    card = Card(image, lambda _: None)
    before = copy.deepcopy(image)
    counted = [p.left for one in image.applications.values() for p in one.pins.values()]
    sent = []
    for command in commands:
        sent.append(command[:40].hex())
        answer = card.transmit(command)
        assert 2 <= len(answer) <= 0xFFFF, sent
        assert answer != UNEXPECTED, sent
        now = [p.left for one in image.applications.values() for p in one.pins.values()]
        assert now == counted or given(command, answer), sent
        counted = now
    for name, application in image.applications.items():
        old = before.applications[name]
        assert (application.files, application.keys) == (old.files, old.keys), sent
    card.reset()
    assert send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS["jpki"])) == OK, sent
    assert send(card, 0x00, 0xA4, 0x02, 0x0C, data=b"\x00\x18") == OK, sent
    left = send(card, 0x00, 0x20, 0x00, 0x80)
    assert left == (apdu.TRIES + image.applications["jpki"].pins["18"].left).to_bytes(2), sent
    return card


def given(command, answer):
    """Was it a PIN, and did the card say so?"""
    try:
        parsed = apdu.parse(command)
    except Status:
        return False
    judged = answer == OK or int.from_bytes(answer) & 0xFFF0 == apdu.TRIES
    return (parsed.cla, parsed.ins) == (0x00, 0x20) and bool(parsed.data) and judged


# ---------------------------------------------------------------- in process


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", told_apart())
def test_random_commands(kinds, kind, share):
    dice = seeded(f"random {kind}")
    for _ in range(share(RANDOM) // SESSION):
        lived_through(copy.deepcopy(kinds[kind]), [any_bytes(dice) for _ in range(SESSION)])


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", told_apart())
def test_structured_commands(kinds, kind, share):
    dice = seeded(f"structured {kind}")
    for _ in range(share(STRUCTURED) // SESSION):
        image = copy.deepcopy(kinds[kind])
        lived_through(image, [some_command(dice, image) for _ in range(SESSION)])


@pytest.mark.parametrize(
    ("application", "command", "word"),
    [
        ("jpki", "00840000000000", "6985"),
        ("jpki", "0084000000FFFE", "6985"),
        ("jpki", "0084010010", "6a86"),
        ("jpki", "0084000100", "6a86"),
        ("jpki", "008400000401020304", "6700"),
        ("common", "00B2010C00", "9000"),
        ("common", "00B2011400", "6982"),
    ],
)
def test_what_is_measured_of_lengths_and_access(card, application, command, word):
    """GET CHALLENGE: soltia48/myna-card, ``card.rs``; a record has its file's rules."""
    send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS[application]))
    assert card.transmit(bytes.fromhex(command))[-2:].hex() == word


def test_get_challenge_gives_each_length_that_there_is(card):
    for length in (1, 8, 16, 255, 256):
        answer = send(card, 0x00, 0x84, 0x00, 0x00, expected=length)
        assert answer.endswith(OK)
        assert len(answer) == length + 2


@pytest.mark.parametrize("ins", [0xE2, 0xE4, 0xE6])
@pytest.mark.parametrize("data", [b"[" * 30_000, b'{"body":' * 8_000], ids=["arrays", "objects"])
def test_what_is_nested_without_end_is_no_script(card, image, ins, data):
    if ins == 0xE2:
        send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS["juki"]))
        assert send(card, 0x00, 0x20, 0x00, 0x9C, data=b"1234") == OK
    assert send(card, 0x80, ins, 0x00, 0x00, data=data).hex() == "6982"


# ---------------------------------------------------------------- what nobody thought of


@pytest.mark.told_of_faults
def test_what_the_card_did_not_expect_is_6f00_and_a_line(card, monkeypatch):
    """Of every command that there is, in its own words: the data, which may be a PIN, is in no log."""
    monkeypatch.setattr(card, "_commands", dict.fromkeys(card._commands, lambda _: 1 // 0))
    for cla, ins in list(card._commands):
        with structlog.testing.capture_logs() as lines:
            assert send(card, cla, ins, 0x00, 0x80, data=b"1234") == UNEXPECTED
        assert [line["command"] for line in lines] == [f"{cla:02x}{ins:02x}0080"]
        assert "31323334" not in repr(lines)
        assert "1234" not in repr(lines)


WRITES = {
    "a wrong PIN": ("jpki", (0x00, 0x20, 0x00, 0x98), b"9999"),
    "the right PIN": ("jpki", (0x00, 0x20, 0x00, 0x98), b"1234"),
    "another PIN": ("jpki", (0x00, 0x24, 0x01, 0x98), b"4321"),
    "a key": ("juki", (0x80, 0x46, 0x00, 0x00), b""),
}


@pytest.mark.told_of_faults
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("torn_at", [1, 2])
def test_a_write_that_fails_changes_nothing(image, write, torn_at):
    """A full disk, a lost mount: 6F00, the card is what is on disk, and it goes on when there is room again."""
    application, head, data = WRITES[write]
    disk = [copy.deepcopy(image)]
    writes = []

    def persist(now):
        writes.append(now)
        if len(writes) == torn_at and torn:
            raise OSError(28, "No space left on device")
        disk.append(copy.deepcopy(now))

    torn = False
    card = Card(image, persist)
    send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS[application]))
    if head[1] != 0x20:
        opener = 0x98 if application == "jpki" else 0x9C
        assert send(card, 0x00, 0x20, 0x00, opener, data=b"1234") == OK
    torn, writes[:] = True, []
    answer = send(card, *head, data=data, expected=65536 if head[1] == 0x46 else 0)
    if len(writes) >= torn_at:
        assert answer == UNEXPECTED
        assert image == disk[-1], "in the chip is what is on disk"
    torn = False
    again = send(card, *head, data=data, expected=65536 if head[1] == 0x46 else 0)
    assert again != UNEXPECTED
    assert image == disk[-1]


@pytest.mark.told_of_faults
def test_a_pin_that_could_not_be_counted_opens_nothing(image):
    def full(_):
        raise OSError(28, "No space left on device")

    card = Card(image, full)
    send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS["jpki"]))
    assert send(card, 0x00, 0x20, 0x00, 0x98, data=b"1234") == UNEXPECTED
    assert send(card, 0x80, 0x2A, 0x00, 0x97, data=b"x", expected=256).hex() == "6982"
    assert image.applications["jpki"].pins["18"].left == 3


# ---------------------------------------------------------------- through the socket


class Driver:
    """The other end: what vpcd says to its card."""

    def __init__(self, *chips):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(10)
        where = self.server.getsockname()
        self.slots = VirtualSlots(
            [chip if callable(chip) else lambda chip=chip: chip for chip in chips],
            lambda _: socket.create_connection(where, timeout=5),
        )
        self.card = None

    def meet(self):
        """The card comes (again)."""
        if self.card is not None:
            self.card.close()
        self.card, _ = self.server.accept()
        self.card.settimeout(10)

    def say(self, message):
        self.card.sendall(struct.pack(">H", len(message)) + message)

    def hear(self):
        head = self._exactly(2)
        return self._exactly(struct.unpack(">H", head)[0])

    def _exactly(self, length):
        found = b""
        while len(found) < length:
            part = self.card.recv(length - len(found))
            assert part, "the card has gone"
            found += part
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.slots.close()
        if self.card is not None:
            self.card.close()
        self.server.close()


@pytest.mark.timeout(3600)
def test_messages_through_the_socket(kinds, share):
    """Commands between power, reset and what is no control; now and then the line is cut within a message."""
    dice = seeded("socket")
    image = copy.deepcopy(kinds["plastic"])
    with Driver(Card(image, lambda _: None)) as driver:
        driver.meet()
        for _ in range(share(BY_SOCKET)):
            what = dice.random()
            if what < 0.03:
                driver.say(bytes([dice.choice((ON, OFF, RESET, 0x03, 0x05, 0xFF))]))
            elif what < 0.032:
                whole = struct.pack(">H", 500) + dice.randbytes(100)
                driver.card.sendall(whole[: dice.randrange(1, len(whole))])
                driver.meet()
            else:
                command = any_bytes(dice) if what < 0.5 else some_command(dice, image)
                if len(command) == 1:
                    continue
                driver.say(command[:0xFFFF])
                answer = driver.hear()
                assert len(answer) >= 2
                assert answer != UNEXPECTED, command[:40].hex()
        driver.say(bytes([ATR]))
        assert driver.hear().hex().upper() == image.atr
        assert all(thread.is_alive() for thread in driver.slots._threads)


class Broken(Flawed):
    """A chip of somebody else's making, which fails in every way that there is."""

    def transmit(self, command):
        fails = {0: lambda: 1 // 0, 1: lambda: b"\x00" * 70_000, 2: lambda: None, 3: self._disk}
        return fails[command[3]]() if command[1] == 0xEE else super().transmit(command)

    def _disk(self):
        raise OSError(5, "Input/output error")


@pytest.mark.told_of_faults
def test_no_chip_ends_its_slot(card):
    with Driver(Broken(card)) as driver:
        driver.meet()
        for how in range(4):
            driver.say(bytes([0x00, 0xEE, 0x00, how]))
            assert driver.hear() == UNEXPECTED
            driver.say(bytes.fromhex("00A4040C0A") + bytes.fromhex(AIDS["jpki"]))
            assert driver.hear() == OK


@pytest.mark.told_of_faults
@pytest.mark.parametrize("where", ["slot", "atr", "reset", "no atr"])
def test_a_card_that_cannot_be_held_is_told_once_and_tried_again(card, monkeypatch, where):
    """Its file does not read, say; when it does, the card lies there."""
    broken = [True]

    class Half(Flawed):
        @property
        def atr(self):
            if broken[0] and where == "no atr":
                return b""
            return bytes.fromhex("zz") if broken[0] and where == "atr" else super().atr

        def reset(self):
            if broken[0] and where == "reset":
                raise KeyError("applications")
            super().reset()

    chip = Half(card)

    def slot():
        if broken[0] and where == "slot":
            raise ValueError("not a card")
        return chip

    with structlog.testing.capture_logs() as lines, Driver(slot) as driver:
        if where == "slot":
            for _ in range(500):
                if not lines:
                    driver.slots._closed.wait(0.01)
            driver.slots._closed.wait(0.3)
        else:
            for _ in range(3):
                driver.meet()
                driver.say(bytes([RESET if where == "reset" else ATR]))
        broken[0] = False
        driver.meet()
        driver.say(bytes([ATR]))
        while driver.card.recv(1, socket.MSG_PEEK) == b"":
            driver.meet()
            driver.say(bytes([ATR]))
        assert driver.hear() == card.atr
    assert len([line for line in lines if line["log_level"] == "error"]) == 1


# ---------------------------------------------------------------- children


@pytest.mark.parametrize("kind", ["under-15", "no-pin"])
def test_files_of_a_signing_certificate_are_there_without_one(kinds, kind):
    """EF 08 says that there is none; OpenSC's driver asks 1B for its tries and takes no card without it."""
    image = copy.deepcopy(kinds[kind])
    card = Card(image, lambda _: None)
    send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS["jpki"]))
    assert send(card, 0x00, 0xB0, 0x88, 0x00, expected=3) == bytes.fromhex("008F009000")
    for file in (0x01, 0x1A, 0x1B):
        assert send(card, 0x00, 0xA4, 0x02, 0x0C, data=bytes([0, file])) == OK
    assert send(card, 0x00, 0x20, 0x00, 0x9B).hex() == "63c0"
    assert send(card, 0x00, 0x20, 0x00, 0x9B, data=b"ABC123").hex() == "6984"
    assert send(card, 0x00, 0xB0, 0x81, 0x00, expected=256).hex() == "6982"
    assert send(card, 0x80, 0x2A, 0x00, 0x9A, data=b"x", expected=256).hex() == "6982"
    assert image.applications["jpki"].files["01"].data == b""
    assert CardClient(ChipReader(card)).counters()[SIGNING] is None, "no password to be asked for"
