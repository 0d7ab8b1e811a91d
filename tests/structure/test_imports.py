"""Every module of the house can be imported, by itself and first."""

import pkgutil
import subprocess
import sys

import pytest

import kazasu

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
