"""Pure rules of the register: heads, relationships, numbers, comparisons."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.contracts.base import FourAttributes
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.municipality.moving import model as moving_model
from kazasu.municipality.moving.service.visits import free_place, slots_between
from kazasu.municipality.register import model, relationships
from kazasu.municipality.register.model import Resident, head_after

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


def member(number, *, head=False, state="resident"):
    blank = dict.fromkeys(
        ("kana", "former_surname", "alias", "name_roman", "birth_text", "postcode", "prefecture",
         "city", "town", "block", "building", "former_address", "registered_domicile",
         "domicile_head", "nationality", "residence_status", "residence_card_number",
         "pension_kind", "reason", "planned_to", "confirmed_to", "case_id", "processed_by"), "",
    )  # fmt: skip
    no = dict.fromkeys(
        ("national_health_insurance", "late_elderly_insurance", "care_insurance",
         "child_allowance", "has_card", "protected"), False,
    )  # fmt: skip
    none = dict.fromkeys(
        ("birth_date", "residence_until", "notified_on", "planned_on", "confirmed_on"), None
    )
    return Resident(
        resident_id=model.register_number(number), version=1, household_number="1",
        record_code=ResidentRecordCode.from_body(f"9{number:09}"),
        individual_number=IndividualNumber.from_body(f"99{number:09}"), name=f"n{number}",
        sex="女", relationship="世帯主" if head else "子", is_head=head, state=state,
        resident_since=date(2020, 1, 1), lives_here_since=date(2020, 1, 1),
        changed_on=date(2020, 1, 1), processed_at=NOON, **blank, **no, **none,
    )  # fmt: skip


households = st.integers(1, 7).flatmap(
    lambda size: st.tuples(
        st.integers(0, size - 1),
        st.sets(st.integers(0, size - 1), min_size=1),
        st.just(size),
    )
)


@given(households)
def test_a_household_that_remains_has_a_head_or_asks_for_one(drawn):
    head, leaving, size = drawn
    people = [member(n, head=n == head) for n in range(size)]
    after = head_after(people, {people[n].resident_id for n in leaving})
    rest = set(range(size)) - leaving
    expected = (
        "empty" if not rest
        else "unchanged" if head in rest
        else "ex-officio" if len(rest) == 1
        else "to-be-named"
    )  # fmt: skip
    assert after.kind == expected
    if expected == "ex-officio":
        assert after.resident_id == people[rest.pop()].resident_id


links = st.sampled_from(sorted(relationships.LINKS))


@given(st.lists(links, min_size=1, max_size=4))
def test_chains_of_up_to_four_links_are_relationships(chain):
    assert relationships.check("の".join(chain))


@given(st.lists(links, min_size=5, max_size=8))
def test_longer_chains_are_not(chain):
    with pytest.raises(Refusal):
        relationships.check("の".join(chain))


@pytest.mark.parametrize("word", ["祖父", "孫", "甥", "", "子の", "世帯主の子", "妻の縁故者"])
def test_words_that_the_register_does_not_use(word):
    with pytest.raises(Refusal):
        relationships.check(word)


@given(st.integers(0, 999_999_999), st.integers(0, 8), st.integers(1, 9))
def test_the_register_numbers_check_digit_finds_one_wrong_digit(serial, place, by):
    number = model.register_number(serial)
    wrong = list(number[:9])
    wrong[place] = str((int(wrong[place]) + by) % 10)
    other = model.register_number(int("".join(wrong)))
    assert len(number) == 10
    # Remainders 0 and 1 share a digit, so a few single errors pass: never silently another person.
    assert other != number


@given(st.integers(1, 9), st.sets(st.integers(1, 9)))
def test_a_place_is_free_or_there_is_none(capacity, taken):
    place = free_place(capacity, list(taken))
    if place is None:
        assert set(range(1, capacity + 1)) <= taken
    else:
        assert place not in taken
        assert 1 <= place <= capacity


def test_slots_leave_out_closed_days():
    found = {day for day, _ in slots_between(date(2026, 12, 26), date(2027, 1, 5))}
    assert found == {date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 5)}


def test_a_variant_letter_is_the_same_name_and_another_is_not():
    one = member(1)
    mover = relationships.mover_of(
        replace(one, name="渡邉\U000e0102　徹", birth_date=date(1990, 1, 1)), UUID(int=1)
    )
    card = FourAttributes(name="渡辺　徹", address="横浜市", birth_date=date(1990, 1, 1), sex="2")
    compared = {c.item: c.same for c in moving_model.compare(card, mover, "横浜市")}
    assert compared == {"name": True, "address": True, "birth-date": True, "sex": True}
    other = card.model_copy(update={"name": "渡辺　透", "birth_date": date(1990, 1, 2)})
    compared = {c.item: c.same for c in moving_model.compare(other, mover, "川崎市")}
    assert compared == {"name": False, "address": False, "birth-date": False, "sex": True}


def test_what_a_clerk_compares_has_its_name_in_both_languages():
    mover = relationships.mover_of(replace(member(1), sex="不詳"), UUID(int=1))
    card = FourAttributes(name="佐藤　花子", address="横浜市", birth_date=date(1988, 4, 1), sex="2")
    rows = moving_model.compare(card, mover, "横浜市")
    assert [(row.item, tuple(row.label)) for row in rows] == [
        ("name", ("氏名", "Name")),
        ("address", ("住所（転出前）", "Address (before)")),
        ("birth-date", ("生年月日", "Date of birth")),
        ("sex", ("性別", "Sex")),
    ]
    assert (rows[3].card, rows[3].data, rows[3].same) == ("2", "不詳", False), "as it was written"


@pytest.mark.parametrize(
    ("kind", "certificate", "reservation", "half"),
    [
        ("within-city", None, None, ""),
        ("between-cities", None, {}, "certificate"),
        ("between-cities", None, None, "certificate"),
        ("between-cities", {}, None, "reservation"),
        ("between-cities", {}, {}, ""),
    ],
)
def test_what_is_missing_of_an_arrival(kind, certificate, reservation, half):
    case = SimpleNamespace(
        kind=kind, certificate=certificate, reservation=reservation, at_counter=False
    )
    assert moving_model.MovingIn.half.fget(case) == half
