"""The tray: which virtual cards lie beside the reader, and what is written about each. Sandbox only.

The list is ``tray.json`` in the country's folder. Who lays a card down writes it; terminal, phone and the sandbox's own
pages show it. A country in production has no such file, and there a card is never shown before its reader has it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog

from kazasu.card.chip.image import CardBox, NoSuchCard
from kazasu.card.chip.text_ap import read_basic
from kazasu.card.making import Pins
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import age
from kazasu.foundation.values.finding import folded
from kazasu.foundation.values.romaji import romaji

log = structlog.get_logger()

FILE: Final = "tray.json"
CARDS: Final = "cards"
"""The folder of the cards themselves, beside it."""
_PINS: Final = Pins()
_MUNICIPALITY_ENDS: Final = 16
"""Letters: prefecture (4), county or subprefecture and municipality; what stands behind is a town's name."""


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
    write_whole(folder / FILE, text)


def read_tray(folder: Path) -> list[Shown]:
    """Empty where no card was laid down: in production, and before the founding.

    A list that does not read (a disk that was full, an editor) is made anew of the cards themselves, and said in the log:
    the cards are all there. The city is the one that the card itself carries today.
    """
    try:
        found: list[dict[str, Any]] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return _where_they_live_now([Shown(**one) for one in found], folder / CARDS)
    except FileNotFoundError:
        return []
    except (ValueError, TypeError):
        cards = _of_the_cards(CardBox(folder / CARDS))
    log.error("the list of the tray does not read; it is made anew of the cards", cards=len(cards))
    write_tray(folder, cards)
    return cards


def _where_they_live_now(cards: list[Shown], box: Path) -> list[Shown]:
    """A desk that writes a new address writes it on the card, not in the list."""
    cities = {one.city_ja: one.city_en for one in cards if one.city_ja}

    def now(card: Shown) -> Shown:
        path = box / f"{card.card_id}.card"
        try:
            address = _address_on(path, path.stat().st_mtime_ns)
        except FileNotFoundError:  # it was taken out of the tray
            return card
        city = next((one for one in cities if one in address[:_MUNICIPALITY_ENDS]), card.city_ja)
        return replace(card, city_ja=city, city_en=cities.get(city, card.city_en))

    return [now(card) for card in cards]


@lru_cache(maxsize=4096)
def _address_on(path: Path, written_at: int) -> str:  # noqa: ARG001 - the key: a card that was written anew is read anew
    """Empty where the card carries none, or does not read: the tray is no judge of cards."""
    try:
        image = CardBox(path.parent).load(path.stem)
        return read_basic(image.applications["text"].files["02"].data).address
    except (KeyError, ValueError, NoSuchCard):
        return ""


def _of_the_cards(box: CardBox) -> list[Shown]:
    """What is written on each; whose story it was, and whether they work at a desk, is not."""
    found = []
    for card_id in box:
        facts = read_basic(box.load(card_id).applications["text"].files["02"].data)
        story = Text(
            "一覧が壊れたので、カードから読み直しました",
            "The list broke; this was read from the card",
        )
        found.append(
            Shown(
                card_id, facts.name, "", facts.birth_date.isoformat(), "", "", story.ja, story.en,
                staff=False, sex=facts.sex,
            )
        )  # fmt: skip
    return found


def last_used_first(cards: Sequence[Shown], used: Sequence[str]) -> list[Shown]:
    """``used``: names of cards, the last first; the others stay in the tray's order."""
    place = {card_id: at for at, card_id in enumerate(used)}
    return sorted(cards, key=lambda card: place.get(card.card_id, len(place)))
