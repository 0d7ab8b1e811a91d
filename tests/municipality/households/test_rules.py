"""Any household, any change of it: each person once, one head each, relationships that the register writes. And who is refused, by name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import wareki
from kazasu.kit import periods
from kazasu.municipality.households import rules
from kazasu.municipality.households.model import Choice, Notice, days_late
from kazasu.municipality.register.relationships import HEAD, Standing, check
from tests.municipality.households.people import OWN, THERE, TODAY, person


@st.composite
def households(draw, number, first):
    """One head, the others by any form; some are leaving, but not all."""
    size = draw(st.integers(1, 5))
    people = [
        person(
            first + at, number,
            relationship=HEAD if not at else draw(st.sampled_from(("妻", "子", "父", "母", "兄", "子の子", "縁故者", "同居人"))),
            sex=draw(st.sampled_from("男女")), age=draw(st.integers(0, 90)),
            state=draw(st.sampled_from(("resident", "resident", "resident", "leaving"))) if at else "resident",
        )
        for at in range(size)
    ]  # fmt: skip
    grown = [one for one in people if not periods.too_young(one.birth_text, TODAY)]
    if periods.too_young(people[0].birth_text, TODAY) and grown:
        born = TODAY - timedelta(days=365 * 40)
        people[0] = replace(people[0], birth_date=born, birth_text=wareki(born))
    return people


@st.composite
def choices(draw, own, there):
    ids = [one.resident_id for one in own]
    return Choice(
        draw(st.sampled_from(("head", "split", "merge", "pass"))),
        tuple(draw(st.lists(st.sampled_from(ids), unique=True))),
        draw(st.sampled_from((THERE, THERE, THERE, OWN, ""))),
        draw(st.sampled_from((*ids, ""))),
        draw(st.sampled_from((*ids, ""))),
        draw(st.sampled_from(("", "子", "父", "兄", "同居人"))),
    )


@given(st.data())
def test_each_person_once_one_head_each_and_forms_that_are_written(data):
    own = data.draw(households(OWN, 1))
    there = data.draw(households(THERE, 11))
    choice = data.draw(choices(own, there))
    try:
        plan = rules.plan(choice, own, there if choice.joins == THERE else [], TODAY)
    except Refusal:
        return
    written = {
        line.before.resident_id: line.standing.relationship or "同居人" for line in plan.lines
    }
    said = rules.related(plan, written, "本人の申出")
    found = rules.after(plan, said)
    involved = [*own, *(there if choice.kind in ("merge", "pass") else [])]
    staying = sorted(one.resident_id for one in involved if one.state == "resident")
    assert sorted(one.resident_id for people in found for one in people) == staying
    for people in found:
        (head,) = [one for one in people if one.is_head]
        assert [one.relationship == HEAD for one in people] == [one is head for one in people]
        assert all(check(one.relationship) == one.relationship for one in people)
        young = periods.too_young(head.birth_text, TODAY)
        alone = {one.resident_id for one in periods.left_alone(people, TODAY)}
        assert not young or alone <= {one.resident_id for one in plan.alone}
    gone = {line.before.resident_id for line in plan.lines if line.changes_household}
    assert bool(gone) == (choice.kind != "head")
    assert gone <= set(choice.people) or choice.kind == "merge"
    left = {one.household_number for one in involved if one.state == "leaving"}
    after = {one.household_number for people in found for one in people}
    assert left <= after, "nobody who is leaving is left behind alone"


FATHER, MOTHER, CHILD = (
    person(1, OWN),
    person(2, OWN, relationship="妻", sex="女", age=38),
    person(3, OWN, relationship="子", age=9),
)
FAMILY = [FATHER, MOTHER, CHILD]
AUNT = person(11, THERE, sex="女", age=60)
NEPHEW = person(12, THERE, relationship="子", age=30)
OTHERS = [AUNT, NEPHEW]


def ids(*people):
    return tuple(one.resident_id for one in people)


def leaving(one):
    return replace(one, state="leaving")


@pytest.mark.parametrize(
    ("code", "choice", "own", "there"),
    [
        ("municipality.household-people", Choice("split"), FAMILY, []),
        ("municipality.household-people", Choice("split", ("9",)), FAMILY, []),
        ("municipality.household-everybody", Choice("split", ids(*FAMILY)), FAMILY, []),
        ("municipality.household-everybody", Choice("pass", ids(*FAMILY), THERE), FAMILY, OTHERS),
        ("municipality.household-leaving", Choice("split", ids(MOTHER)), [FATHER, leaving(MOTHER), CHILD], []),
        ("municipality.household-leaving", Choice("head", head="2"), [FATHER, leaving(MOTHER)], []),
        ("municipality.household-leaving", Choice("merge", (), THERE), [FATHER, leaving(MOTHER)], OTHERS),
        ("municipality.household-leaving", Choice("head", head="2"), [leaving(FATHER), MOTHER], []),
        ("municipality.household-head", Choice("head"), FAMILY, []),
        ("municipality.household-head", Choice("head", head="11"), FAMILY, OTHERS),
        ("municipality.household-head", Choice("split", ids(FATHER)), FAMILY, []),
        ("municipality.household-head", Choice("split", ids(MOTHER, CHILD)), FAMILY, []),
        ("municipality.household-same-head", Choice("head", head="1"), FAMILY, []),
        ("municipality.household-young-head", Choice("head", head="3"), FAMILY, []),
        ("municipality.household-young-head", Choice("split", ids(MOTHER, CHILD), head="3"), FAMILY, []),
        ("municipality.household-young-head", Choice("split", ids(FATHER), rest_head="3"), FAMILY, []),
        ("municipality.household-unknown", Choice("merge", (), "0"), FAMILY, []),
        ("municipality.household-same", Choice("merge", (), OWN), FAMILY, FAMILY),
        ("municipality.household-empty", Choice("merge", (), THERE), FAMILY, [leaving(AUNT)]),
        ("municipality.household-headless", Choice("merge", (), THERE), FAMILY, [leaving(AUNT), NEPHEW]),
        ("municipality.household-other-house", Choice("merge", (), THERE), FAMILY, [replace(AUNT, block="９番地")]),
        ("municipality.household-protected", Choice("merge", (), THERE), FAMILY, [AUNT, replace(NEPHEW, protected=True)]),
        ("municipality.household-protected", Choice("pass", ids(CHILD), THERE), [FATHER, MOTHER, replace(CHILD, protected=True)], OTHERS),
        ("municipality.bad-relationship", Choice("merge", (), THERE, link="孫"), FAMILY, OTHERS),
        ("municipality.bad-relationship", Choice("merge", (), THERE, link="世帯主"), FAMILY, OTHERS),
    ],
)  # fmt: skip
def test_who_is_refused(code, choice, own, there):
    with pytest.raises(Refusal) as refused:
        rules.plan(choice, own, there, TODAY)
    assert refused.value.fault.code == code


def words(plan):
    return {line.before.resident_id: line.standing.relationship for line in plan.lines}


def test_what_follows_from_the_register_is_filled_in():
    assert words(rules.plan(Choice("head", head="2"), FAMILY, [], TODAY))["1"] == "夫"
    split = rules.plan(Choice("split", ids(FATHER, CHILD), head="1"), FAMILY, [], TODAY)
    assert words(split) == {"2": HEAD, "1": HEAD, "3": "子"}
    assert [one.household for one in split.lines] == [OWN, "", ""]
    asked = rules.plan(Choice("merge", (), THERE), FAMILY, OTHERS, TODAY)
    assert words(asked) == dict.fromkeys("123", "")
    told = rules.plan(Choice("merge", (), THERE, link="弟"), FAMILY, OTHERS, TODAY)
    assert words(told) == {"1": "弟", "2": "弟の妻", "3": "弟の子"}
    assert [one.resident_id for one in told.unchanged] == ["11", "12"]


def test_a_household_whose_head_is_still_to_be_named_gets_one():
    orphaned = [MOTHER, CHILD]
    plan = rules.plan(Choice("head", head="2"), orphaned, [], TODAY)
    assert {line.before.resident_id: line.is_head for line in plan.lines} == {"2": True, "3": False}


def test_another_relationship_than_follows_needs_its_reason_and_everybody_has_one():
    plan = rules.plan(Choice("head", head="2"), FAMILY, [], TODAY)
    for written, because, code in [
        ({}, "", "municipality.household-related"),
        ({"1": "縁故者", "3": "子"}, " ", "municipality.household-related-otherwise"),
        ({"1": "世帯主", "3": "子"}, "", "municipality.bad-relationship"),
        ({"1": "孫", "3": "子"}, "", "municipality.bad-relationship"),
    ]:
        with pytest.raises(Refusal) as refused:
            rules.related(plan, written, because)
        assert refused.value.fault.code == code
    said = rules.related(plan, {"1": "縁故者", "3": "子"}, "戸籍")
    assert {line.before.resident_id: (word, why) for line, word, why in said} == {
        "1": ("縁故者", "戸籍"), "2": (HEAD, ""), "3": ("子", ""),
    }  # fmt: skip


def test_children_alone_are_decided_with_a_reason():
    plan = rules.plan(Choice("split", ids(CHILD)), FAMILY, [], TODAY)
    assert [one.resident_id for one in plan.alone] == ["3"]
    with pytest.raises(Refusal) as refused:
        rules.related(plan, {}, "")
    assert refused.value.fault.code == "municipality.household-children-alone"
    assert rules.related(plan, {}, "母が隣室で養育する")


SPLIT = rules.plan(Choice("split", ids(MOTHER)), FAMILY, [], TODAY)
JOINED = rules.plan(Choice("pass", ids(MOTHER), THERE), FAMILY, OTHERS, TODAY)


@pytest.mark.parametrize(
    ("plan", "notice", "given_as"),
    [
        (SPLIT, {"given_by": "2"}, "head"),
        (SPLIT, {"given_by": "1"}, "head"),
        (JOINED, {"given_by": "2"}, "self"),
        (JOINED, {"given_by": "11"}, "head"),
        (JOINED, {"given_by": "12"}, "municipality.household-giver"),
        (SPLIT, {"given_by": "3"}, "municipality.household-giver"),
        (SPLIT, {"given_by": "x"}, "municipality.household-giver"),
        (SPLIT, {"given_by": "agent"}, "municipality.household-mandate"),
        (SPLIT, {"given_by": "agent", "giver_name": "代　理"}, "municipality.household-mandate"),
        (SPLIT, {"given_by": "agent", "giver_name": "代　理", "mandate": "委任状"}, "agent"),
        (SPLIT, {"given_by": "guardian", "giver_name": "後　見", "mandate": "登記"}, "guardian"),
        (SPLIT, {"on": TODAY + timedelta(days=1)}, "municipality.household-day-ahead"),
        (SPLIT, {"on": MOTHER.lives_here_since}, "head"),
        (SPLIT, {"on": MOTHER.lives_here_since - timedelta(days=1)}, "municipality.household-day-before"),
    ],
)  # fmt: skip
def test_who_gives_notice_and_of_which_day(plan, notice, given_as):
    said = Notice(**{"on": TODAY, "given_by": "1", "document": "card"} | notice)
    if not given_as.startswith("municipality."):
        assert rules.must_be_given(plan, said, TODAY) == given_as
        return
    with pytest.raises(Refusal) as refused:
        rules.must_be_given(plan, said, TODAY)
    assert refused.value.fault.code == given_as


def test_a_notice_is_late_from_the_day_after_its_last_one():
    day = date(2026, 11, 2)
    last = periods.household_notice_until(day)
    assert last == date(2026, 11, 16)
    assert periods.household_notice_until(date(2026, 11, 1)) == date(2026, 11, 16), (
        "the fourteenth is a Sunday"
    )
    assert [days_late(day, last + timedelta(days=n)) for n in (-1, 0, 1, 3)] == [0, 0, 1, 3]


def test_a_standing_of_another_household_needs_no_reason():
    assert all(isinstance(one.standing, Standing) and not one.standing.complete for one in JOINED.lines if not one.is_head)  # fmt: skip
