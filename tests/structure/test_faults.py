"""The catalogue of faults is whole: documented, raised by the code, met by a test."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kazasu.contracts import jukinet, municipality
from tests.support.sources import tree_of

ROOT = Path(__file__).parents[2]
SOURCES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")}
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (ROOT / "tests").rglob("*.py")
    if "structure" not in path.parts
)


def definitions():
    """``(constant, code, file)`` of each ``NAME = define("code", …)``."""
    for path, text in SOURCES.items():
        if "define(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and getattr(node.value.func, "id", getattr(node.value.func, "attr", "")) == "define"
                and node.value.args
                and isinstance(node.value.args[0], ast.Constant)
            ):
                yield node.targets[0].id, node.value.args[0].value, path


def module_of(path):
    return ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """Made in a process of its own: other tests define faults of theirs in this one."""
    file = tmp_path_factory.mktemp("faults") / "faults.md"
    command = [sys.executable, "-m", "kazasu", "faults", "--write", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return file.read_text(encoding="utf-8")


def test_the_document_is_that_of_the_catalogue(document):
    written = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert written == document, "run ./kazasu faults --write docs/faults.md"


def test_every_fault_is_defined_by_a_constant(document):
    codes = set(re.findall(r"^\| `([\w.-]+)`", document, re.MULTILINE))
    assert codes == {code for _, code, _ in definitions()}


def uses(constant):
    """Where the constant is loaded, by name or as an attribute of its module."""
    return sum(
        1
        for text in SOURCES.values()
        if constant in text
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Name) and node.id == constant and isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.Attribute) and node.attr == constant)
    )


@pytest.mark.parametrize(("constant", "code"), sorted({(c, code) for c, code, _ in definitions()}))
def test_every_fault_is_raised(constant, code):
    assert uses(constant) > 0, f"nothing raises {code}"


def named_in_tests():
    """``(module, constant)`` of each fault that a test imports from where it is defined, or reaches through that module."""
    for path in (ROOT / "tests").rglob("*.py"):
        if "structure" in path.parts:
            continue
        tree = tree_of(path)
        modules = {}
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(module=str(module), names=names):
                    for one in names:
                        yield module, one.name
                        modules[one.asname or one.name] = f"{module}.{one.name}"
                case ast.Attribute(value=ast.Name(id=name), attr=constant) if name in modules:
                    yield modules[name], constant


def test_every_fault_is_met_by_a_test():
    """By its code, or by its constant out of its own module: another fault's constant of the same name does not count."""
    named = set(named_in_tests())
    unmet = [
        code
        for constant, code, path in sorted(definitions())
        if f'"{code}"' not in TESTS
        and not re.search(rf"\b{re.escape(code)}\b".replace(r"\.", r"\\?\."), TESTS)
        and (module_of(path), constant) not in named
    ]
    assert unmet == [], "raise each in a test, by its code"


def test_codes_in_the_contracts_are_all_of_their_kind():
    """Who asks tells a refused transfer, or slot, from any other fault by the contract's list: it is whole."""
    codes = {code for _, code, _ in definitions()}
    for listed, start in (
        (jukinet.TRANSFER_REFUSED, "jukinet.transfer-"),
        (municipality.SLOT_REFUSED, "municipality.slot-"),
    ):
        assert listed == {code for code in codes if code.startswith(start)}


def test_of_our_own_failures_each_knows_whether_nothing_was_done():
    """What says so is marked, and the page of a fault believes the mark: else it says that nobody knows. No page then says both."""
    said = re.compile(
        r"nothing (was|were)\b|was not (done|completed|changed)\b|no consent yet", re.I
    )
    judged = 0
    for constant, code, path in definitions():
        fault = getattr(importlib.import_module(module_of(path)), constant)
        if fault.status < 500:
            continue
        judged += fault.undone
        claims = bool(said.search(f"{fault.title.en} {fault.todo.en}"))
        assert claims is fault.undone, f"{code}: {fault.title.en}. {fault.todo.en}"
    assert judged > 5
