"""The address entered at the desk beside what the resident announced and what the postcode says.

A difference is no refusal: people do move elsewhere than they planned, and the table of postcodes may be older than a new
town. It is shown to whoever decides (審査・決裁).
"""

from typing import Final

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.values.names import comparison_key
from kazasu.kit.places import places_of
from kazasu.municipality.moving.model import Finding, MovingIn

_SHOWN: Final = 3
"""Towns of a postcode that are named; some have hundreds."""


def differences(case: MovingIn) -> list[Finding]:
    """Empty where everything agrees, or nothing was entered yet."""
    if "address" not in case.entry:
        return []
    entered = Address.model_validate(case.entry["address"])
    return [*_announced(entered, case), *_postcode(entered)]


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
    if any(
        (one.prefecture, one.city) == (entered.prefecture, entered.city)
        and entered.town.startswith(one.town)
        for one in places
    ):
        return []
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
