"""Every action of every room: who may do it, with which role, for what; and that nothing is done past one."""

import ast
import importlib
import pkgutil
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

import kazasu
from kazasu.exchange.street import street
from kazasu.foundation.actions import ACTIONS, Who
from kazasu.foundation.audit import Duty
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.faults import NOT_STAFF
from kazasu.kit.staff import POSTS, Clerk, Member, employ
from tests.structure import nets

SOURCE = Path(kazasu.__file__).parent
CITY, OTHER_CITY = "141003", "011002"
KINDS = get_args(Who)


@cache
def modules():
    return nets.trees(SOURCE)


@pytest.fixture(scope="module", autouse=True)
def everything():
    """Actions are declared at import."""
    for module in pkgutil.walk_packages(kazasu.__path__, "kazasu."):
        if "skeleton" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_nothing_but_an_action_makes_a_record():
    found = nets.records_by_hand(modules())
    assert found == [], "\n".join(map(str, found))


def test_what_residents_read_as_a_reason_is_in_both_languages():
    found = list(nets.reasons_in_one_language(modules()))
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("because", False),
        ("form.typed", False),
        ("Text('出生', 'a birth')", False),
        ("birth.both", False),
        ("f'出生 {note}'", True),
        ("BASES[basis].ja", True),
        ("birth.because", True),
        ("birth.worded + note", True),
    ],
)
def test_a_reason_in_one_language_is_found(reason, told):
    model = """class Birth:
    def because(self) -> str:
        return f"{BASES[self.basis].ja}"
    def worded(self) -> str:
        return "出生届"
    def both(self) -> Text:
        return Text("出生", "a birth")
"""
    other = "class Form:\n    def typed(self) -> str:\n        return '出生'\n"
    trees = {
        Path("hall/births/model.py"): ast.parse(model),
        Path("hall/births/service.py"): ast.parse(f"city.act(ENTER, work, reason={reason})"),
        Path("hall/other/model.py"): ast.parse(other),
    }
    assert bool(list(nets.reasons_in_one_language(trees))) == told


def test_actions_are_of_rooms_and_roles_that_are():
    assert len(ACTIONS) > 100
    found = nets.misdeclared(ACTIONS.values(), street())
    assert found == [], "\n".join(map(str, found))


def test_what_names_nobody_says_why():
    assert [
        one.name for one in ACTIONS.values() if one.shows == "nobody" and not one.why.strip()
    ] == []


def by(action, kind, duty=None):
    return action.by(
        f"{kind}:x", subjects=("x",), duty=duty, purpose=Text("試験", "Test"), reason="試験"
    )


def test_every_action_is_refused_to_every_kind_of_actor_that_it_is_not_for():
    for action in ACTIONS.values():
        for kind in KINDS:
            duty = Duty("x", action.role, Refusal(NOT_STAFF)) if kind == "clerk" else None
            if kind in action.who:
                assert by(action, kind, duty).action == action.name
            else:
                with pytest.raises(TypeError, match="is not done by"):
                    by(action, kind, duty)


def test_a_reason_that_must_be_given_is_asked_for():
    reasoned = [one for one in ACTIONS.values() if one.reasoned]
    assert {"municipality.resident.search", "municipality.resident.correct"} <= {
        one.name for one in reasoned
    }
    for action in reasoned:
        with pytest.raises(Refusal, match=r"actions\.reason-needed"):
            action.by("clerk:x", duty=Duty("x", action.role, Refusal(NOT_STAFF)), reason="  ")


@pytest.fixture(scope="module")
def desk(module_databases):
    """The staff of one city: for each role somebody who holds it alone, and somebody who holds all others."""
    roles = {role for one in street() if one.id == "city" for role in one.staff}
    members = [Member("without", "職員", [], "sub-without")]
    for role in sorted(roles):
        members.append(Member(f"only-{role}", "職員", [role], f"sub-only-{role}"))
        members.append(Member(f"not-{role}", "職員", sorted(roles - {role}), f"sub-not-{role}"))
    founder = module_databases.founder("municipality")
    founder.run("test", lambda tx: employ(tx, members), tenant=CITY)
    return module_databases("municipality")


def outcome(database, action, staff_id, tenant=CITY):
    """``done``, or the code of the refusal. The session says that they hold every role."""
    clerk = Clerk(staff_id, "職員", frozenset({"counter", "decider", "operator"}))
    try:
        access = clerk.access(action, reason="試験")
        database.run("test", lambda _: "done", tenant=tenant, access=access)
    except Refusal as refusal:
        return refusal.fault.code
    return "done"


def test_every_clerks_action_by_every_role_a_stranger_and_another_city(desk):
    clerks = [one for one in ACTIONS.values() if "clerk" in one.who]
    assert len(clerks) > 15
    for action in clerks:
        roles = action.roles
        refused = "kit.not-your-role" if roles else "kit.not-staff"
        allowed = [f"only-{role}" for role in roles] or ["without"]
        expected = {
            **{
                (who, tenant): wanted
                for who in allowed
                for tenant, wanted in ((CITY, "done"), (OTHER_CITY, refused))
            },
            ("nobody", CITY): refused,
        }
        if roles:
            expected[("without", CITY)] = refused
            expected |= {(f"only-{one}", CITY): refused for one in POSTS if one not in roles}
        if len(roles) == 1:
            expected[(f"not-{roles[0]}", CITY)] = refused
        for (who, tenant), wanted in expected.items():
            assert outcome(desk, action, who, tenant) == wanted, (
                f"{action.name} by {who} of {tenant}"
            )


def test_every_row_that_names_a_person_says_so():
    """Then whoever is read is named in the record, without anybody having to remember it."""
    every = nets.nameless(modules())
    found = nets.let_off(every)
    assert found == [], "\n".join(map(str, found))
    listed = {one for one in nets.LET_OFF if one.startswith("nameless ")}
    assert listed <= {one.about for one in every}, "listed, and not needed any more"


def test_what_a_row_says_of_its_person_is_there():
    for name, cls in nets.rows_read(modules()).items():
        if person := getattr(cls, "PERSON", ""):
            assert person in {one.name for one in fields(cls)} or isinstance(
                getattr(cls, person, None), property
            ), name
