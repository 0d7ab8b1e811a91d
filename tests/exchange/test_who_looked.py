"""Who looked: every room answers by itself, for whom the handle names and nobody else; many are asked side by side."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from kazasu.contracts.accesses import AccessesOf
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import LIFE, seal_handle, seal_subject
from kazasu.exchange.side_by_side import side_by_side
from kazasu.exchange.street import street
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import ResidentRecordCode
from tests.support.street import Street

CODE, OTHER = (ResidentRecordCode.from_body(f"{n:010d}") for n in (1, 2))
WHY = Text("自分の情報の確認", "Looking at one's own data")
CITY = "141003"
KEEPERS = [one for one in street() if not one.stateless]


@pytest.fixture(scope="module")
def world(module_databases):
    return Street(module_databases, module_databases.clock)


def institution(one):
    return str(one.of(CITY if one.each else ""))


def handle(world, one, who=CODE, audience=None):
    own, process = institution(one), world.process
    if one.by_record_code:
        return seal_handle(process.institution("jpki"), who, audience or own, world.clock)
    return seal_subject(process.institution("identity"), f"sub-{who}", audience or own, world.clock)


def ask(world, one, sealed):
    answer = world.process.rooms[one.schema].inquiries[AccessesOf]
    return answer(
        AccessesOf(handle=sealed), Asked(institution(one), "portal", uuid4(), "system", WHY)
    )


def write(world, one, *names):
    look = Access("clerk:7", f"{one.schema}.test.look", WHY, names)
    world.databases(one.schema).run(
        "test", lambda tx: tx.audit(look), tenant=CITY if one.each else ""
    )


def know(world, one):
    """The person is known there; under which names its records have them."""
    names = {"jpki": "person", "bank": "own", "pay": "own", "city": "resident"}
    database, tenant = world.databases.founder(one.schema), CITY if one.each else ""
    if names.get(one.id) == "own":
        database.run(
            "test",
            lambda tx: tx.insert("own_link", subject=f"sub-{CODE}", own_id="C-1", since=tx.now),
        )
        return "C-1"
    if names.get(one.id) == "person":
        number = uuid4()
        database.run(
            "test", lambda tx: tx.insert("person", person_id=number, resident_record_code=CODE)
        )
        return str(number)
    if names.get(one.id) == "resident":
        mover = {
            "resident_record_code": str(CODE),
            "relationship": "世帯主",
            "birth_date": "2000-01-01",
        }
        database.run("test", lambda tx: tx.insert(
            "arriver", municipality_code=tenant, case_id="MV-1", token=uuid4(), mover=mover, included=True,
            resident_id="", card="none", individual_number=bytes(33)), tenant=tenant)  # fmt: skip
        return "case:MV-1"
    return str(CODE) if one.by_record_code else f"sub-{CODE}"


@pytest.mark.parametrize("one", KEEPERS, ids=lambda one: one.id)
def test_each_room_answers_by_its_own_names(world, one):
    name = know(world, one)
    write(world, one, name, "somebody else")
    write(world, one, "somebody else")
    found = ask(world, one, handle(world, one)).entries
    looks = [entry for entry in found if entry.action.endswith(".look")]
    assert [(entry.institution, entry.actor) for entry in looks] == [(institution(one), "clerk")]
    assert not [
        e for e in ask(world, one, handle(world, one, OTHER)).entries if e.action.endswith(".look")
    ]


@pytest.mark.parametrize("one", KEEPERS, ids=lambda one: one.id)
def test_a_handle_for_another_names_nobody_here(world, one):
    other = "identity" if one.id != "identity" else "portal"
    for sealed in (handle(world, one, audience=other), "x", ""):
        with pytest.raises(Refusal, match=r"exchange\.bad-handle"):
            ask(world, one, sealed)


def test_a_subject_is_named_by_the_identity_service_alone(world):
    bank = next(one for one in KEEPERS if one.id == "bank")
    forged = seal_subject(world.process.institution("pay"), f"sub-{CODE}", "bank", world.clock)
    with pytest.raises(Refusal, match=r"exchange\.bad-handle"):
        ask(world, bank, forged)


def test_a_handle_ends(world):
    bank = next(one for one in KEEPERS if one.id == "bank")
    sealed = handle(world, bank)
    world.clock.advance(LIFE + timedelta(seconds=1))
    with pytest.raises(Refusal, match=r"exchange\.stale-handle"):
        ask(world, bank, sealed)


def test_a_person_whom_an_institution_does_not_know_is_told_nothing(world):
    bank = next(one for one in KEEPERS if one.id == "bank")
    write(world, bank, "")
    nobody = seal_subject(world.process.institution("identity"), "", "bank", world.clock)
    assert ask(world, bank, nobody).entries == ()


class TestSideBySide:
    def test_all_are_asked_at_once(self):
        together = threading.Barrier(5)

        def ask(one):
            together.wait(5)
            return one.upper()

        assert side_by_side(ask, "abcde") == (list("ABCDE"), [])

    def test_one_that_is_down_or_late_costs_no_others_answer(self):
        go_on = threading.Event()

        def ask(one):
            if one == "late":
                go_on.wait(20)
            if one == "broken":
                raise ZeroDivisionError
            return one

        begun = time.monotonic()
        assert side_by_side(ask, ["late", "good", "broken", "fine"], deadline=0.5) == (
            ["good", "fine"],
            ["late", "broken"],
        )
        assert time.monotonic() - begun < 10
        go_on.set()

    def test_nobody_to_be_asked(self):
        assert side_by_side(str.upper, []) == ([], [])
