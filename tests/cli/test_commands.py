"""The command line as a person uses it: help, refusals with what to do, exit statuses."""

import os
import socket
import subprocess
import sys

import pytest

from kazasu.cli.commands import run
from kazasu.cli.running import _doors
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres


def kazasu(*arguments, language="C", more=None, **options):
    environment = {**os.environ, "LC_ALL": language, **(more or {})}
    command = [sys.executable, "-m", "kazasu", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **options
    )


def test_help_is_in_both_languages():
    answer = kazasu("--help")
    assert answer.returncode == 0
    assert "the catalogue of faults / 障害・お断りの一覧" in answer.stdout


@pytest.mark.parametrize(
    ("language", "words"), [("ja_JP.UTF-8", "国はありません"), ("C", "no country")]
)
def test_a_refusal_speaks_the_shells_language(tmp_path, language, words):
    answer = kazasu("clock", "--data", tmp_path / "nowhere", language=language)
    assert answer.returncode == 2
    assert words in answer.stderr
    assert "[cli.no-country]" in answer.stderr
    assert answer.stdout == ""


def test_one_fault_is_explained(capsys):
    assert run(["faults", "cli.in-use"]) == 0
    assert "cli.in-use  409" in capsys.readouterr().out
    assert run(["faults", "no.such-fault"]) == 1


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
    assert "[cli.no-directory]" in answer.stderr


def test_serve_knows_its_rooms(tmp_path):
    answer = kazasu("serve", "nowhere", "--data", tmp_path / "new")
    assert "[app.unknown-room]" in answer.stderr


@pytest.mark.parametrize("port", ["0", "x", "65536"])
def test_a_port_is_a_port(port):
    assert kazasu("serve", "portal", "--port", port).returncode == 2


def test_a_taken_port_is_said_plainly():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refusal) as refusal, _doors(other.getsockname()[1]):
            pass
    assert refusal.value.fault.code == "cli.port-taken"
