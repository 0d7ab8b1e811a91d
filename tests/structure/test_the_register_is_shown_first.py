"""No form of a city's desk writes the register at one press: what will stand is shown before, or a reason stands here."""

import ast
from pathlib import Path

from tests.support.sources import tree_of

CITY = Path(__file__).parents[2] / "src" / "kazasu" / "municipality"
WRITES = {("store", "change"), ("register_store", "change"), ("store", "enter"), ("register_store", "enter")}  # fmt: skip
"""Of register/store.py, by the names under which it is imported."""
AMBIGUOUS = {"change", "enter", "work", "write"}
"""Names of the store's own, and of what a transaction does: other things are called so, too."""
SHOWN_OTHERWISE = {
    "moving/pages/moving_in.py:entry": (
        "entered first and shown with its findings; what is registered is compared with it (municipality.not-as-entered)"
    ),
    "moving/pages/outstanding.py:cancel": (
        "a page of its own says who it is about and what becomes of them, and asks for the reason"
    ),
    "abroad/pages.py:stay": (
        "a page of its own says who stays and what becomes of the card, and asks for the reason"
    ),
    "moving/pages/moving_out.py:accept": (
        "the page of the case is the review: the notice that was signed, at its version, its findings, and who will head whom"
    ),
}


def called(function):
    for one in ast.walk(function):
        if isinstance(one, ast.Call):
            target = one.func
            if isinstance(target, ast.Attribute):
                yield getattr(target.value, "id", getattr(target.value, "attr", "")), target.attr
            elif isinstance(target, ast.Name):
                yield "", target.id


def functions():
    """``(where, function)`` of the whole city hall."""
    for path in sorted(CITY.rglob("*.py")):
        for one in ast.walk(tree_of(path)):
            if isinstance(one, ast.FunctionDef):
                yield f"{path.relative_to(CITY)}:{one.name}", one


def decorated(function):
    return {getattr(one.func, "id", "") for one in function.decorator_list if isinstance(one, ast.Call)}  # fmt: skip


def writing_forms():
    """Each ``@post`` from which a write of the register can be reached, by the names of what is called. Nobody calls a page; what begins
    with ``_`` is called in its own file alone."""
    known = dict(functions())
    calls = {where: set(called(one)) for where, one in known.items()}
    pages = {where for where, one in known.items() if decorated(one) & {"get", "post"}}
    reaching, more = set(), {where for where, made in calls.items() if made & WRITES}
    while more - reaching:
        reaching |= more
        more = {
            where
            for where, made in calls.items()
            if any(_leads(where, name, reaching - pages) for _, name in made)
        }
    for where in sorted(reaching & pages):
        if "post" in decorated(known[where]):
            yield where, "must_be_reviewed" in {name for _, name in calls[where]}


def _leads(where, name, reaching):
    if name in AMBIGUOUS:
        return False
    if name.startswith("_"):
        return f"{where.rpartition(':')[0]}:{name}" in reaching
    return any(one.endswith(f":{name}") for one in reaching)


def test_what_a_form_writes_into_the_register_is_shown_before():
    found = dict(writing_forms())
    assert found["register/pages.py:correct"], "seen at all"
    assert {one for one, shows in found.items() if not shows} == set(SHOWN_OTHERWISE)
