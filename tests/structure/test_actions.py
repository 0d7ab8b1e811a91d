"""Every action of every room: who may do it, with which role, for what; and that nothing is done past one."""

import ast
import importlib
import pkgutil
from dataclasses import fields, is_dataclass
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
from kazasu.kit.staff import Clerk, Member, employ

SOURCE = Path(kazasu.__file__).parent
FRAME = {"exchange", "kit", "society"}
"""Whose actions are done in rooms of others."""
CITY, OTHER_CITY = "141003", "011002"
KINDS = get_args(Who)

PEOPLE = {
    "resident_id", "applicant_id", "person_ref", "person_id", "customer_number", "wallet_id", "resident_record_code",
    "staff_id", "resident", "own_id", "holder", "patron", "member_id",
}  # fmt: skip
"""Fields that name a person in a room's own words."""
NOT_SHOWN = {
    "jpki.latest.store.ConsentRow": "the person's own page, or the party's question: audit_persons names them",
    "jpki.latest.store.Standing": "audit_persons names them, a hundred in a row",
    "jpki.latest.store.StandingWithCertificate": "audit_persons names the one",
    "jpki.latest.store.StateRow": "audit_persons names them, a hundred in a row",
    "jpki.latest.store.KeptCertificate": "audit_persons names the one",
    "business.bank.model.Consent": "the customer is the subject; the daily look works each off by itself",
    "business.bank.store.customers.Proofing": "only ever the customer's own, who is the subject",
    "business.bank.store.links.LinkRequestRow": "the partner's request: before the customer agreed it is nobody's",
    "kit.sql._Row": "the list of changes of one identifier, whose customer is the subject",
    "municipality.cards.store.CardTap": "the clerk who began it; the mover's card names its holder",
}
"""``module.Row`` → why reading it names nobody by itself, although a field of it names a person."""


@cache
def trees():
    return {
        path.relative_to(SOURCE): ast.parse(path.read_text(encoding="utf-8"))
        for path in SOURCE.rglob("*.py")
        if "skeleton" not in path.parts
    }


@pytest.fixture(scope="module", autouse=True)
def everything():
    """Actions are declared at import."""
    for module in pkgutil.walk_packages(kazasu.__path__, "kazasu."):
        if "skeleton" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_nothing_but_an_action_makes_a_record():
    made = [
        f"{path}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Access", "Duty"}
    ]
    others = [one for one in made if not one.startswith(("foundation/actions.py", "kit/staff.py"))]
    assert others == [], "declare an action (kazasu.foundation.actions) and use its .by(…)"


def test_actions_are_named_by_their_room():
    rooms = {one.schema for one in street()} | FRAME
    assert len(ACTIONS) > 100
    assert {one.name for one in ACTIONS.values() if one.room not in rooms} == set()


def test_what_names_nobody_says_why():
    assert [
        one.name for one in ACTIONS.values() if one.shows == "nobody" and not one.why.strip()
    ] == []


def by(action, kind, duty=None):
    return action.by(f"{kind}:x", duty=duty, purpose=Text("試験", "Test"), reason="試験")


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
        role = action.role
        refused = "kit.not-your-role" if role else "kit.not-staff"
        allowed = f"only-{role}" if role else "without"
        expected = {
            (allowed, CITY): "done",
            (allowed, OTHER_CITY): refused,
            ("nobody", CITY): refused,
        } | ({(f"not-{role}", CITY): refused, ("without", CITY): refused} if role else {})
        for (who, tenant), wanted in expected.items():
            assert outcome(desk, action, who, tenant) == wanted, (
                f"{action.name} by {who} of {tenant}"
            )


def test_every_role_that_an_action_needs_can_be_held():
    held = {role for one in street() for role in one.staff}
    assert {one.role for one in ACTIONS.values() if one.role} <= held


def rows_read():
    """Dataclasses that statements are read into: ``module.Name`` → class."""
    found = {}
    for path, tree in trees().items():
        module = ".".join(("kazasu", *path.with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="all" | "maybe" | "one"),
                    args=[ast.Name(id=name), _, *_],
                ):
                    cls = getattr(importlib.import_module(module), name, None)
                    if isinstance(cls, type) and is_dataclass(cls):
                        found[f"{cls.__module__}.{name}".removeprefix("kazasu.")] = cls
    return found


def test_every_row_that_names_a_person_says_so():
    """Then whoever is read is named in the record, without anybody having to remember it."""
    silent = {
        name
        for name, cls in rows_read().items()
        if PEOPLE & {one.name for one in fields(cls)} and not getattr(cls, "PERSON", "")
    }
    assert silent - NOT_SHOWN.keys() == set(), (
        'give the row PERSON: ClassVar = "<its field>", or list it in NOT_SHOWN with the reason'
    )
    assert NOT_SHOWN.keys() <= silent, "listed, and not needed any more"


def test_what_a_row_says_of_its_person_is_there():
    for name, cls in rows_read().items():
        if person := getattr(cls, "PERSON", ""):
            assert person in {one.name for one in fields(cls)} or isinstance(
                getattr(cls, person, None), property
            ), name
