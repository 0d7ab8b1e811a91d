"""The tray: which virtual cards lie beside the reader, and what is written about each. Sandbox only.

The list is ``tray.json`` in the country's folder. Who lays a card down writes it; terminal, phone and the sandbox's own
pages show it. A country in production has no such file, and there a card is never shown before its reader has it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from kazasu.card.making import Pins
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import age
from kazasu.foundation.values.finding import folded
from kazasu.foundation.values.romaji import romaji

FILE: Final = "tray.json"
_PINS: Final = Pins()


@dataclass(frozen=True, slots=True)
class Shown:
    """One card as the tray shows it. No number of any kind."""

    card_id: str
    name: str
    kana: str
    born: str
    """ISO date."""
    city_ja: str
    city_en: str
    story_ja: str
    story_en: str
    staff: bool
    sex: str = ""
    """ISO/IEC 5218: 1, 2, 9; empty where it was not written down."""
    expires_on: str = ""
    """ISO date of the card's own expiry; empty where it was not written down."""
    pin: str = _PINS.authentication
    """The hint beside the card: everybody in the sandbox may know it."""
    password: str = _PINS.signing

    @property
    def story(self) -> Text:
        return Text(self.story_ja, self.story_en)

    @property
    def city(self) -> Text:
        return Text(self.city_ja, self.city_en)

    @property
    def expires(self) -> date | None:
        return date.fromisoformat(self.expires_on) if self.expires_on else None

    def aged(self, day: date) -> int:
        return age(date.fromisoformat(self.born), day)

    @property
    def words(self) -> str:
        """What it is found by: all on the card and in its story, folded, with and without spaces; the page's script looks there too."""
        facts = folded(
            f"{self.card_id} {self.name} {self.kana} {romaji(self.kana)} {self.city_ja} {self.city_en} {self.story_ja} {self.story_en}"
        )
        return f"{facts} {facts.replace(' ', '')}"

    def says(self, wanted: str) -> bool:
        """Whether every word of ``wanted`` stands somewhere on the card or in its story, in any writing."""
        return all(word in self.words for word in folded(wanted).split())


def write_tray(folder: Path, cards: Iterable[Shown]) -> None:
    text = json.dumps([asdict(card) for card in cards], ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text, encoding="utf-8")


def read_tray(folder: Path) -> list[Shown]:
    """Empty where no card was laid down: in production, and before the founding."""
    try:
        found: list[dict[str, Any]] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [Shown(**one) for one in found]


def last_used_first(cards: Sequence[Shown], used: Sequence[str]) -> list[Shown]:
    """``used``: names of cards, the last first; the others stay in the tray's order."""
    place = {card_id: at for at, card_id in enumerate(used)}
    return sorted(cards, key=lambda card: place.get(card.card_id, len(place)))
