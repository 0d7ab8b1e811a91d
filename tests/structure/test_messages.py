"""Every letter and inquiry of the treaties has somebody who sends it and somebody who takes it."""

import ast
from functools import cache
from pathlib import Path

import pytest

import kazasu.contracts
from kazasu.contracts.base import Inquiry, Letter
from tests.support.messages import kinds
from tests.support.sources import tree_of

SOURCE = Path(kazasu.contracts.__file__).parents[1]


@cache
def named():
    """What is constructed somewhere outside the contracts: somebody sends it. And what is a key of a dictionary:
    a room registers a handler for it."""
    made, taken = set(), set()
    for path in SOURCE.rglob("*.py"):
        if "contracts" in path.parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                made.add(_constructed(node.func))
            elif isinstance(node, ast.Dict):
                taken.update(getattr(key, "id", getattr(key, "attr", "")) for key in node.keys)
    return made, taken


def _constructed(function):
    """``Name(…)``, ``module.Name(…)``, ``Name.model_validate(…)``."""
    if isinstance(function, ast.Attribute) and function.attr == "model_validate":
        function = function.value
    return getattr(function, "id", getattr(function, "attr", ""))


@pytest.mark.parametrize("message", [*kinds(Letter), *kinds(Inquiry)], ids=lambda m: m.__name__)
def test_has_a_sender_and_a_receiver(message):
    made, taken = named()
    assert message.__name__ in taken, f"no room handles {message.__name__}"
    assert message.__name__ in made, f"nobody sends {message.__name__}"
