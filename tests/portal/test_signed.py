"""What is signed is what was shown; who is too young to move alone or to head a household."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kazasu.contracts.municipality import Address, Contact, MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.periods import too_young
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.rules.judging import _old_enough
from kazasu.municipality.moving.service.arrivals import _check_head
from kazasu.portal.move.answers import HEAD_OF_THE_JOINED, Answers, Member, notice_of
from kazasu.portal.move.document import document_of
from kazasu.portal.pages.questions import ContactForm

MEMBERS = (
    Member("a", "試験　一郎", "シケン　イチロウ", "昭和55年1月1日", "世帯主", True, True),
    Member("b", "試験　花子", "シケン　ハナコ", "平成24年1月1日", "子", False, True),
)
ANSWERS = Answers(
    origin="141003", old_address="神奈川県横浜市中区本町1番地", head_name="試験　一郎", together=True, members=MEMBERS,
    chosen=("a", "b"), new_head="試験　一郎", postcode="0600042", prefecture="北海道", city="札幌市中央区", town="大通",
    block="1番地", building="101", destination="011002", move_date="2026-11-20", office="hall", office_ja="本庁",
    visit_date="2026-12-01", visit_starts="09:00", hold_id="h", phone="0901234567", email="a@example.jp",
)  # fmt: skip
CITIES = {"141003": Text("横浜市", "Yokohama"), "011002": Text("札幌市", "Sapporo")}
OTHER = {
    "kind": {"destination": "141003"}, "member_ids": {"chosen": ("a",)}, "scope": {"together": False},
    "move_date": {"move_date": "2026-11-21"}, "new_head": {"new_head": "試験　花子"},
    "joins_existing_household": {"joins": True}, "contact.phone": {"phone": "0312345678"},
    "contact.email": {"email": "b@example.jp"}, "visit_office": {"office": "north", "office_ja": "北出張所"},
    "visit_date": {"visit_date": "2026-12-02"}, "visit_starts": {"visit_starts": "10:00"},
    "origin_municipality": {"origin": "131016"}, "destination_municipality": {"destination": "131016"},
    "new_address.municipality_code": {"destination": "131016"},
    **{f"new_address.{name}": {name: "0600001"} for name in ("postcode", "prefecture", "city", "town", "block", "building")},
}  # fmt: skip
"""For each value of the notice, answers that differ in it."""


NOT_ANSWERED = {"new_address.machiaza_id"}
"""Empty in a notice: nobody is asked for it, and the city reads it from its own table."""


def fields():
    for name in MoveNotice.model_fields:
        parts = {"contact": Contact, "new_address": Address}.get(name)
        every = [f"{name}.{part}" for part in parts.model_fields] if parts else [name]
        yield from (one for one in every if one not in NOT_ANSWERED)


def document(answers=ANSWERS, case_id="MV-00000001"):
    return json.loads(document_of(notice_of(case_id, answers), answers, CITIES))


def shown(read):
    return read["title"], read["lines"]


@pytest.mark.parametrize("name", list(fields()))
def test_every_signed_value_has_its_line(name):
    before = document(ANSWERS)
    after = (
        document(ANSWERS, "MV-00000002")
        if name == "case_id"
        else document(replace(ANSWERS, **OTHER[name]))
    )
    first, *rest = name.split(".")
    values = [
        one["data"][first] if not rest else one["data"][first][rest[0]] for one in (before, after)
    ]
    assert values[0] != values[1]
    assert shown(before) != shown(after)


def test_each_language_reads_its_own_words():
    """Nothing of the other's, no date in figures, no code without what it stands for."""
    lines = {one["label_en"]: one for one in document(ANSWERS)["lines"]}
    for one in lines.values():
        assert not re.search(r"\d{4}-\d\d-\d\d", one["value"] + one.get("value_en", ""))
    own = {name: (one["value"], one.get("value_en", "")) for name, one in lines.items()}
    assert own["Whole or part"] == ("世帯全部", "The whole household")
    assert own["Appointment"] == (
        "令和8年12月1日(火)（2026年） 午前9時",
        "Tuesday 1 December 2026, 9:00 am",
    )
    assert own["Counter"] == ("本庁", "")
    assert own["New city"] == ("札幌市", "Sapporo")
    assert own["Who moves"][1] == "Shiken Ichiro 試験　一郎, Shiken Hanako 試験　花子"


@given(st.dates(date(1950, 1, 1), date(2026, 1, 1)), st.integers(0, 40 * 366))
def test_fifteen_from_the_birthday_on(born, days):
    on = born + timedelta(days=days)
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert too_young(born.isoformat(), on) is (years < 15)


def test_a_birth_date_that_nobody_knows_is_for_a_clerk():
    assert not too_young("不詳", date(2026, 1, 1))
    assert not too_young("", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("changes", "going", "checks"),
    [
        ({}, MEMBERS, []),
        ({"new_head": "試験　花子"}, MEMBERS, ["head-age"]),
        ({"chosen": ("b",), "new_head": "試験　花子"}, MEMBERS[1:], ["alone"]),
        ({"chosen": ("b",), "joins": True, "new_head": ""}, MEMBERS[1:], []),
    ],
)
def test_the_desk_sees_children_on_their_own(changes, going, checks):
    notice = notice_of("MV-00000001", replace(ANSWERS, **changes))
    found = _old_enough(notice, going, date(2026, 11, 1))
    assert [one.check for one in found if one.blocking and not one.good] == checks


def test_who_joins_a_household_signs_no_head_of_their_own():
    """Also where a head was chosen before the box was ticked, or by an older draft."""
    read = document(replace(ANSWERS, joins=True))
    assert read["data"]["new_head"] == ""
    (line,) = [one for one in read["lines"] if one["label_en"] == "Head of the household"]
    assert (line["value"], line["value_en"]) == tuple(HEAD_OF_THE_JOINED)


@pytest.mark.parametrize("head", ["", "試験　花子", "試験　別人"])
def test_a_household_of_their_own_is_headed_by_somebody_who_moves(head):
    stays = replace(ANSWERS, chosen=("a",), new_head=head)
    assert stays.next_step() == "who"
    with pytest.raises(Refusal):
        notice_of("MV-00000001", stays)
    assert replace(stays, joins=True).next_step() == "review"


def test_no_child_is_entered_as_head():
    child = SimpleNamespace(mover=MEMBERS[1])
    entered = EnteredPerson(uuid4(), included=True, relationship="世帯主", is_head=True)
    with pytest.raises(Refusal) as caught:
        _check_head(entered, child, date(2026, 12, 31))
    assert caught.value.fault.code == "municipality.head-too-young"
    _check_head(entered, child, date(2027, 1, 1))


def test_children_are_not_offered_as_heads():
    assert [one.member_id for one in ANSWERS.may_head(date(2026, 12, 31))] == ["a"]
    assert [one.member_id for one in ANSWERS.may_head(date(2027, 1, 1))] == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ({"phone": "090-1234-5678"}, True), ({"phone": "（03）1234 5678"}, True), ({"phone": "+81 90 1234 5678"}, True),
        ({"phone": "０９０ー１２３４ー５６７８"}, True), ({"phone": ""}, True), ({"phone": "12"}, False),
        ({"phone": "123456789012345"}, False), ({"email": "a@example.jp"}, True), ({"email": ""}, True),
        ({"email": "foo@example"}, False), ({"email": "a@b@example.jp"}, False), ({"email": "a b@example.jp"}, False),
        ({"email": "a＠example.jp"}, True), ({"email": "a@example.jp,"}, False), ({"phone": "＋８１９０１２３４５６７８"}, True),
    ],
)  # fmt: skip
def test_a_contact_that_reaches_nobody_is_refused_at_its_field(given, good):
    try:
        ContactForm(**given)
    except ValidationError:
        assert not good
    else:
        assert good
