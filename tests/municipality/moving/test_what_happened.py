"""What a case says of who did what, and what the second of two is told: by what happened, and not by where it stands."""

import re

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import short_moment
from kazasu.municipality.moving import happened
from kazasu.municipality.moving.life import IN, OUT
from kazasu.municipality.moving.model import ENDS_IN, QUIET_OUT
from tests.municipality.test_desk_pages import desk, words
from tests.support.city import CLERK, COUNTER, NEW, OLD
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def acts(browser, address):
    page = browser.get(f"{address}?lang=ja").text
    found = re.search(r'<ul class="acts".*?</ul>', page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s", "", found[0]) if found else ""


def test_going_on_without_a_correction_is_no_acceptance_and_its_reason_stays(town):
    browser, case = desk(town), town.submit()
    town.settle()
    town.out.ask_for_correction(OLD, COUNTER, case, town.out_case(case).version, "建物名は")
    town.out.go_on(OLD, CLERK, case, town.out_case(case).version, "電話で聞いた")
    said = acts(browser, f"/desk/out/{case}")
    assert "受理" not in said, "nobody has accepted anything"
    assert f"訂正を待たずに進めることにした：{CLERK.name}" in said
    assert f"訂正を求めた：{COUNTER.name}" in said
    page = words(browser, f"/desk/out/{case}")
    assert "建物名は" in page
    assert "電話で聞いた" in page, "why stays readable, also once it is decided"
    town.accept(case)
    assert "電話で聞いた" in words(browser, f"/desk/out/{case}")
    assert f"受理した：{CLERK.name}" in acts(browser, f"/desk/out/{case}")


def test_who_presses_after_the_resident_cancelled_reads_that_and_when(town):
    case = town.to_the_desk()
    shown = town.arrival(case).version
    at = short_moment(town.clock.now())
    town.portal.withdraw("sub-1", case)
    town.settle()
    with pytest.raises(Refusal) as caught:
        town.registering.register(NEW, CLERK, case, shown, None)
    assert caught.value.fault.code == "municipality.happened-meanwhile"
    assert caught.value.facts["what"] == "届出人が取消しを申し出た", "no colleague did"
    assert caught.value.facts["at"] == at
    there = acts(desk(town, NEW), f"/desk/in/{case}")
    assert "届出人が取消しを申し出た" in there
    assert "前の市区町村が証明書情報を取り消した" in there
    here = acts(desk(town), f"/desk/out/{case}")
    assert f"受理した：{CLERK.name}" in here
    assert "届出人が取消しを申し出た" in here
    assert "転出の取消しが成立した" in here
    assert CLERK.name in words(desk(town), "/desk/out?done=1"), "whom of the desk to ask"


def test_nobody_of_the_staff_decides_without_a_name_and_each_event_has_its_line():
    for table in (OUT, IN):
        for one in table.events.values():
            if one.by == happened.BY_STAFF:
                with pytest.raises(ValueError, match="nobody is said"):
                    happened.more([], table, [one.key], "", None, 1, "")
    assert set(QUIET_OUT) <= set(OUT.events)
    assert set(ENDS_IN) <= set(IN.events)
    both = {*OUT.events, *IN.events}
    assert both >= happened.FOLLOWS
    assert both >= happened.CARRIED_OUT
