"""The catalogue of faults is whole: documented, raised by the code, met by a test."""

import ast
from pathlib import Path

import pytest

from kazasu.cli.faults import document, load_catalogue

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


def test_the_document_is_that_of_the_catalogue():
    written = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert written == document(load_catalogue()), "run ./kazasu faults --write docs/faults.md"


def test_every_fault_is_defined_by_a_constant():
    assert {fault.code for fault in load_catalogue()} == {code for _, code, _ in definitions()}


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


def test_every_fault_is_met_by_a_test():
    constants = {code: constant for constant, code, _ in definitions()}
    unmet = [
        code
        for code, constant in sorted(constants.items())
        if code not in TESTS and constant not in TESTS
    ]
    assert unmet == []
