"""A protected person at the desk: marked in every list, the address nowhere until it is on record what for."""

from datetime import date, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from lxml import html

from kazasu.contracts.municipality import Address
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.hall import printing
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.service.walk_in import WalkInDesk
from kazasu.municipality.register import store as register_store
from tests.municipality.test_shown import actions, looked
from tests.support.city import CLERK, NEW, OLD, STRANGER, THIRD, reading
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town

PLACES_OF_THEIRS = ("横浜市中区本町", "大通")
"""Towns of the old address and of the new one."""
FUKUOKA = Address(
    municipality_code=MunicipalityCode(THIRD), prefecture="福岡県", city="福岡市中央区",
    town="天神", block="２番",
)  # fmt: skip


def desk_of(town, city):
    """A clerk's browser."""
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2, protected=True)


@pytest.fixture
def browser(town):
    return desk_of(town, OLD)


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


def shown_by(town, city, case, query="", number=10, under="/desk"):
    """What each page and paper of a city's desk says, by its address; the record is this person's."""
    browser = desk_of(town, city)
    resident = town.resident(number, city)
    papers, found = [], {}

    def compile_(*_, sys_inputs, **__):
        papers.append(sys_inputs["data"])
        return b"%PDF"

    with patch.object(printing.typst, "compile", compile_):
        for path in pages_of(town):
            of_resident = "{resident_id}" in path or "{about}" in path
            if not path.startswith(under) or (of_resident and resident is None):
                continue
            whose = resident.resident_id if resident else ""
            address = path.format(
                case_id=case, resident_id=whose, about=whose, way="in", alarm_id=uuid4(), look_id="EL-NONE", token=uuid4(),
            )  # fmt: skip
            asked = "q=シケン&purpose=notice" if address == "/desk/residents" else query
            answer = followed(browser, browser.get(f"{address}?{asked}"))
            assert answer.status_code < 500, path
            found[path] = answer.text + "".join(papers)
            papers.clear()
    return found


def test_no_page_and_no_paper_of_the_desk_says_where_a_protected_person_lives(databases, clock):
    """Old address and new, at both desks, at every stage; with the reason the same pages say them."""
    town = Town(databases, clock, protected=True)
    case = town.submit()

    def comes(case):
        town.clock.advance(timedelta(days=1))
        town.settle()
        town.visit(case)

    for go_on, cities in (
        (lambda case: None, (NEW,)),  # only the reservation is there
        (town.accept, ()),
        (comes, (OLD, NEW)),
        (town.enter, (NEW,)),
        (town.register, (OLD, NEW)),
    ):
        go_on(case)
        town.settle()
        for city in cities:
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


def nowhere(town, city, case, places=PLACES_OF_THEIRS, **more):
    for path, text in shown_by(town, city, case, **more).items():
        for place in places:
            assert place not in text, (city, path)


def test_before_the_certificate_data_anybody_may_be_protected(databases, clock):
    """The reservation comes from the portal, which does not know who is; what nobody needs yet costs a reason."""
    town = Town(databases, clock)
    case = town.submit()
    town.settle()
    nowhere(town, NEW, case, under="/desk/in")
    desk = desk_of(town, NEW)
    assert "The certificate data will say it" in desk.get(f"/desk/in/{case}?lang=en").text
    assert "大通" in desk.get(f"/desk/in/{case}?purpose=notice").text
    town.accept(case)
    town.settle()
    page = desk.get(f"/desk/in/{case}").text
    assert "大通" in page
    assert 'id="veil"' not in page
    assert "in.unveil" in actions(town, 10, NEW), "read once it is known who came"


@pytest.mark.parametrize("end", ["cancelled", "withdrawn", "elsewhere"])
def test_of_who_does_not_come_nothing_is_kept(databases, clock, end):
    """Neither the address nor how they are reached, for no reason (I9)."""
    town = Town(databases, clock, protected=True)
    case = town.submit()
    town.settle()
    if end != "withdrawn":
        town.accept(case)
        town.settle()
    if end == "elsewhere":
        town.found_third()
        assert WalkInDesk(town.city).fetch(THIRD, CLERK, town.holding(10, THIRD)).sent
        town.clock.advance(timedelta(days=1))
        town.settle()
        town.visit(case, city=THIRD)
        town.enter(case, THIRD, address=FUKUOKA)
        town.register(case, THIRD)
    else:
        town.portal.withdraw("sub-1", case)
    town.settle()
    found = town.arrival(case)
    assert found.state == end
    assert (found.reservation, found.certificate, found.visit, found.entry) == (None, None, {}, {})
    for text in shown_by(town, NEW, case, "purpose=notice", under="/desk/in").values():
        assert "大通" not in text
    assert town.broken() == {}


def test_who_lives_with_a_protected_person_has_no_address_for_nothing_either(databases, clock):
    """Their record, in the search, and where they say that they move; who is protected reads that it was looked at."""
    town = Town(databases, clock, protected={10})
    case = town.submit(movers=[1])
    town.settle()
    nowhere(town, OLD, case, number=11)
    said = shown_by(town, OLD, case, "purpose=enquiry&note=7", number=11)
    assert "本町" in said["/desk/residents/{resident_id}"]
    assert "大通" in said["/desk/out/{case_id}"]
    assert {"resident.unveil", "out.unveil"} <= set(actions(town, 10))
    assert not {"resident.unveil", "out.unveil"} & set(actions(town, 11)), "it would tell them (I8)"


def test_who_moves_to_where_a_protected_person_lives_has_no_address_for_nothing(databases, clock):
    """As a neighbour or into the household, written otherwise or not; the old city is not told where, either."""
    town = Town(databases, clock, size=1)
    there = town.resident(STRANGER, NEW)
    home = {"town": "大　通", "block": "1番地", "protected": True}

    def moves(tx):
        register_store.change(tx, there, reason="転居", changed_on=there.changed_on, **home)

    town.databases("municipality").run("test.moves", moves, tenant=NEW, access=reading())
    case = town.to_the_desk()
    nowhere(town, NEW, case, ("大通", "大　通"), under="/desk/in")
    (one,) = town.people(case)
    town.enter(
        case, joins_household=there.household_number,
        people=(EnteredPerson(one.token, True, "同居人", False),),
    )  # fmt: skip
    town.register(case)
    town.settle()
    nowhere(town, NEW, case, ("大通", "大　通"))
    assert town.resident(10, OLD).confirmed_to == ""
    page = desk_of(town, NEW).get(f"/desk/in/{case}?purpose=notice").text
    assert "大　通" in page
    assert "in.unveil" in actions(town, STRANGER, NEW)
    assert "in.unveil" not in actions(town, 10, NEW)


def test_the_list_of_overdue_notices_does_not_say_where_they_went(databases, clock):
    """The wife is protected; of a household that is on the way together neither is said."""
    town = Town(databases, clock, households=2, protected={11})
    for household, key in ((1, 2), (2, 3)):
        case = town.submit(household=household, key=key, starts=f"{8 + key:02}:00")
        town.settle()
        town.accept(case)
    town.departures.depart(OLD, date.max)
    clock.advance(timedelta(days=40))
    rows = html.fromstring(desk_of(town, OLD).get("/desk/overdue").content).xpath("//tbody/tr")
    number = "td[@data-label='宛名番号']"
    said = {row.findtext(number): "札幌市" in row.text_content() for row in rows}
    people = [*town.members(1), *town.members(2)]
    assert said == {one.resident_id: one in town.members(2) for one in people}
    for row in rows:
        [one] = [one for one in people if one.resident_id == row.findtext(number)]
        assert one.kana in row.find("th").text_content(), "who it is, and of which case"
        assert ("支援措置" in row.find("th").text_content()) == one.protected
        assert row.find("td[@data-label='受付番号']/a").get("href").startswith("/desk/out/MV-")
