"""What a record's page says of a resident, and what changed from one version to the next, without input or output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
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


# ------------------------------------------------------------ what the page says

How = Literal["text", "word", "place", "day", "born", "sex", "related", "number", "household", "copied", "insured"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a record's page."""

    field: str
    """Of :class:`~kazasu.municipality.register.model.Resident`."""
    label: Text
    how: How
    always: bool = False
    """Also where the record has nothing there."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line with what it says; empty: nothing."""

    label: Text
    how: How
    value: Text | date | str | bool | None


ON_THE_PAGE: Final[Sequence[Item]] = (
    Item("resident_id", Text("宛名番号", "Number of the person"), "copied", always=True),
    Item("former_surname", ITEMS["former_surname"], "word"),
    Item("name_roman", Text("氏名のローマ字", "Name in Latin letters"), "word"),
    Item("birth_text", ITEMS["birth_text"], "born", always=True),
    Item("sex", ITEMS["sex"], "sex", always=True),
    Item("postcode", ITEMS["postcode"], "place"),
    Item("address", ITEMS["address"], "place", always=True),
    Item("relationship", ITEMS["relationship"], "related", always=True),
    Item("household_number", ITEMS["household_number"], "household", always=True),
    Item("registered_domicile", ITEMS["registered_domicile"], "place"),
    Item("domicile_head", ITEMS["domicile_head"], "word"),
    Item("nationality", Text("国籍・地域", "Nationality"), "word"),
    Item("residence_status", Text("在留資格", "Status of residence"), "word"),
    Item("residence_until", Text("在留期間の満了の日", "End of the period of stay"), "day"),
    Item("residence_card_number", Text("在留カード等の番号", "Number of the residence card"), "number"),
    Item("resident_since", Text("住民となった日", "Resident since"), "day", always=True),
    Item("lives_here_since", Text("住所を定めた日", "Lives here since"), "day", always=True),
    Item("notified_on", Text("届出の年月日（今の記録）", "Day of the notice, of the record as it is now"), "day", always=True),
    Item("former_address", Text("前の住所", "Former address"), "place", always=True),
    Item("planned_to", ITEMS["planned_to"], "place"),
    Item("planned_on", ITEMS["planned_on"], "day"),
    Item("confirmed_to", ITEMS["confirmed_to"], "place"),
    Item("confirmed_on", ITEMS["confirmed_on"], "day"),
    Item("national_health_insurance", Text("国民健康保険の被保険者", "National health insurance"), "insured"),
    Item("late_elderly_insurance", Text("後期高齢者医療の被保険者", "Medical insurance of the elderly"), "insured"),
    Item("care_insurance", Text("介護保険の被保険者", "Care insurance"), "insured"),
    Item("pension_kind", Text("国民年金の種別", "Kind of the national pension"), "word"),
    Item("child_allowance", Text("児童手当の受給", "Receives the child allowance"), "insured"),
)  # fmt: skip
"""What the register keeps of a person, as its page says it (住民基本台帳法 7条; 旧氏: 施行令 30条の13; of foreign residents: 法 30条の45). A closed record keeps
what it was closed with (法 15条の2)."""
OF_OTHER_LEDGERS: Final = frozenset(
    ("national_health_insurance", "late_elderly_insurance", "care_insurance", "pension_kind", "child_allowance")
)  # fmt: skip
"""What other ledgers say of them (法 7条10号〜11号の2): of a closed record it held when that was closed, and nobody is insured by it now."""
WHEN_CLOSED: Final = Text("（除票になったときのもの）", " (when the record was closed)")
NOT_ON_THE_PAGE: Final[Mapping[str, str]] = {
    "version": "the table of versions numbers them",
    "record_code": "a number of the person: for the network, and not for reading at a desk; whoever asks for it gets it on paper",
    "individual_number": "番号法 19条: not shown but for what the law names",
    "name": "the heading of the page",
    "kana": "below the heading",
    "alias": "below the heading: who writes to them writes it",
    "birth_date": "what sorts; birth_text is what the register says",
    "is_head": "who heads the household stands there by name",
    **dict.fromkeys(("prefecture", "city", "town", "block", "building"), "of the address, in one line"),
    "has_card": "of J-LIS and the card desk: the register is no list of who carries one",
    "protected": "the page's first line, with the way to what it hides",
    "state": "below the heading",
    **dict.fromkeys(("reason", "changed_on", "because", "processed_at", "processed_by"), "of a version: the table of versions"),
    "case_id": "of a version: the notice's own page names its people",
}  # fmt: skip
"""Fields of the register that the page's lines do not say, and why."""
SPECIAL_PERMANENT: Final = "特別永住者"
LANDED: Final = ("一時庇護許可", "仮滞在許可")


def kind_of_foreigner(of: Resident) -> str:
    """住民基本台帳法 30条の45: which of its four kinds, by the status that the register has; empty: a Japanese national."""
    if not of.nationality:
        return ""
    if of.residence_status == SPECIAL_PERMANENT:
        return SPECIAL_PERMANENT
    if of.residence_status.startswith(LANDED):
        return "一時庇護許可者・仮滞在許可者"
    return "中長期在留者" if of.residence_status else "出生・国籍喪失による経過滞在者"


def told_of_arrival(versions: Sequence[Resident]) -> date | None:
    """転入通知を受けた日, by the last version that a notice of moved-in wrote; None: none came, or they are here again."""
    if versions[0].here:
        return None
    return next(
        (civil(one.processed_at) for one in versions if one.state == "left" and one.reason == "国内転出" and one.confirmed_on),
        None,
    )  # fmt: skip


def page_of(versions: Sequence[Resident], head: str) -> list[Said]:
    """The lines of a record's page.

    Args:
        versions: the newest first.
        head: name of who heads the household, or did when the record was closed; empty: it is not known.
    """
    now, found = versions[0], list[Said]()
    for item in ON_THE_PAGE:
        value = getattr(now, item.field)
        if value or item.always:
            label = item.label
            if item.field in OF_OTHER_LEDGERS and not now.here:
                label = Text(label.ja + WHEN_CLOSED.ja, label.en + WHEN_CLOSED.en)
            found.append(Said(label, item.how, value))
        if item.field == "birth_text" and now.died:
            found.append(Said(Text("死亡の年月日", "Day of the death"), "day", now.changed_on))
        if item.field == "relationship" and head:
            found.append(Said(ITEMS["is_head"], "word", head))
        if item.field == "nationality" and (kind := kind_of_foreigner(now)):
            found.append(Said(Text("法30条の45の区分", "Kind of foreign resident (Act, 30-45)"), "word", kind))  # fmt: skip
        if item.field == "confirmed_on" and (told := told_of_arrival(versions)) is not None:
            found.append(
                Said(Text("転入通知を受けた日", "Notice of moved-in came on"), "day", told)
            )
    return found
