"""PostgreSQL knows every statement of the house: tables, columns, functions and types.

A statement that no test runs may have been wrong for months. So each one that stands in the sources is prepared, not run, on the
floor of its room.
"""

import ast
import importlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

import kazasu
from kazasu.app.rooms import ROOMS, migrations
from tests.support.sources import tree_of

SOURCE = Path(kazasu.__file__).parent
ASKED = {"execute", "all", "maybe", "one", "value", "column"}
"""Methods of a transaction that take a statement."""
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s")
PLACE = re.compile(r"%\((?P<name>\w+)\)s|%s|%%")
OTHERS = {
    "foundation/database/transactions.py": "takes the statements of others",
    "app/country.py": "the country's mark, before there is a floor",
    "foundation/values/places/": "tables of places, which are SQLite",
    "cli/": "the administrator's, on tables of the whole database",
    "workbench/": "stories' own, on any table",
}


@dataclass(frozen=True)
class Statement:
    module: str
    line: int
    text: str

    @property
    def package(self) -> str:
        return self.module.split(".")[1]

    def __str__(self) -> str:
        return f"{self.module}:{self.line}"


def module_of(path):
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def texts(node, known):
    """What may be asked: both branches of a choice."""
    if isinstance(node, ast.IfExp):
        return texts(node.body, known) + texts(node.orelse, known)
    try:
        value = eval(compile(ast.Expression(node), "<statement>", "eval"), known)  # noqa: S307
    except NameError:
        return [None]
    return [value] if isinstance(value, str) else []


def asked(tree):
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=method)) if method in ASKED:
                yield from ((node, one) for one in node.args[:2])


def found():
    """``(statements, places whose statement is made at run time)``."""
    statements, made = [], []
    for path in sorted(SOURCE.rglob("*.py")):
        where = str(path.relative_to(SOURCE))
        if any(where.startswith(one) for one in OTHERS):
            continue
        tree = tree_of(path)
        if not any(True for _ in asked(tree)):
            continue
        known = vars(importlib.import_module(module_of(path)))
        for call, argument in asked(tree):
            if not isinstance(
                argument, ast.Constant | ast.JoinedStr | ast.IfExp | ast.Name | ast.BinOp
            ):
                continue
            for text in texts(argument, known):
                if text is None and isinstance(argument, ast.JoinedStr | ast.BinOp):
                    made.append(f"{module_of(path)}:{call.lineno}")
                elif text is not None and STATEMENT.match(text):
                    statements.append(Statement(module_of(path), call.lineno, text))
    return statements, made


STATEMENTS, MADE = found()


def prepared(text):
    """The statement as PostgreSQL's own PREPARE takes it."""
    numbers = {}

    def place(match):
        if match[0] == "%%":
            return "%"
        return f"${numbers.setdefault(match['name'] or len(numbers), len(numbers) + 1)}"

    return "PREPARE looked_at AS " + PLACE.sub(place, text)


def trouble(connection, room, text):
    """What PostgreSQL has against it on this room's floor, or nothing."""
    with connection.transaction(force_rollback=True):
        connection.execute(f"SET LOCAL search_path TO {room}, public")
        try:
            connection.execute(prepared(text).encode())
        except (psycopg.errors.IndeterminateDatatype, psycopg.errors.AmbiguousFunction):
            return None  # a bare parameter: the client names its type
        except psycopg.Error as error:
            return str(error).splitlines()[0]
        connection.execute("DEALLOCATE looked_at")
    return None


@pytest.fixture(scope="module")
def floors(module_databases):
    opened = {
        room: psycopg.connect(module_databases.url(room), autocommit=True)
        for room in ROOMS
        if migrations(room)
    }
    yield opened
    for connection in opened.values():
        connection.close()


def test_each_is_known_to_postgresql(floors):
    wrong = []
    for statement in STATEMENTS:
        rooms = [statement.package] if statement.package in floors else list(floors)
        troubles = [trouble(floors[room], room, statement.text) for room in rooms]
        if all(troubles):
            wrong.append(f"{statement}: {troubles[0]}")
    assert not wrong, "\n".join(wrong)


def test_few_are_made_at_run_time():
    """Each of these is a place where a wrong column is met by a user first."""
    assert len(STATEMENTS) > 300
    assert len(MADE) <= 10, MADE  # conversion and renewal go over two tables of one shape


def test_a_wrong_column_is_told(floors):
    assert "tx" in trouble(floors["bank"], "bank", "INSERT INTO audit_leaf (tx.tenant) VALUES (%s)")
