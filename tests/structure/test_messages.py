"""Every letter and inquiry of the treaties has somebody who sends it and somebody who takes it."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import kazasu.contracts
from kazasu.contracts.base import Inquiry, Letter

SOURCE = Path(kazasu.contracts.__file__).parents[1]
TREES = [
    (path, ast.parse(path.read_text(encoding="utf-8")))
    for path in SOURCE.rglob("*.py")
    if "contracts" not in path.parts
]


def kinds(base):
    for module in pkgutil.walk_packages(kazasu.contracts.__path__, "kazasu.contracts."):
        importlib.import_module(module.name)
    seen, waiting = set(), list(base.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.startswith("kazasu.contracts") and not cls.__subclasses__():
            seen.add(cls)
    return sorted((cls for cls in seen if "[" not in cls.__name__), key=lambda cls: cls.__name__)


def made(name):
    """Files that construct it: somebody sends it."""
    return [
        path
        for path, tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name == _constructed(node.func)
    ]


def _constructed(function):
    """``Name(…)``, ``module.Name(…)``, ``Name.model_validate(…)``."""
    if isinstance(function, ast.Attribute) and function.attr == "model_validate":
        function = function.value
    return getattr(function, "id", getattr(function, "attr", ""))


def taken(name):
    """Files that name it as a key of a dictionary: a room registers a handler for it."""
    return [
        path
        for path, tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if name == getattr(key, "id", getattr(key, "attr", ""))
    ]


@pytest.mark.parametrize("message", [*kinds(Letter), *kinds(Inquiry)], ids=lambda m: m.__name__)
def test_has_a_sender_and_a_receiver(message):
    assert taken(message.__name__), f"no room handles {message.__name__}"
    assert made(message.__name__), f"nobody sends {message.__name__}"
