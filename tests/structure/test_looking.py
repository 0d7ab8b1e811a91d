"""Looking changes nothing: what serves once is used up by a POST, or by a browser's way back that only that browser has."""

import ast
import re
from collections import Counter, defaultdict
from pathlib import Path

from tests.support.sources import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "kazasu"
SPENDS = re.compile(
    r"\bDELETE FROM [\s\S]*\bRETURNING\b|\bUPDATE\b[\s\S]*\bSET\b[\s\S]*\b(\w+) = [\s\S]*\b\1 IS NULL\b"
)
"""Fetched and removed in one statement, or compared and set: whoever comes second gets nothing."""
HOPS, NAMESAKES = 3, 2
"""So far from the statement, and through names that so few things of one room have: what everything is called (``run``)
says nothing of what is called."""
LOCAL = {"request", "tx", "given", "form", "query", "data", "values", "facts", "told"}
"""Names of requests, mappings and the like, whose methods are none of ours."""


def functions(path):
    """Of the module and of its classes; what stands within them belongs to them."""
    body = tree_of(path).body
    for node in [*body, *(one for of in body if isinstance(of, ast.ClassDef) for one in of.body)]:
        if isinstance(node, ast.FunctionDef):
            yield node


def called(function):
    """Names of what it calls or hands on: functions, and methods of ``self``, of what it holds, or of a module."""
    for node in (inner for statement in function.body for inner in ast.walk(statement)):
        if not isinstance(node, ast.Call):
            continue
        for one in (node.func, *node.args):
            holder = one
            while isinstance(holder, ast.Attribute):
                holder = holder.value
            if isinstance(holder, ast.Name) and holder.id not in LOCAL:
                yield one.attr if isinstance(one, ast.Attribute) else one.id


def spends(function):
    for node in ast.walk(function):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(one.value) for one in parts if isinstance(one, ast.Constant))
        if SPENDS.search(text):
            return True
    return False


def looked_at(function):
    """The address of its ``@get(path, …)``, and whether that says to whom alone it serves."""
    for one in function.decorator_list:
        if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "get":
            yield ast.unparse(one.args[0]), any(word.arg == "takes" for word in one.keywords)


def pages_that_spend():
    """``(file, address, declared)`` of every page that reaches what serves once, within its room."""
    rooms = defaultdict(list)
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).parts
        room = parts[:2] if parts[0] in ("business", "card") else parts[:1]
        rooms[room] += [(path, one) for one in functions(path)]
    for found in rooms.values():
        known = Counter(one.name for _, one in found)
        calls = {one: set(called(one)) for _, one in found}
        names = {one.name for _, one in found if spends(one)}
        for _ in range(HOPS):
            names |= {
                one.name for _, one in found
                if known[one.name] <= NAMESAKES and names & calls[one]
            }  # fmt: skip
        for path, one in found:
            if names & calls[one]:
                for address, declared in looked_at(one):
                    yield str(path.relative_to(SOURCE)), address, declared


def test_no_page_that_is_looked_at_uses_up_what_serves_once():
    """Mail programs and messengers open links before people do, and browsers open them twice. ``takes=`` says why nobody
    but one browser can: a HEAD of such a page does nothing, and a stranger's GET is refused (``tests/identity``)."""
    found = set(pages_that_spend())
    assert {address for _, address, declared in found if declared} >= {
        "'/tap/return'",
        "'/tap/cancel'",
    }, "seen at all"
    assert [one for one in found if not one[2]] == [], "make it a POST, or say whose it is"
