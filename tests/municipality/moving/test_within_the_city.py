"""A change of address within the city: who heads those who stay, whose household is joined, and who is leaving already."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.register import store as register_store
from tests.support.city import CLERK, OLD, reading
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2, size=3)


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value.fault.code


def at_the_desk(town, household=1, movers=None, key=2, **more):
    """A change of address whose mover was identified."""
    case = town.submit(household, movers, to=OLD, key=key, starts=f"{8 + key:02}:00", **more)
    town.settle()
    town.visit(case, household * 10 + (movers or [0])[0], OLD)
    return case


def on_their_own(town, case):
    """They become a household of their own, the first of them its head."""
    first, *rest = town.people(case, OLD)
    people = [EnteredPerson(first.token, True, "世帯主", True)]
    people += [EnteredPerson(one.token, True, "同居人", False) for one in rest]
    town.enter(case, OLD, people=tuple(people))


def joining(town, case, number):
    """They join the household of this person, where that lives."""
    people = [EnteredPerson(p.token, True, "同居人", False) for p in town.people(case, OLD)]
    town.enter(
        case, OLD, people=tuple(people), joins_household=town.resident(number).household_number
    )


def heads(town, *numbers):
    return [(one.is_head, one.relationship) for one in map(town.resident, numbers)]


def ready_to_leave(town, movers, key, days=3):
    """A notice of moving out of the city that was accepted; its day comes in so many."""
    on = today(town.clock) + timedelta(days=days)
    case = town.submit(movers=movers, key=key, starts=f"{8 + key:02}:00", moves_on=on)
    town.settle()
    town.accept(case)
    town.settle()
    return case


# ------------------------------------------------------------ who heads the rest


def test_of_several_who_stay_the_decision_names_the_head_and_the_page_asks(town):
    case = at_the_desk(town, movers=[0])
    on_their_own(town, case)
    assert refused(town.register, case, OLD) == "municipality.head-needed"
    mover = town.resident(HEAD).resident_id
    assert refused(town.register, case, OLD, named=[mover]) == "municipality.head-needed"
    browser = signed_in_at(
        town.street, f"city:{OLD}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip
    page = pressed(browser, case)
    asked = page.get_element_by_id("remaining_head")
    assert asked.get("aria-invalid") == "true"
    assert page.xpath("//a[@href='#remaining_head']")
    child = town.resident(CHILD).resident_id
    assert [one.get("value") for one in asked.xpath("option")] == [
        "",
        town.resident(WIFE).resident_id,
        child,
    ]
    page = pressed(browser, case, remaining_head=child)
    wife = f"standing-{town.resident(WIFE).resident_id}"
    assert page.xpath("//a[@href='#standing']"), "a mother of a head is not his wife"
    assert "written how they stand to the new head: " in page.text_content(), "one or many"
    assert page.get_element_by_id(wife).value == ""
    page = pressed(browser, case, **{"remaining_head": child, wife: "世帯主"})
    assert page.xpath(f"//a[@href='#{wife}']"), "nobody else is head"
    pressed(browser, case, **{"remaining_head": child, wife: "母"})
    town.settle()
    assert heads(town, HEAD, WIFE, CHILD) == [(True, "世帯主"), (False, "母"), (True, "世帯主")]
    assert town.resident(CHILD).changed_on == town.arrival(case, OLD).moved_on
    assert town.broken() == {}


def pressed(browser, case, **fields):
    """The page that comes of pressing Register."""
    form = html.fromstring(browser.get(f"/desk/in/{case}?lang=en").content).get_element_by_id(
        "main-form"
    )
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    answer = browser.post(
        urljoin(str(browser.base_url), form.action), data=data | fields | {"act": ["register"]},
        headers={"origin": str(browser.base_url).rstrip("/")},
    )  # fmt: skip
    return html.fromstring(followed(browser, answer).content)


def test_the_only_one_who_stays_becomes_head_and_who_is_leaving_does_not_stay(town):
    """Head and wife of three: the wife is leaving the city, so the child is the one who remains when the head moves."""
    leaving = ready_to_leave(town, [1], key=3)
    case = at_the_desk(town, movers=[0])
    on_their_own(town, case)
    town.register(case, OLD)
    town.settle()
    assert heads(town, HEAD, WIFE, CHILD) == [(True, "世帯主"), (False, "妻"), (True, "世帯主")]
    assert town.resident(WIFE).case_id == leaving, "her notice is still found by it"
    assert town.broken() == {}


# ------------------------------------------------------------ whose household is joined


def test_a_household_is_joined_where_it_lives_and_its_head_is_shown_before(town):
    case = at_the_desk(town, movers=[1])
    there = town.resident(20)
    lodger = tuple(EnteredPerson(p.token, True, "同居人", False) for p in town.people(case, OLD))
    elsewhere = {"people": lodger, "address": town.elsewhere(OLD)}
    assert (
        refused(town.enter, case, OLD, joins_household=there.household_number, **elsewhere)
        == "municipality.household-elsewhere"
    )
    joining(town, case, 20)
    shown = town.arrivals.look(OLD, CLERK, case).joined
    assert (shown.head, shown.people) == (there.name, 3)
    _protect(town, 21)
    assert town.arrivals.look(OLD, CLERK, case).joined.head == ""
    town.register(case, OLD)
    assert town.resident(WIFE).household_number == there.household_number
    assert town.broken() == {}


def _protect(town, number):
    _change(town, number, protected=True)


def _change(town, number, **items):
    one = town.resident(number)
    town.databases("municipality").run(
        "test.change",
        lambda tx: register_store.change(
            tx, one, reason=one.reason, changed_on=one.changed_on, **items
        ),
        tenant=OLD,
        access=reading(),
    )


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_who_joins_a_household_that_empties_is_not_registered_into_it(town, monkeypatch, when):
    """They move out of it before the decision, or between the decision and the writing; the counter reads what to do."""
    case = at_the_desk(town, movers=[1])
    joining(town, case, 20)
    other = at_the_desk(town, household=2, key=3)
    on_their_own(town, other)
    if when == "before":
        town.register(other, OLD)
    else:
        _first(monkeypatch, lambda: town.register(other, OLD))
    assert refused(town.register, case, OLD) == "municipality.no-such-household"
    found = town.arrival(case, OLD)
    assert found.state == "provisional"
    assert (found.refused is not None) == (when == "meanwhile")
    on_their_own(town, case)
    town.register(case, OLD)
    assert town.arrival(case, OLD).state == "registered"
    assert town.broken() == {}


def _first(monkeypatch, act):
    """Do ``act`` once, when a decision was committed and before anything of it is written."""
    consume, waiting = Registering._consume, [act]

    def consumed(self, *arguments):
        if waiting:
            waiting.pop()()
        return consume(self, *arguments)

    monkeypatch.setattr(Registering, "_consume", consumed)


# ------------------------------------------------------------ who is leaving already


@pytest.mark.parametrize("days", [0, 3])
def test_who_is_leaving_the_city_does_not_move_within_it(town, days):
    """Asked at the entry and at the decision, and said on the page before; the others can go without."""
    case = at_the_desk(town, movers=[0, 1])
    leaving = ready_to_leave(town, [1], key=3, days=days)
    found = {one.check: one for one in town.arrivals.look(OLD, CLERK, case).checks}
    assert not found["not-moving"].good
    assert leaving in found["not-moving"].en
    head, wife = town.people(case, OLD)
    alone = EnteredPerson(head.token, True, "世帯主", True)
    both = (alone, EnteredPerson(wife.token, True, "妻", False))
    with pytest.raises(Refusal) as caught:
        town.enter(case, OLD, people=both)
    assert caught.value.fault.code == "municipality.leaving-already"
    assert leaving in caught.value.title.ja
    assert town.resident(WIFE).name in caught.value.title.ja
    town.enter(case, OLD, people=(alone, EnteredPerson(wife.token, False, "妻", False)))
    _change(town, HEAD, state="leaving")
    assert refused(town.register, case, OLD) == "municipality.leaving-the-country"
    _change(town, HEAD, state="resident")
    town.register(case, OLD)
    assert town.resident(WIFE).state == ("leaving" if days else "left-planned")
    assert town.broken() == {}


def test_of_two_notices_the_second_says_by_which_the_person_is_leaving(town):
    both = town.submit(movers=[0, 1])
    hers = town.submit(movers=[1], key=3, starts="10:00")
    town.settle()
    found = {one.check: one for one in town.out.look(OLD, CLERK, both).case.checks}
    assert hers in found["other-notice"].ja
    assert "not-moving" not in found
    town.accept(hers)
    now = town.out.look(OLD, CLERK, both).case
    assert not now.acceptable
    assert any(hers in one.en for one in now.checks if not one.good and one.blocking)
    assert refused(town.accept, both) == "municipality.leaving-already"


def test_a_change_of_address_that_is_entered_is_decided_before_anybody_leaves(town):
    case = at_the_desk(town, movers=[1])
    out = town.submit(movers=[0, 1], key=3, starts="10:00")
    town.settle()
    found = {one.check: one for one in town.out.look(OLD, CLERK, out).case.checks}
    assert not found["changes-address"].blocking
    on_their_own(town, case)
    assert refused(town.accept, out) == "municipality.not-acceptable"
    town.register(case, OLD)
    blocking = [
        one.check for one in town.out.look(OLD, CLERK, out).case.checks if not one.good and one.blocking
    ]  # fmt: skip
    assert blocking == ["members"], "they are two households now"
    assert refused(town.accept, out) == "municipality.not-acceptable"


# ------------------------------------------------------------ who signed


@pytest.mark.parametrize("tamper", [False, True])
def test_what_was_sent_is_held_against_its_signature(town, tamper):
    case = at_the_desk(town, tamper=tamper)
    checks = town.arrivals.look(OLD, CLERK, case).checks
    found = {one.check: one.good for one in checks}
    assert found["signature"] != tamper
    assert found["applicant"] != tamper
    assert not any(one.blocking for one in checks if not one.good), "it stands in nobody's way"
    on_their_own(town, case)
    town.register(case, OLD)
    assert town.arrival(case, OLD).state == "registered", (
        "the notice is what is signed at the counter"
    )
