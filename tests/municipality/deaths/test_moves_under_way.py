"""A death touches a move that is under way: in each state it stands in, both cities and the portal go on without the dead, and where nobody is
left it ends, with its appointment free for others."""

from datetime import timedelta
from uuid import uuid4

import pytest
from lxml import html

from kazasu.contracts.municipality import NoticeOfMovingOut, SignedDocument, VisitReservation
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.life import FORGOTTEN
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.store import visits
from kazasu.municipality.register import store as register_store
from tests.municipality.deaths.test_deaths import CHILD, HEAD, WIFE, dies, heads
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, NEW, OLD, reading
from tests.support.pages import signed_in_at
from tests.support.town import Town

RESIDENT = "sub-1"
ENTERED = ("provisional", "registering")


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def name(town, number):
    return town.resident(number).name


def shown(town, path, lang="en"):
    browser = signed_in_at(town.street, "portal", "portal", "resident", RESIDENT)
    answer = browser.get(f"{path}?lang={lang}")
    assert answer.status_code == 200
    return " ".join(html.fromstring(answer.content).find(".//main").text_content().split())


def mentioned(town, page, number):
    """Whether a page names them, however it is written."""
    return name(town, number).replace("　", "") in page.replace("　", "").replace(" ", "")


def place(town, case, city=NEW):
    return town._read(city, lambda tx: visits.place_of(tx, case))


def proposed(town, number):
    one = town.resident(number)
    return Deaths(town.city).propose(
        OLD, CLERK, one.resident_id, one.version, Death(today(town.clock), "notice")
    )


def stand(town, state, **more):
    """A move between the cities that stands there at the old or the new one."""
    case = town.submit(moves_on=today(town.clock) + timedelta(days=1), **more)
    town.settle()
    if state == "needs-fix":
        town.out.ask_for_correction(OLD, CLERK, case, town.out_case(case).version, "番地が違います")
    elif state != "checked":
        town.accept(case)
    town.settle()
    if state in ("departed", "visited", "provisional"):
        town.clock.set(town.clock.now() + timedelta(days=1))
        town.settle()
    if state in ("visited", "provisional"):
        town.visit(case, WIFE)
    if state == "provisional":
        town.enter(case)
    return case


STATES = ["checked", "needs-fix", "accepted", "departed", "visited", "provisional"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", [HEAD, CHILD], ids=["head", "child"])
def test_the_others_go_on(town, state, who):
    """Who gave notice and was announced as head, or another: nobody waits for them, and the rest are registered."""
    case = stand(town, state)
    dies(town, who)
    town.settle()
    rest = [one for one in (HEAD, WIFE, CHILD) if one != who]
    assert town.portal.move(RESIDENT, case).gone == {name(town, who)}
    if state == "needs-fix":
        town.out.go_on(OLD, CLERK, case, town.out_case(case).version, "電話で確かめました")
    if state in ("checked", "needs-fix"):
        town.accept(case)
        town.settle()
    assert {one.mover.name for one in town.people(case)} == {name(town, one) for one in rest}
    assert town.arrival(case).died == [name(town, who)]
    assert place(town, case) is not None
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    town.visit(case, WIFE)
    people = [
        EnteredPerson(one.token, True, "世帯主" if head else "子", head)
        for one in town.people(case)
        for head in (one.mover.name == name(town, WIFE),)
    ]
    town.enter(case, people=tuple(people))
    town.register(case)
    town.settle()
    assert town.states(who) == {OLD: "left", NEW: None}
    assert all(town.states(one) == {OLD: "left", NEW: "resident"} for one in rest)
    assert town.out_case(case).state == "closed"
    move = town.portal.move(RESIDENT, case)
    assert set(move.registered_in) == {name(town, one) for one in rest}
    assert name(town, who) not in {one.name for one in move.cards or ()}
    assert move.left_out == []
    assert town.broken() == {}


@pytest.mark.parametrize("state", STATES[:4])
def test_nobody_is_left_and_it_ends(databases, clock, state):
    town = Town(databases, clock, size=1)
    case = stand(town, state)
    assert place(town, case) is not None
    dies(town, HEAD)
    town.settle()
    assert place(town, case) is None, "the seat is free for others"
    assert town.arrival(case).state in FORGOTTEN
    assert town.out_case(case).state == "closed"
    assert town.portal.move(RESIDENT, case).nobody_left
    assert town.first_page() == []
    assert town.people(case) == []
    assert town.broken() == {}


@pytest.mark.parametrize("state", ["ready", "visited", "provisional", "missed"])
def test_a_reservation_within_the_city(town, state):
    case = within(town, state)
    proposal = proposed(town, CHILD)
    assert [(one.case_id, one.kind, one.over) for one in proposal.touched] == [
        (case, "within-city", False)
    ]
    dies(town, CHILD)
    town.settle()
    assert {one.mover.name for one in town.people(case, OLD)} == {
        name(town, HEAD), name(town, WIFE)
    }  # fmt: skip
    found = town.arrival(case, OLD)
    assert found.died == [name(town, CHILD)]
    assert found.state == ("visited" if state in ENTERED else state), (
        "an entry that names them is void"
    )
    assert town.portal.move(RESIDENT, case).gone == {name(town, CHILD)}
    if state != "missed":
        town.visit(case, HEAD, OLD)
        town.enter(case, OLD)
        town.register(case, OLD)
        town.settle()
        assert town.resident(HEAD).address == town.resident(WIFE).address != town.resident(CHILD).address  # fmt: skip
    assert town.broken() == {}


def within(town, state, **more):
    case = town.submit(to=OLD, **more)
    town.settle()
    if state in ("visited", *ENTERED):
        town.clock.set(town.clock.now() + timedelta(days=1))
        town.settle()
        town.visit(case, HEAD, OLD)
    if state in ENTERED:
        town.enter(case, OLD)
    if state == "missed":
        town.clock.set(town.clock.now() + timedelta(days=4))
        town.settle()
    return case


@pytest.mark.parametrize("state", ["ready", "visited", "provisional", "missed"])
def test_nobody_is_left_within_the_city(databases, clock, state):
    """No clerk is told to telephone who did not come."""
    town = Town(databases, clock, size=1)
    case = within(town, state)
    proposal = proposed(town, HEAD)
    assert [one.over for one in proposal.touched] == [True]
    assert proposal.empty
    assert bool(proposal.touched[0].starts) == (state != "missed")
    dies(town, HEAD)
    town.settle()
    found = town.arrival(case, OLD)
    assert (found.state, found.reservation, found.died) == ("cancelled", None, [])
    assert place(town, case, OLD) is None
    town.clock.set(town.clock.now() + timedelta(days=5))
    town.settle()
    assert town.arrival(case, OLD).state == "cancelled"
    assert town.arrivals.queue(OLD, CLERK) == []
    assert town.portal.move(RESIDENT, case).nobody_left
    assert town.broken() == {}


def test_a_notice_that_comes_after_the_death(town):
    """Sent before it was entered, delivered after it."""
    case = stand(town, "checked")
    kept = town.out_case(case)
    dies(town, CHILD)
    town.settle()
    town.databases.founder("municipality").run(
        "test.forget", lambda tx: tx.execute("DELETE FROM moving_out WHERE case_id = %s", (case,))
    )
    letter = NoticeOfMovingOut(
        case_id=case, notice=kept.notice, signed=SignedDocument.model_validate(kept.signed),
        submitted_at=kept.submitted_at,
    )  # fmt: skip
    deliver(town, OLD, lambda tx: town.out.receive(tx, letter, None))
    town.settle()
    town.accept(case)
    town.settle()
    assert len(town.people(case)) == 2
    assert town.arrival(case).died == [name(town, CHILD)]
    told = [one.event for one in town.portal.move(RESIDENT, case).events]
    assert told.count("mover-died") == 2, "once for the entry, once for the notice that came late"


def test_a_reservation_within_the_city_that_comes_after_the_death(databases, clock):
    town = Town(databases, clock, size=1)
    case = within(town, "ready")
    kept = town.arrival(case, OLD)
    dies(town, HEAD)
    town.settle()
    town.databases.founder("municipality").run(
        "test.forget", lambda tx: tx.execute("DELETE FROM moving_in WHERE case_id = %s", (case,))
    )
    letter = VisitReservation(
        case_id=case, notice=kept.reservation["notice"],
        signed=SignedDocument.model_validate(kept.reservation["signed"]),
        hold_id=uuid4(),
        applicant_name="届出人", submitted_at=clock.now(),
    )  # fmt: skip
    deliver(town, OLD, lambda tx: town.expected.reserve(tx, letter, None))
    town.settle()
    assert town.people(case, OLD) == []
    assert town.arrival(case, OLD).state == "cancelled"
    assert place(town, case, OLD) is None


def deliver(town, city, work):
    town.databases("municipality").run("test.late", work, tenant=city, access=reading())


def test_who_gave_notice_had_died_before(town):
    """Nobody dead gives notice: what is signed after the day of a death is not accepted."""
    case = stand(town, "checked")
    dies(town, HEAD, days=3)
    town.settle()
    with pytest.raises(Refusal) as refused:
        town.accept(case)
    assert refused.value.fault.code == "municipality.not-acceptable"
    assert town.resident(WIFE).state == "resident"


# ------------------------------------------------------------ the head of those who are leaving


def test_those_who_are_leaving_have_a_head_until_their_day(town):
    case = stand(town, "accepted")
    (heir, related) = (
        proposed(town, HEAD).succession.head,
        proposed(town, HEAD).succession.related,
    )
    assert (heir.name, [one.name for one, _ in related]) == (name(town, WIFE), [name(town, CHILD)])
    dies(town, HEAD)
    town.settle()
    wife = town.resident(WIFE)
    assert (wife.is_head, wife.state, wife.case_id) == (True, "leaving", case)
    assert heads(town) == [wife.name]
    assert {one.mover.relationship for one in town.people(case)} == {"妻", "子"}
    assert town.broken() == {}
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert heads(town) == []
    assert town.broken() == {}


def test_they_stay_after_all_with_that_head(town):
    case = stand(town, "accepted")
    dies(town, HEAD)
    town.settle()
    version = town.out_case(case).version
    Cancelling(town.city).cancel_at_desk(OLD, CLERK, case, version, "家族の申出")
    town.settle()
    wife, child = town.resident(WIFE), town.resident(CHILD)
    assert (wife.state, wife.is_head, wife.relationship) == ("resident", True, "世帯主")
    assert (child.state, child.is_head) == ("resident", False)
    assert child.relationship != "世帯主"
    assert town.broken() == {}


def test_a_family_that_leaves_one_by_one_names_nobody_in_between(town):
    stand(town, "departed")

    def history(tx):
        ids = [town.resident(one).resident_id for one in (HEAD, WIFE, CHILD)]
        return [v.reason for one in ids for v in register_store.history(tx, one)]

    assert "世帯主変更" not in town._read(OLD, history)


# ------------------------------------------------------------ what people read


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_resident_reads_of_no_dead_who_moves(town, lang):
    case = stand(town, "accepted")
    dies(town, CHILD)
    town.settle()
    before, _, line = shown(town, f"/moves/{case}", lang).partition(
        {"ja": "住民票に記載されました", "en": "A death was entered"}[lang]
    )
    assert not mentioned(town, before, CHILD)
    assert line
    assert mentioned(town, line, CHILD)
    assert not mentioned(town, shown(town, f"/moves/{case}/visit/sheet", lang), CHILD)


def test_the_announced_head_died(town):
    """Whoever reads it at either side is told that the head is to be named at the counter."""
    case = stand(town, "accepted")
    dies(town, HEAD)
    town.settle()
    for path in (f"/moves/{case}", f"/moves/{case}/visit/sheet"):
        assert "is named at the counter" in shown(town, path)
        assert "窓口で決めます" in shown(town, path, "ja")
    page = html.fromstring(desk(town, NEW).get(f"/desk/in/{case}?lang=en").content)
    banner = page.get_element_by_id("died").text_content()
    assert mentioned(town, banner, HEAD)
    assert "ask at the counter who heads the household" in banner
    assert "has died: to be asked here" in page.text_content()
    who = page.xpath("//table[contains(@class, 'side-by-side')]")[0].text_content()
    assert not mentioned(town, who, HEAD)


def test_a_child_who_died_is_no_head_to_be_asked_for(town):
    case = stand(town, "accepted")
    dies(town, CHILD)
    town.settle()
    page = html.fromstring(desk(town, NEW).get(f"/desk/in/{case}?lang=en").content)
    banner = page.get_element_by_id("died").text_content()
    assert mentioned(town, banner, CHILD)
    assert "heads the household" not in banner
    assert "named at the counter" not in shown(town, f"/moves/{case}")


def test_who_dies_while_cards_wait_is_registered_no_more(town):
    case = town.moved()
    assert {one.name for one in town.portal.move(RESIDENT, case).cards} >= {name(town, HEAD)}
    dies(town, WIFE, NEW)
    town.settle()
    move = town.portal.move(RESIDENT, case)
    assert name(town, WIFE) not in {one.name for one in move.cards}
    assert name(town, WIFE) not in move.registered_in
    assert town.broken() == {}


def test_the_review_says_what_ends(town):
    """Two of them wait for a decision, and within the city; nothing is written by looking."""
    undecided = stand(town, "checked", movers=[1, 2])
    browser, child = desk(town, OLD), town.resident(CHILD)
    day, record = today(town.clock), f"/desk/residents/{child.resident_id}/death"
    form = html.fromstring(browser.get(record).content).get_element_by_id("main-form")
    fields = {"on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}"}  # fmt: skip
    page = sent(browser, form, "", basis="notice", **fields).text_content()
    assert undecided in page
    assert "この人を除いて進みます" in page
    assert town.resident(CHILD).state == "resident"
