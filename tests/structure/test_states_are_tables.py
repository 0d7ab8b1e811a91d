"""States are tables (design §3.11): no service writes a state by itself, and the documentation shows the tables as they are."""

import ast
from pathlib import Path

import pytest
from tools.lives import DOCUMENT, written

from kazasu.jukinet.life import TRANSFER
from kazasu.municipality.moving.life import IN, LEAVER, OUT

SRC = Path(__file__).parents[2] / "src" / "kazasu"
HELD = {
    "municipality/moving": ("InState", "OutState"),
}
"""Where cases have tables, with the words of their states."""
WRITERS = {"municipality/moving/service/cases.py": "turn"}
"""The one function that writes a changed state, which asks the table."""
BEGINNINGS = {
    ("municipality/moving/service/moving_out.py", "RECEIVED"),
    ("municipality/moving/at_counter/service.py", "RECEIVED"),
    ("municipality/moving/service/expecting.py", "RESERVED"),
}
"""Where a case begins: the start of its table."""


def written_states(folder):
    """Every ``state=`` of a call in this folder that is a word of a table."""
    words = HELD[folder]
    for file in sorted((SRC / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            for given in node.keywords:
                if given.arg == "state" and isinstance(given.value, ast.Attribute):
                    of = given.value.value
                    if isinstance(of, ast.Name) and of.id in words:
                        yield str(file.relative_to(SRC)), given.value.attr


@pytest.mark.parametrize("folder", HELD)
def test_no_service_writes_a_state_by_itself(folder):
    assert set(written_states(folder)) == BEGINNINGS, "ask the table: cases.turn(tx, case, event)"


def test_a_case_begins_where_its_table_does():
    assert (OUT.start, IN.start) == ("received", "reserved")


@pytest.mark.parametrize("table", [OUT, LEAVER, IN, TRANSFER], ids=lambda one: one.name)
def test_the_documentation_shows_every_cell(table):
    assert written() == DOCUMENT.read_text(encoding="utf-8"), "run: python -m tools.lives"
    assert f"## {table.name[0].upper()}{table.name[1:]}" in written()
