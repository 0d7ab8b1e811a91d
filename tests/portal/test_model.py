"""A move as the resident sees it, from what has happened to it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kazasu.contracts.base import InstitutionId
from kazasu.portal.model import Event, Move

AT = datetime(2026, 11, 23, tzinfo=UTC)
SENT = Move("MV-1", "between-cities", 1, "141003", "011002", {}, AT, None)


def told(*events, **changes):
    happened = [Event(one, AT, InstitutionId("city:141003"), "", "", "", "", []) for one in events]
    return replace(SENT, events=happened, **changes)


def test_a_correction_is_asked_for_until_it_is_sent_whatever_the_cities_have_said():
    asked = told("received-out", "needs-fix")
    assert asked.needs_fix
    assert asked.state.en == "Please correct it and send it again"
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
