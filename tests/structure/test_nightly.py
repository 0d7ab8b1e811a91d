"""What the night does: every heavy rig is in it, one that passed is not run again, what was changed by itself is real code."""

import ast
import json
import subprocess

import pytest
from tools import nightly
from tools.mutants import ROOT, generated

COMMIT = "0" * 40


@pytest.fixture
def night(tmp_path, monkeypatch):
    """``night(passes)`` runs three rigs, those in ``passes`` well. Returns exit status and what was run."""
    answers = {"status": "", "rev-parse": COMMIT + "\n"}

    def git(command, **_):
        return subprocess.CompletedProcess(command, 0, answers[command[1]], "")

    def run(*passes, commit=COMMIT, hours="1"):
        answers["rev-parse"] = commit + "\n"
        ran = []
        monkeypatch.setattr(nightly.subprocess, "run", git)
        monkeypatch.setattr(nightly, "rigs", lambda _: [nightly.Rig(name, ()) for name in "abc"])
        monkeypatch.setattr(
            nightly, "run", lambda rig, _: ran.append(rig.name) or rig.name in passes
        )
        monkeypatch.setattr("sys.argv", ["nightly", "--into", str(tmp_path), "--hours", hours])
        return nightly.main(), "".join(ran)

    return run


def test_what_passed_is_not_run_again_at_the_same_commit(night):
    assert night("a", "b") == (1, "abc")
    assert night("c") == (0, "c")
    assert night() == (0, "")
    assert night("a", "b", "c", commit="1" * 40) == (0, "abc")


def test_what_there_was_no_time_for_is_said(night, capsys):
    assert night("a", hours="0") == (2, "")
    assert "no time for 3" in capsys.readouterr().out


def test_every_heavy_rig_is_in_it(tmp_path):
    names = {rig.name for rig in nightly.rigs(tmp_path)}
    assert "deep tests/stories/test_storm.py" in names
    assert "mutant audit-never-sealed" in names
    assert {f"generated {area}" for area in generated.AREAS} <= names


def test_all_areas_are_there():
    for area in generated.AREAS.values():
        assert all((ROOT / test).exists() for test in area.tests)
        assert all((ROOT / "src" / "kazasu" / file).exists() for file in area.files)


def test_what_is_changed_is_code_and_the_same_for_a_seed():
    area = generated.AREAS["audit"]
    made = generated.sampled(area, 20, seed=1)
    assert len({one.name for one in made}) == 20
    assert made == generated.sampled(area, 20, seed=1)
    for one in made:
        ast.parse(one.text)
        assert one.text != (ROOT / "src" / "kazasu" / one.file).read_text(encoding="utf-8")


def test_a_journal_goes_on_where_it_was(tmp_path):
    file = tmp_path / "journal.jsonl"
    generated.Journal(file).put("audit 1", True)
    assert json.loads(file.read_text()) == {"audit 1": True}
    again = generated.Journal(file)
    assert again.get("audit 1") is True
    assert again.get("audit 2") is None
