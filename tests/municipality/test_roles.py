"""Who may do what at a desk: each act of a clerk, with the role that it needs and without it."""

import importlib
import inspect
import pkgutil
from datetime import date
from uuid import uuid4

import pytest

from kazasu import municipality
from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.kit.openid import Person
from kazasu.municipality.abroad.first import First
from kazasu.municipality.abroad.model import Said as SaidOfAbroad
from kazasu.municipality.abroad.outside import Outside
from kazasu.municipality.abroad.service.coming import Coming, ComingFromAbroad
from kazasu.municipality.abroad.service.first import FirstEntries
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.abroad.service.outside import FromOutside
from kazasu.municipality.births.model import Birth
from kazasu.municipality.births.service import Births
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.casework.service import CaseWork
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.hall.model import CASES, REGISTER, ROLES, Clerk
from kazasu.municipality.hall.service import FrontDesk
from kazasu.municipality.households.model import Choice, Notice
from kazasu.municipality.households.service import HouseholdChanges
from kazasu.municipality.moving.at_counter.model import Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.moving.entering import Entry
from kazasu.municipality.moving.outstanding.asking import Asking
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.service.arrivals import ArrivalDesk
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.cards import ResidenceCards
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.moving.service.walk_in import PaperCounter, WalkInDesk
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.opening import Openings
from kazasu.municipality.register.service.records import Records
from tests.support.city import OLD, City

CASE = "MV-of-nobody-00001"
ENTRY = Entry(
    date(2026, 11, 23),
    Address(municipality_code=MunicipalityCode(OLD), prefecture="", city="", town=""),
    (),
)
NOBODY = Clerk("nobody", "職員でない人", frozenset())
FIXES = {"kana": "ヤマダ"}
OTHER_HEAD = Choice("head", head="0000000000")
SAID = Said(("0000000000",), date(2026, 11, 23), "札幌市", "0000000000", "card")
DIED = Death(date(2026, 11, 23), "notice")
ABROAD = SaidOfAbroad(
    ("0000000000",), date(2026, 11, 30), "アメリカ合衆国", "0000000000", "licence"
)
FIRST = First(
    "japanese", "佐藤　空", "サトウ　ソラ", date(1990, 5, 1), "女", date(2026, 11, 23), ENTRY.address, "passport",
    registered_domicile="東京都千代田区", domicile_head="佐藤　空",
)  # fmt: skip
OUTSIDE = Outside(FIRST, "愛知県名古屋市", "中区三の丸", "第1号", date(2026, 11, 20), "70000000000")
COMES = Coming("70000000000", date(2026, 11, 23), ENTRY.address, "passport")
BORN = Birth("佐藤　空", "サトウ　ソラ", "女", date(2026, 11, 22), "notice")
WHY = Text("試験", "Test")
GIVEN = Notice(date(2026, 11, 23), "0000000000", "card")


def visitor(now):
    return Person(
        subject="s", acr="aal3", amr=(), auth_time=now, access_token="", access_until=now,
        id_token="", resident_handle="none", birth_date=now.date(), name="山田　太郎", sex="1", address="横浜市",
    )  # fmt: skip


ACTS = {
    (MovingOutDesk, "accept"): ("decider", (CASE, 1), {}),
    (MovingOutDesk, "reject"): ("decider", (CASE, 1, "理由"), {}),
    (MovingOutDesk, "ask_for_correction"): ("counter", (CASE, 1, "理由"), {}),
    (MovingOutDesk, "go_on"): ("counter", (CASE, 1, "理由"), {}),
    (ResidenceCards, "written"): ("counter", (CASE, uuid4()), {}),
    (ArrivalDesk, "await_visitor"): ("counter", (CASE, 1), {}),
    (ArrivalDesk, "receive_visitor"): ("counter", (CASE, 1, visitor), {}),
    (ArrivalDesk, "enter"): ("counter", (CASE, 1, ENTRY), {}),
    (ArrivalDesk, "send_back"): ("decider", (CASE, 1, "理由"), {}),
    (Registering, "register"): ("decider", (CASE, 1, ENTRY), {}),
    (WalkInDesk, "fetch"): ("counter", (visitor,), {}),
    (PaperCounter, "fetch"): ("counter", ("TS-0000-0000-0000", "札幌市"), {}),
    (PaperCounter, "identify"): ("counter", (CASE, 1, "x", "passport"), {}),
    (PaperDesk, "issue"): ("counter", (CASE, 1, "理由"), {}),
    (Asking, "ask"): ("counter", (CASE, 1), {}),
    (Cancelling, "cancel_at_desk"): ("decider", (CASE, 1, "理由"), {}),
    (Records, "unveil_place"): ("protection", ("0000000000", WHY), {}),
    (Corrections, "correct"): ("decider", ("0000000000", 1, FIXES, "届出書による"), {}),
    (NoticeCounter, "household"): ("counter", ("0000000000",), {}),
    (NoticeCounter, "propose"): ("counter", ("0000000000", SAID), {}),
    (NoticeCounter, "take"): ("counter", ("0000000000", SAID), {"mark": "0" * 32}),
    (HouseholdChanges, "household"): ("decider", ("0000000000",), {}),
    (HouseholdChanges, "plan"): ("decider", ("0000000000", OTHER_HEAD), {}),
    (HouseholdChanges, "propose"): ("decider", ("0000000000", OTHER_HEAD, {}, GIVEN), {}),
    (HouseholdChanges, "change"): (
        "decider",
        ("0000000000", OTHER_HEAD, {}, GIVEN),
        {"mark": "0" * 32},
    ),
    (LeavingTheCountry, "household"): ("decider", ("0000000000",), {}),
    (LeavingTheCountry, "propose"): ("decider", ("0000000000", ABROAD), {}),
    (LeavingTheCountry, "enter"): ("decider", ("0000000000", ABROAD), {}),
    (LeavingTheCountry, "cancel"): ("decider", ("0000000000", "行かない"), {}),
    (ComingFromAbroad, "propose"): ("decider", (COMES,), {}),
    (ComingFromAbroad, "enter"): ("decider", (COMES,), {}),
    (FirstEntries, "propose"): ("decider", (FIRST,), {}),
    (FirstEntries, "enter"): ("decider", (FIRST,), {}),
    (FromOutside, "propose"): ("decider", (OUTSIDE,), {}),
    (FromOutside, "enter"): ("decider", (OUTSIDE, IndividualNumber.from_body("12345678901")), {}),
    (FromOutside, "print"): ("counter", (uuid4(),), {}),
    (FromOutside, "sent"): ("counter", (uuid4(),), {}),
    (Births, "propose"): ("decider", ("0000000000", BORN), {}),
    (Births, "enter"): ("decider", ("0000000000", BORN), {}),
    (Openings, "enter"): (
        "decider",
        (ResidentRecordCode.from_body("7000000000"), "immigration", lambda _: ""),
        {},
    ),
    (Deaths, "propose"): ("decider", ("0000000000", 1, DIED), {}),
    (Deaths, "enter"): ("decider", ("0000000000", 1, DIED), {}),
    (Corrections, "propose"): ("decider", ("0000000000", 1, FIXES, "届出書による"), {}),
    (CardDesk, "begin"): ("counter", (CASE, uuid4()), {}),
    (CardDesk, "finish"): ("counter", ("guess",), {}),
    (FrontDesk, "try_again"): ("operator", (uuid4(), "in"), {}),
    (CaseWork, "take"): (CASES, ("out", CASE, ""), {}),
    (CaseWork, "hand_over"): (CASES, ("out", CASE, "clerk-2", ""), {}),
    (CaseWork, "put_back"): (CASES, ("out", CASE, ""), {}),
    (CaseWork, "note"): (REGISTER, ("out", CASE, "メモ"), {}),
}
"""Role, or several of which one is enough, and arguments after tenant and clerk. No such case exists: with the role, that is the answer."""
LOOKS = {
    "queue",
    "papers",
    "look",
    "overdue",
    "search",
    "by_number",
    "waiting",
    "of_family",
    "letters",
    "counts",
    "unveil",
    "unveil_in_emergency",
    "around",
    "mine",
    "to_print",
    "taken",
    "said",
    "say",
}
"""Looks, by page and role in tests/municipality/test_pages_by_role.py; "letters" is an operator's (tests/municipality/test_provoked.py),
"unveil_in_emergency" to whom an emergency look lets (tests/kit/test_emergencies.py)."""


@pytest.fixture(scope="module")
def town(module_databases):
    return City(module_databases, module_databases.clock)


def attempt(town, desk, name, clerk):
    """The code of the fault with which it ends, for nothing that is asked for exists."""
    _, given, more = ACTS[desk, name]
    arguments = [one(town.clock.now()) if one is visitor else one for one in given]
    with pytest.raises(Refusal) as caught:
        getattr(desk(town.city), name)(OLD, clerk, *arguments, **more)
    return caught.value.fault.code


@pytest.mark.parametrize(("desk", "name"), ACTS, ids=lambda one: getattr(one, "__name__", one))
def test_an_act_needs_its_role_and_no_other(town, desk, name):
    needed = ACTS[desk, name][0]
    needed = {needed} if isinstance(needed, str) else set(needed)
    held = frozenset(ROLES)
    others = Clerk("clerk-9", "職員", held)
    town.dismiss(others, roles=held - needed)
    assert attempt(town, desk, name, others) == "kit.not-your-role"
    for role in needed:
        alone = Clerk("clerk-8", "職員", held)
        town.dismiss(alone, roles={role})
        assert attempt(town, desk, name, alone) not in {"kit.not-your-role", "kit.not-staff"}
    if needed == set(CASES):
        assert attempt(town, desk, name, NOBODY) == "kit.not-your-role"


def services():
    for module in pkgutil.walk_packages(municipality.__path__, "kazasu.municipality."):
        if ".service" in module.name or ".outstanding" in module.name:
            found = importlib.import_module(module.name)
            for _, desk in inspect.getmembers(found, inspect.isclass):
                if desk.__module__ == module.name:
                    yield desk


def test_every_act_of_a_clerk_is_walked():
    """A new service is found by itself: it says its role above, or that it only looks."""
    acts = {
        (desk, name)
        for desk in services()
        for name, method in inspect.getmembers(desk, inspect.isfunction)
        if not name.startswith("_") and "clerk" in inspect.signature(method).parameters
    }
    assert {one for one in acts if one[1] not in LOOKS} == set(ACTS)
