"""Who was moved out by somebody else's notice and is registered nowhere reads that, and nothing of what was so before."""

from datetime import timedelta
from types import SimpleNamespace

from kazasu.contracts.municipality import CardToUpdate
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.jukinet.faults import IN_TRANSIT
from kazasu.portal.household.moved import BETWEEN, UNKNOWN, MovesShown
from kazasu.portal.household.nowhere import between_cities
from tests.portal.test_registered import handles, inquirer
from tests.support.city import NEW
from tests.support.pages import signed_in_at
from tests.support.town import Town

TITLE = "no city has you registered now"


def test_between_two_cities_nothing_of_before_is_shown(clock):
    now = clock.now()
    card = CardToUpdate(name="佐藤　健一", until=today(clock), ends=True).model_dump(mode="json")
    before = {"move": None, "card": card, "address": "札幌市", "city": NEW, "asked_at": now.isoformat()}  # fmt: skip
    kept = {"own_move": {"at": (now - timedelta(hours=1)).isoformat(), "found": before}}

    def ask(*_, **__):
        raise Refusal(IN_TRANSIT)

    shown = MovesShown(SimpleNamespace(ask=ask))
    assert shown.own(kept, lambda _: "handle", now) == BETWEEN
    assert shown.own(kept, lambda _: "handle", now) == BETWEEN, "as it is kept in the session"


def test_it_is_said_once():
    (said,) = between_cities(BETWEEN, [])
    assert TITLE in said.title.en
    under_way, ended = (SimpleNamespace(over=over, off=False) for over in (False, True))
    assert between_cities(BETWEEN, [under_way]) == []
    assert len(between_cities(BETWEEN, [ended])) == 1
    assert between_cities(UNKNOWN, []) == []


def test_who_is_moved_out_by_another_reads_it_on_the_first_page(databases, clock):
    """The head's notice takes both; the planned day has come, and nobody went to the new city."""
    town = Town(databases, clock)
    case = town.submit(moves_on=today(clock) + timedelta(days=1))
    town.settle()
    town.accept(case)
    town.settle()
    kept = {}
    shown = MovesShown(inquirer(town))
    assert not shown.own(kept, handles(town, 11), clock.now()).in_transit
    clock.advance(timedelta(days=1))
    town.settle()
    assert shown.own(kept, handles(town, 11), clock.now()) == BETWEEN
    browser = signed_in_at(
        town.street, "portal", "portal", "resident", "sub-2",
        own_move={"at": clock.now().isoformat(), "found": {"in_transit": True}},
    )  # fmt: skip
    page = browser.get("/?lang=en").text
    assert TITLE in page
    assert "Nothing waits for you now" not in page
