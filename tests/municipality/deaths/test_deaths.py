"""A death at any point of a move: the record is closed once, the household has a head, and nobody expects them anywhere."""

from datetime import timedelta

import pytest
from lxml import html

from kazasu.foundation import audit
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.register.heads import UNRELATED
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, COUNTER, NEW, OLD
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def dies(town, number, city=OLD, clerk=CLERK, *, version=None, days=0, mark=""):
    one = town.resident(number, city)
    return Deaths(town.city).enter(
        city, clerk, one.resident_id, version or one.version,
        Death(today(town.clock) - timedelta(days=days), "notice", "第12号"), mark=mark,
    )  # fmt: skip


def heads(town, city=OLD):
    found = [town.resident(one, city) for one in (HEAD, WIFE, CHILD)]
    return [one.name for one in found if one and one.here and one.is_head]


def test_the_head_of_a_household_dies(town):
    """The eldest who stays heads it; whose child it is, the register does not say: the clerk is told whom to ask."""
    asked = dies(town, HEAD)
    town.settle()
    dead = town.resident(HEAD)
    assert (dead.state, dead.reason, dead.is_head, dead.has_card) == ("left", "死亡", False, False)
    assert dead.because == "死亡届（この市区町村で受理）　第12号"
    assert heads(town) == [town.resident(WIFE).name]
    assert [(one.name, "子" in offered) for one, offered in asked] == [
        (town.resident(CHILD).name, True)
    ]
    assert town.resident(CHILD).relationship == UNRELATED
    assert town.broken() == {}


def test_pressed_twice_it_is_entered_once(town):
    before = town.resident(WIFE)
    for _ in range(2):
        dies(town, WIFE, version=before.version, mark="a" * 32)
    with pytest.raises(Refusal) as refused:
        dies(town, WIFE, version=before.version, mark="b" * 32)
    assert refused.value.fault.code == "municipality.corrected-by-you", (
        "another page: what it says is not written"
    )
    town.settle()
    assert town.resident(WIFE).version == before.version + 1
    assert heads(town) == [town.resident(HEAD).name]
    with pytest.raises(Refusal) as refused:
        dies(town, WIFE, days=1)
    assert refused.value.fault.code in ("municipality.corrected-by-you", "municipality.wrong-state")


def test_a_mover_dies_before_the_day(town):
    """The others go on; the new city expects the dead no more, and the network's token is ended."""
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    assert len(town.people(case)) == 3
    dies(town, WIFE)
    town.settle()
    assert {one.mover.name for one in town.people(case)} == {
        town.resident(one).name for one in (HEAD, CHILD)
    }
    assert town.broken() == {}
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert town.resident(WIFE).state == "left"
    town.visit(case)
    town.enter(case)
    town.register(case)
    town.settle()
    assert town.states(HEAD) == town.states(CHILD) == {OLD: "left", NEW: "resident"}
    assert town.states(WIFE) == {OLD: "left", NEW: None}
    assert town.broken() == {}


def test_a_mover_dies_on_the_way(town):
    """Registered nowhere: it is the city that they left that enters it."""
    case = town.to_the_desk()
    assert town.resident(HEAD).state == "left-planned"
    dies(town, HEAD)
    town.settle()
    assert town.resident(HEAD).reason == "死亡"
    assert len(town.people(case)) == 2
    assert town.broken() == {}


def test_the_only_mover_dies_and_the_notice_is_over(databases, clock):
    town = Town(databases, clock, size=1)
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    dies(town, HEAD)
    town.settle()
    assert town.people(case) == []
    assert town.out_case(case).state == "closed"
    assert town.broken() == {}


def test_who_died_is_cancelled_with_the_others(town):
    """A move is given up after one of them died: the others are back, the dead are not."""
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    dies(town, HEAD)
    town.settle()
    found = town.out_case(case)
    Cancelling(town.city).cancel_at_desk(OLD, CLERK, case, found.version, "家族の申出")
    town.settle()
    assert [town.resident(one).state for one in (HEAD, WIFE, CHILD)] == ["left", "resident", "resident"]  # fmt: skip
    assert heads(town) == [town.resident(WIFE).name]
    assert town.out_case(case).state == "cancelled"
    assert town.broken() == {}


def test_who_is_registered_elsewhere_dies_there(town):
    town.moved()
    with pytest.raises(Refusal) as refused:
        dies(town, WIFE, OLD)
    assert refused.value.fault.code in ("municipality.wrong-state", "municipality.death-registered-elsewhere")  # fmt: skip
    dies(town, WIFE, NEW)
    town.settle()
    assert town.states(WIFE) == {OLD: "left", NEW: "left"}
    assert town.broken() == {}


def test_nobody_dead_is_registered_by_a_move_within_the_city(town):
    case = town.submit(to=OLD)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    town.visit(case, city=OLD)
    town.enter(case, city=OLD)
    dies(town, CHILD)
    town.settle()
    with pytest.raises(Refusal):
        town.register(case, city=OLD)
    assert town.resident(CHILD).state == "left"
    assert town.resident(HEAD).state == "resident"


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, "municipality.death-day-ahead"), (40_000, "municipality.death-day-before")],
)
def test_a_day_that_cannot_be(town, days, code):
    with pytest.raises(Refusal) as refused:
        dies(town, WIFE, days=days)
    assert refused.value.fault.code == code
    assert town.resident(WIFE).state == "resident"


def test_only_who_decides_enters_it(town):
    with pytest.raises(Refusal):
        dies(town, WIFE, clerk=COUNTER)


def test_it_is_looked_at_before_it_is_written(town):
    browser, one = desk(town, OLD), town.resident(HEAD)
    record = f"/desk/residents/{one.resident_id}"
    page = html.fromstring(browser.get(f"{record}?lang=en").content)
    assert page.get_element_by_id("death").find("a").get("href") == f"{record}/death"
    form = html.fromstring(browser.get(f"{record}/death").content).get_element_by_id("main-form")
    empty = sent(browser, form, "")
    assert "Choose what it rests on" in empty.text_content()
    day = today(town.clock)
    fields = {"on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}"}  # fmt: skip
    shown = sent(browser, form, "", basis="notification", note="第3号", **fields)
    assert town.resident(HEAD).state == "resident"
    assert town.resident(WIFE).name in shown.get_element_by_id("heir").text_content()
    done = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "The death was entered" in done.text_content()
    assert town.resident(HEAD).reason == "死亡"
    again = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "The death was entered" in again.text_content()


def test_who_lived_alone_leaves_nobody(databases, clock):
    """No word of a head where nobody is left; the record says the day, and that nobody lives in that household now."""
    town = Town(databases, clock, size=1)
    browser, one = desk(town, OLD), town.resident(HEAD)
    record = f"/desk/residents/{one.resident_id}"
    form = html.fromstring(browser.get(f"{record}/death").content).get_element_by_id("main-form")
    day = today(clock)
    fields = {"on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}"}  # fmt: skip
    shown = sent(browser, form, "", basis="notice", **fields)
    assert shown.get_element_by_id("heir").text_content() == "この世帯には、だれも残りません。"
    done = sent(browser, shown.get_element_by_id("main-form"), "write")
    items = {dt.text_content(): dt.getnext().text_content() for dt in done.iter("dt")}
    assert f"{day.day}日" in items["死亡の年月日"]
    assert not done.xpath("//*[@id='household']")


def test_what_who_looked_says_is_nobodys_own_death(town):
    """The living alone read it: whoever was named with it lived with the dead."""
    dies(town, HEAD)
    wife = town.resident(WIFE).resident_id
    read = [one for one in town._read(OLD, lambda tx: audit.accesses(tx, wife)) if one.action == "municipality.death.enter"]  # fmt: skip
    (said,) = {(one.purpose_ja, one.purpose_en) for one in read}
    assert said[0].startswith("世帯の方が亡くなった")
    assert "死亡届（この市区町村で受理）" in said[0]
    assert "somebody of the household" in said[1]
    assert "a notice of death, accepted by this city" in said[1]
