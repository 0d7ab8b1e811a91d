"""A move as the resident sees it, from what has happened to it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.faults import Refusal
from kazasu.portal.move.events import Event
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import standing
from kazasu.portal.service import Moves

AT = datetime(2026, 11, 23, tzinfo=UTC)
ANSWERS = {
    "origin": "141003",
    "old_address": "",
    "head_name": "",
    "together": True,
    "members": [],
    "chosen": [],
}
SENT = Move("MV-1", "between-cities", 1, "141003", "011002", ANSWERS, AT, None)


def told(*events, **changes):
    happened = [Event(one, AT, InstitutionId("city:141003"), "", "", "", "", []) for one in events]
    return replace(SENT, events=happened, **changes)


def test_a_correction_is_asked_for_until_it_is_sent_whatever_the_cities_have_said():
    asked = told("received-out", "needs-fix")
    assert asked.needs_fix
    assert standing(asked).says.en == "Please correct it and send it again"
    sent = replace(asked, revision=2)
    assert not sent.needs_fix
    again = told("received-out", "needs-fix", "sent-again", "received-out", "needs-fix", revision=2)
    assert again.needs_fix
    assert not replace(again, revision=3).needs_fix


@pytest.mark.parametrize(
    ("move", "off"),
    [
        (told("received-out"), False),
        (told("received-out", "out-rejected"), True),
        (told("out-done", "cancelled"), True),
        (told("out-done", withdrawn_at=AT), True),
        (told("out-done", "cancel-refused", "registered"), False),
        (told("registered", withdrawn_at=AT), False),
    ],
)
def test_a_move_that_will_not_happen_is_off(move, off):
    """Its appointment and its deadlines are nobody's any more."""
    assert move.off is off


def test_what_is_to_come_shrinks_and_ends():
    assert len(told("received-out").to_come) == 5
    assert [one.en for one in told("out-done", "visited").to_come] == [
        "You are registered at the new address",
        "The new address is written to your cards",
    ]
    assert told("out-done", "registered", "card-continued").to_come == []
    assert told("out-rejected").to_come == []


def test_nothing_is_left_once_every_card_is_rewritten():
    people = [{"member_id": one, "name": one, "has_card": True} for one in "ab"]
    answers = {"chosen": ["a", "b"], "members": people}
    one_done = told("registered", "card-pending", "card-continued", answers=answers)
    assert not one_done.settled
    assert len(one_done.to_come) == 1
    assert told("registered", "card-continued", "card-continued", answers=answers).settled


def test_what_is_off_has_no_appointment_to_change():
    """A cancelled move is not told to ask at its new city's counter."""
    cancelled = SimpleNamespace(move=lambda resident, case: told("out-done", "cancelled"))
    with pytest.raises(Refusal) as refused:
        Moves.change_visit(cancelled, "somebody", "MV-1", "a", date(2026, 12, 7), "09:00")
    assert refused.value.fault.code == "portal.no-appointment"
