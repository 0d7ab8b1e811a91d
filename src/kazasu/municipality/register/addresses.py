"""What an address must be to stand in this city's register, judged before anything is written."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.places.postcodes import areas_of, lies_in, places_of, towns_of
from kazasu.foundation.values.typed import addresses as typed
from kazasu.foundation.values.typed.written import placed, unwritable
from kazasu.foundation.values.visible import seen
from kazasu.municipality.hall.store import City
from kazasu.municipality.register.faults import (
    ADDRESS_ELSEWHERE,
    ITEM_EMPTY,
    ITEM_MALFORMED,
    NOT_ON_A_CARD,
)

NEVER_EMPTY: Final = {
    "name": Text("氏名", "Name"),
    "city": Text("市区", "City and ward"),
    "town": Text("町名", "Town"),
    "block": Text("番地・号", "Block"),
}
"""Items without which a record names nobody, or no place (住民基本台帳法 7条1号・7号)."""


def _of_letters(text: str) -> str:
    if not any(unicodedata.category(one)[0] == "L" for one in text):
        raise ValueError(text)
    return text


FORMS: Final[Mapping[str, tuple[Text, Callable[[str], str]]]] = {
    "name": (NEVER_EMPTY["name"], _of_letters),
    "postcode": (Text("郵便番号", "Postcode"), typed.postcode),
    "town": (NEVER_EMPTY["town"], typed.place_name),
    "block": (NEVER_EMPTY["block"], typed.block),
    "registered_domicile": (Text("本籍", "Registered domicile"), typed.place_name),
    "domicile_head": (Text("筆頭者", "Head of the domicile"), _of_letters),
    "building": (Text("方書", "Building"), str),
}
"""Items that have a form of their own, with what reads them: what is none the register does not hold."""


_SHOWN: Final = 3
"""Towns of a postcode that are named; some have hundreds."""
TYPED: Final = ("town", "block", "building")
"""Items that are written anew for each address, and so as a card can carry them; what the register holds already stays as it is."""


def item_of(refusal: Refusal) -> str:
    """Which item a refusal of this module is about."""
    labels = NEVER_EMPTY | {name: label for name, (label, _) in FORMS.items()}
    return next(name for name, label in labels.items() if label.ja == refusal.facts["item"])


def as_held(item: str, written: str) -> str:
    """The item as the register holds it; what may be empty stays so.

    Raises Refusal ``municipality.item-malformed``, ``municipality.not-on-a-card``.
    """
    if item not in FORMS or not written:
        return written
    label, read = FORMS[item]
    if item in TYPED:
        written = placed(written)
        if letter := unwritable(written):
            raise Refusal(NOT_ON_A_CARD, item=label.ja, item_en=label.en, letter=letter)
    try:
        return read(written)
    except ValueError:
        raise Refusal(ITEM_MALFORMED, item=label.ja, item_en=label.en) from None


def check_filled(item: str, written: str) -> None:
    """Raises Refusal ``municipality.item-empty``: nothing that a reader could see is written."""
    if item in NEVER_EMPTY and not seen(written):
        label = NEVER_EMPTY[item]
        raise Refusal(ITEM_EMPTY, item=label.ja, item_en=label.en)


def check_town(town: str, prefecture: str, area: str, postcode: str) -> None:
    """A town is written, but where the postcode's own place has none (直島町, 利島村; numbers right after the municipality).

    Raises Refusal ``municipality.item-empty``.
    """
    if not town and any(
        (one.prefecture, one.city, one.town) == (prefecture, area, "")
        for one in places_of(postcode)
    ):
        return
    check_filled("town", town)


def check_area(area: str, city: City) -> None:
    """The area between prefecture and town is this municipality's own, with its ward where it has wards.

    Raises Refusal ``municipality.address-elsewhere``.
    """
    known = areas_of(city.prefecture, city.city_ja)
    if area not in known if known else not lies_in(area, city.city_ja):
        own = known[0] if known else city.city_ja
        raise Refusal(ADDRESS_ELSEWHERE, area=area, own=own)


def completed(address: Address, city: City) -> Address:
    """The address of a resident here: the prefecture is the city's own, so is an area left empty.

    Of a designated city (政令指定都市) an empty area is completed by the postcode, which lies in one ward.

    Raises Refusal ``municipality.item-empty``, ``municipality.item-malformed``, ``municipality.address-elsewhere``.
    """
    area = address.city or _of_postcode(address.postcode, city)
    check_area(area, city)
    check_town(address.town, city.prefecture, area, address.postcode)
    check_filled("block", address.block)
    held = {item: as_held(item, getattr(address, item)) for item in ("postcode", *TYPED)}
    return address.model_copy(update={"prefecture": city.prefecture, "city": area, **held})


def _of_postcode(postcode: str, city: City) -> str:
    known = areas_of(city.prefecture, city.city_ja)
    own = {one.city for one in places_of(postcode)} & set(known)
    return next(iter(own)) if len(own) == 1 else known[0] if len(known) == 1 else city.city_ja


class Placed(Protocol):
    """An address in its items, as it is entered or on record."""

    @property
    def postcode(self) -> str: ...
    @property
    def prefecture(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def town(self) -> str: ...


Found = tuple[str, bool, Text]
"""What was compared, whether it agrees, and in words."""


def beside_postcode(entered: Placed) -> list[Found]:
    """The town beside what its postcode says. A difference is no refusal: the table of postcodes may be older than a new town."""
    if not entered.postcode:
        return _without_postcode(entered)
    places, town = places_of(entered.postcode), entered.town
    here = [p for p in places if (p.prefecture, p.city) == (entered.prefecture, entered.city)]
    if any(one.listed and town.startswith(one.town) for one in here):
        agrees = Text("住所は郵便番号と一致", "The address agrees with the postcode")
        return [("address-postcode", True, agrees)]
    if here and any(not one.listed for one in here):  # the number is for towns that nobody lists
        unlisted = Text(
            f"町名「{town}」は郵便番号の一覧にありません。あることを確かめてください",
            f"The town {town} is not in the table of postcodes: make sure that there is one",
        )
        townless = Text(
            "町名がありません。番地が市区町村のすぐ後に続く所かを確かめてください",
            "No town: make sure that the block follows the municipality there",
        )
        return [("address-town", False, unlisted if town else townless)]
    lines = [one.line for one in places[:_SHOWN]]
    ja, en = "、".join(lines) or "なし", ", ".join(lines) or "no town"
    other = Text(
        f"郵便番号 {entered.postcode} は、この町の番号ではありません（{ja}）",
        f"Postcode {entered.postcode} is not this town’s ({en})",
    )
    return [("address-postcode", False, other)]


def _without_postcode(entered: Placed) -> list[Found]:
    """Nothing says which town it is but what was typed: it is looked for among the city's own."""
    none = Text(
        "郵便番号がないので、住所と比べていません",
        "No postcode: the address was not compared with one",
    )
    found, town = [("address-postcode", False, none)], entered.town
    if town and not any(
        town.startswith(one) for one in towns_of(entered.prefecture, entered.city) if one
    ):
        unknown = Text(
            f"町名「{town}」は、{entered.city}の町名の一覧にありません。あることを確かめてください",
            f"The town {town} is not in the table of towns of {entered.city}: make sure that there is one",
        )
        found.append(("address-town", False, unknown))
    return found
