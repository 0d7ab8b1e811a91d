"""A birth while a notice waits: desk, parents and whoever enters it read that the child is in no notice, and what to do."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from lxml import html

from kazasu.foundation.time.clock import today
from kazasu.municipality.births.service import Births
from kazasu.municipality.moving.at_counter.model import Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.portal.pages.handles import Handles
from tests.municipality.abroad.test_leaving_the_country import goes
from tests.municipality.births.test_births import BORN, born, sibling
from tests.municipality.moving.test_entry_fields import desk
from tests.portal.test_announced import main_of
from tests.portal.test_registered import handles, household
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def sent(town, to=NEW, movers=None):
    on = today(town.clock) if to == OLD else today(town.clock) + timedelta(days=5)
    case = town.submit(movers=movers, to=to, moves_on=on)
    town.settle()
    return case


def proposed(town, number=WIFE):
    parent = town.resident(number).resident_id
    return [one.en for one in Births(town.city).propose(OLD, CLERK, parent, BORN).doubts]


def at_the_desk(town, case, way):
    page = html.fromstring(desk(town, OLD).get(f"/desk/{way}/{case}?lang=en").content)
    return [one.text_content() for one in page.xpath("//*[@id='newborn']")]


def at_home(town, number, path, subject):
    with patch.object(Handles, "of", lambda *_: handles(town, number)):
        browser = signed_in_at(town.street, "portal", "portal", "resident", subject)
        return " ".join(main_of(browser.get(f"{path}?lang=en")).text_content().split())


@pytest.mark.parametrize("to", [NEW, OLD], ids=["between cities", "within"])
def test_of_a_notice_that_waits_the_child_is_in_none(town, to):
    case, way = sent(town, to), "out" if to == NEW else "in"
    assert at_the_desk(town, case, way) == []
    (doubt,) = proposed(town)
    assert case in doubt
    assert ("not decided yet" if to == NEW else "not registered yet") in doubt
    town.clock.advance(timedelta(minutes=1))
    born(town)
    town.settle()
    (said,) = at_the_desk(town, case, way)
    assert "佐藤　空" in said
    assert ("ask for a correction" if to == NEW else "cancelled and given anew") in said
    for number, path, subject in (
        (HEAD, "/", "sub-1"),
        (HEAD, f"/moves/{case}", "sub-1"),
        (WIFE, "/", "sub-wife"),
    ):
        words = at_home(town, number, path, subject)
        assert "佐藤" in words, path
        assert ("at the counter of the city where you live now" if to == NEW else "before you are registered at the counter") in words  # fmt: skip
    (found,) = household(town, WIFE).announced
    assert found.not_named == ("佐藤　空",)
    assert town.broken() == {}


def test_once_it_is_accepted_it_is_said_until_the_child_has_a_notice(town):
    case = sent(town)
    town.accept(case)
    town.settle()
    town.clock.advance(timedelta(minutes=1))
    child = born(town)
    town.settle()
    assert len(at_the_desk(town, case, "out")) == 1
    assert household(town, WIFE).own_move.not_named == ("佐藤　空",)
    assert "佐藤" in at_home(town, HEAD, f"/moves/{case}", "sub-1")
    said = Said(
        (child,), today(town.clock) + timedelta(days=5), "札幌市", "guardian", "licence", giver_name="佐藤　太郎", mandate="戸籍", joins=True,
        arrives_by="paper",
    )  # fmt: skip
    NoticeCounter(town.city).take(OLD, CLERK, child, said, mark="0" * 32)
    town.settle()
    assert at_the_desk(town, case, "out") == []
    assert household(town, WIFE).own_move.not_named == ()
    assert town.broken() == {}


def test_who_is_named_and_who_was_born_before_is_not_asked_about(town):
    """Of a child entered before, the notice is what the parents said; where nobody of the household moves, nobody is asked."""
    born(town, days=3)
    town.clock.advance(timedelta(minutes=1))
    case = sent(town)
    assert at_the_desk(town, case, "out") == []
    assert household(town, WIFE).announced[0].not_named == ()


def test_of_a_protected_household_nobody_else_reads_it(databases, clock):
    town = Town(databases, clock, size=3, protected=True)
    sent(town)
    town.clock.advance(timedelta(minutes=1))
    born(town)
    town.settle()
    assert [one.not_named for one in household(town, WIFE).announced] == [()]


def test_of_parents_who_move_abroad_the_way_is_the_one_abroad(town):
    """No notice of moving out, and no household that one joins there; both gone, somebody is asked who looks after the child."""
    sibling(town, 3)
    goes(town, HEAD, WIFE, because="祖母が世話をする")
    first, last = proposed(town)
    assert "moving abroad from the child’s record" in first
    assert "join a household" not in first
    assert "the child alone stays" in last


def test_where_somebody_grown_stays_nobody_asks_who_looks_after_the_child(town):
    goes(town, HEAD)
    (first,) = proposed(town, HEAD)
    assert "moving abroad from the child’s record" in first
