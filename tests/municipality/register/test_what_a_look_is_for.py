"""No page of the desk shows a resident by number before it is on record what for; the person reads it."""

import re
from datetime import timedelta

import pytest

from kazasu.foundation.actions import ACTIONS
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register.looking.pages import BY_NUMBER, named_by
from kazasu.municipality.register.looking.service import _ENTERED, LASTS
from tests.municipality.test_shown import actions, looked
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import followed, signed_in_at
from tests.support.room_contract import Contract
from tests.support.street import Street
from tests.support.town import Town

OTHER = Clerk("clerk-b", "田中", frozenset({"counter", "decider"}))
NAMED = ("resident_id", "about")
"""What a part of an address is called that is a resident's number."""
NUMBERS = {"alarm_id", "case_id", "look_id", "way", "kind", "number", "page", "token", *NAMED}
"""Whatever else stands in an address of a city: a new name is looked at, and added here or to the pages that ask."""


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2)


@pytest.fixture
def silent(town):
    """A clerk's browser that answers nothing by itself."""
    return desk_of(town)


def desk_of(town, city=OLD, clerk=CLERK):
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", clerk.staff_id, says="", name=clerk.name,
        roles=sorted(clerk.roles),
    )  # fmt: skip


def record_of(town, number, city=OLD):
    return f"/desk/residents/{town.resident(number, city).resident_id}"


def desk_pages(databases, clock):
    contract = Contract("municipality", databases, clock, Street(databases, clock))
    return sorted(
        {
            page.path
            for _, page in contract.pages()
            if page is not None and page.access.kind == "staff" and "GET" in page.methods
        }
    )


def test_every_page_of_the_desk_with_a_residents_number_asks(databases, clock):
    town = Town(databases, clock)
    silent, number = desk_of(town), town.resident(10).resident_id
    paths = desk_pages(databases, clock)
    assert {one for path in paths for one in re.findall(r"{(\w+)}", path)} <= NUMBERS
    by_number = [one for one in paths if set(re.findall(r"{(\w+)}", one)) & set(NAMED)]
    assert len(by_number) > 10
    assert set(BY_NUMBER) == set(NAMED)
    for path in by_number:
        assert named_by(path)
        page = silent.get(re.sub(r"{\w+}", number, path) + "?lang=en")
        assert "What is it for?" in page.text, path
        assert town.resident(10).name not in page.text, path
    assert [one for one in actions(town, 10) if not one.startswith("test.")] == [], (
        "and nobody was looked at"
    )


def test_a_typed_number_shows_nothing_until_it_is_said_what_for(town, silent):
    record = record_of(town, 10)
    page = silent.get(f"{record}?lang=en")
    assert "Record it and open" in page.text
    assert town.resident(10).kana not in page.text
    said = silent.get(f"{record}?lang=en&look_for=&look_note=x")
    assert "Choose what it is for" in said.text
    answer = silent.get(f"{record}?lang=en&look_for=certificate&look_note=case 12")
    assert answer.headers["location"].endswith(f"{record}?lang=en"), "nothing stays in the address"
    assert town.resident(10).name in followed(silent, answer).text
    entries = {one.action.removeprefix("municipality."): one for one in looked(town, 10)}
    for action in ("resident.purpose", "resident.read"):
        assert "証明書の交付、case 12" in entries[action].purpose_ja, "the resident reads it"
        assert "issuing a certificate, case 12" in entries[action].purpose_en
    silent.get(record)
    again = silent.get(f"{record}?look_for=certificate&look_note=case 12")
    assert again.status_code == 303
    assert actions(town, 10).count("resident.purpose") == 1


def test_whom_a_search_found_is_opened_for_what_it_was_for(town, silent):
    name = town.resident(10).name
    silent.get("/desk/residents", params={"q": name, "purpose": "enquiry", "note": "7"})
    page = silent.get(f"{record_of(town, 10)}?lang=en")
    assert "What is it for?" not in page.text
    (read,) = [one for one in looked(town, 10) if one.action.endswith("resident.read")]
    assert "本人・関係機関からの照会、7" in read.purpose_ja
    assert record_of(town, 11) in page.text
    assert "What is it for?" not in silent.get(f"{record_of(town, 11)}?lang=en").text, (
        "its page has them"
    )
    assert "What is it for?" in silent.get(f"{record_of(town, 20)}?lang=en").text


def test_whom_a_case_names_is_opened_for_it(town, silent):
    case = town.submit(movers=[0])
    town.settle()
    silent.get("/desk/out")
    assert "What is it for?" in silent.get(f"{record_of(town, 10)}?lang=en").text, (
        "a list is no case"
    )
    silent.get(f"/desk/out/{case}")
    assert town.resident(10).name in silent.get(f"{record_of(town, 10)}?lang=en").text
    (read,) = [one for one in looked(town, 10) if one.action.endswith("resident.read")]
    assert f"受付番号 {case}" in read.purpose_ja


def test_who_arrived_by_a_case_is_opened_from_it(town):
    case = town.moved()
    silent = desk_of(town, NEW)
    silent.get(f"/desk/in/{case}")
    assert town.resident(10, NEW).name in silent.get(f"{record_of(town, 10, NEW)}?lang=en").text


def test_what_one_said_is_nobody_elses_and_is_over_after_a_while(town, silent, clock):
    record = record_of(town, 10)
    followed(silent, silent.get(f"{record}?look_for=notice"))
    town.employ(OTHER)
    assert 'name="look_for"' in desk_of(town, clerk=OTHER).get(record).text
    clock.advance(LASTS - timedelta(minutes=1))
    assert town.resident(10).name in desk_of(town).get(record).text
    clock.advance(LASTS + timedelta(minutes=1))
    fresh = desk_of(town)
    assert 'name="look_for"' in fresh.get(record).text


def test_a_number_that_there_is_not_is_no_oracle(town, silent):
    assert 'name="look_for"' in silent.get("/desk/residents/0000000000").text
    answer = silent.get("/desk/residents/0000000000?look_for=notice")
    assert "municipality.unknown-resident" in answer.text


def test_the_action_of_another_subject_is_there():
    assert _ENTERED in ACTIONS
