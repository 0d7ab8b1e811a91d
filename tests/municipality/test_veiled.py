"""A protected person at the desk: marked in every list, the address nowhere until it is on record what for."""

from unittest.mock import patch

import pytest
from lxml import html

from kazasu.municipality.moving import paper
from tests.municipality.test_shown import actions, looked
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town

PLACES_OF_THEIRS = ("横浜市中区本町", "大通")
"""Towns of the old address and of the new one."""


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2, protected=True)


@pytest.fixture
def browser(town):
    return signed_in_at(
        town.street, f"city:{OLD}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip


def test_marked_and_not_revealed(town, browser):
    page = browser.get(
        "/desk/residents", params={"q": "シケン", "purpose": "notice", "lang": "ja"}
    ).text
    assert page.count("支援措置のため表示しません") == 4
    assert "本町" not in page
    case = town.submit()
    town.settle()
    row = browser.get("/desk/out?lang=ja").text
    assert case in row
    assert "支援措置" in row


def test_the_address_costs_a_reason_that_the_person_reads(town, browser):
    record = f"/desk/residents/{town.members()[0].resident_id}"
    for query in ("", "?purpose=", "?purpose=curiosity"):
        veiled = browser.get(f"{record}{query}").text
        assert "本町" not in veiled
        assert "main-form" not in veiled, "neither does the form of a correction show it"
    assert "resident.unveil" not in actions(town, 10)
    shown = browser.get(record, params={"purpose": "enquiry", "note": "照会 7 号"}).text
    assert "本町" in shown
    (entry,) = [one for one in looked(town, 10) if one.action.endswith(".unveil")]
    assert "照会 7 号" in entry.purpose_ja
    assert "resident.unveil" not in actions(town, 11), "who lives with them does not read it (I8)"


def pages_of(town):
    """Every address of the desk that is looked at, as its route says it."""
    found = set()
    for one in town.street.process.rooms["municipality"].app.routes:
        path, verbs = getattr(one, "path", ""), getattr(one, "methods", None) or ()
        if path.startswith("/desk") and "GET" in verbs:
            found.add(path)
    return sorted(found)


def shown_by(town, city, case, query=""):
    """What each page and paper of a city's desk says, by its address."""
    browser = signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip
    resident = town.resident(10, city)
    papers, found = [], {}

    def compile_(*_, sys_inputs, **__):
        papers.append(sys_inputs["data"])
        return b"%PDF"

    with patch.object(paper.typst, "compile", compile_):
        for path in pages_of(town):
            if "{resident_id}" in path and resident is None:
                continue
            whose = resident.resident_id if resident else ""
            address = path.format(case_id=case, resident_id=whose, way="in")
            asked = "q=シケン&purpose=notice" if address == "/desk/residents" else query
            answer = followed(browser, browser.get(f"{address}?{asked}"))
            assert answer.status_code < 500, path
            found[path] = answer.text + "".join(papers)
            papers.clear()
    return found


def test_no_page_and_no_paper_of_the_desk_says_where_a_protected_person_lives(databases, clock):
    """Old address and new, at both desks, at every stage; with the reason the same pages say them."""
    town = Town(databases, clock, protected=True)
    case = town.to_the_desk()
    for go_on in (None, town.enter, town.register):
        if go_on is not None:
            go_on(case)
            town.settle()
        for city in (OLD, NEW):
            for path, text in shown_by(town, city, case).items():
                for place in PLACES_OF_THEIRS:
                    assert place not in text, (city, path)
    said = shown_by(town, NEW, case, "purpose=notice&note=窓口")
    assert "大通" in said["/desk/in/{case_id}"]
    assert "大通" in said["/desk/in/{case_id}/form.pdf"]
    assert "大通" in shown_by(town, OLD, case, "purpose=notice")["/desk/out/{case_id}"]
    assert "in.unveil" in actions(town, 10, NEW)
    assert "out.unveil" in actions(town, 10)


def test_the_address_is_not_shown_without_a_choice_and_the_field_says_so(town, browser):
    record = f"/desk/residents/{town.members()[0].resident_id}"
    for address in (f"{record}?purpose=&note=", "/desk/residents?q=シケン&purpose=&note="):
        page = html.fromstring(browser.get(f"{address}&lang=en").content)
        assert page.get_element_by_id("purpose").get("aria-invalid") == "true"
        assert "Choose what it is for" in page.text_content()
        assert page.xpath("//*[@data-fault='actions.reason-needed']")
        assert page.findtext(".//title").startswith("Error")
    assert not html.fromstring(browser.get(record).content).xpath("//*[@aria-invalid]")
