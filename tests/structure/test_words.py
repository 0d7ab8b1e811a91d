"""What people read is words: no name of the code stands in a sentence (a rename would put it there)."""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "kazasu"
HUMPS = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")
SPOKEN = {"Text", "define", "asked"}


def sentences():
    """``(file, sentence)``: arguments of Text, define and asked, f-strings by their parts; texts of templates."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPOKEN:
                for one in node.args:
                    for part in ast.walk(one):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield path, part.value
    for path in SOURCE.rglob("templates/**/*.html"):
        for found in re.findall(r"\bt\('([^']*)', '([^']*)'\)", path.read_text(encoding="utf-8")):
            yield from ((path, one) for one in found)


def test_no_class_stands_in_a_sentence():
    classes = {
        node.name
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and HUMPS.fullmatch(node.name)
    }
    found = {(path.name, name) for path, one in sentences() for name in HUMPS.findall(one)}
    assert classes & {"DeskPages", "Form", "RelyingParty"}
    assert {one for one in found if one[1] in classes} == set()
