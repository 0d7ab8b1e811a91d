"""Names as people write them, and what each consumer of a name can show.

A stored name is never changed: no normalisation, variation selectors kept (Unicode NFC alone
would already fold U+FA10). A consumer with fewer letters, such as a card or a terminal, gets a
substitute through a map that says what it replaced and can be undone (代替文字). Source:
fact sheet municipal §7 Characters; card §1.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import jaconv

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.values.numerals import arabic
from kazasu.foundation.values.visible import unseen_letter

UNMAPPABLE = define("names.unmappable-character", 422,
    "「{character}」（{code_point}）は {charset} で表せず、代わりの文字も決まっていません", "{character} ({code_point}) cannot be written in {charset} and has no substitute",
    "代替文字を本人に確かめ、文字の表に登録してください", "Agree on a substitute with the person and add it to the table of substitutes", who="clerk", source="municipal §7 Characters")  # fmt: skip
BAD_KANA = define("names.bad-kana", 422,
    "フリガナに使えない文字があります（{character}）", "The reading has a letter that cannot be used ({character})",
    "全角カタカナ・長音・中点・空白で書いてください", "Write it in full-width katakana; ー, ・ and spaces are allowed", source="住民基本台帳法 7条1号の2")  # fmt: skip

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_EXTENDING = {"Mn", "Me"}
_JOINER = "\u200d"
_KANA = re.compile(r"^[ァ-ヶー・　 ヴヽヾ]$")


def graphemes(text: str) -> list[str]:
    """The letters as a reader sees them: a base with its variation selectors and marks."""
    found: list[str] = []
    for character in text:
        extends = unicodedata.category(character) in _EXTENDING or character in "\u200d\uff9e\uff9f"
        if found and (extends or found[-1].endswith(_JOINER)):
            found[-1] += character
        else:
            found.append(character)
    return found


def length(text: str) -> int:
    """How many letters a reader sees."""
    return len(graphemes(text))


def without_selectors(text: str) -> str:
    """The base letters only. For comparing and substituting, never for storing."""
    return _SELECTORS.sub("", text)


def of_letters(text: str) -> bool:
    """Whether it is one line of letters that everybody has and sees: none of private use, none that Unicode does not know."""
    return not unseen_letter(text) and all(
        unicodedata.category(one) not in _NO_LETTERS for one in text
    )


_NO_LETTERS: Final = frozenset({"Co", "Cn"})


def check_kana(kana: str) -> str:
    """The reading as given. Raises Refusal ``names.bad-kana``."""
    for character in kana:
        if not _KANA.match(character):
            raise Refusal(BAD_KANA, character=character)
    return kana


def katakana(typed: str) -> str:
    """A reading typed in hiragana or half width as the register writes it. Raises Refusal ``names.bad-kana``."""
    wide = unicodedata.normalize("NFKC", typed).strip().replace(" ", "\u3000")
    return check_kana(str(jaconv.hira2kata(wide)))


# ---------------------------------------------------------------- substitutes

SUBSTITUTES: Final[Mapping[str, str]] = {
    "髙": "高", "\ufa11": "崎", "𠮷": "吉", "德": "徳", "濵": "浜", "濱": "浜", "邊": "辺",
    "邉": "辺", "齋": "斎", "齊": "斉", "澤": "沢", "廣": "広", "櫻": "桜", "嶋": "島", "嶌": "島",
    "栁": "柳", "黑": "黒", "瀨": "瀬", "眞": "真", "\ufa10": "塚", "\ufa19": "神", "\ufa1a": "祥",
    "\ufa1b": "福", "\ufa1e": "羽", "\ufa26": "都",
}  # fmt: skip
"""Agreed substitutes (縮退 in part; the whole table of MJ letters is not redistributable)."""
SIGNS: Final[Mapping[str, str]] = {
    "－": "−", "‑": "‐", "‒": "−", "–": "−", "—": "―", "～": "〜", "\u00a0": " ",
}  # fmt: skip
"""Signs of which JIS X 0208 has another form; for consumers only: in comparing they are folded by other rules."""


@dataclass(frozen=True, slots=True)
class Charset:
    """What a consumer can show, by a codec that has exactly those letters."""

    name: str
    codec: str

    def has(self, grapheme: str) -> bool:
        try:
            grapheme.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return True


CARD = Charset("JIS X 0208", "shift_jis")
"""Stands for the letters of the card's text application and of certificates (simulated)."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One letter that the consumer cannot show, and what stands for it."""

    position: int
    """In letters as a reader counts them."""
    original: str
    substitute: str


@dataclass(frozen=True, slots=True)
class Substituted:
    """A name for one consumer."""

    text: str
    replacements: tuple[Replacement, ...] = ()

    @property
    def flags(self) -> str:
        """One 0/1 per letter: was it substituted? (card §1 X.509, substitute flags)"""
        places = {replacement.position for replacement in self.replacements}
        return "".join("1" if place in places else "0" for place in range(length(self.text)))

    def original(self) -> str:
        """The name as stored."""
        letters = graphemes(self.text)
        for one in self.replacements:
            letters[one.position] = one.original
        return "".join(letters)


def substitute(text: str, charset: Charset, agreed: Mapping[str, str] = SUBSTITUTES) -> Substituted:
    """The name in the consumer's letters, with what was replaced.

    Order for each letter: itself; the table's entry for it; its base letter; the entry for that.

    Raises:
        Refusal: ``names.unmappable-character``.
    """
    letters: list[str] = []
    replacements: list[Replacement] = []
    for position, letter in enumerate(graphemes(text)):
        shown = _in_charset(letter, charset, agreed)
        if shown != letter:
            replacements.append(Replacement(position, letter, shown))
        letters.append(shown)
    return Substituted("".join(letters), tuple(replacements))


def _in_charset(letter: str, charset: Charset, agreed: Mapping[str, str]) -> str:
    base = without_selectors(letter)
    for candidate in (letter, agreed.get(letter), SIGNS.get(letter), base, agreed.get(base)):
        if candidate and length(candidate) == 1 and charset.has(candidate):
            return candidate
    code_point = "+".join(f"U+{ord(character):04X}" for character in letter)
    raise Refusal(UNMAPPABLE, character=letter, code_point=code_point, charset=charset.name)


# ---------------------------------------------------------------- comparing

DASHES: Final = "‐‑‒–—―−－\u2043\ufe63"
"""What keyboards and texts send for a dash, besides ``-``. The long mark of kana is none, but between digits."""
_DASH = re.compile(f"[{DASHES}ｰ]|(?<=[0-9])ー(?=[0-9])")
_ALIKE = str.maketrans({"ヶ": "ケ", "ヵ": "カ", "〜": "~"})
"""Written either way in one place name (霞ケ関, 霞ヶ関); the wave is one on Windows and another elsewhere (both NFKC's ``~``)."""


def comparison_key(text: str) -> str:
    """What two writings of the same name or address have in common. For comparing only."""
    plain = "".join(SUBSTITUTES.get(letter, letter) for letter in without_selectors(text))
    plain = arabic(unicodedata.normalize("NFKC", plain).translate(_ALIKE))
    plain = _DASH.sub("-", plain)
    return re.sub(r"\s", "", plain).casefold()
