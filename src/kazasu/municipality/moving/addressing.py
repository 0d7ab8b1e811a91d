"""The address entered at the desk beside what the resident announced and what the postcode says.

A difference is no refusal: people do move elsewhere than they planned, and the table of postcodes may be older than a new
town. It is shown to whoever decides (審査・決裁).
"""

from collections.abc import Sequence

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.places import registry
from kazasu.foundation.values.places.houses import as_announced, same_house
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.typed.written import unwritable
from kazasu.municipality.moving.faults import LIVES_THERE_ALREADY
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn
from kazasu.municipality.register.addresses import beside_postcode
from kazasu.municipality.register.model import Resident


def compared(case: MovingIn) -> list[Finding]:
    """The entered address beside the notice and beside the postcode: what agrees, what differs, and what there was nothing to compare
    with. Empty where nothing was entered yet."""
    if "address" not in case.entry:
        return []
    entered = Address.model_validate(case.entry["address"])
    return [*_announced(entered, case), *_postcode(entered), *_identified(entered)]


def must_be_another(here: Sequence[Resident], entered: Address) -> None:
    """A change of address leads to another one than that of the records ``here``, however it is written.

    Raises Refusal ``municipality.lives-there-already``.
    """
    if any(same_house(one.address, entered.line) for one in here):
        raise Refusal(LIVES_THERE_ALREADY)


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
    if said == entered.line:
        return [
            Finding(
                "address-announced", True, "住所は届出と一致", "The address agrees with the notice"
            )
        ]
    if (entered.prefecture + entered.city).startswith(said) or entered.city.startswith(said):
        return [
            Finding(
                "address-announced", True,
                f"市区町村は届出（{said}）と一致。届出には、その先の住所がありません",
                f"The municipality agrees with the notice ({said}), which says no more of the address",
            )
        ]  # fmt: skip
    if as_announced(said, entered.line):
        return [
            Finding(
                "address-announced", False,
                f"住所は届出と同じ所ですが、書き方が違います（届出: {said}／登録: {entered.line}）",
                f"The address of the notice, in another writing (notice: {said}; registered: {entered.line})",
                blocking=False,
            )
        ]  # fmt: skip
    return [
        Finding(
            "address-announced", False,
            f"届出の住所と違います（届出: {said}／入力: {entered.line}）",
            f"Not the address of the notice (notice: {said}; entered: {entered.line})",
            blocking=False,
        )
    ]  # fmt: skip


def _identified(entered: Address) -> list[Finding]:
    """The 町字ID that the Address Base Registry has for it; nothing where this place has taken none (``kazasu places``)."""
    if registry.taken() is None:
        return []
    known = registry.machiaza_id(entered.prefecture, entered.city, entered.town, entered.block)
    told = registry.told(known)
    if known:
        return [Finding("address-code", True, f"町字ID {told.ja}", f"町字ID {told.en}")]
    return [
        Finding(
            "address-code", False,
            "町字IDは不明です（アドレス・ベース・レジストリにこの町字がないか、一つに決まりません）",
            "The 町字ID is not known: the Address Base Registry has no such town, or several",
            blocking=False,
        )
    ]  # fmt: skip


def _postcode(entered: Address) -> list[Finding]:
    return [
        Finding(check, good, said.ja, said.en, blocking=good)
        for check, good, said in beside_postcode(entered)
    ]
