"""Each page of the desk × each role alone: no link and no button of it leads to a refusal for the role, and nobody reads a word of the code."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from kazasu.foundation.actions import ACTIONS
from kazasu.municipality import room
from kazasu.municipality.casework.service import CaseWork
from kazasu.municipality.hall.model import REGISTER, ROLES, Clerk
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town

NOT_FOR_THEM = "kit.not-your-role"
FILLED = {"purpose": "notice", "number_purpose": "notice", "to": "", "new_address": ""}
SEES_NO_RESIDENT = {"operator", "auditor"}
OPEN_TO_ALL = {"municipality.desk.counts", "municipality.desk.mine"}
"""How many wait, and what one has oneself: nobody's record."""


def test_who_only_operates_or_reviews_has_no_part_in_the_register():
    """What they may do, by the declarations: letters and alarms, and the review of emergency looks."""
    assert room.SUBJECTS  # imported, so that all of it is declared
    theirs = {
        one.name.removeprefix("municipality.")
        for one in ACTIONS.values()
        if one.room == "municipality" and "clerk" in one.who and one.name not in OPEN_TO_ALL
        and (not one.role or SEES_NO_RESIDENT & set(one.roles))
    }  # fmt: skip
    assert theirs == {
        "letters.list", "letters.again", "letters.open", "emergency.list", "emergency.read", "emergency.review", "emergency.close",
    }  # fmt: skip


@pytest.fixture(scope="module")
def town(module_databases):
    return _made(module_databases)


def _made(databases):
    """One notice to be decided, one accepted, one arrival entered provisionally; a clerk for each role, who holds it alone."""
    made = Town(databases, databases.clock, households=4)
    for city in (OLD, NEW):
        made.employ(*(alone(role) for role in ROLES), city=city)
    entered = made.to_the_desk(household=1)
    made.enter(entered)
    CaseWork(made.city).put_back(NEW, CLERK, "in", entered, "")
    made.entered = entered
    accepted = made.submit(household=2, key=3, starts="09:30", visit_in=3)
    made.settle()
    made.accept(accepted)
    registered = made.to_the_desk(household=4, key=4, starts="10:00")
    made.enter(registered)
    made.register(registered)
    made.submit(household=3, key=5, starts="10:30", visit_in=3)
    made.settle()
    return made


def alone(role):
    return Clerk(f"only-{role}", f"職員{role}", frozenset({role}))


def browser_of(town, role, city):
    who = alone(role)
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", who.staff_id, name=who.name, roles=[role],
    )  # fmt: skip


def kind_of(path):
    return re.sub(r"[0-9A-Za-z-]*[0-9]{4,}[0-9A-Za-z-]*", "N", path)


def walked(browser, *starts):
    """Pages that links lead to; at most three of one kind."""
    found, ahead, kinds = {}, list(starts), Counter()
    while ahead:
        path = ahead.pop(0)
        kind = kind_of(path.partition("?")[0])
        if path in found or kinds[kind] >= 3 or path.endswith(".pdf"):
            continue
        kinds[kind] += 1
        answer = followed(browser, browser.get(path))
        found[path] = answer.text
        if "text/html" in answer.headers["content-type"]:
            tree = html.fromstring(answer.content)
            ahead += [one for one in tree.xpath("//a/@href") if one.startswith("/desk")]
    return found


def pressed(browser, page):
    """What comes of each button of a page, by the form's address and the button."""
    tree = html.fromstring(page)
    for form in tree.xpath("//form[@method='post'][starts-with(@action, '/desk')]"):
        data = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        for box in form.xpath(
            ".//textarea[@name] | .//input[@name and (not(@type) or @type='text')]"
        ):
            if not data.get(box.get("name"), [""])[0]:
                data[box.get("name")] = [FILLED.get(box.get("name"), "試験のため")]
        for button in form.xpath(".//button"):
            sent = data | (
                {button.get("name"): [button.get("value", "")]} if button.get("name") else {}
            )
            origin = str(browser.base_url).rstrip("/")
            answer = browser.post(
                urljoin(origin, form.get("action")), data=sent, headers={"origin": origin}
            )
            yield form.get("action"), button.text_content(), followed(browser, answer).text


@pytest.mark.parametrize("city", [OLD, NEW])
@pytest.mark.parametrize("role", ROLES)
def test_no_link_and_no_button_is_for_somebody_else(town, role, city):
    browser = browser_of(town, role, city)
    starts = ["/desk"]
    if role in REGISTER:
        resident = town.members(3)[0].resident_id if city == OLD else "0000000001"
        starts += [f"/desk/residents/{resident}", "/desk/residents?q=テスト&purpose=notice&note="]
    found = walked(browser, *starts)
    assert "/desk" in found
    assert ("/desk/out" in found) == (role in REGISTER)
    for path, page in found.items():
        assert NOT_FOR_THEM not in page, path
    tried = [
        (path, action, button, page)
        for path, shown in found.items()
        if "</form>" in shown and not urlsplit(path).path.startswith("/desk/emergency/")
        for action, button, page in pressed(browser, shown)
    ]
    assert len(tried) > 3 or role in SEES_NO_RESIDENT
    refused = [
        (path, action, button) for path, action, button, page in tried if NOT_FOR_THEM in page
    ]
    assert refused == []


@pytest.mark.parametrize("path", ["/desk/out", "/desk/in", "/desk/cards", "/desk/overdue", "/desk/residents?q=テスト&purpose=notice",
                                  "/desk/residents/0000000001", "/desk/households", "/desk/emergency/of/0000000001"])  # fmt: skip
@pytest.mark.parametrize("role", sorted(SEES_NO_RESIDENT))
def test_the_register_is_closed_to_who_has_nothing_to_do_with_it(town, role, path):
    page = followed(b := browser_of(town, role, OLD), b.get(path))
    assert NOT_FOR_THEM in page.text
    assert not any(one.name in page.text for one in town.members(3))


@pytest.mark.parametrize(("lang", "said"), [("ja", "「受付」か「審査・決裁」か「支援措置」の権限が必要です"),
                                            ("en", "“counter”, “decisions” or “protected people”")])  # fmt: skip
def test_a_refusal_names_the_post_as_people_do(town, lang, said):
    browser = browser_of(town, "auditor", OLD)
    page = followed(browser, browser.get(f"/desk/out?lang={lang}")).text
    assert said in page
    assert "decider" not in page


def test_a_case_is_handed_only_to_who_can_go_on_with_it(databases):
    """What is offered, and what is refused where somebody sends it all the same. In a town where nobody has walked yet."""
    town = _made(databases)
    browser = browser_of(town, "counter", NEW)
    case = f"/desk/in/{town.entered}"
    tree = html.fromstring(followed(browser, browser.get(case)).content)
    offered = set(tree.xpath("//select[@id='to']/option/@value")) - {""}
    assert "only-decider" in offered
    assert not offered & {"only-auditor", "only-operator", "only-protection", "only-counter"}
    origin = str(browser.base_url).rstrip("/")
    sent = browser.post(
        f"{origin}/desk/work/in/{town.entered}/hand-over", data={"act": "hand", "to": "only-auditor"}, headers={"origin": origin},
    )  # fmt: skip
    assert "municipality.colleague-cannot" in followed(browser, sent).text
