"""Every room's own sources pass the nets of :mod:`tests.structure.nets_of_sources`; with one rule broken each goes red."""

import ast
import re
from pathlib import Path

import pytest

import kazasu
from kazasu.exchange.street import street
from kazasu.foundation.values.visible import unseen_letter
from tests.structure import nets
from tests.structure import nets_of_sources as sources

SOURCE = Path(kazasu.__file__).parent
PERSONAL = re.compile(r"protect\('(\w+)'[^;]*personal => true")


@pytest.fixture(scope="module")
def modules():
    return nets.trees(SOURCE)


def told(findings):
    return "\n".join(map(str, findings))


def test_no_room_goes_out_by_itself(modules):
    assert not (found := sources.going_out(modules)), told(found)


def test_nobody_else_opens_a_number(modules):
    assert not (found := sources.numbers_opened(modules)), told(found)
    files = {path.as_posix() for path in modules}
    assert sources.MAY_OPEN_A_NUMBER.keys() <= files


def test_nobody_reads_raw_what_was_sent(modules):
    assert not (found := sources.raw_values(modules)), told(found)


def test_nobody_waits_deaf_for_a_signal(modules):
    assert not (found := sources.deaf_waits(modules)), told(found)


def test_no_glance_is_at_people(modules):
    personal = {}
    for one in street():
        folder = one.package.removeprefix("kazasu.").replace(".", "/") + "/"
        statements = "".join(
            file.read_text("utf-8") for file in (SOURCE / folder).rglob("migrations/*.sql")
        )
        personal[folder] = set(PERSONAL.findall(statements))
    assert sum(map(len, personal.values())) > 30
    assert not (found := sources.unrecorded_looks(modules, personal)), told(found)


def test_there_is_one_list_of_letters_that_nobody_sees(modules):
    assert not (found := sources.unseen_letters(modules, unseen_letter)), told(found)


def test_every_file_is_written_beside_and_replaced(modules):
    assert not (found := sources.writes_in_place(modules)), told(found)
    files = {path.as_posix() for path in modules}
    assert sources.WRITES_IN_PLACE.keys() | sources.KNOWS_UNSEEN_LETTERS.keys() <= files


def test_no_outcome_lies_in_an_address(modules):
    """``/?done=1`` says it of whoever opens it, whenever: an outcome is told (``Site.tell``)."""
    found = [
        f"{path}:{call.lineno}"
        for path, tree in modules.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", "") == "redirect"
        and any(isinstance(one, ast.Constant) and "?" in str(one.value) for one in call.args)
    ]
    assert not found


BROKEN = {
    "urllib": ("from urllib.request import urlopen", sources.going_out, "house.http()", "library/x.py:1"),
    "http": ("import http.client", sources.going_out, "house.outward"),
    "socket": ("def f():\n    import socket", sources.going_out, "library/x.py:2"),
    "httpx": ("import httpx\nhttpx.get('http://x')", sources.going_out, "httpx.get"),
    "from httpx": ("from httpx import Client", sources.going_out, "httpx.Client"),
    "from http": ("from http import client", sources.going_out, "http.client"),
    "number": ("def f(n):\n    return n.reveal(duty='x')", sources.numbers_opened, "MAY_OPEN_A_NUMBER"),
    "raw": ("def f(request):\n    return int(request.query_params['n'])", sources.raw_values, "a bare int"),
    "raw, by a name": (
        "def f(request):\n    page = request.query_params.get('n', '1')\n    return UUID(page)", sources.raw_values, "a bare UUID",
    ),
    "in place": ("def f(path):\n    path.write_text('x')", sources.writes_in_place, "write_whole()", "library/x.py:2"),
    "in place, opened": ("def f(path):\n    with path.open('w') as file:\n        pass", sources.writes_in_place, "write_whole()"),
    "a list of one's own": ("BAD = '\u202e'", lambda m: sources.unseen_letters(m, unseen_letter), "values.visible"),
    "printable": ("def f(t):\n    return t.isprintable()", lambda m: sources.unseen_letters(m, unseen_letter), "values.visible"),
    "deaf": ("import threading\nthreading.Event().wait()", sources.deaf_waits, "until_ended()", "library/x.py:2"),
    "raw of a form": ("def f(request):\n    return float(request.state.form['n'])", sources.raw_values, "a bare float"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_room_that_breaks_it_is_told_what_to_do(what):
    text, rule, *words = BROKEN[what]
    (found,) = rule({Path("library/x.py"): ast.parse(text)})
    assert all(word in found.what for word in words), found.what


@pytest.mark.parametrize(
    "text",
    ["database.glance(lambda tx: tx.value('SELECT count(*) FROM card'))",
     "def due(tx):\n    return tx.value('SELECT 1 FROM card')\ndatabase.glance(due)",
     "def due(tx):\n    return tx.value('SELECT 1 FROM card')\ndatabase.glance(lambda tx: store.due(tx))"],
)  # fmt: skip
def test_a_glance_at_people_is_told_what_to_do(text):
    personal = {"library/": {"card"}}
    (found,) = sources.unrecorded_looks({Path("library/store.py"): ast.parse(text)}, personal)
    assert "database.read(" in found.what
    assert sources.unrecorded_looks({Path("other/x.py"): ast.parse(text)}, personal) == []


def test_what_is_caught_or_only_named_is_nothing():
    for text in (
        "import httpx\ndef f(client: httpx.Client): ...",
        "def f(request):\n    try:\n        return int(request.query_params['n'])\n    except ValueError:\n        return 0",
        "def f(rows):\n    return int(rows[0])",
    ):
        modules = {Path("library/x.py"): ast.parse(text)}
        assert not sources.going_out(modules) + sources.raw_values(modules)
