"""One person, one move at a time: who is leaving already, and which other moves of the same people are under way."""

from collections.abc import Iterable, Sequence

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.moving.faults import LEAVING_ALREADY, LEAVING_THE_COUNTRY
from kazasu.municipality.moving.life import InState
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn
from kazasu.municipality.moving.store import arrivals, notices, queues
from kazasu.municipality.moving.store.queues import OfHousehold
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import HeadAfter, Resident, head_after

_ENTERED = (InState.PROVISIONAL, InState.REGISTERING)
"""A change of address that was taken at the desk and is not decided yet."""


def must_not_leave(people: Iterable[Resident]) -> None:
    """Their notice of moving out was accepted, and the network has opened a transfer: another move would leave both behind.

    Raises Refusal ``municipality.leaving-already``, ``municipality.leaving-the-country``.
    """
    leaving = [one for one in people if _leaves(one)]
    if abroad := [one for one in leaving if one.leaves_the_country]:
        raise Refusal(
            LEAVING_THE_COUNTRY,
            names="、".join(one.name for one in abroad),
            names_en=", ".join(with_reading(one.name, one.kana) for one in abroad),
        )
    if not leaving:
        return
    raise Refusal(
        LEAVING_ALREADY,
        names="、".join(one.name for one in leaving),
        names_en=", ".join(with_reading(one.name, one.kana) for one in leaving),
        cases="、".join(dict.fromkeys(one.case_id for one in leaving)),
        cases_en=", ".join(dict.fromkeys(one.case_id for one in leaving)),
    )


def _leaves(one: Resident) -> bool:
    """By a notice of this city; gone already or not."""
    return one.state in ("leaving", "left-planned") or (one.state == "left" and bool(one.case_id))


def of_this_city(tx: Transaction, case: MovingIn, movers: Iterable[Arriver]) -> list[Resident]:
    """Records of those who change their address within the city; of an arrival from elsewhere there are none to ask."""
    if case.kind != "within-city":
        return []
    found = (register_store.by_record_code(tx, one.mover.resident_record_code) for one in movers)
    return [one for one in found if one is not None]


def found(
    tx: Transaction, going: Sequence[Resident], member_ids: Sequence[str], case_id: str
) -> list[Finding]:
    """Every other move of these people that is under way, by its number; the good one where there is none."""
    moves = [
        *_leaving(going),
        *_at_the_desk(tx, going, case_id),
        *(_announced(one) for one in notices.others_open(tx, member_ids, case_id)),
    ]
    return moves or [Finding("not-moving", True, "ほかの異動はない", "No other move is under way")]


def parting(tx: Transaction, going: Sequence[Resident], case_id: str) -> list[Finding]:
    """Other notices that wait, of others of the same household: decided one after the other they leave somebody else there, and another head,
    than each alone. Only said where there are any."""
    mine = {one.resident_id for one in going}
    homes = {one.household_number for one in going if one.state == "resident"}
    return [
        _parts(tx, one, mine)
        for one in queues.parted_households(tx)
        if one.household_number in homes and one.case_id != case_id and not mine & set(one.people)
    ]


def _parts(tx: Transaction, other: OfHousehold, mine: set[str]) -> Finding:
    members = register_store.household(tx, other.household_number)
    theirs = [one for one in members if one.resident_id in other.people]
    gone = mine | set(other.people)
    ja, en = _heads_then(head_after(members, gone), [one for one in members if one.resident_id not in gone and one.state == "resident"])  # fmt: skip
    notice = Text("転出届", "notice of moving out") if other.way == "out" else Text("転居の予約", "change of address")  # fmt: skip
    return Finding(
        "parts-household", False,
        f"同じ世帯の{'、'.join(one.name for one in theirs)}にも、判断を待っている{notice.ja}があります（{other.case_id}）。{ja}",
        f"A {notice.en} of others of the same household waits, too: {', '.join(with_reading(one.name, one.kana) for one in theirs)} "
        f"({other.case_id}). {en}",
        blocking=False,
    )  # fmt: skip


def _heads_then(after: HeadAfter, rest: Sequence[Resident]) -> tuple[str, str]:
    """Who heads those who stay once both notices are carried out, in words."""
    if after.kind == "empty":
        return (
            "両方が異動すると、この世帯にはだれも残りません",
            "Once both have moved nobody is left in this household",
        )
    heads = [one for one in rest if one.is_head] if after.kind == "unchanged" else rest
    ja = "、".join(one.name for one in heads)
    en = ", ".join(with_reading(one.name, one.kana) for one in heads)
    if len(heads) == 1:
        return f"両方が異動すると、残る世帯の世帯主は{ja}です", f"Once both have moved, {en} heads those who stay"  # fmt: skip
    return (
        f"両方が異動すると、残る世帯の世帯主を決めることになります（候補：{ja}）",
        f"Once both have moved, those who stay need a head (one of: {en})",
    )


def _leaving(going: Sequence[Resident]) -> list[Finding]:
    return [
        _goes_abroad(one)
        if one.leaves_the_country or one.went_abroad
        else Finding(
            "not-moving", False,
            f"{one.name}さんには、すでに受理した転出届があります（{one.case_id}）",
            f"A notice of moving out was accepted for {with_reading(one.name, one.kana)} ({one.case_id})",
        )
        for one in going
        if _leaves(one) or one.went_abroad
    ]  # fmt: skip


def _goes_abroad(one: Resident) -> Finding:
    name = with_reading(one.name, one.kana)
    on = one.planned_on or one.changed_on
    day, day_en = long_date(on), long_date(on, "en")
    if one.went_abroad:
        return Finding(
            "not-moving", False,
            f"{one.name}さんは、{day}に国外へ移りました",
            f"{name} moved abroad on {day_en}",
        )  # fmt: skip
    return Finding(
        "not-moving", False,
        f"{one.name}さんは、国外転出を受け付けています（{day}、{one.planned_to}）。国外へ移らないのなら、先に住民票で取り消します",
        f"{name} moves abroad on {day_en}, which was entered. If they do not go after all, that is cancelled first, from their record",
    )  # fmt: skip


def _at_the_desk(tx: Transaction, going: Sequence[Resident], case_id: str) -> list[Finding]:
    """Entered provisionally it is decided first; before that, one of the two may never come to anything."""
    codes = [one.record_code for one in going]
    return [
        Finding(
            "changes-address", False,
            f"市内の転居が{'仮登録されています。先に決裁してください' if one.state in _ENTERED else 'ほかに予約されています'}（{one.case_id}）",
            f"A change of address within the city is {'entered provisionally: decide on it first' if one.state in _ENTERED else 'reserved, too'} ({one.case_id})",
            blocking=one.state in _ENTERED,
        )
        for one in arrivals.within_the_city(tx, codes, case_id)
    ]  # fmt: skip


def _announced(case_id: str) -> Finding:
    return Finding(
        "other-notice", False,
        f"同じ人の転出届が、ほかにも判断を待っています（{case_id}）。どちらにするかを本人に確かめてください",
        f"Another notice of moving out of the same people waits for a decision ({case_id}). Ask them which it is",
        blocking=False,
    )  # fmt: skip
