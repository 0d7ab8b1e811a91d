"""Every way to meet a fault that the sandbox's catalogue gives at a city's desk really brings it."""

import pytest
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.municipality.casework.service import CaseWork
from kazasu.society.catalogue.ways import WAYS
from kazasu.society.personas import PERSONAS
from tests.municipality.moving.test_entry_fields import form_of, sent
from tests.support.city import CLERK, COUNTER, NEW, OLD, STRANGER
from tests.support.pages import signed_in_at
from tests.support.town import Town

AT_A_DESK = {code for code, way in WAYS.items() if way.at.startswith("city:")}
ELSEWHERE = {"kit.not-staff": "tests/stories/test_desks.py signs a resident in"}


@pytest.fixture(scope="module")
def town(module_databases):
    made = Town(module_databases, module_databases.clock, households=3)
    made.case = made.to_the_desk()
    made.notice = made.submit(2, starts="09:30")
    made.settle()
    return made


def desk(town, city=OLD, roles=CLERK.roles):
    who = CLERK if "operator" in roles else COUNTER
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", who.staff_id, name=who.name,
        roles=sorted(roles),
    )  # fmt: skip


def looked_at(town, code):
    """The link alone, with the clerk's card that the way names."""
    roles = COUNTER.roles if code == "kit.not-your-role" else CLERK.roles
    return desk(town, roles=roles).get(WAYS[code].path).text


def rejected_without_a_reason(town, _):
    browser = desk(town)
    return posted(browser, f"/desk/out/{town.notice}/rejection", "main-form")


def opened_without_a_reason(town, _):
    return desk(town).get("/desk/residents?q=シケン&purpose=&note=").text


def gone_on_with_a_colleagues_case(town, _):
    browser = desk(town)
    page = page_of(browser, f"/desk/out/{town.notice}")
    CaseWork(town.city).take(OLD, COUNTER, "out", town.notice, "")
    return text(sent(browser, page.get_element_by_id("main-form"), ""))


def a_day_ahead(town, _):
    browser = desk(town, NEW)
    return text(sent(browser, form_of(browser, town.case), "enter", **{"moved_on-year": "2099"}))


def another_persons_card(town, _):
    with pytest.raises(Refusal) as caught:
        town.visit(town.case, STRANGER)
    return caught.value.fault.code


PROVOKED = {
    "kit.not-your-role": looked_at,
    "municipality.unknown-case": looked_at,
    "municipality.unknown-resident": looked_at,
    "municipality.answer-needed": rejected_without_a_reason,
    "actions.reason-needed": opened_without_a_reason,
    "municipality.case-held": gone_on_with_a_colleagues_case,
    "municipality.moved-in-future": a_day_ahead,
    "municipality.not-of-this-move": another_persons_card,
}


def page_of(browser, address):
    return html.fromstring(browser.get(f"{address}?lang=en").content)


def posted(browser, address, form):
    return text(sent(browser, page_of(browser, address).get_element_by_id(form), ""))


def text(page):
    return html.tostring(page, encoding="unicode")


@pytest.mark.parametrize("code", sorted(AT_A_DESK - set(ELSEWHERE)))
def test_the_steps_bring_the_fault(town, code):
    assert code in PROVOKED[code](town, code)


def test_the_clerks_that_ways_name_have_the_roles_that_these_stand_for():
    """鈴木 is no operator, 田中 is one: else the ways would lead elsewhere in the country."""
    roles = {one.card_id: one.staff_roles for one in PERSONAS if one.staff_roles}
    assert "operator" not in roles["staff-yokohama-1"]
    assert "operator" in roles["staff-yokohama-2"]
