"""What the resident reads of a registration, in both languages, without input or output."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kazasu.contracts.municipality import Address, MoveNotice, Mover
from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.places.houses import as_announced
from kazasu.foundation.values.places.readings import roman_address
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.moving import addressing
from kazasu.municipality.moving.model import Arriver, MovingIn


def registered(
    case: MovingIn, going: Sequence[Arriver], left: Sequence[Mover], *, hidden: bool
) -> Text | None:
    """Where they were registered, and, where it was not everybody, who was and who was not; None: nothing is to be said.

    Args:
        hidden: somebody is protected; of the place nothing is said (I8).
    """
    words = [*([] if hidden else [_as_registered(case, going)]), *_who(going, left)]
    if not words:
        return None
    return Text("。".join(one.ja for one in words), ". ".join(one.en for one in words))


def _as_registered(case: MovingIn, going: Sequence[Arriver]) -> Text:
    """Address and household in words; where the address is not the announced one, that, too."""
    entered = Address.model_validate(case.entry["address"])
    heads = {one["token"] for one in case.entry["people"] if one["is_head"]}
    head = next((one.mover for one in going if str(one.token) in heads), None)
    roman = roman_address(entered.line)
    ja = [f"登録した住所：{entered.line}"]
    en = [
        f"Registered address: {roman} ({entered.line})"
        if roman
        else f"Registered address: {entered.line}"
    ]
    announced, joins = addressing.announced(case), _announced_to_join(case)
    if announced and not as_announced(announced, entered.line):
        ja.append("届け出た住所とは違います")
        en.append("It is not the one that was announced")
    if case.moved_on is not None and (said := announced_day(case)) not in (None, case.moved_on):
        ja.append(f"登録した異動日：{long_date(case.moved_on)}（届け出た日は {long_date(said)}）")
        en.append(
            f"Registered moving day: {long_date(case.moved_on, 'en')} (announced: {long_date(said, 'en')})"
        )
    if head is not None:
        ja.append(f"世帯主：{head.name}")
        en.append(f"Head of the household: {with_reading(head.name, head.kana)}")
        if joins is True:
            ja.append("届出では、いまある世帯に加わることになっていました")
            en.append("The notice said that a household already there would be joined")
    else:
        ja.append("すでにある世帯に加わりました")
        en.append("A household that was there already was joined")
        if joins is False:
            ja.append("届出では、新しい世帯をつくることになっていました")
            en.append("The notice said that there would be a household of one’s own")
    return Text("。".join(ja), ". ".join(en))


def announced_day(case: MovingIn) -> date | None:
    """The moving day of the notice, here or at the old city; None where none was announced."""
    if case.reservation is not None:
        return MoveNotice.model_validate(case.reservation["notice"]).move_date
    planned = (case.certificate or {}).get("planned_date")
    return date.fromisoformat(planned) if planned else None


def _announced_to_join(case: MovingIn) -> bool | None:
    """What the notice said of the household; None: there was no notice."""
    notice = (case.reservation or {}).get("notice")
    return bool(notice["joins_existing_household"]) if notice else None


def _who(going: Sequence[Arriver], left: Sequence[Mover]) -> list[Text]:
    """By name, where it was not everybody."""
    if not left:
        return []
    return [
        Text(f"登録した人：{'、'.join(one.mover.name for one in going)}",
             f"Registered: {', '.join(with_reading(one.mover.name, one.mover.kana) for one in going)}"),
        Text(f"登録していない人：{'、'.join(one.name for one in left)}",
             f"Not registered: {', '.join(with_reading(one.name, one.kana) for one in left)}"),
    ]  # fmt: skip


def proof_of(visit: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """By what who came was identified: the card, item by item, or a document."""
    if seen := DOCUMENTS.get(visit.get("document", "")):
        return [
            (f"本人確認書類を見ました：{seen.ja}", f"A document was seen: {seen.en}", "document")
        ]
    return [found(one) for one in visit["compared"]]


def found(compared: Mapping[str, Any]) -> tuple[str, str, str]:
    """What was compared at the counter and what was found, as a step of the proof."""
    ja, en = compared["ja"], compared["en"]
    if compared.get("earlier"):
        return (
            f"{ja}：カードは、書きかえを待つ前の住所でした。市区町村の記録のとおりです",
            f"{en}: the card carries the address before it, and waits to be updated, as the city’s record says",
            compared["item"],
        )
    if compared["same"]:
        return (
            f"{ja}：カードと市区町村の記録が同じでした",
            f"{en}: card and register agree",
            compared["item"],
        )
    return (
        f"{ja}：カードと市区町村の記録が違いました",
        f"{en}: card and register differ",
        compared["item"],
    )
