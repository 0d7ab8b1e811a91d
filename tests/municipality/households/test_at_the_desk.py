"""世帯変更届 over HTTP: chosen, looked at, written once; the register's history, the network, the portal, and a draft that lies open."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from lxml import html

from kazasu.contracts.municipality import HouseholdOf
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.households.model import Choice, Notice
from kazasu.municipality.households.service import HouseholdChanges
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.register import store as register_store
from kazasu.portal.household.registered import household_now, same
from kazasu.portal.pages.handles import Handles
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, COUNTER, OLD, reading
from tests.support.pages import signed_in_at
from tests.support.town import Town, asked, code_of

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2, size=3)


def at_one_address(town):
    """The second household lives where the first one does."""

    def write(tx):
        for number in (20, 21, 22):
            one = register_store.by_record_code(tx, code_of(number))
            register_store.change(tx, one, reason="職権修正", changed_on=today(town.clock), block="1番地")  # fmt: skip

    town.databases("municipality").run("test.place", write, tenant=OLD, access=reading())


def ids(town, *numbers):
    return [town.resident(one).resident_id for one in numbers]


def first_page(browser, town, number=HEAD):
    (one,) = ids(town, number)
    page = html.fromstring(browser.get(f"/desk/residents/{one}?lang=en").content)
    (link,) = page.xpath("//p[@id='change-household']/a/@href")
    return html.fromstring(browser.get(link).content)


def form_of(page):
    return page.get_element_by_id("main-form")


def said(page):
    return " ".join(page.find(".//main").text_content().split())


def noticed(town, by=HEAD, **more):
    day = today(town.clock)
    on = {f"on-{part}": str(getattr(day, part)) for part in ("year", "month", "day")}
    return {"given_by": ids(town, by)[0], "document": "licence"} | on | more


def child_of_both(town):
    (child,) = ids(town, CHILD)
    return {f"relationship-{child}": "子"}


def reviewed(browser, town, notice, **choice):
    """The page that shows what will be written. Whose child it is the register does not say: the clerk asks."""
    second = sent(browser, form_of(first_page(browser, town)), "", **choice)
    return sent(browser, form_of(second), "", **child_of_both(town) | notice)


def family(town, numbers=(HEAD, WIFE, CHILD)):
    found = [town.resident(one) for one in numbers]
    homes = list(dict.fromkeys(one.household_number for one in found))
    return [(homes.index(one.household_number), one.is_head, one.relationship) for one in found]


def change(town, choice, written, by=HEAD, clerk=CLERK, on=None, mark="0" * 32):
    (one, giver) = ids(town, HEAD, by)
    notice = Notice(on or today(town.clock), giver, "card", because="本人の申出")
    return HouseholdChanges(town.city).change(OLD, clerk, one, choice, written, notice, mark=mark)


def portal(town, number):
    inquiry = HouseholdOf(handle=handles(town, number)(f"city:{OLD}"))
    return town.households.household_of(inquiry, asked("portal", f"city:{OLD}"))


def outbox(town):
    sql = "SELECT count(*) FROM outbox"
    return town.databases("municipality").read(
        "test.outbox", lambda tx: tx.value(sql), tenant=OLD, access=reading()
    )


def test_another_head_in_three_pages_and_written_once(town):
    browser, (wife,) = desk(town, OLD), ids(town, WIFE)
    page = reviewed(browser, town, noticed(town), kind="head", head=wife)
    words = said(page)
    assert "Nothing is written yet" in words
    assert family(town) == [(0, True, "世帯主"), (0, False, "妻"), (0, False, "子")]
    assert len(page.xpath("//main//section")) == 2, (
        "the child stands to the mother as to the father"
    )
    assert "the network is told nothing" in words
    letters = outbox(town)
    done = sent(browser, form_of(page), "write")
    assert "The change of household was written" in done.text_content()
    assert family(town) == [(0, False, "夫"), (0, True, "世帯主"), (0, False, "子")]
    again = sent(browser, form_of(page), "write")
    assert "The change of household was written" in again.text_content()
    assert [town.resident(one).version for one in (HEAD, WIFE, CHILD)] == [2, 2, 1], (
        "pressed twice, written once"
    )
    assert outbox(town) == letters
    assert town.broken() == {}
    listed = said(html.fromstring(browser.get("/desk/households?lang=en").content))
    assert "Another head" in listed
    assert town.resident(WIFE).name not in listed
    assert "世帯主変更" in browser.get(f"/desk/residents/{wife}?lang=ja").text


def test_who_gives_notice_is_said_to_be_what_they_are_today(town):
    browser, (wife,) = desk(town, OLD), ids(town, WIFE)
    page = reviewed(browser, town, noticed(town) | {"given_by": wife}, kind="head", head=wife)
    words = " ".join(said(page).split())
    assert "the head after it" in words, "she heads it by this notice, and not when she gives it"
    assert "now wife" in words


def test_splitting_names_the_head_of_each_and_numbers_the_new_one(town):
    browser, (wife, child) = desk(town, OLD), ids(town, WIFE, CHILD)
    page = reviewed(
        browser, town, noticed(town, because="母と子で生計を分ける"), kind="split", people=[wife, child], head=wife,
    )  # fmt: skip
    assert "a new number" in said(page)
    sent(browser, form_of(page), "write")
    assert family(town) == [(0, True, "世帯主"), (1, True, "世帯主"), (1, False, "子")]
    assert {town.resident(one).reason for one in (WIFE, CHILD)} == {"世帯分離"}
    assert town.resident(HEAD).version == 1
    assert town.resident(WIFE).address == town.resident(HEAD).address
    assert town.broken() == {}


def test_merging_and_passing_join_a_household_of_the_same_house_alone(town):
    browser = desk(town, OLD)
    there = town.resident(20).household_number
    refused = sent(browser, form_of(first_page(browser, town)), "", kind="merge", joins=there)
    assert "lives at another address" in refused.get_element_by_id("joins-error").text_content()
    at_one_address(town)
    second = sent(browser, form_of(first_page(browser, town)), "", kind="merge", joins=there, link="弟")  # fmt: skip
    values = [one.get("value") for one in second.xpath("//input[starts-with(@name, 'relationship-')]")]  # fmt: skip
    assert values == ["弟", "弟の妻", "弟の子"]
    sent(browser, form_of(sent(browser, form_of(second), "", **noticed(town))), "write")
    six = (20, 21, 22, HEAD, WIFE, CHILD)
    assert [one[0] for one in family(town, six)] == [0] * 6
    assert [one[2] for one in family(town, six)] == ["世帯主", "妻", "子", "弟", "弟の妻", "弟の子"]
    assert {town.resident(one).reason for one in (HEAD, WIFE, CHILD)} == {"世帯合併"}
    assert town.broken() == {}


def test_one_passes_into_the_household_beside(town):
    at_one_address(town)
    there, (head, wife, child) = town.resident(20).household_number, ids(town, HEAD, WIFE, CHILD)
    change(town, Choice("pass", (head,), there, rest_head=wife), {head: "縁故者", child: "子"})
    assert family(town, (20, HEAD, WIFE, CHILD)) == [
        (0, True, "世帯主"), (0, False, "縁故者"), (1, True, "世帯主"), (1, False, "子"),
    ]  # fmt: skip
    assert [town.resident(one).reason for one in (HEAD, WIFE)] == ["世帯変更", "世帯主変更"]
    assert town.broken() == {}


def test_what_changed_meanwhile_is_shown_anew(town):
    browser, (wife,) = desk(town, OLD), ids(town, WIFE)
    page = reviewed(browser, town, noticed(town), kind="head", head=wife)
    change(town, Choice("split", tuple(ids(town, CHILD))), {}, mark="1" * 32)
    stale = sent(browser, form_of(page), "write")
    assert "web.changed-since-shown" in stale.text_content()
    assert not town.resident(WIFE).is_head
    sent(browser, form_of(stale), "write")
    assert town.resident(WIFE).is_head


def test_each_is_refused_at_its_field_and_the_rest_stays(town):
    browser, (wife,) = desk(town, OLD), ids(town, WIFE)
    for fields, name, words in [
        ({}, "kind", "Choose what kind"),
        ({"kind": "head"}, "head", "not said who heads"),
        ({"kind": "split"}, "people", "Nobody is chosen"),
        ({"kind": "merge", "joins": "12"}, "joins", "No household"),
    ]:
        page = sent(browser, form_of(first_page(browser, town)), "", **fields)
        assert words in page.get_element_by_id(f"{name}-error").text_content()
    second = sent(browser, form_of(first_page(browser, town)), "", kind="head", head=wife)
    for fields, name, words in [
        (noticed(town) | {"given_by": ""}, "given_by", "Choose who gives notice"),
        (noticed(town) | {"on-day": ""}, "on", "year, month and day"),
        (noticed(town, by=20), "given_by", "cannot give this notice"),
        (noticed(town), "relationship", "is not written"),
        (noticed(town, document=""), "document", "Choose the document"),
        (noticed(town, **{"on-year": "2099"}), "on", "still to come"),
        (noticed(town) | {"given_by": "agent"}, "mandate", "missing"),
        (noticed(town, **{f"relationship-{ids(town, HEAD)[0]}": "孫"}), "relationship", "no relationship"),
        (noticed(town, **{f"relationship-{ids(town, HEAD)[0]}": "縁故者"}), "because", "another one than follows"),
    ]:  # fmt: skip
        told = {} if "is not written" in words else child_of_both(town)
        page = sent(browser, form_of(second), "", **told | fields)
        assert words in page.get_element_by_id(f"{name}-error").text_content(), (name, words)
        assert page.xpath("//input[@name='kind' and @value='head']"), "what was chosen is kept"
    assert family(town)[0] == (0, True, "世帯主")


def test_opened_without_anything_chosen_it_begins_again(town):
    browser, (one,) = desk(town, OLD), ids(town, HEAD)
    for page in ("notice", "review"):
        answer = browser.get(f"/desk/residents/{one}/household/{page}")
        assert answer.headers["location"] == f"/desk/residents/{one}/household"
    with pytest.raises(Refusal) as refused:
        change(town, Choice("head", head=one), {}, clerk=COUNTER)
    assert refused.value.fault.code == "kit.not-your-role"


def test_a_late_notice_is_taken_and_said_to_be_late(town):
    browser, (wife,) = desk(town, OLD), ids(town, WIFE)
    day = today(town.clock) - timedelta(days=40)
    late = {"on-year": str(day.year), "on-month": str(day.month), "on-day": str(day.day)}
    page = reviewed(browser, town, noticed(town, **late), kind="head", head=wife)
    assert "days after the last day for the notice" in said(page)
    sent(browser, form_of(page), "write")
    assert town.resident(WIFE).changed_on == day
    assert "late" in said(html.fromstring(browser.get("/desk/households?lang=en").content))


def test_the_residents_read_what_became_of_their_household(town):
    wife, child = ids(town, WIFE, CHILD)
    assert portal(town, WIFE).household_change is None
    town.clock.set(town.clock.now() + timedelta(seconds=1))
    change(town, Choice("split", (wife, child), head=wife), {child: "子"}, by=WIFE)
    for number in (HEAD, WIFE, CHILD):
        found = portal(town, number).household_change
        assert (found.kind, found.names) == ("split", tuple(town.resident(n).name for n in (WIFE, CHILD)))  # fmt: skip
        assert found.given_by == town.resident(WIFE).name
    assert portal(town, 20).household_change is None
    assert [one.is_self for one in portal(town, HEAD).members] == [True]


def test_of_somebody_protected_nothing_is_told(databases, clock):
    town = Town(databases, clock, size=3, protected={CHILD})
    change(town, Choice("split", tuple(ids(town, CHILD))), {})
    assert [portal(town, one).household_change for one in (HEAD, CHILD)][1] is None
    told = portal(town, HEAD).household_change
    assert (told.kind, told.names, told.given_by) == ("split", (), "")


def test_a_draft_of_a_move_that_lies_open_is_told(town):
    ask = town.street.house("portal").inquirer("portal")
    before = household_now(ask, handles(town, WIFE))
    wife, child = ids(town, WIFE, CHILD)
    change(town, Choice("head", head=wife), {child: "子"})
    now = household_now(ask, handles(town, WIFE))
    assert not same(before, now)
    assert not same(now, replace(now, head_name="別の人"))
    assert same(now, household_now(ask, handles(town, WIFE)))


def test_a_move_that_is_cancelled_afterwards_leaves_one_head(town):
    """The child's notice is accepted; then the parents part, and the child stays after all."""
    case = town.submit(movers=[2], moves_on=today(town.clock) + timedelta(days=5))
    town.settle()
    town.accept(case)
    town.settle()
    wife, child = ids(town, WIFE, CHILD)
    with pytest.raises(Refusal) as refused:
        change(town, Choice("split", (child,)), {})
    assert refused.value.fault.code == "municipality.household-leaving"
    change(town, Choice("split", (wife,)), {})
    Cancelling(town.city).cancel(OLD, case_id=case)
    town.settle()
    assert family(town) == [(0, True, "世帯主"), (1, True, "世帯主"), (0, False, "子")]
    assert town.broken() == {}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ja", "世帯主変更。新しい世帯主"),
        ("en", "Another head"),
        ("easy", "変（か）わりました"),
    ],
)
def test_the_first_page_of_the_portal_says_it_for_a_month(town, lang, words):
    wife, child = ids(town, WIFE, CHILD)
    change(town, Choice("head", head=wife), {child: "子"})
    for number in (HEAD, WIFE, CHILD):
        with patch.object(Handles, "of", lambda *_, n=number: handles(town, n)):
            page = front(town, lang)
            told = page.get_element_by_id("regrouped").text_content()
            assert words in told
            assert lang == "easy" or town.resident(WIFE).name in told, (
                "letter by letter its reading stands between"
            )
    town.clock.set(town.clock.now() + timedelta(days=31))
    with patch.object(Handles, "of", lambda *_: handles(town, CHILD)):
        assert not front(town, lang).xpath("//*[@id='regrouped']")


def front(town, lang):
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    return html.fromstring(browser.get(f"/?lang={lang}").content)


def handles(town, number):
    issuer = town.street.process.institution("jpki")
    return lambda who: seal_handle(issuer, code_of(number), who, town.clock)


@pytest.mark.parametrize("mover", [HEAD, CHILD])
def test_who_left_by_the_plan_and_comes_back_finds_one_head_also_where_the_others_have_joined_another_household(
    town, mover
):
    at_one_address(town)
    on = today(town.clock) + timedelta(days=1)
    case = town.submit(movers=[mover - HEAD], moves_on=on)
    town.settle()
    wife, child = ids(town, WIFE, CHILD)
    new_head = {"new_head": wife, "related": {child: "子"}} if mover == HEAD else {}
    town.accept(case, **new_head)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=3))
    town.settle()
    assert town.resident(mover).state == "left-planned"
    there = town.resident(20).household_number
    staying = [one for one in (HEAD, WIFE, CHILD) if one != mover]
    (asked_at,) = ids(town, staying[0])
    written = dict.fromkeys(ids(town, *staying), "縁故者")
    notice = Notice(today(town.clock), asked_at, "card", because="本人の申出")
    HouseholdChanges(town.city).change(
        OLD, CLERK, asked_at, Choice("merge", (), there), written, notice, mark="2" * 32
    )
    assert town.broken() == {}
    Cancelling(town.city).cancel(OLD, case_id=case)
    town.settle()
    assert town.resident(mover).state == "resident"
    assert town.broken() == {}


def test_a_head_that_is_leaving_has_it_again_after_the_household_changed(town):
    """The head's notice is accepted and the mother heads; then the child parts from her; then the head stays after all."""
    case = town.submit(movers=[0], moves_on=today(town.clock) + timedelta(days=5))
    town.settle()
    wife, child = ids(town, WIFE, CHILD)
    town.accept(case, new_head=wife, related={child: "子"})
    town.settle()
    notice = Notice(today(town.clock), wife, "card", because="生計を分ける")
    HouseholdChanges(town.city).change(
        OLD, CLERK, wife, Choice("split", (child,)), {}, notice, mark="3" * 32
    )
    assert town.broken() == {}
    Cancelling(town.city).cancel(OLD, case_id=case)
    town.settle()
    assert family(town) == [(0, True, "世帯主"), (0, False, "妻"), (1, True, "世帯主")]
    assert town.broken() == {}
