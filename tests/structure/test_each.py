"""Nothing that goes on by itself stops for all where it fails for one: loops around transactions go by ``each``."""

import ast
from pathlib import Path

import kazasu
from tests.support.sources import tree_of

SOURCE = Path(kazasu.__file__).parent
TRANSACTIONS = {"run", "read", "glance", "act", "act_itself", "look_itself"}
OPENED_BY = {"database", "_database", "city", "_city"}
BY_HAND = {"cli", "society", "lab", "workbench", "card"}
"""Somebody stands beside it and reads what failed."""
LET_OFF = {
    "business/pay/age.py:answer": "a customer's own question about one person",
    "exchange/carrier/relay.py:run": "of tests and stories; a running house brings each lane by itself",
    "identity/events/deliveries.py:bring": "one receiver's lane: what waits behind a failed one is its own",
    "jpki/issuing/primes.py:check": "blocks of products that one key is held against: without one of them nothing is known",
    "jpki/status/bulk.py:revoke_many": "portions of one order of the operator",
    "municipality/register/number_keys.py:prove": "before a city opens: which cannot is the answer",
}


def found_loops():
    """``file:function`` of each loop that opens a transaction for each of many, itself or by a function of its module."""
    for path in sorted(SOURCE.rglob("*.py")):
        inside = path.relative_to(SOURCE)
        if BY_HAND & set(inside.parts) or path.name in {"founding.py", "conversions.py"}:
            continue
        tree = tree_of(path)
        functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
        opening = {one.name for one in functions if _opens(one, set())}
        while more := {one.name for one in functions if _opens(one, opening)} - opening:
            opening |= more
        for one in functions:
            if any(_opens(body, opening) for loop in ast.walk(one) for body in _bodies(loop)):
                yield f"{inside.as_posix()}:{one.name}"


def _bodies(node):
    """What is done for each of many."""
    if isinstance(node, ast.For):
        return node.body
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return [node.elt]
    return [node.key, node.value] if isinstance(node, ast.DictComp) else []


def _opens(node, opening):
    return any(_is_opening(call, opening) for call in ast.walk(node) if isinstance(call, ast.Call))


def _is_opening(call, opening):
    if isinstance(call.func, ast.Name):
        return call.func.id in opening
    if not isinstance(call.func, ast.Attribute):
        return False
    of = ast.unparse(call.func.value)
    if of == "self":
        return call.func.attr in opening
    return call.func.attr in TRANSACTIONS and of.rpartition(".")[2] in OPENED_BY


def test_one_that_fails_stops_nobody_behind_it():
    found = set(found_loops())
    assert found - LET_OFF.keys() == set(), (
        "go through kazasu.foundation.database.each.each, or say here why not"
    )
    assert LET_OFF.keys() - found == set(), "not needed any more"
