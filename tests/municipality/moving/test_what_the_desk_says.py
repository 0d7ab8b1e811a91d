"""What the desk registers is what its page shows; who decided is said, and nobody has what is over; no child is left unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.casework.service import CaseWork
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import left_alone
from tests.support.city import CLERK, COUNTER, NEW, OLD, reading
from tests.support.town import Town, entered

ELSEWHERE = Address(
    municipality_code=MunicipalityCode(OLD), prefecture="神奈川県", city="横浜市西区", town="みなとみらい", block="１番地",
)  # fmt: skip


def refused(call, *given, **more):
    with pytest.raises(Refusal) as caught:
        call(*given, **more)
    return caught.value


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def corrected(case):
    """The same page with one thing of it changed, each in turn."""
    entry = entered(case)
    first, *rest = entry.people
    yield "住所", {"address": entry.address.model_copy(update={"block": "９番地"})}
    yield "住所", {"address": entry.address.model_copy(update={"building": "ハイツ"})}
    yield "異動日", {"moved_on": entry.moved_on.replace(day=1)}
    yield "世帯番号", {"joins_household": "0000000001"}
    other = EnteredPerson(first.token, True, "同居人", first.is_head)
    yield "引っ越す人", {"people": (other, *rest)}
    yield "引っ越す人", {"people": (first, *(replace(one, included=False) for one in rest))}


def test_a_correction_on_the_page_is_not_dropped_when_it_is_registered(town):
    case = town.to_the_desk()
    town.enter(case)
    for item, change in corrected(town.arrival(case)):
        refusal = refused(town.register, case, **change)
        assert refusal.fault.code == "municipality.not-as-entered"
        assert item in refusal.title.ja
    assert town.arrival(case).state == "provisional"
    assert town.resident(10, NEW) is None
    town.register(case)
    assert town.resident(10, NEW).block == "１番地"
    town.settle()
    events = town.portal.move("sub-1", case).events
    proof = next(one.proof for one in events if one.event == "registered")
    assert [step[1] for step in proof] == [
        f"{what}: card and register agree" for what in ("Name", "Address (before)", "Date of birth", "Sex")
    ], "what was found, not what was looked at"  # fmt: skip


def test_who_decided_is_said_and_nobody_has_what_is_over(town):
    case = town.submit()
    town.settle()
    work = CaseWork(town.city)
    work.take(OLD, COUNTER, "out", case, "")
    work.take(OLD, CLERK, "out", case, COUNTER.staff_id)
    town.accept(case)
    found = town.out.look(OLD, COUNTER, case).standing
    assert (found.holder, found.over) == (None, True)
    assert [(one.what.en, one.name, one.at) for one in found.done] == [
        ("Accepted", CLERK.name, town.clock.now())
    ]
    for act, given in (
        (work.take, ("",)),
        (work.hand_over, (CLERK.staff_id, "")),
        (work.put_back, ("",)),
    ):
        assert (
            refused(act, OLD, COUNTER, "out", case, *given).fault.code == "municipality.case-over"
        )
    work.note(OLD, COUNTER, "out", case, "電話がありました")
    (row,) = town.out.queue(OLD, COUNTER, done=True)
    assert (row.done.name, row.done.at) == (CLERK.name, found.done[0].at)


def test_an_arrival_says_each_step_and_who_took_it(town):
    case = town.moved()
    standing = town.arrivals.look(NEW, CLERK, case).standing
    assert [one.what.en for one in standing.done] == [
        "Identified", "Entered provisionally", "Registration decided"
    ]  # fmt: skip
    assert {one.name for one in standing.done} == {CLERK.name}
    assert standing.over
    assert standing.holder is None


def child(town, number):
    """Somebody of the old city becomes seven years old."""
    one = town.resident(number, OLD)
    born = today(town.clock).replace(year=today(town.clock).year - 7)
    town.databases("municipality").run(
        "test.child",
        lambda tx: register_store.change(
            tx,
            one,
            birth_date=born,
            birth_text=f"{born}",
            processed_at=tx.now,
            reason=one.reason,
            changed_on=one.changed_on,
        ),
        tenant=OLD,
        access=reading(),
    )


def test_a_child_left_alone_waits_for_the_decider_and_what_was_decided_stays(town):
    child(town, 11)
    case = town.submit(movers=[0])
    town.settle()
    view = town.out.look(OLD, CLERK, case)
    assert [one.check for one in view.case.checks if not one.good and one.blocking] == [
        "left-alone"
    ]
    assert [one.resident_id for one in view.alone] == [town.resident(11, OLD).resident_id]
    assert view.case.acceptable
    for care in ("", "　"):
        refusal = refused(town.out.accept, OLD, CLERK, case, view.case.version, "", care)
        assert refusal.fault.code == "municipality.child-left-alone"
    assert town.states(10)[OLD] == "resident"
    town.out.accept(OLD, CLERK, case, view.case.version, "", "祖母が転入して世話をする")
    assert town.out.look(OLD, CLERK, case).standing.notes[-1].words == "祖母が転入して世話をする"


def test_a_change_of_address_within_the_city_asks_the_same(town):
    child(town, 11)
    case = town.submit(movers=[0], to=OLD)
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    town.visit(case, 10, OLD)
    town.enter(case, OLD, address=ELSEWHERE)
    alone = town.arrivals.look(OLD, CLERK, case).alone
    assert [one.resident_id for one in alone] == [town.resident(11, OLD).resident_id]
    refusal = refused(town.register, case, OLD)
    assert refusal.fault.code == "municipality.child-left-alone"
    page = town.arrival(case, OLD)
    town.registering.register(OLD, CLERK, case, page.version, entered(page), "父が世話をする")
    assert town.arrival(case, OLD).state == "registered"
    assert town.arrivals.look(OLD, CLERK, case).standing.notes[-1].words == "父が世話をする"


def test_a_family_that_goes_whole_or_leaves_an_adult_is_asked_nothing(town):
    for movers in (None, [0]):
        case = town.submit(movers=movers)
        town.settle()
        assert town.out.look(OLD, CLERK, case).alone == []
        assert "left-alone" not in [one.check for one in town.out_case(case).checks]
        town.portal.withdraw("sub-1", case)
        town.settle()


def test_alone_is_who_stays_with_nobody_of_fifteen_years(town):
    adult, other = town.members(1)
    day = today(town.clock)
    young = replace(_resident(town, other), birth_text=f"{day.replace(year=day.year - 14)}")
    grown = replace(young, birth_text=f"{day.replace(year=day.year - 15)}")
    old = _resident(town, adult)
    gone = {old.resident_id}
    assert left_alone([old, young], gone, day) == [young]
    assert left_alone([old, grown], gone, day) == []
    assert left_alone([replace(old, state="leaving"), young], (), day) == [young]
    assert left_alone([old, young], {old.resident_id, young.resident_id}, day) == []


def _resident(town, member):
    return town._read(OLD, lambda tx: register_store.by_id(tx, member.resident_id))


def test_a_case_that_is_over_is_taken_from_its_clerk(town):
    """In the tables too: who reads them otherwise finds no holder of what nobody works on."""
    case = town.submit()
    town.settle()
    CaseWork(town.city).take(OLD, CLERK, "out", case, "")
    town.accept(case)
    held = town._read(OLD, lambda tx: casework_store.holders(tx, "out", [case]))
    assert held == {}


def test_another_head_than_signed_is_marked_for_who_decides(town):
    case = town.to_the_desk()
    town.enter(case)

    def marked():
        found = town.arrivals.look(NEW, CLERK, case).differences
        return [one for one in found if one.check == "head-announced"]

    assert marked() == []
    first, second = town.people(case)
    town.enter(
        case,
        people=(
            EnteredPerson(first.token, True, "夫", False),
            EnteredPerson(second.token, True, "世帯主", True),
        ),
    )
    [found] = marked()
    assert not found.good
    assert not found.blocking
    assert first.mover.name in found.ja
    assert second.mover.name in found.ja
