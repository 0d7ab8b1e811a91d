"""The address entered at the desk beside what the resident announced and what the postcode says.

A difference is no refusal: people do move elsewhere than they planned, and the table of postcodes may be older than a new
town. It is shown to whoever decides (審査・決裁).
"""

from collections.abc import Sequence
from typing import Final

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.values.names import comparison_key
from kazasu.foundation.values.places.postcodes import places_of
from kazasu.foundation.values.typed.written import unwritable
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn

_SHOWN: Final = 3
"""Towns of a postcode that are named; some have hundreds."""


def differences(case: MovingIn) -> list[Finding]:
    """Empty where everything agrees, or nothing was entered yet."""
    if "address" not in case.entry:
        return []
    entered = Address.model_validate(case.entry["address"])
    return [*_announced(entered, case), *_postcode(entered)]


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
    if not said or comparison_key(said) == comparison_key(entered.line):
        return []
    return [
        Finding(
            "address-announced", False,
            f"届出の住所と違います（届出: {said}／入力: {entered.line}）",
            f"Not the address of the notice (notice: {said}; entered: {entered.line})",
            blocking=False,
        )
    ]  # fmt: skip


def _postcode(entered: Address) -> list[Finding]:
    if not entered.postcode:
        return []
    places = places_of(entered.postcode)
    here = [p for p in places if (p.prefecture, p.city) == (entered.prefecture, entered.city)]
    if any(one.listed and entered.town.startswith(one.town) for one in here):
        return []
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
