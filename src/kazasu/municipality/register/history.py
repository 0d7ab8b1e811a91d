"""What changed from one version of a record to the next, without input or output: for who reads the history at a desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kazasu.foundation.text import Text
from kazasu.municipality.register.model import RECORD_STATES, Resident

ITEMS: Final = {
    "state": Text("状態", "State"),
    "name": Text("氏名", "Name"),
    "kana": Text("フリガナ", "Reading"),
    "former_surname": Text("旧氏", "Former surname"),
    "alias": Text("通称", "Alias"),
    "birth_text": Text("生年月日", "Date of birth"),
    "sex": Text("性別", "Sex"),
    "relationship": Text("続柄", "Relationship"),
    "is_head": Text("世帯主", "Head of the household"),
    "postcode": Text("郵便番号", "Postcode"),
    "address": Text("住所", "Address"),
    "household_number": Text("世帯番号", "Household number"),
    "registered_domicile": Text("本籍", "Registered domicile"),
    "domicile_head": Text("筆頭者", "Head of the domicile"),
    "planned_to": Text("転出先（予定）", "Moves to (planned)"),
    "planned_on": Text("転出日（予定）", "Moves on (planned)"),
    "confirmed_to": Text("転出先（確定）", "Moved to (confirmed)"),
    "confirmed_on": Text("転出日（確定）", "Moved on (confirmed)"),
    "has_card": Text("カードの有無", "Has a card"),
    "protected": Text("支援措置", "Protection"),
    "record_code": Text("住民票コード", "Resident record code"),
    "individual_number": Text("個人番号", "Individual number"),
}
"""What a version is compared by, in the order of the paper."""
IS_HEAD: Final = {
    True: Text("本人", "they themselves"),
    False: Text("本人ではない", "somebody else"),
}
PLACES: Final = frozenset(
    ("postcode", "address", "household_number", "registered_domicile", "planned_to", "confirmed_to")
)
"""Not shown of somebody who is protected (支援措置, I8): a household is found by its number, and lives somewhere."""
NEVER_SHOWN: Final = frozenset(("record_code", "individual_number", "has_card", "protected"))
"""That they changed is said, what they were is not: numbers of people are not for reading, and the rest says nothing more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item of a version that the version before had otherwise."""

    item: str
    label: Text
    before: Text | date | str
    """Empty as ``after`` where the values are not shown."""
    after: Text | date | str


@dataclass(frozen=True, slots=True)
class Line:
    """One version, with what it changed."""

    version: Resident
    changes: Sequence[Change]
    first: bool


def lines(versions: Sequence[Resident], *, hide: bool) -> list[Line]:
    """Of versions with the newest first. ``hide``: where the person lives or lived is not for this page."""
    found = []
    for at, one in enumerate(versions):
        before = versions[at + 1] if at + 1 < len(versions) else None
        found.append(Line(one, changed(before, one, hide=hide) if before else [], before is None))
    return found


def changed(before: Resident, after: Resident, *, hide: bool) -> list[Change]:
    """Every item of :data:`ITEMS` that differs. Of a record that is closed nobody is head any more, and that somebody else became it
    would be a guess: nobody may have stayed."""
    return [
        _change(item, label, before, after, shown=not (hide and item in PLACES))
        for item, label in ITEMS.items()
        if getattr(before, item) != getattr(after, item) and (item != "is_head" or after.here)
    ]


def _change(item: str, label: Text, before: Resident, after: Resident, *, shown: bool) -> Change:
    if item in NEVER_SHOWN or not shown:
        return Change(item, label, "", "")
    return Change(item, label, _value(item, before), _value(item, after))


def _value(item: str, of: Resident) -> Text | date | str:
    if item == "state":
        return RECORD_STATES[of.state]
    if item == "is_head":
        return IS_HEAD[of.is_head]
    value: date | str | None = getattr(of, item)
    return "" if value is None else value
