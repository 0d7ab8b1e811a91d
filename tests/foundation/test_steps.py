"""Journeys as data: which question is open, what a change takes back, which holes are found when one is made."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kazasu.foundation.procedures.steps import REVIEW, Journey, Step, document
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form
from kazasu.foundation.web.forms import asked
from tests.support.centre import LENDING, Contact, Day, Hall, Purpose, Teacher

TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)
CLASS, MEETING = Purpose(purpose="class", people="5"), Purpose(purpose="meeting", people="5")
FULL = {
    "purpose": MEETING, "day": Day(day=TUESDAY), "hall": Hall(hall="tea"), "contact": Contact(phone="1"),
}  # fmt: skip
OF_A_CLASS = FULL | {"purpose": CLASS, "teacher": Teacher(teacher="Sato")}


def without(answers, *keys):
    return {key: answer for key, answer in answers.items() if key not in keys}


@pytest.mark.parametrize(
    ("answers", "asked_for", "opened"),
    [
        ({}, "purpose", "purpose"),
        ({}, "day", "day"),
        ({}, "contact", "contact"),
        ({}, "hall", "purpose"),
        ({"purpose": MEETING}, "hall", "day"),
        ({"day": Day(day=TUESDAY)}, "hall", "purpose"),
        ({"purpose": MEETING, "day": Day(day=TUESDAY)}, "hall", "hall"),
        ({}, "teacher", "purpose"),
        ({"purpose": MEETING}, "teacher", "day"),
        ({"purpose": CLASS}, "teacher", "teacher"),
        (FULL, "teacher", REVIEW),
        ({}, REVIEW, "purpose"),
        (without(FULL, "hall"), REVIEW, "hall"),
        (without(OF_A_CLASS, "teacher"), REVIEW, "teacher"),
        (FULL, REVIEW, REVIEW),
        (FULL, "nowhere", REVIEW),
    ],
)
def test_a_step_opens_or_leads_to_the_first_that_is_missing(answers, asked_for, opened):
    assert LENDING.open(answers, asked_for) == opened


@pytest.mark.parametrize(
    ("answers", "key", "answer", "taken"),
    [
        (FULL, "day", Day(day=FRIDAY), ["hall"]),
        (FULL, "day", Day(day=TUESDAY), []),
        (FULL, "purpose", Purpose(purpose="meeting", people="6"), []),
        (FULL, "purpose", Purpose(purpose="meeting", people="7"), ["hall"]),
        (FULL, "contact", Contact(), []),
        (OF_A_CLASS, "purpose", MEETING, ["teacher"]),
        (OF_A_CLASS, "teacher", Teacher(teacher="Abe"), []),
    ],
)
def test_a_changed_answer_takes_back_what_stood_on_it_and_nothing_else(answers, key, answer, taken):
    changed = LENDING.change(answers, key, answer)
    assert [step.key for step in changed.taken_back] == taken
    assert changed.answers == without(answers, *taken) | {key: answer}


def chain(**third):
    return Journey(
        step("a", "b"), step("b", "c", needs=("a",)), step("c", REVIEW, needs=("b",), **third)
    )


def test_what_stands_on_what_was_taken_back_falls_too():
    answers = dict.fromkeys("abc", Day(day=TUESDAY))
    changed = chain(undo=lambda *_: False).change(answers, "a", Day(day=FRIDAY))
    assert [step.key for step in changed.taken_back] == ["b", "c"]
    assert list(changed.answers) == ["a"]


ANSWERS = {
    "purpose": st.builds(Purpose, purpose=st.sampled_from(["class", "meeting"]), people=st.sampled_from(["5", "9"])),
    "teacher": st.builds(Teacher, teacher=st.sampled_from(["Sato", "Abe"])),
    "day": st.builds(Day, day=st.sampled_from([TUESDAY, FRIDAY])),
    "hall": st.builds(Hall, hall=st.sampled_from(["hall", "tea"])),
    "contact": st.builds(Contact, phone=st.just("1")),
}  # fmt: skip


@given(st.data(), st.lists(st.sampled_from(list(ANSWERS)), max_size=25))
def test_in_any_order_all_answers_stand_on_what_is_there_and_lead_to_the_review(data, order):
    answers = {}
    for wish in order:
        key = LENDING.open(answers, wish)
        if key == REVIEW:
            continue
        answers = LENDING.change(answers, key, data.draw(ANSWERS[key])).answers
        assert set(answers) <= {step.key for step in LENDING.way(answers)}
        assert all(set(LENDING.steps[one].needs) <= set(answers) for one in answers)
        assert LENDING.read(document(answers)) == answers
    for _ in LENDING.steps:
        if (key := LENDING.open(answers)) != REVIEW:
            answers = LENDING.change(answers, key, data.draw(ANSWERS[key])).answers
    assert LENDING.open(answers) == REVIEW


def test_a_draft_of_an_earlier_version_is_asked_again_with_what_stood_on_it():
    stored = document(FULL) | {"day": {"on": "Tuesday"}, "pets": {"cat": "yes"}}
    assert LENDING.read(stored) == without(FULL, "day", "hall")


def step(key, *next_, **more):
    return Step(key=key, title=Text(key, key), form=more.pop("form", Day), next=next_, **more)


class Pin(Form):
    pin: SecretStr = asked("暗証番号", "PIN")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "a journey has steps"),
        ([step("a", "b"), step("a", REVIEW)], "a key of its own"),
        ([step(REVIEW, REVIEW)], "a key of its own"),
        ([step("a", "z")], "a: unknown: ['z']"),
        ([step("a", REVIEW, needs=("z",))], "a: unknown: ['z']"),
        ([step("a", REVIEW, needs=(REVIEW,))], "a: unknown: ['review']"),
        ([step("a")], "a: leads to no review"),
        ([step("a", "b"), step("b", "a")], "a: a circle"),
        ([step("a", "a")], "a: a circle"),
        ([step("a", "b"), step("b", "c", REVIEW), step("c", "b", when=bool)], "b: a circle"),
        ([step("a", REVIEW), step("b", REVIEW)], "never reached: ['b']"),
        ([step("a", "b", REVIEW), step("b", REVIEW)], "the last, and only it, has no `when`"),
        ([step("a", "b"), step("b", REVIEW, when=bool)], "the last, and only it, has no `when`"),
        ([step("a", REVIEW, "b"), step("b", REVIEW)], "the last, and only it, has no `when`"),
        ([step("a", "b", REVIEW, needs=("b",)), step("b", REVIEW, when=bool)], "a needs b, which can be passed by"),
        ([step("a", "b", "c"), step("b", "c", when=bool), step("c", REVIEW, needs=("b",))],
            "c needs b, which can be passed by"),
        ([step("a", REVIEW, needs=("a",))], "a needs a"),
        ([step("a", REVIEW, form=Pin)], "a: pin: a secret is kept in no draft"),
    ],
)  # fmt: skip
def test_a_hole_is_found_when_the_journey_is_made(steps, said):
    with pytest.raises(ValueError) as found:  # noqa: PT011
        Journey(*steps)
    assert said in str(found.value)
