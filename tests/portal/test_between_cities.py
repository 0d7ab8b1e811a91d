"""Who was moved out by somebody else's notice and is registered nowhere reads that, and nothing of what was so before."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from kazasu.contracts.municipality import CardToUpdate
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.jukinet.faults import IN_TRANSIT
from kazasu.kit.openid import STALE
from kazasu.portal.household.moved import BETWEEN, STANDS, UNKNOWN, MovesShown
from kazasu.portal.household.nowhere import between_cities
from tests.portal.test_registered import handles, inquirer
from tests.support.city import NEW
from tests.support.pages import signed_in_at
from tests.support.town import Town

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TITLE = "no city has you registered now"


def test_between_two_cities_nothing_of_before_is_shown(clock):
    now = clock.now()
    card = CardToUpdate(name="佐藤　健一", until=today(clock), ends=True).model_dump(mode="json")
    before = {"move": None, "card": card, "address": "札幌市", "city": NEW, "asked_at": (now - timedelta(hours=1)).isoformat()}  # fmt: skip
    kept = {"own_move": {"at": (now - timedelta(hours=1)).isoformat(), "found": before}}

    def ask(*_, **__):
        raise Refusal(IN_TRANSIT)

    shown = MovesShown(SimpleNamespace(ask=ask))
    assert shown.own(kept, lambda _: "handle", now, []) == BETWEEN
    assert shown.own(kept, lambda _: "handle", now, []) == BETWEEN, "as it is kept in the session"


def test_it_is_said_once():
    (said,) = between_cities(BETWEEN, [], NOW)
    assert TITLE in said.title.en
    under_way, ended = (SimpleNamespace(over=over, off=False, events=()) for over in (False, True))
    assert between_cities(BETWEEN, [under_way], NOW) == []
    assert len(between_cities(BETWEEN, [ended], NOW)) == 1
    assert between_cities(UNKNOWN, [], NOW) == []


def _told(event, arrived, at=None):
    """A move of one's own of which a city told this last."""
    said = SimpleNamespace(event=event, arrived=arrived, at=at or NOW)
    return SimpleNamespace(over=True, off=False, events=(said,))


def test_it_is_not_said_beside_a_registration_that_was_just_told():
    assert between_cities(BETWEEN, [_told("registered", 1)], NOW + timedelta(minutes=5)) == []
    earlier = [_told("registered", 1, NOW - timedelta(days=200))]
    assert len(between_cities(BETWEEN, earlier, NOW)) == 1


def _silent(*_, **__):
    raise Refusal(STALE)


KEPT = {
    "between": {"in_transit": True},
    "a card to update": {
        "move": None, "address": "札幌市", "city": NEW,
        "card": {"name": "佐藤　健一", "until": "2027-02-20", "ends": True},
    },
}  # fmt: skip


@pytest.mark.parametrize("what", KEPT)
@pytest.mark.parametrize("event", ["registered", "card-continued", "cancelled"])
def test_an_answer_of_before_is_not_shown_beside_what_a_city_told_since(what, event):
    """Who signed in long ago can ask nobody any more: what they were told before holds until a city says otherwise."""
    shown = MovesShown(SimpleNamespace(ask=_silent))
    found = KEPT[what] | {"asked_at": NOW.isoformat(), "seen": 3}
    kept = {"own_move": {"at": NOW.isoformat(), "seen": 3, "found": found}}
    later = NOW + timedelta(minutes=2)
    assert shown.own(kept, _silent, later, [_told(event, 3)]) != UNKNOWN
    assert shown.own(kept, _silent, later, [_told(event, 4)]) == UNKNOWN
    assert shown.own(kept, _silent, later, [_told("received-out", 4)]) != UNKNOWN, (
        "changes no record"
    )


def test_that_no_city_has_them_is_not_believed_for_ever():
    shown = MovesShown(SimpleNamespace(ask=_silent))
    found = {"in_transit": True, "asked_at": NOW.isoformat(), "seen": 0}
    kept = {"own_move": {"at": NOW.isoformat(), "seen": 0, "found": found}}
    assert shown.own(kept, _silent, NOW + STANDS / 2, []) == BETWEEN
    assert shown.own(kept, _silent, NOW + STANDS, []) == UNKNOWN


def test_what_a_city_tells_is_asked_after_at_once(clock):
    """Registered within the minute in which the answer of before is fresh."""
    asked, now = [], clock.now()

    def ask(*_, **__):
        asked.append(1)
        raise Refusal(IN_TRANSIT)

    shown, kept = MovesShown(SimpleNamespace(ask=ask)), {}
    for moves, times in (([], 1), ([], 1), ([_told("received-out", 1)], 2)):
        shown.own(kept, lambda _: "handle", now, moves)
        assert len(asked) == times


def test_who_is_moved_out_by_another_reads_it_on_the_first_page(databases, clock):
    """The head's notice takes both; the planned day has come, and nobody went to the new city."""
    town = Town(databases, clock)
    case = town.submit(moves_on=today(clock) + timedelta(days=1))
    town.settle()
    town.accept(case)
    town.settle()
    kept = {}
    shown = MovesShown(inquirer(town))
    assert not shown.own(kept, handles(town, 11), clock.now(), []).in_transit
    clock.advance(timedelta(days=1))
    town.settle()
    assert shown.own(kept, handles(town, 11), clock.now(), []) == BETWEEN
    browser = signed_in_at(
        town.street, "portal", "portal", "resident", "sub-2",
        own_move={"at": clock.now().isoformat(), "found": {"in_transit": True, "asked_at": clock.now().isoformat()}},
    )  # fmt: skip
    page = browser.get("/?lang=en").text
    assert TITLE in page
    assert "Nothing waits for you now" not in page
