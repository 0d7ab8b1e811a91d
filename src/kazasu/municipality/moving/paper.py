"""Paper: the notice of moving in (転入届), everything known already printed on it, and the certificate of moving out (:mod:`kazasu.municipality.hall.printing`)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.time.dates import wareki
from kazasu.municipality.hall import printing
from kazasu.municipality.moving import entering
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.model import Arriver, MovingIn
from kazasu.municipality.moving.store.papers import Paper
from kazasu.municipality.moving.store.visits import Place

TEMPLATE: Final = Path(__file__).parent / "templates" / "moving_in.typ"
CERTIFICATE: Final = Path(__file__).parent / "templates" / "moving_out.typ"
OPEN_DAY: Final = "　　　　年　　月　　日"
"""届出年月日 of a form that is printed before anybody has come with it: they write it when they sign."""
CERTIFIED: Final = "上記のとおり転出の届出があったことを証明します。"
CERTIFIED_ALIKE: Final = "上記の者が転出したことにより、職権で住民票を消除したことを証明します。"
IN_TIME: Final = "住み始めた日から14日以内に届け出てください。"
LATE_ALREADY: Final = "転入の届出がまだのときは、すぐに届け出てください。"
SCOPES: Final = {"whole-household": "世帯の全部", "part": "世帯の一部"}
"""異動の区分; both, to be marked by hand, where no notice says it."""


def notice_of_moving_in(
    city: str,
    case: MovingIn,
    arrivers: Sequence[Arriver],
    place: Place | None,
    on: date,
    old_address: str,
    *,
    sandbox: bool = False,
) -> bytes:
    """The form as PDF. Raises Refusal ``municipality.no-fonts``."""
    document = _document(city, case, arrivers, place, on, old_address)
    document["mark"] = printing.SANDBOX if sandbox else ""
    return printing.printed(TEMPLATE, document)


def certificate_of_moving_out(city: str, issued: Paper, *, sandbox: bool) -> bytes:
    """転出証明書 as PDF, as it was issued first (住民基本台帳法施行令 23条2項). Of a departure that the city recorded ex officio, since notice of it
    was given more than fourteen days late, it is the 転出証明書に準ずる証明書 (標準仕様書 4.1.3.0.1, 4.1.3.0.3): no notice is certified and no day is
    planned. Raises Refusal ``municipality.no-fonts``."""
    return printing.printed(CERTIFICATE, _certificate(city, issued, sandbox=sandbox))


def _certificate(city: str, issued: Paper, *, sandbox: bool) -> dict[str, Any]:
    content = issued.content
    people: list[dict[str, Any]] = content["people"]
    notes = ["再交付"] * (issued.issue > 1) + ["特例による転出処理済"] * bool(content["special"])
    alike = bool(content.get("ex_officio"))
    return {
        "title": "転出証明書に準ずる証明書" if alike else "転出証明書",
        "day": "転出年月日" if alike else "転出の予定年月日",
        "certified": CERTIFIED_ALIKE if alike else CERTIFIED,
        "when": LATE_ALREADY if alike else IN_TIME,
        "city": city,
        "number": issued.number,
        "mark": printing.SANDBOX if sandbox else "",
        "notes": "　".join(f"（{one}）" for one in notes),
        "issued_on": wareki(issued.issued_on),
        "planned_on": wareki(date.fromisoformat(content["planned_on"])),
        "old_address": content["old_address"],
        "new_address": content["new_address"],
        "head": people[0]["head_of_household"],
        "people": [
            {
                "name": one["name"],
                "kana": one["kana"],
                "former": "　".join(filter(None, (one["former_surname"], one["alias"]))),
                "birth": one["birth_text"],
                "sex": one["sex"],
                "relationship": one["relationship"],
                "domicile": one["nationality"] or one["registered_domicile"],
            }
            for one in people
        ],
    }


def _document(
    city: str,
    case: MovingIn,
    arrivers: Sequence[Arriver],
    place: Place | None,
    on: date,
    old_address: str,
) -> dict[str, Any]:
    notice = (case.reservation or {}).get("notice", {})
    address = case.entry.get("address") or notice.get("new_address") or {}
    entered = {one["token"]: one for one in case.entry.get("people", [])}
    offered = entering.offered(arrivers, MoveNotice.model_validate(notice) if notice else None)
    moved_on = entering.day_offered(case, arrivers)
    return {
        "title": "転居届" if case.kind == "within-city" else "転入届",
        "city": city,
        "case": case.case_id,
        "notified_on": wareki(on) if case.visit else OPEN_DAY,
        "visit": f"{wareki(place.on_date)} {place.starts}" if place else "",
        "moved_on": wareki(moved_on) if moved_on else "",
        "new_address": Address.model_validate(address).line if address else "",
        "old_address": old_address,
        "scope": SCOPES.get(notice.get("scope", ""), "　・　".join(SCOPES.values())),
        "head": _head(case, offered, {str(one.token): one.mover.name for one in arrivers}),
        "people": [
            {
                "name": one.mover.name,
                "kana": one.mover.kana,
                "birth": one.mover.birth_text,
                "sex": one.mover.sex,
                "relationship": entered.get(str(one.token), {}).get(
                    "relationship", offered[str(one.token)].relationship
                ),
                "domicile": one.mover.nationality or one.mover.registered_domicile,
                "card": "有" if one.mover.has_card else "無",
            }
            for one in arrivers
        ],
    }


def _head(case: MovingIn, offered: Mapping[str, EnteredPerson], names: Mapping[str, str]) -> str:
    """As entered; before that as announced, or as it was."""
    if number := case.entry.get("joins_household"):
        return f"世帯番号 {number} の世帯の世帯主"
    people = case.entry.get("people")
    heads = (
        [one["token"] for one in people if one["is_head"]]
        if people
        else [token for token, one in offered.items() if one.is_head]
    )
    return next((names[one] for one in heads if one in names), "")
