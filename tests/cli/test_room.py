"""``kazasu room new``: what it writes opens, passes the checks of every room, and is refused where it cannot be written whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.mutants import ROOT, Tree

from kazasu.cli.room.writing import Wanted, write

CHECKS = (
    "test_street.py", "test_tree.py", "test_routes.py", "test_tables.py", "test_faults.py", "test_templates.py", "test_forms.py",
)  # fmt: skip
"""The structural tests that a new room meets first; all others walk it just the same."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return Tree(tmp_path_factory.mktemp("room")).folder


def in_tree(tree, *command, given=None):
    path = os.pathsep.join([str(tree / "src"), str(tree)])
    return subprocess.run(
        [sys.executable, *command], cwd=tree, capture_output=True, text=True, check=False, input=given,
        env=os.environ | {"PYTHONPATH": path, "PYTHONPYCACHEPREFIX": str(tree.parent / "bytecode")},
    )  # fmt: skip


ASKED_FOR = """
import contextlib, io, json, sys
from kazasu.cli import commands
for words in json.loads(sys.stdin.read()):
    with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.redirect_stdout(io.StringIO()):
        try:
            status = commands.run(["room", "new", *words])
        except SystemExit as ended:
            status = ended.code
    print(json.dumps([status, said.getvalue()]))
"""
NAMES = [
    "Library", "x", "a" * 21, "lib rary", "../x", "class", "図書館", "library1", "", "public", "postgres", "kazasu",
    "localhost", "www", "pgtoast",
]  # fmt: skip
TAKEN = [
    "bank", "id", "city", "municipality", "sandbox", "kit", "exchange", "app", "lab", "mdoc", "support", "pages", "bench",
    "examples", "structure", "foreign",
]  # fmt: skip
WORDS = ["図書館\"\\'", "x\ny", "{{ x }}", "$name", "<b>", "`x`", "|", "", " ", "x" * 61]


@pytest.fixture(scope="module")
def refused(tree):
    """``refused(*words)``: status and what was said; all of them in one process, which starts longer than it works. Nothing was written."""
    asked = [(one,) for one in NAMES + TAKEN] + [("museum", "--ja", one or " ") for one in WORDS]
    before = everything(tree)
    done = in_tree(tree, "-c", ASKED_FOR, given=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    answers = dict(zip(asked, map(json.loads, done.stdout.splitlines()), strict=True))
    assert everything(tree) == before
    return lambda *words: answers[words]


def new(tree, *arguments):
    return in_tree(tree, "-m", "kazasu", "room", "new", *arguments)


SORTS = {
    "kiosk": (),
    "library": ("--tenants", "--sign-in", "--staff", "--ja", "図書館", "--en", "Public library"),
    "clinic": ("--tenants", "--staff"),
    "points": ("--sign-in",),
}
"""The one that has most in the normal run; all with ``--deep``."""


@pytest.mark.timeout(600)
def test_rooms_of_every_sort_open_and_pass_the_checks_of_all_rooms(tree, request):
    names = tuple(SORTS) if request.config.getoption("--deep") else ("library",)
    for name in names:
        done = new(tree, name, *SORTS[name])
        assert done.returncode == 0, done.stdout + done.stderr
    own = [f"{place}/{name}" for name in names for place in ("src/kazasu", "tests")]
    style = in_tree(tree, "-m", "ruff", "check", "--no-cache", *own)
    assert style.returncode == 0, style.stdout
    tests = [f"tests/{name}" for name in names] + [f"tests/structure/{one}" for one in CHECKS]
    done = in_tree(tree, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests)
    assert done.returncode == 0, done.stdout[-4000:]


def test_its_address_stands_at_the_end_of_the_table_and_its_name_is_nobodys_sandbox(tree, tmp_path):
    for list_of in (".importlinter", "docs/architecture.md", "README.md", "README.ja.md"):
        (tmp_path / list_of).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / list_of).write_text(
            (ROOT / list_of).read_text(encoding="utf-8"), encoding="utf-8"
        )
    write(tmp_path, Wanted("museum", "博物館", "Museum", tenants=False, sign_in=True, staff=False))
    for readme in ("README.md", "README.ja.md"):
        rows = (
            (tmp_path / readme)
            .read_text(encoding="utf-8")
            .split("| http://portal")[1]
            .split("\n\n")[0]
        )
        assert rows.splitlines()[-1].startswith("| http://museum.localhost:8000 | ")
        assert len(rows.splitlines()) > 5
    done = new(tree, "archive", "--sign-in")
    assert "--ja" in done.stdout
    assert 'Text("Archive", "Archive")' in (tree / "src/kazasu/archive/institution.py").read_text(
        encoding="utf-8"
    )


def test_a_room_begins_in_125_lines(tmp_path):
    """From its first line to the last before its own logic, tests and documents apart."""
    for list_of in (".importlinter", "docs/architecture.md", "README.md", "README.ja.md"):
        (tmp_path / list_of).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / list_of).write_text(
            (ROOT / list_of).read_text(encoding="utf-8"), encoding="utf-8"
        )
    wanted = Wanted("library", "図書館", "Public library", tenants=True, sign_in=True, staff=True)
    files = [
        file for file in write(tmp_path, wanted) if file.suffix == ".py" and "src" in file.parts
    ]
    lines = [
        line
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    assert len(lines) <= 125


def test_two_places_outside_the_room_are_touched(tmp_path):
    for list_of in (".importlinter", "docs/architecture.md"):
        (tmp_path / list_of).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / list_of).write_text(
            (ROOT / list_of).read_text(encoding="utf-8"), encoding="utf-8"
        )
    wanted = Wanted("library", "図書館", "Public library", tenants=True, sign_in=True, staff=True)
    outside = [
        file for file in write(tmp_path, wanted) if "library" not in str(file.relative_to(tmp_path))
    ]
    assert {file.relative_to(tmp_path) for file in outside} == {
        Path(".importlinter"),
        Path("docs/architecture.md"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_cannot_be_a_package_is_refused(refused, name):
    status, said = refused(name)
    assert (status, "cli.bad-room-name" in said) == (2, True), said


def everything(tree):
    return {
        file: file.read_bytes()
        for file in tree.rglob("*")
        if file.is_file()
        and not {".venv", ".kazasu", "__pycache__"} & set(file.relative_to(tree).parts)
    }


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_there_is_never_written_over(refused, name):
    status, said = refused(name)
    assert status == 2
    assert "cli.room-there" in said or "cli.bad-room-name" in said


@pytest.mark.parametrize("words", WORDS)
def test_words_that_mean_something_in_code_are_refused_and_nothing_written(refused, words):
    status, said = refused("museum", "--ja", words or " ")
    assert (status, "cli.bad-room-text" in said) == (2, True), said


def test_a_list_of_another_form_is_told_in_words(tree):
    floors = tree / ".importlinter"
    kept = floors.read_text(encoding="utf-8")
    floors.write_text("[importlinter]\n", encoding="utf-8")
    try:
        before = everything(tree)
        done = new(tree, "museum")
        assert (done.returncode, "cli.room-list-changed" in done.stderr) == (2, True)
        assert everything(tree) == before
    finally:
        floors.write_text(kept, encoding="utf-8")


def test_a_list_of_another_form_stops_it_before_anything_is_written(tmp_path):
    (tmp_path / ".importlinter").write_text("[importlinter]\n", encoding="utf-8")
    with pytest.raises(LookupError, match="importlinter"):
        write(
            tmp_path,
            Wanted("library", "図書館", "Library", tenants=False, sign_in=False, staff=False),
        )
    assert [path.name for path in tmp_path.rglob("*")] == [".importlinter"]
