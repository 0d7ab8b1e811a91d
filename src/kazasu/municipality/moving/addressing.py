"""The address entered at the desk beside what the resident announced and what the postcode says.

A difference is no refusal: people do move elsewhere than they planned, and the table of postcodes may be older than a new
town. It is shown to whoever decides (審査・決裁).
"""

from collections.abc import Sequence
from typing import Final

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.names import comparison_key
from kazasu.foundation.values.places.postcodes import places_of, towns_of
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.typed.written import unwritable
from kazasu.municipality.moving.faults import LIVES_THERE_ALREADY
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn
from kazasu.municipality.register.model import Resident

_SHOWN: Final = 3
"""Towns of a postcode that are named; some have hundreds."""


def compared(case: MovingIn) -> list[Finding]:
    """The entered address beside the notice and beside the postcode: what agrees, what differs, and what there was nothing to compare
    with. Empty where nothing was entered yet."""
    if "address" not in case.entry:
        return []
    entered = Address.model_validate(case.entry["address"])
    return [*_announced(entered, case), *_postcode(entered)]


def must_be_another(here: Sequence[Resident], entered: Address) -> None:
    """A change of address leads to another one than that of the records ``here``, however it is written.

    Raises Refusal ``municipality.lives-there-already``.
    """
    if any(same_place(one.address, entered.line) for one in here):
        raise Refusal(LIVES_THERE_ALREADY)


def same_place(one: str, other: str) -> bool:
    return comparison_key(one) == comparison_key(other)


def left_out(left: Sequence[Arriver]) -> list[Finding]:
    """Who is not registered by this decision, by name: before it is taken."""
    if not left:
        return []
    ja = "、".join(one.mover.name for one in left)
    en = ", ".join(with_reading(one.mover.name, one.mover.kana) for one in left)
    return [Finding(
        "left-out", False,
        f"登録しない人がいます（{ja}）。前の市区町村から転出すると、どこにも登録のない人になります",
        f"Not everybody is registered ({en}): once gone from the old city they are registered nowhere",
        blocking=False,
    )]  # fmt: skip


def letters(people: Sequence[Arriver]) -> list[Finding]:
    """Names with a letter that no card can carry: told before they are registered, and not when the card lies there.

    The register takes every name as it is; a substitute is agreed with the person.
    """
    return [
        Finding(
            "name-on-a-card", False,
            f"{one.mover.name}さんの「{letter}」は、カードと証明書に書けません。代わりの文字を本人と決めてください",
            f"{letter} in the name {one.mover.name} cannot be written on a card: agree on a substitute with the person",
            blocking=False,
        )
        for one in people
        if (letter := unwritable(one.mover.name))
    ]  # fmt: skip


def announced(case: MovingIn) -> str:
    """The address that the resident announced, here or to the old city; empty where none was announced for this city."""
    if case.reservation is not None:
        return MoveNotice.model_validate(case.reservation["notice"]).new_address.line
    return str((case.certificate or {}).get("new_address", ""))


def _announced(entered: Address, case: MovingIn) -> list[Finding]:
    said = announced(case)
    if not said:
        return [
            Finding(
                "address-announced", False,
                "届出で知らされた住所がないので、比べていません",
                "No address was announced: nothing to compare with",
                blocking=False,
            )
        ]  # fmt: skip
    if same_place(said, entered.line):
        return [
            Finding(
                "address-announced", True, "住所は届出と一致", "The address agrees with the notice"
            )
        ]
    return [
        Finding(
            "address-announced", False,
            f"届出の住所と違います（届出: {said}／入力: {entered.line}）",
            f"Not the address of the notice (notice: {said}; entered: {entered.line})",
            blocking=False,
        )
    ]  # fmt: skip


def _without_postcode(entered: Address) -> list[Finding]:
    """Nothing says which town it is but what was typed: it is looked for among the city's own."""
    found = [Finding(
        "address-postcode", False,
        "郵便番号がないので、住所と比べていません",
        "No postcode: the address was not compared with one",
        blocking=False,
    )]  # fmt: skip
    town = entered.town
    if town and not any(
        town.startswith(one) for one in towns_of(entered.prefecture, entered.city) if one
    ):
        found.append(Finding(
            "address-town", False,
            f"町名「{town}」は、{entered.city}の町名の一覧にありません。あることを確かめてください",
            f"The town {town} is not in the table of towns of {entered.city}: make sure that there is one",
            blocking=False,
        ))  # fmt: skip
    return found


def _postcode(entered: Address) -> list[Finding]:
    if not entered.postcode:
        return _without_postcode(entered)
    places = places_of(entered.postcode)
    here = [p for p in places if (p.prefecture, p.city) == (entered.prefecture, entered.city)]
    if any(one.listed and entered.town.startswith(one.town) for one in here):
        return [
            Finding(
                "address-postcode",
                True,
                "住所は郵便番号と一致",
                "The address agrees with the postcode",
            )
        ]
    if here and any(not one.listed for one in here):  # the number is for towns that nobody lists
        town = entered.town
        return [
            Finding(
                "address-town",
                False,
                f"町名「{town}」は郵便番号の一覧にありません。あることを確かめてください"
                if town
                else "町名がありません。番地が市区町村のすぐ後に続く所かを確かめてください",
                f"The town {town} is not in the table of postcodes: make sure that there is one"
                if town
                else "No town: make sure that the block follows the municipality there",
                blocking=False,
            )
        ]
    lines = [one.line for one in places[:_SHOWN]]
    ja = "、".join(lines) or "なし"
    en = ", ".join(lines) or "no town"
    return [
        Finding(
            "address-postcode", False,
            f"郵便番号 {entered.postcode} は、この町の番号ではありません（{ja}）",
            f"Postcode {entered.postcode} is not this town’s ({en})",
            blocking=False,
        )
    ]  # fmt: skip
