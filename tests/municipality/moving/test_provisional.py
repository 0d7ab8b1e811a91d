"""What was entered stands on the provisional page, field by field; joining a household; what the special route leaves of it."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from lxml import html

from kazasu.contracts.jukinet import ConsumeTransfers
from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.typed.written import placed
from kazasu.jukinet import faults as network
from kazasu.municipality.hall.faults import CHANGED_MEANWHILE
from kazasu.municipality.moving import entering
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.faults import HEAD_NEEDED, NOBODY_CHOSEN
from kazasu.municipality.moving.model import cards_until
from kazasu.municipality.moving.pages.moving_in import EntryForm
from kazasu.municipality.moving.paper import _document
from kazasu.municipality.moving.service.walk_in import WalkInDesk
from kazasu.municipality.register import relationships
from kazasu.municipality.register import store as register_store
from tests.municipality.moving.test_entry_fields import desk, form_of, sent
from tests.municipality.moving.test_refused_arrivals import born_late, dates, refused
from tests.support.city import CLERK, NEW, OLD, STRANGER, reading
from tests.support.town import Town, entered

UUID_WRITTEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


@pytest.fixture(scope="module")
def shown(module_databases):
    """Looked at alone: nothing of it is registered."""
    made = Town(module_databases, module_databases.clock, households=2)
    made.notice = made.submit(2, key=3, starts="09:30")
    made.case = made.to_the_desk()
    return made


def household_of(town, number=STRANGER, city=NEW):
    return town.resident(number, city).household_number


def changed(town, **changes):
    """The only one of the household that somebody joins."""

    def work(tx):
        before = register_store.by_record_code(tx, town.resident(STRANGER, NEW).record_code)
        return register_store.change(
            tx, before, reason="職権修正", changed_on=today(town.clock), **changes
        )

    town.databases("municipality").run("test.change", work, tenant=NEW, access=reading())


def alone(town, case, **more):
    """Entered as lodgers of the stranger's household."""
    people = tuple(
        replace(one, relationship="同居人", is_head=False) for one in entered_people(town, case)
    )
    town.enter(case, people=people, joins_household=household_of(town), **more)


def entered_people(town, case):
    town.enter(case)
    return entered(town.arrival(case)).people


@pytest.mark.parametrize("joins", [True, False])
def test_each_field_of_the_entry_stands_on_the_provisional_page_and_registers_as_it_stands(
    town, joins
):
    case = town.to_the_desk()
    browser, number = desk(town, NEW), household_of(town)
    form = form_of(browser, case)
    first, second = (one.get("value") for one in form.xpath(".//input[@name='token']"))
    on = today(town.clock) - timedelta(days=1)
    home = {
        "city": "札幌市西区",
        "town": "琴似",
        "block": "５番地の７",
        "building": "ハイツ西　３０５",
    }
    theirs = {name: getattr(town.resident(STRANGER, NEW), name) for name in home}
    typed = {
        "moved_on-year": str(on.year), "moved_on-month": str(on.month), "moved_on-day": str(on.day),
        "postcode": "〒060-0001", **(theirs if joins else home), "joins_household": f"{number[:4]} {number[4:]}" if joins else "",
        f"included-{first}": "y", f"included-{second}": "" if joins else "y",
        f"relationship-{first}": "縁故者" if joins else "妻", f"relationship-{second}": "妻" if joins else "世帯主",
        "head": "joins" if joins else second, "related_because": "戸籍を見た",
    }  # fmt: skip
    asked = {name.partition("-")[0] for name in typed}
    of_decision = {"care", "remaining_head", "standing", "standing_because", "left_out", "comes_on"}
    assert set(EntryForm.questions()) - asked == of_decision, "a new field is walked too"
    texts = {"joins_household", *home}
    empty = [name for name, value in typed.items() if not value and name not in texts]
    for one in empty:
        for box in form.xpath(f".//input[@name='{one}']"):
            box.getparent().remove(box)
        del typed[one]
    page = sent(browser, form, "enter", **typed).get_element_by_id("main-form")
    shown = dict(page.form_values())
    told = typed | {
        "postcode": "0600001", "joins_household": number if joins else "",
        "block": placed(typed["block"]),  # the register's own writing
    }  # fmt: skip
    assert {name: shown.get(name, "") for name in told} == told
    assert not set(empty) & set(shown)
    paper = _document("札幌市", town.arrival(case), town.people(case), None, on, "")
    assert number in paper["head"] if joins else paper["head"] == town.people(case)[1].mover.name
    assert bool(page.xpath(".//*[@name='left_out']")) == joins, "who is left out is said"
    why = {"left_out": "後で来る"} if joins else {}
    assert sent(browser, page, "register", **why).xpath("//*[@id='done']")
    resident = town.resident(10, NEW)
    assert (resident.household_number == number, resident.relationship) == (
        joins, typed[f"relationship-{first}"]
    )  # fmt: skip
    assert (town.resident(11, NEW) is None) == joins


def test_the_number_of_a_household_stands_where_the_hint_leads(shown):
    browser, number = desk(shown, NEW), household_of(shown)
    found = browser.get("/desk/residents?q=シケン&purpose=notice&note=&lang=en")
    assert number in found.text
    record = html.fromstring(
        browser.get(f"/desk/residents/{shown.resident(STRANGER, NEW).resident_id}?lang=en").content
    )
    shown = record.get_element_by_id("household-number")
    assert shown.text == number
    assert shown.getparent().xpath(".//button[contains(@class, 'copy')]")


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        ({"state": "leaving"}, "municipality.nobody-stays"),
        ({"household_number": "0000000094"}, "municipality.no-such-household"),
    ],
)
def test_a_household_where_nobody_stays_is_not_joined_when_it_is_decided(town, meanwhile, code):
    case = town.to_the_desk()
    alone(town, case)
    changed(town, **meanwhile)
    browser = desk(town, NEW)
    page = sent(browser, form_of(browser, case), "register")
    assert page.xpath(f"//*[@data-fault='{code}']")
    assert page.get_element_by_id("joins_household").get("aria-invalid") == "true"
    assert town.arrival(case).state == "provisional"
    assert town.resident(10, NEW) is None
    number = entered(town.arrival(case)).joins_household
    again = refused(
        town.enter, case, joins_household=number, people=entered(town.arrival(case)).people
    )
    assert again.fault.code == code


def test_a_household_that_empties_while_the_network_is_asked_leaves_nobody_without_a_head(
    town, monkeypatch
):
    case = town.to_the_desk()
    alone(town, case)
    town.between(
        monkeypatch, ConsumeTransfers, lambda: changed(town, household_number="0000000094")
    )
    town.register(case)
    town.settle()
    first, second = (town.resident(number, NEW) for number in (10, 11))
    assert first.household_number == second.household_number
    assert [(one.is_head, one.relationship) for one in (first, second)] == [
        (True, "世帯主"), (False, "妻")
    ]  # fmt: skip
    notes = town.arrivals.look(NEW, CLERK, case).standing.notes
    assert "新しい世帯として登録しました" in notes[-1].words
    [told] = [one for one in town.portal.move("sub-1", case).events if one.event == "registered"]
    assert "世帯主：" in told.note_ja
    assert town.broken() == {}


def test_the_city_that_they_leave_is_no_city_to_arrive_in(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    before = [one.event for one in town.portal.move("sub-1", case).events]
    refusal = refused(WalkInDesk(town.city).fetch, OLD, CLERK, town.holding(10, OLD))
    assert refusal.fault.code == "municipality.leaves-this-city"
    town.settle()
    assert town.arrival(case, OLD) is None
    assert [one.event for one in town.portal.move("sub-1", case).events] == before


def test_a_desk_prints_a_number_that_can_be_said_and_no_time_of_its_own_session(shown):
    page = html.fromstring(desk(shown, OLD).get(f"/desk/out/{shown.notice}?lang=en").content)
    [signed] = page.xpath("//li[contains(., 'Signature and certificate are good')]")
    assert re.search(r"evidence EV-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\)", signed.text_content())
    assert not UUID_WRITTEN.search(page.find("body").text_content())
    [ends] = page.xpath("//footer//p[contains(., 'you are signed out at')]")
    assert "no-print" in ends.get("class")


def told(town, case):
    move = town.portal.move("sub-1", case)
    return [one.note_ja for one in move.events if one.event == "expired-special"]


@pytest.mark.parametrize("decides", [False, True])
def test_what_is_entered_and_not_decided_runs_out_with_the_special_route(town, decides):
    """By the tick of that day, or on the network's word where the decider is faster."""
    case = town.to_the_desk()
    town.enter(case)
    town.clock.set(town.clock.now() + timedelta(days=45))
    if decides:
        assert refused(town.register, case).fault is network.TRANSFER_EXPIRED
        assert town.arrival(case).state == "expired", "at once"
    else:
        dates(town)
    town.settle()
    assert town.arrival(case).state == "expired"
    assert town.arrivals.look(NEW, CLERK, case).standing.holder is None, "until a paper comes"
    assert "Registration decided" not in acts(town, case)
    [note] = told(town, case)
    assert "紙の転出証明書" in note
    dates(town)
    town.settle()
    assert len(told(town, case)) == 1


def acts(town, case):
    return [one.what.en for one in town.arrivals.look(NEW, CLERK, case).standing.done]


def test_of_what_was_given_up_nobody_is_said_to_have_decided(town, monkeypatch):
    case = town.to_the_desk()
    town.enter(case)
    with monkeypatch.context() as during:
        during.setattr(
            "kazasu.municipality.moving.service.registering.Registering._consume", _cancelled
        )
        refused(town.register, case)
    assert acts(town, case) == ["Identified", "Entered provisionally", "The network refused"]
    town.register(case)
    assert acts(town, case) == [
        "Identified", "Entered provisionally", "The network refused", "Registration decided",
    ]  # fmt: skip


def _cancelled(*_):
    raise Refusal(network.TRANSFER_CANCELLED)


def as_offered(people, notice):
    found = entering.offered(people, notice).values()
    return [(one.relationship, one.is_head) for one in found]


def test_the_head_that_is_offered_is_the_one_whose_relationship_is_head(shown):
    """Another head than before: the others stand to the old one in the data, which says nothing of the new one."""
    case = shown.case
    husband, wife = people = shown.people(case)
    mover = _called(husband, "子", "試験　子").model_copy(update={"birth_date": date(2020, 5, 1)})
    child = replace(husband, token=uuid4(), mover=mover)
    notice = MoveNotice.model_validate(shown.arrival(case).reservation["notice"])
    family = [*people, child]
    as_before = [("世帯主", True), ("妻", False), ("子", False)]
    assert as_offered(family, notice) == as_offered(family, None) == as_before
    joins = notice.model_copy(update={"joins_existing_household": True})
    assert as_offered(family, joins) == [("", False)] * 3
    by_wife = notice.model_copy(update={"new_head": wife.mover.name})
    assert as_offered(family, by_wife) == [("夫", False), ("世帯主", True), ("", False)]
    by_child = notice.model_copy(update={"new_head": child.mover.name})
    assert as_offered(family, by_child) == [("父", False), ("", False), ("世帯主", True)]
    assert as_offered([wife], None) == [("世帯主", True)], "who comes alone"
    assert as_offered([wife, child], None) == [("", False)] * 2


def _called(arriver, relationship, name):
    return arriver.mover.model_copy(update={"relationship": relationship, "name": name})


@pytest.mark.parametrize(
    ("relationship", "sex", "turned"),
    [
        ("妻", "男", "夫"), ("夫", "女", "妻"), ("妻（未届）", "男", "夫（未届）"), ("子", "女", "母"),
        ("子", "男", "父"), ("妻", "不明", ""), ("父", "男", "子"), ("妻の父", "男", "子の夫"), ("縁故者", "女", "縁故者"),
        ("子の子", "男", ""), ("兄", "男", "弟"), ("姉の子", "女", "母の妹"),
    ],
)  # fmt: skip
def test_a_relationship_is_turned_round_only_where_nothing_else_can_be(relationship, sex, turned):
    old = relationships.Kin("世帯主", sex)
    found = relationships.standing(relationships.Kin(relationship), sex, old)
    assert found.relationship == turned


def test_who_heads_is_the_one_whose_relationship_says_so(shown):
    """The head by the tick and by 続柄 is one person, or it is refused at that person's field and nothing is written."""
    case = shown.case
    browser = desk(shown, NEW)
    form = form_of(browser, case)
    _, second = (one.get("value") for one in form.xpath(".//input[@name='token']"))
    page = sent(browser, form, "enter", head=second)
    assert page.xpath("//*[@data-fault='municipality.head-is-another']")
    assert page.get_element_by_id(f"relationship-{second}").get("aria-invalid") == "true"
    assert shown.arrival(case).state == "visited"
    page = sent(browser, form, "enter", head=second, **{f"relationship-{second}": "世帯主"})
    assert page.xpath("//*[@data-fault='municipality.one-head']"), "and nobody beside them"
    page = sent(browser, form, "enter", **{f"relationship-{second}": ""})
    assert page.xpath("//*[@data-fault='municipality.relationship-needed']")
    assert page.get_element_by_id(f"relationship-{second}").get("aria-invalid") == "true"


def test_a_day_that_the_network_refuses_is_refused_at_its_field(town):
    case = town.to_the_desk()
    born_late(town, 11)
    town.enter(case, moved_on=today(town.clock) - timedelta(days=2))
    browser = desk(town, NEW)
    page = sent(browser, form_of(browser, case), "register")
    assert page.get_element_by_id("moved_on").get("aria-invalid") == "true"
    said = network.BEFORE_REGISTRATION.code
    assert len(page.xpath(f"//*[@data-fault='{said}'] | //*[@id='refused']")) == 1, "said once"
    assert town.members()[1].name in page.get_element_by_id("refused-of").text_content()


def test_a_reservation_alone_has_the_name_of_who_made_it(shown):
    head = html.fromstring(desk(shown, NEW).get(f"/desk/in/{shown.notice}").content).find_class(
        "case-head"
    )
    assert shown.members(2)[0].name in head[0].text_content()


def test_who_was_registered_and_who_was_not_is_said_by_name(town):
    case = town.to_the_desk()
    first, second = town.people(case)
    stays = EnteredPerson(second.token, False, "", False)
    town.enter(case, people=(EnteredPerson(first.token, True, "世帯主", True), stays))
    town.register(case)
    town.settle()
    move = town.portal.move("sub-1", case)
    [told] = [one for one in move.events if one.event == "registered"]
    assert f"登録した人：{first.mover.name}。登録していない人：{second.mover.name}" in told.note_ja
    assert move.left_out == [second.mover.name]
    assert move.cards_left == 1, "of who is registered"
    page = html.fromstring(desk(town, NEW).get(f"/desk/in/{case}").content)
    left = page.get_element_by_id("to-come").text_content()
    assert second.mover.name in left
    assert second.mover.relationship in left


def test_the_desk_says_of_each_who_was_registered_what_they_are_and_of_their_card(town):
    case = town.to_the_desk()
    first, second = town.people(case)
    assert (first.mover.relationship, second.mover.relationship) == ("世帯主", "妻")
    town.enter(case, because="本人の申出", people=(
        EnteredPerson(first.token, True, "夫", False), EnteredPerson(second.token, True, "世帯主", True),
    ))  # fmt: skip
    town.register(case)
    town.settle()
    browser = desk(town, NEW)

    def lines(language):
        page = html.fromstring(browser.get(f"/desk/in/{case}?lang={language}").content)
        rows = page.get_element_by_id("registered").xpath(".//tbody/tr")
        return ["|".join(filter(None, (text.strip() for text in one.itertext()))) for one in rows]

    until = cards_until("between-cities", today(town.clock), today(town.clock))
    of_first, of_second = lines("ja")
    assert "|夫|前の世帯では、世帯主|" in of_first
    assert "|世帯主|前の世帯では、妻|" in of_second
    assert all(f"|書きかえ待ち|{long_date(until)}まで" in line for line in (of_first, of_second))
    assert all(f"|to be updated|by {long_date(until, 'en')}" in line for line in lines("en"))
    assert "|before: wife|" in lines("en")[1]
    waiting = town.cards.waiting(NEW, CLERK)
    assert {one.until for one in waiting} == {until}


def test_a_case_opens_again_whatever_its_registration_was_refused_for(town):
    """Somebody moved abroad before a change of address was registered: the refusal named nobody, and the page failed for good."""
    case = town.to_the_desk()
    town.enter(case)
    browser = desk(town, NEW)
    for fault in (CHANGED_MEANWHILE, NOBODY_CHOSEN, HEAD_NEEDED):
        _registration_refused(town, case, Refusal(fault))
        page = html.fromstring(browser.get(f"/desk/in/{case}").content)
        assert Refusal(fault).title.ja in page.get_element_by_id("refused").text_content()


def _registration_refused(town, case, because):
    kept = json.dumps({"refused": because.to_document()})
    town.databases.founder("municipality").run(
        "test",
        lambda tx: tx.execute(
            "UPDATE moving_in SET entry = entry || %s::jsonb WHERE case_id = %s", (kept, case)
        ),
    )
