"""One person, one move at a time: who is leaving already, and which other moves of the same people are under way."""

from collections.abc import Iterable, Sequence

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.moving.faults import LEAVING_ALREADY
from kazasu.municipality.moving.model import Arriver, Finding, InState, MovingIn
from kazasu.municipality.moving.store import arrivals, notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident

_ENTERED = (InState.PROVISIONAL, InState.REGISTERING)
"""A change of address that was taken at the desk and is not decided yet."""


def must_not_leave(people: Iterable[Resident]) -> None:
    """Their notice of moving out was accepted, and the network has opened a transfer: another move would leave both behind.

    Raises Refusal ``municipality.leaving-already``.
    """
    if not (leaving := [one for one in people if _leaves(one)]):
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


def _leaving(going: Sequence[Resident]) -> list[Finding]:
    return [
        Finding(
            "not-moving", False,
            f"{one.name}さんには、すでに受理した転出届があります（{one.case_id}）",
            f"A notice of moving out was accepted for {with_reading(one.name, one.kana)} ({one.case_id})",
        )
        for one in going
        if _leaves(one)
    ]  # fmt: skip


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
