"""What was said between a program and a card, without secrets: neither PINs nor what was read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kazasu.card import apdu
from kazasu.card.apdu import Command, Status
from kazasu.card.chip.image import AIDS
from kazasu.card.chip.machine import Chip
from kazasu.foundation.text import Text

SECRET_INS: Final = frozenset({0x20, 0x24, 0x32})
_NAMES: Final = {
    0x20: ("VERIFY", Text("暗証番号の照合", "check the PIN")),
    0x24: ("CHANGE REFERENCE DATA", Text("暗証番号の変更", "change the PIN")),
    0x2A: ("COMPUTE DIGITAL SIGNATURE", Text("署名", "sign")),
    0x32: ("CHANGE REFERENCE DATA", Text("暗証番号の設定", "set the PIN")),
    0x46: ("GENERATE KEY", Text("鍵をつくる", "make a key")),
    0x84: ("GET CHALLENGE", Text("乱数をもらう", "get a random number")),
    0x88: ("INTERNAL AUTHENTICATE", Text("カードが本物である証明", "the card proves itself")),
    0xA2: ("VERIFY TERMINAL CERTIFICATE", Text("端末の証明書の検証", "verify the terminal's certificate")),
    0xA4: ("SELECT", Text("選ぶ", "choose")),
    0xB0: ("READ BINARY", Text("読む", "read")),
    0xB2: ("READ RECORD", Text("記録を読む", "read a record")),
    0xC0: ("GET RESPONSE", Text("続きをもらう", "get the rest")),
    0xCA: ("GET DATA", Text("値をもらう", "get a value")),
    0xE2: ("WRITE BY SCRIPT", Text("書きこむ", "write")),
    0xE4: ("REMOVE APPLICATION", Text("アプリケーションを消す", "remove an application")),
    0xE6: ("INSTALL APPLICATION", Text("アプリケーションを入れる", "install an application")),
    0xF2: ("LIST FREE AREA", Text("空きを調べる", "list the free area")),
}  # fmt: skip
_TRIES: Final = Text("残りの回数を尋ねる", "how many tries?")
_WORDS: Final[Mapping[int, Text | None]] = {
    0x9000: None,
    0x6700: Text("長さが違う", "wrong length"),
    0x6981: Text("その種類のファイルではない", "not that kind of file"),
    0x6982: Text("許されない：暗証番号がまだ", "not allowed: PIN not given"),
    0x6983: Text("暗証番号がロックされている", "PIN locked"),
    0x6984: Text("暗証番号がロックされている", "PIN locked"),
    0x6985: Text("いまはできない", "not now"),
    0x6A80: Text("データが違う", "wrong data"),
    0x6A82: Text("そこにない", "not there"),
    0x6A83: Text("その記録がない", "no such record"),
    0x6A84: Text("空きがない", "no room"),
    0x6A86: Text("指定が違う", "wrong parameters"),
    0x6A88: Text("その鍵がない", "no such key"),
    0x6B00: Text("終わりを越えた", "beyond the end"),
    0x6D00: Text("その命令がない", "no such command"),
    0x6E00: Text("その種類の命令がない", "no such class"),
}
_UNEXPECTED: Final = Text("思いがけない答え", "unexpected")


@dataclass(frozen=True, slots=True)
class Line:
    """One command and how it ended, for people; as text it is for a terminal, in English."""

    wire: str
    """Header and length of the command, length and status of the answer."""
    name: str
    """As ISO/IEC 7816 or the card's own specification calls it, and what it is about."""
    does: Text
    ended: Text | None
    """None: well."""

    @property
    def words(self) -> Text:
        """What it does, and how it ended where that was not well."""
        if self.ended is None:
            return self.does
        return Text(f"{self.does.ja}：{self.ended.ja}", f"{self.does.en}: {self.ended.en}")

    def __str__(self) -> str:
        asks = f" ({self.does.en})" if self.does is _TRIES else ""
        ended = f" — {self.ended.en}" if self.ended else ""
        return f"{self.wire}  {self.name}{asks}{ended}"


def line(command: Command, answer: bytes) -> Line:
    """Raises nothing: what is not known is said to be so."""
    head = f"{command.cla:02X} {command.ins:02X} {command.p1:02X} {command.p2:02X}"
    data = ""
    if command.data:
        data = f" [{'···' if command.ins in SECRET_INS else len(command.data)}]"
    word = int.from_bytes(answer[-2:])
    name, does = _NAMES.get(command.ins, ("?", Text("知らない命令", "an unknown command")))
    if command.ins == 0xA4:
        name = f"{name} {_target(command)}"
    if command.ins == 0x20 and not command.data:
        does = _TRIES
    return Line(f"{head}{data} → {len(answer) - 2} {word:04X}", name, does, _worded(word))


def _target(command: Command) -> str:
    given = command.data.hex().upper()
    if command.p1 == 0x04:
        return next((name for name, aid in AIDS.items() if given and aid.startswith(given)), given)
    return f"EF {given[2:]}" if len(given) == 4 else given


def _worded(word: int) -> Text | None:
    if word & 0xFFF0 == apdu.TRIES:
        left = word & 0x0F
        return Text(f"あと{left}回", f"{left} tries left" if left != 1 else "1 try left")
    if word >> 8 == 0x61:
        return Text(f"あと{word & 0xFF}バイト", f"{word & 0xFF} more bytes")
    if word >> 8 == 0x6C:
        return Text(f"{word & 0xFF}バイトで求め直す", f"ask for {word & 0xFF}")
    return _WORDS.get(word, _UNEXPECTED)


@dataclass(slots=True)
class Trace:
    """Lines as they come."""

    lines: list[Line] = field(default_factory=list)

    def note(self, command: Command, answer: bytes) -> None:
        self.lines.append(line(command, answer))


@dataclass
class Traced:
    """A chip whose conversation is told as it goes on."""

    chip: Chip
    tell: Callable[[str], None]

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    def reset(self) -> None:
        self.chip.reset()

    def transmit(self, command: bytes) -> bytes:
        answer = self.chip.transmit(command)
        try:
            self.tell(str(line(apdu.parse(command), answer)))
        except Status:
            self.tell(f"{len(command)} bytes that are no command → {answer[-2:].hex().upper()}")
        return answer
