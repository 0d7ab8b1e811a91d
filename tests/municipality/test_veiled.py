"""A protected person at the desk: marked in every list, the address nowhere until it is on record what for."""

import pytest

from tests.municipality.test_shown import actions, looked
from tests.support.city import CLERK, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town


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
