"""The command line as a person uses it: help, refusals with what to do, exit statuses."""

import errno
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.errors import DiskFull
from tests.conftest import THE_DAY
from tests.support.institutions import Institutions

from kazasu.cli import clock, commands, launcher
from kazasu.cli.commands import REFUSED, run
from kazasu.cli.output.speech import cause
from kazasu.cli.processes.countries import free_port
from kazasu.cli.processes.running import bound
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import FixedClock


def kazasu(*arguments, language="C", more=None, **options):
    environment = {**os.environ, "LC_ALL": language, **(more or {})}
    command = [sys.executable, "-m", "kazasu", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **options
    )


def test_help_is_in_both_languages():
    answer = kazasu("--help")
    assert answer.returncode == 0
    assert "the catalogue of faults / 断られる場合の一覧" in answer.stdout


@pytest.mark.parametrize(
    ("language", "words"), [("ja_JP.UTF-8", "国はありません"), ("C", "no country")]
)
def test_a_refusal_speaks_the_shells_language(tmp_path, language, words):
    answer = kazasu("clock", "--data", tmp_path / "nowhere", language=language)
    assert answer.returncode == 2
    assert words in answer.stderr
    assert "[cli.no-country]" in answer.stderr
    assert answer.stdout == ""


def test_who_interrupts_the_imports_sees_no_traceback(monkeypatch):
    def interrupted(name, *_):
        raise KeyboardInterrupt

    monkeypatch.setattr("kazasu.cli.commands.importlib.import_module", interrupted)
    assert run(["clock"]) == 130


def test_one_fault_is_explained(capsys):
    assert run(["faults", "cli.in-use"]) == 0
    assert "cli.in-use  409" in capsys.readouterr().out


def test_a_fault_is_found_by_its_words_and_read_with_an_example_in_each_place(capsys):
    assert run(["faults", "card.wrong-pin"]) == 0
    assert "{" not in capsys.readouterr().out
    assert run(["faults", "ロック"]) == 0
    assert "card.locked" in capsys.readouterr().out
    assert run(["faults", "card.wrong-pni"]) == REFUSED
    refused = capsys.readouterr().err
    assert "[cli.unknown-fault]" in refused
    assert "card.wrong-pin" in refused


def test_reset_does_not_empty_a_folder_that_is_not_ours(tmp_path):
    precious = tmp_path / "thesis.txt"
    precious.touch()
    answer = kazasu("reset", "--yes", "--data", tmp_path)
    assert "[cli.no-country]" in answer.stderr
    assert precious.exists()


def test_reset_refuses_while_the_country_runs_and_asks_first(tmp_path):
    data = tmp_path / "country"
    with EmbeddedPostgres(data):
        assert "[cli.in-use]" in kazasu("reset", "--yes", "--data", data).stderr
    refused = kazasu("reset", "--data", data, stdin=subprocess.DEVNULL)
    assert "[cli.not-confirmed]" in refused.stderr
    assert data.exists()
    assert kazasu("reset", "--yes", "--data", data).returncode == 0
    assert not data.exists()


def test_serve_needs_a_directory(tmp_path):
    answer = kazasu("serve", "portal", "--data", tmp_path / "new")
    assert "[app.no-directory]" in answer.stderr
    assert not (tmp_path / "new").exists()


def test_serve_knows_its_rooms(tmp_path):
    answer = kazasu("serve", "nowhere", "--data", tmp_path / "new")
    assert "[app.unknown-room]" in answer.stderr


@pytest.mark.parametrize("port", ["0", "x", "65536", "²", "１２３４", "9" * 5_000])
def test_a_port_is_a_port(port):
    answer = kazasu("serve", "portal", "--port", port)
    assert answer.returncode == 2
    assert "1–65535" in answer.stderr


@pytest.mark.parametrize("residents", ["59", "x", "²", "1e3", "9" * 5_000])
def test_how_many_residents_is_a_number(residents):
    answer = kazasu("up", "--residents", residents)
    assert answer.returncode == 2
    assert "60–" in answer.stderr


def test_a_taken_port_is_said_plainly():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refusal) as refusal, bound(Settings(port=other.getsockname()[1])):
            pass
    assert refusal.value.fault.code == "cli.port-taken"


def test_a_port_is_ours_from_the_moment_that_we_have_it():
    """Two that start at once: the second is told before it opens anything."""
    port = free_port()
    with bound(Settings(port=port)), pytest.raises(Refusal) as refusal, bound(Settings(port=port)):
        pass
    assert refusal.value.fault.code == "cli.port-taken"


@pytest.mark.parametrize("command", [["up"], ["serve", "bank"]])
def test_a_taken_port_is_told_before_anything_is_made(tmp_path, capsys, monkeypatch, command):
    Institutions(FixedClock(THE_DAY), "bank").write(tmp_path / "shared")
    monkeypatch.setenv("KAZASU_DIRECTORY", str(tmp_path / "shared" / "directory.json"))
    with bound(Settings(port=free_port())) as doors:
        port = str(doors.getsockname()[1])
        assert run([*command, "--data", str(tmp_path / "new"), "--port", port]) == 2
    assert "[cli.port-taken]" in capsys.readouterr().err
    assert not list(tmp_path.glob("new/postgres*"))


def test_a_file_that_cannot_be_used_is_named(tmp_path, capsys):
    """As root no permission hinders: a folder where the file should be does."""
    (tmp_path / "directory.json").mkdir()
    assert run(["audit", "verify", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "[cli.no-file]" in said
    assert "directory.json" in said


def test_the_clock_of_production_is_the_machines(tmp_path, capsys, monkeypatch):
    (tmp_path / "directory.json").touch()
    monkeypatch.setenv("KAZASU_MODE", "production")
    assert run(["clock", "+1d", "--data", str(tmp_path)]) == 2
    assert "[cli.clock-in-production]" in capsys.readouterr().err
    assert not (tmp_path / "clock").exists()
    assert run(["clock", "--data", str(tmp_path)]) == 0


@pytest.mark.parametrize("written", ["", "tomorrow", "nan", "inf", "1e300"])
def test_a_damaged_clock_is_said_plainly(tmp_path, capsys, written):
    (tmp_path / "directory.json").touch()
    (tmp_path / "clock").write_text(written)
    assert run(["clock", "+1d", "--data", str(tmp_path)]) == 2
    assert "[clock.unreadable]" in capsys.readouterr().err
    assert (tmp_path / "clock").read_text() == written


def test_what_has_no_time_is_not_found_good(tmp_path, capsys):
    (tmp_path / "directory.json").touch()
    (tmp_path / "clock").write_text("tomorrow")
    assert run(["check", "--data", str(tmp_path)]) == 2
    assert "[clock.unreadable]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "told",
    [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EDQUOT, "Quota"), DiskFull()],
    ids=["disk", "quota", "database"],
)
def test_a_full_disk_is_said_plainly(tmp_path, capsys, monkeypatch, told):
    """While a file is written the system names none."""

    def full(*_):
        raise told

    monkeypatch.setattr(clock, "settings_from", full)
    assert run(["clock", "--data", str(tmp_path)]) == 2
    assert "[cli.no-space]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kept", "whose"),
    [('{"client_id": "RP00000004", "private_key": {}}', "RP00000004"),
     ('{"registered": {"client_id": "RP7"}}', "RP7"), ("", "?"), ("[]", "?")],
)  # fmt: skip
def test_a_second_registration_leaves_the_key_of_the_first(
    tmp_path, monkeypatch, capsys, kept, whose
):
    """It is nowhere else: that registration could never be changed again, and its service has lost its key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "kazasu-rp.json").write_text(kept)
    line = ["rp", "register", "--data", str(tmp_path), "--name", "S", "--redirect", "https://s.example/"]  # fmt: skip
    assert run(line) == 2
    told = capsys.readouterr().err
    assert "[cli.registered-already]" in told
    assert whose in told
    assert (tmp_path / "kazasu-rp.json").read_text() == kept


def test_what_is_no_registration_is_said_in_words_and_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    line = ["rp", "register", "--data", str(tmp_path), "--name", " ", "--redirect", "x", "--redirect", "shop.example/cb"]  # fmt: skip
    assert run(line) == 2
    told = capsys.readouterr().err
    assert "[cli.not-registered]" in told
    for one in ("--name: one line", "--redirect x: ", "--redirect shop.example/cb: "):
        assert one in told


@pytest.mark.parametrize("step", ["-3d", "-12h", "-3"])
def test_a_step_back_is_no_misspelt_option(step, capsys):
    assert run(["clock", step]) == 2
    assert "[clock.backwards]" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["test", "docs", "clock"])
def test_help_fetches_nothing_that_only_the_work_needs(monkeypatch, command):
    """The packages of tests and of the site, and the system's, when they are carried out."""
    asked = []
    monkeypatch.setattr(launcher, "prepare_tests", lambda *_, **__: asked.append("tests"))
    monkeypatch.setattr(launcher.Environment, "prepare", lambda _, lock: asked.append(lock))
    monkeypatch.setattr(launcher.os, "execv", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["kazasu", "/nowhere", command, "--help"])
    launcher.launch()
    assert asked == ["runtime"]


def test_no_command_tells_pythons_own_words():
    """What an exception says is for who wrote the program: a refusal's ``why`` is made by ``cause``."""
    raw = re.compile(r"\bwhy=(str\(\w+\)|error\b(?!\.)|f?\"[^\"]*\{error\})")
    found = [
        f"{path.name}: {said[0]}"
        for path in Path(commands.__file__).parent.rglob("*.py")
        for said in raw.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert cause(KeyError("origin")) == "no origin"
    assert cause(AttributeError("'str' object has no attribute 'pop'")) == "another shape"
    assert cause(FileNotFoundError(2, "No such file or directory", "x")) == "No such file or directory"  # fmt: skip
