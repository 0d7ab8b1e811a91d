"""The launcher, before anything is installed: it finds a Python, and says what it lacks."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.sources import tree_of

from kazasu.cli.launcher import prerequisites
from kazasu.cli.launcher.environment import Environment
from kazasu.cli.launcher.messages import Trouble

ROOT = Path(__file__).parents[2]


def test_uses_the_standard_library_only():
    for path in (ROOT / "src/kazasu/cli/launcher").glob("*.py"):
        for node in ast.walk(tree_of(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                first = name.split(".")[0]
                assert first in sys.stdlib_module_names or name.startswith("kazasu.cli.launcher")


def test_without_a_python_it_says_what_to_install(tmp_path):
    for tool in ("dirname", "readlink", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    answer = subprocess.run(
        ["/bin/sh", str(ROOT / "kazasu"), "up"],
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 69
    assert "apt-get install python3" in answer.stderr
    assert "Python 3.11 以上" in answer.stderr


def test_an_old_python_is_passed_over(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for tool in ("dirname", "readlink", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    answer = subprocess.run(
        [str(ROOT / "kazasu")], env={"PATH": str(tmp_path)}, capture_output=True, check=False
    )
    assert answer.returncode == 69


@pytest.fixture
def clone(tmp_path):
    (tmp_path / "requirements").mkdir()
    for lock in ("runtime", "dev", "reader", "uv"):
        (tmp_path / "requirements" / f"{lock}.txt").write_text("")
    (tmp_path / "src").mkdir()
    return tmp_path


def test_prepares_once_and_again_when_the_lock_changes(clone, monkeypatch):
    environment = Environment(clone)
    installed = []
    monkeypatch.setattr(Environment, "_install", lambda _, lock: installed.append(lock.stem))
    python = environment.prepare("runtime")
    assert subprocess.run([python, "-c", "import sys"], check=False).returncode == 0
    environment.prepare("runtime")
    environment.prepare("dev")
    environment.prepare("runtime")  # what tests need is kept
    assert installed == ["runtime", "dev"]
    (clone / "requirements/dev.txt").write_text("# changed\n")
    environment.prepare("runtime")
    assert installed == ["runtime", "dev", "dev"]


def test_a_moved_clone_gets_a_new_environment(clone, monkeypatch):
    monkeypatch.setattr(Environment, "_install", lambda *_: None)
    Environment(clone).prepare("runtime")
    note = clone / ".venv" / "kazasu-lock.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"root": "/elsewhere"}))
    (clone / ".venv" / "stale").touch()
    Environment(clone).prepare("runtime")
    assert not (clone / ".venv" / "stale").exists()


def test_a_failed_installation_is_not_taken_for_done(clone, monkeypatch):
    monkeypatch.setattr(Environment, "_uv", lambda _: None)
    monkeypatch.setattr(Environment, "_pip", lambda _: None)
    for _ in range(2):
        with pytest.raises(Trouble, match=r"python3-pip"):
            Environment(clone).prepare("runtime")


def test_a_clone_that_cannot_be_written_to_is_said_so():
    with pytest.raises(Trouble, match="/proc/sys"):
        Environment(Path("/proc/sys")).prepare("runtime")


def test_a_clone_that_somebody_else_prepared_runs_without_a_word_written(clone, monkeypatch):
    """A service's user may read what root installed, and no more."""
    monkeypatch.setattr(Environment, "_install", lambda *_: None)
    Environment(clone).prepare("dev")
    shutil.rmtree(clone / ".kazasu")
    # Whoever runs this test may write anywhere: so what is written into cannot be.
    (clone / ".kazasu").touch()
    assert Environment(clone).prepare("runtime") == clone / ".venv" / "bin" / "python"
    with pytest.raises(Trouble, match=r"\.kazasu"):
        Environment(clone).prepare("reader")


def test_a_python_out_of_reach_is_said_so(clone):
    """root's own, below its home: writing would not help."""
    (clone / ".kazasu").touch()
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.11")
    with pytest.raises(Trouble, match=r"/nowhere/python3\.11.*PYTHON=/usr/bin/python3"):
        Environment(clone).prepare("runtime")


def test_missing_packages_are_named_and_strictness_refuses(monkeypatch, tmp_path, capsys):
    missing = prerequisites.Need("no-such-package", "no-such-program", "a test")
    monkeypatch.setattr(prerequisites, "NEEDS", (missing,))
    monkeypatch.setattr(prerequisites, "_axe", lambda _: True)
    monkeypatch.setattr(prerequisites, "_foreign", lambda _: True)
    monkeypatch.setattr(prerequisites.shutil, "which", lambda _: None)
    assert prerequisites.prepare_tests(tmp_path, strict=False) == "reader"
    assert "no-such-package" in capsys.readouterr().err
    with pytest.raises(Trouble, match="no-such-package"):
        prerequisites.prepare_tests(tmp_path, strict=True)
