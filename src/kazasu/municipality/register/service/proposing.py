"""A correction as it would be written: what changes of whom, what ends by it, and what there is to doubt. Nothing is written here.

It is what the decider looks at before (:mod:`kazasu.municipality.register.service.corrections`), and by what it is known again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from kazasu.foundation.text import Text
from kazasu.foundation.values.places.houses import same_house
from kazasu.foundation.values.typed.written import unwritable
from kazasu.municipality.register import addresses, relationships
from kazasu.municipality.register.items import born
from kazasu.municipality.register.model import ADDRESS, Resident

What = Literal["name", "birth-date", "sex", "address"]
TELLS: Final[Mapping[str, What]] = {
    "name": "name",
    "birth_date": "birth-date",
    "sex": "sex",
    "city": "address",
    "town": "address",
    "block": "address",
    "building": "address",
}
"""Items of 本人確認情報, and what the network is told when one is corrected."""
ONE_HOUSE: Final = Text(
    "今の住所と同じ家です。書き方だけが変わります",
    "It is the same house as now: only the way in which it is written changes",
)
NO_SPACE: Final = Text(
    "氏名に、姓と名を分ける空白がありません。分かれていない名前かを確かめてください",
    "No space divides surname and given name: make sure that the name has only one part",
)
NO_SPACE_READ: Final = Text(
    "フリガナに、姓と名を分ける空白がありません", "No space divides the reading"
)
NOT_ON_CARDS: Final = Text(
    "「{letter}」は、カードと証明書に書けません。代わりの文字を本人と決めてください",
    "{letter} cannot be written on a card: agree on a substitute with the person",
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One record as it would be written anew."""

    before: Resident
    items: Mapping[str, Any]

    @property
    def after(self) -> Resident:
        return replace(self.before, **self.items)

    @property
    def told(self) -> list[What]:
        """Of what the network hears: by each of these the signing certificate ends (公的個人認証法 12条)."""
        return list(dict.fromkeys(TELLS[item] for item in self.items if item in TELLS))

    @property
    def card_differs(self) -> bool:
        """They have a card, which says from then on what the register said before."""
        return bool(self.told) and self.before.has_card


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that can be written: nothing of it is refused."""

    people: Sequence[Corrected]
    """Whose record it is first, then who lives with them."""
    doubts: Sequence[Text]
    """What the decider sees before; none of it stands in the way."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody, another item or doubt is another one."""
        shown = {
            "people": [
                [one.before.resident_id, one.before.version, sorted(one.items.items())]
                for one in self.people
            ],
            "doubts": [one.ja for one in self.doubts],
        }
        return json.dumps(shown, ensure_ascii=False, default=str).encode()


def doubts(one: Corrected, household: Sequence[Resident]) -> list[Text]:
    """What an arrival's decision is shown, too (住民基本台帳法 7条): town and postcode, letters, how they stand to the head.

    Args:
        household: everybody who lives there, as they are written before it.
    """
    return [
        *_of_the_name(one),
        *_of_the_birth(one),
        *_of_the_address(one),
        *_of_the_household(one, household),
    ]


def _of_the_name(one: Corrected) -> list[Text]:
    found = []
    if name := str(one.items.get("name", "")):
        if not set(name.strip()) & set(" \u3000"):
            found.append(NO_SPACE)
        if letter := unwritable(name):
            found.append(NOT_ON_CARDS.fill(letter=letter))
    kana = str(one.items.get("kana", "")).strip()
    if kana and not set(kana) & set(" \u3000"):
        found.append(NO_SPACE_READ)
    return found


def _of_the_birth(one: Corrected) -> list[Text]:
    return [born.SINCE_BIRTH] if one.items.keys() & set(born.SINCE) else []


def _of_the_address(one: Corrected) -> list[Text]:
    if not one.items.keys() & set(ADDRESS):
        return []
    found = [said for _, good, said in addresses.beside_postcode(one.after) if not good]
    before, after = one.before.address, one.after.address
    if before != after and same_house(before, after):
        found.append(ONE_HOUSE)
    return found


def _of_the_household(one: Corrected, household: Sequence[Resident]) -> list[Text]:
    """Who is leaving stands to nobody's head here any more."""
    if not one.items.keys() & {"relationship", "sex", "birth_date"}:
        return []
    staying = [
        one.after if member.resident_id == one.before.resident_id else member
        for member in household
        if member.state == "resident"
    ]
    return relationships.to_make_sure(staying)
