"""The glossary's third column: every name in it is a name in the code, and not only in a comment."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.sources import tree_of

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"


def rows():
    """Term and name, for each name in code that the glossary gives."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            yield from ((cells[0], name) for name in re.findall(r"`([^`]+)`", cells[2]))


@cache
def names():
    """Identifiers, whole strings, files and folders of ``src`` and ``tests``; words of SQL and TOML of ``src``."""
    found = set()
    for path in (*(ROOT / "src").rglob("*"), *(ROOT / "tests").rglob("*.py")):
        found |= {path.name, path.stem}
        if path.suffix == ".py" and path.is_relative_to(ROOT / "src"):
            found.update(_named(tree_of(path)))
        elif path.suffix in {".sql", ".toml"}:
            text = re.sub(r"(--|#).*", "", path.read_text(encoding="utf-8"))
            found.update(re.findall(r"[\w-]+", text))
    return found


def _named(tree):
    for node in ast.walk(tree):
        for part in ("id", "attr", "name", "arg"):
            if isinstance(word := getattr(node, part, None), str):
                yield word
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 40:
            yield node.value


def test_the_glossary_gives_names():
    assert len(list(rows())) > 100


@pytest.mark.parametrize(("term", "name"), list(rows()))
def test_a_name_of_the_glossary_is_in_the_code(term, name):
    parts = [name] if name.endswith(".py") else name.split(".")
    missing = [part for part in parts if part not in names()]
    assert missing == [], f"docs/glossary.md, {term}: `{name}` is nowhere in the code"
