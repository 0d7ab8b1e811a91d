"""What a city tells each of a household of what somebody else gave notice of: a move that waits, and another head."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from lxml import html

from kazasu.foundation.time.clock import today
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.households.model import Choice, Notice
from kazasu.municipality.households.service import HouseholdChanges
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import address_of
from kazasu.portal.household.moved import MovesShown
from kazasu.portal.pages.handles import Handles
from tests.municipality.moving.test_within_the_city import at_the_desk
from tests.portal.test_registered import handles, household, inquirer, soon
from tests.support.city import CLERK, NEW, OLD, STRANGER, reading
from tests.support.pages import signed_in_at
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def name(town, number, city=OLD):
    return town.resident(number, city).name


def later(town, **by):
    town.clock.set(town.clock.now() + timedelta(**by))


def protect(town, number):
    def write(tx):
        one = register_store.by_id(tx, town.resident(number).resident_id)
        register_store.change(tx, one, reason="職権修正", changed_on=today(town.clock), protected=True)  # fmt: skip

    town.databases("municipality").run("test.protect", write, tenant=OLD, access=reading())


def told(town, number, city=OLD):
    """Kinds, names, who gave it, 続柄: of each change, the newest first."""
    found = household(town, number, city)
    all_of_them = [found.household_change, *found.changes_before] if found.household_change else []
    return [(one.kind, one.names, one.given_by, one.relationship) for one in all_of_them]


# ------------------------------------------------------------ a move that waits


def not_checked_yet(town, case):
    """As before its job has run."""
    sql = "UPDATE moving_out SET state = 'received', applicant_id = '' WHERE case_id = %s"
    town.databases("municipality").run("test.back", lambda tx: tx.execute(sql, (case,)), tenant=OLD, access=reading())  # fmt: skip


@pytest.mark.parametrize("stands", ["received", "checked", "needs-fix"])
def test_whom_a_notice_names_is_told_before_it_is_decided(town, stands):
    case = town.submit(movers=[0, 1], moves_on=soon(town))
    town.settle()
    if stands == "received":
        not_checked_yet(town, case)
    if stands == "needs-fix":
        town.out.ask_for_correction(
            OLD, CLERK, case, town.out_case(case).version, "番地を確かめてください"
        )
        town.settle()
    assert town.out_case(case).state == stands
    answer = household(town, WIFE)
    (found,) = answer.announced
    assert (found.case_id, found.on, found.within_city) == (case, soon(town), False)
    assert found.given_by == ("" if stands == "received" else name(town, HEAD))
    assert found.received_at == town.out_case(case).received_at
    assert found.visit_on is None, "that city's, which may have been changed since"
    named = [one.name for one in answer.members if one.member_id in found.member_ids]
    assert named == [name(town, HEAD), name(town, WIFE)]
    assert household(town, CHILD).announced == (), "whom it does not name is not told of it"


def test_once_it_is_decided_it_waits_no_more(town):
    case = town.submit(moves_on=soon(town))
    town.settle()
    town.accept(case)
    town.settle()
    answer = household(town, WIFE)
    assert answer.announced == ()
    assert answer.own_move.case_id == case


def test_within_the_city_it_waits_until_it_is_registered(town):
    case = town.submit(to=OLD, moves_on=today(town.clock))
    town.settle()
    (found,) = household(town, WIFE).announced
    assert (found.case_id, found.within_city, found.given_by) == (case, True, name(town, HEAD))
    assert found.visit_on.isoformat() == town.arrival(case, OLD).reservation["notice"]["visit_date"]
    assert found.visit_starts == "09:00"
    assert len(found.member_ids) == 3
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.visit(case, HEAD, OLD)
    town.enter(case, OLD)
    assert household(town, WIFE).announced, "entered, and not decided"
    town.register(case, OLD)
    town.settle()
    assert household(town, WIFE).announced == ()


@pytest.mark.parametrize("to", [NEW, OLD])
def test_of_a_protected_household_neither_who_gave_it_nor_when_they_come(databases, clock, to):
    town = Town(databases, clock, size=3)
    case = town.submit(to=to, moves_on=soon(town) if to == NEW else today(clock))
    town.settle()
    protect(town, CHILD)
    (found,) = household(town, WIFE).announced
    assert (found.case_id, found.given_by, found.visit_on, found.visit_starts) == (
        case,
        "",
        None,
        "",
    )
    assert len(found.member_ids) == 1, "they are shown themselves alone"


# ------------------------------------------------------------ another head


def left_by_the_head(town, new=CHILD):
    """The head alone goes; another one of those who stay is named."""
    case = town.submit(movers=[0], moves_on=soon(town))
    town.settle()
    town.accept(case, new_head=town.resident(new).resident_id)
    town.settle()
    return case


def test_who_becomes_head_by_anothers_move_is_told(town):
    head = name(town, HEAD)
    left_by_the_head(town)
    assert told(town, CHILD) == [("head", (name(town, CHILD),), head, "世帯主")]
    assert told(town, WIFE) == [
        ("head", (name(town, CHILD),), head, town.resident(WIFE).relationship)
    ]
    assert household(town, CHILD).household_change.on == soon(town)
    assert told(town, HEAD) == [("head", (name(town, CHILD),), head, "")], (
        "who is leaving stands to nobody here"
    )
    later(town, days=32)
    assert told(town, CHILD) == []


def test_also_of_a_move_within_the_city(town):
    case = at_the_desk(town, movers=[0])
    person = town.people(case, OLD)[0]
    town.enter(case, OLD, people=(EnteredPerson(person.token, True, "世帯主", True),))
    town.register(case, OLD, named=(town.resident(WIFE).resident_id,))
    town.settle()
    assert told(town, CHILD) == [
        ("head", (name(town, WIFE),), name(town, HEAD), town.resident(CHILD).relationship)
    ]


def test_a_head_that_comes_back_is_told_too(town):
    case = left_by_the_head(town)
    later(town, minutes=1)
    Cancelling(town.city).cancel(OLD, case_id=case)
    town.settle()
    assert town.resident(HEAD).is_head
    newest = told(town, CHILD)[0]
    assert newest == ("head", (name(town, HEAD),), "", town.resident(CHILD).relationship)


def test_who_went_and_is_protected_is_not_named(town):
    left_by_the_head(town)
    later(town, days=6)
    town.departures.depart(OLD, today(town.clock))
    protect(town, HEAD)
    assert told(town, CHILD) == [("head", (name(town, CHILD),), "", "世帯主")]


def arrived(town, head, **more):
    """At the new city, with another head than the notice said."""
    case = town.to_the_desk(**more)
    people = town.people(case)
    town.enter(case, people=tuple(
        EnteredPerson(one.token, True, "世帯主" if at == head else "夫" if at == 0 else "子", at == head)
        for at, one in enumerate(people)
    ))  # fmt: skip
    town.register(case)
    town.settle()
    return case


def test_who_was_to_be_head_and_is_not_is_told_who_is(town):
    arrived(town, head=1)
    wife, given_by = name(town, WIFE, NEW), name(town, HEAD, NEW)
    assert told(town, HEAD, NEW) == [("head", (wife,), given_by, "夫")]
    assert told(town, WIFE, NEW) == [("head", (wife,), given_by, "世帯主")]
    assert told(town, CHILD, NEW) == [], "neither before, nor in the notice, nor now"
    assert household(town, HEAD, NEW).household_change.with_move


def test_who_is_registered_as_it_was_signed_is_told_nothing_of_heads(town):
    town.moved()
    assert [told(town, one, NEW) for one in (HEAD, WIFE, CHILD)] == [[], [], []]


def test_who_headed_before_and_does_not_by_anothers_notice_is_told(town):
    """The wife gives notice for both, and says that she will head them."""
    case = town.submit(movers=[1, 0], moves_on=today(town.clock))
    town.settle()
    town.accept(case)
    town.settle()
    later(town, days=1)
    town.settle()
    town.visit(case, WIFE)
    wife = name(town, WIFE)
    town.enter(case, people=tuple(
        EnteredPerson(one.token, True, "世帯主" if one.mover.name == wife else "夫", one.mover.name == wife)
        for one in town.people(case)
    ))  # fmt: skip
    town.register(case)
    town.settle()
    assert told(town, HEAD, NEW) == [("head", (wife,), wife, "夫")]
    assert told(town, WIFE, NEW) == [], "she said so herself"


# ------------------------------------------------------------ all of them


def test_every_change_of_the_month_is_told_the_newest_first(town):
    """Another head, parted, and one again: all on one day."""
    wife, child, head = (town.resident(one).resident_id for one in (WIFE, CHILD, HEAD))
    desk = HouseholdChanges(town.city)

    def write(at, choice, written, on):
        later(town, seconds=1)
        notice = Notice(today(town.clock), wife, "card", because="本人の申出")
        desk.change(OLD, CLERK, on, choice, written, notice, mark=str(at) * 32)

    write(1, Choice("head", head=wife), {head: "夫", child: "子"}, head)
    write(2, Choice("split", (child,), head=child), {}, child)
    home = town.resident(WIFE).household_number
    write(3, Choice("merge", (child,), joins=home), {child: "子"}, child)
    for number in (HEAD, WIFE, CHILD):
        assert [one[0] for one in told(town, number)] == ["merge", "split", "head"], number
    shown = MovesShown(inquirer(town)).own({}, handles(town, HEAD), town.clock.now(), [])
    assert [one.kind for one in shown.changes] == ["merge", "split", "head"]
    assert told(town, HEAD)[-1] == ("head", (name(town, WIFE),), name(town, WIFE), "夫")
    later(town, days=32)
    assert told(town, HEAD) == []


def test_of_a_household_that_one_has_left_nothing_more_is_told(town):
    """The wife becomes a household of her own; then the child heads the one that she left."""
    head, wife, child = (town.resident(one).resident_id for one in (HEAD, WIFE, CHILD))
    desk = HouseholdChanges(town.city)
    notice = Notice(today(town.clock), wife, "card", because="本人の申出")
    later(town, seconds=1)
    desk.change(OLD, CLERK, wife, Choice("split", (wife,), head=wife), {}, notice, mark="1" * 32)
    later(town, seconds=1)
    desk.change(OLD, CLERK, head, Choice("head", head=child), {head: "父"}, replace(notice, given_by=child), mark="2" * 32)  # fmt: skip
    assert [one[0] for one in told(town, WIFE)] == ["split"]
    assert [one[0] for one in told(town, CHILD)] == ["head", "split"]


# ------------------------------------------------------------ a death


def dies(town, number):
    one = town.resident(number)
    death = Death(today(town.clock), "notice")
    Deaths(town.city).enter(OLD, CLERK, one.resident_id, one.version, death)
    town.settle()


def test_who_becomes_head_by_a_death_is_told_why(town):
    dead = name(town, HEAD)
    dies(town, HEAD)
    for number in (WIFE, CHILD):
        found = household(town, number).household_change
        assert (found.kind, found.names, found.given_by) == ("head", (name(town, WIFE),), "")
        assert (found.by_death, found.died) == (True, dead)


def test_another_head_is_nobodys_death(town):
    case = town.submit(movers=[0], moves_on=soon(town))
    town.settle()
    town.accept(case, new_head=town.resident(WIFE).resident_id)
    found = household(town, CHILD).household_change
    assert (found.kind, found.by_death, found.died) == ("head", False, "")


@pytest.mark.parametrize("lang", ["ja", "en", "easy"])
def test_a_session_that_was_open_before_shows_it(town, lang):
    """Nobody who lost their head is asked whether they know nothing of it."""
    dead, heir = town.resident(HEAD), town.resident(WIFE)
    with patch.object(Handles, "of", lambda *_: handles(town, WIFE)):
        browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-wife")
        before = html.fromstring(browser.get(f"/?lang={lang}").content)
        assert not before.xpath("//*[@id='by-death']")
        dies(town, HEAD)
        later(town, minutes=2)
        page = html.fromstring(browser.get(f"/?lang={lang}").content)
    (banner,) = page.xpath("//*[@id='by-death']/..")
    said = "".join(banner.text_content().split())
    if lang != "easy":  # each word has its reading beside it
        assert dead.name.replace("　", "") in said
        assert heir.name.replace("　", "") in said
    assert "心当たり" not in said
    assert "knownothing" not in said


# ------------------------------------------------------------ somebody moves in


def test_who_lived_there_is_told_that_somebody_joined_and_who_joined_is_not(databases, clock):
    """Their first page said nothing of somebody new in their own household."""
    town = Town(databases, clock, size=2)
    case = town.to_the_desk()
    there = town.resident(STRANGER, NEW)
    people = tuple(EnteredPerson(one.token, True, "同居人", False) for one in town.people(case))
    town.enter(case, joins_household=there.household_number, address=address_of(there, NEW), people=people)  # fmt: skip
    assert household(town, STRANGER, NEW).household_change is None
    town.register(case)
    names = {name(town, one, NEW) for one in (HEAD, WIFE)}
    found = household(town, STRANGER, NEW).household_change
    assert (found.kind, set(found.names), found.by_oneself) == ("join", names, False)
    assert found.given_by == name(town, HEAD, NEW)
    for one in (HEAD, WIFE):
        assert "join" not in [kind for kind, *_ in told(town, one, NEW)]
    later(town, days=32)
    assert household(town, STRANGER, NEW).household_change is None


@pytest.mark.parametrize(
    ("giver", "who"), [(HEAD, HEAD), (HEAD, WIFE), (WIFE, WIFE), (WIFE, CHILD)]
)
def test_of_ones_own_notice_it_is_said_that_it_is_ones_own(town, giver, who):
    """Nobody is asked whether they know nothing of what they gave notice of themselves."""
    wife, child, by = (town.resident(one).resident_id for one in (WIFE, CHILD, giver))
    notice = Notice(today(town.clock), by, "card", because="本人の申出")
    later(town, seconds=1)
    HouseholdChanges(town.city).change(
        OLD, CLERK, by, Choice("head", head=wife), {town.resident(HEAD).resident_id: "夫", child: "子"}, notice, mark="1" * 32
    )  # fmt: skip
    assert household(town, who).household_change.by_oneself == (giver == who)
