"""How every command behaves at a terminal, in a pipe and when it is stopped."""

import io
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from kazasu.cli.output import progress
from kazasu.cli.output.speech import in_turn, put, tell
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.text import Text

COUNTING = Text("数えています", "counting")


PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from kazasu.cli import main
main()
"""
"""As at a terminal: what a shell starts in the background, as these tests may be, ignores Ctrl-C from its birth."""


def started(*words, **more):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"LC_ALL": "C"} | more,
    )  # fmt: skip


@pytest.mark.parametrize("words", [["faults"], ["--help"], ["card", "list", "--kinds"]], ids=" ".join)  # fmt: skip
def test_who_closes_the_pipe_early_sees_no_traceback_and_no_success(words):
    """What was not read may have been bad news."""
    with started(*words) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 141


def test_who_interrupts_a_founding_sees_no_traceback(tmp_path):
    with started("up", "--data", tmp_path / "new", "--port", free_port()) as process:
        assert "Starting the database" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == ""


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    """What a person sees: both channels on one terminal."""
    seen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=seen))
    monkeypatch.setattr("builtins.print", lambda line, **_: seen.write(f"{line}\n"))
    return seen


def lines_left(text):
    """As a terminal shows them at the end: what was erased is gone."""
    return [line.rpartition("\r\x1b[K")[2] for line in text.split("\n")[:-1]]


def test_long_work_tells_how_far_it_is_and_leaves_no_trace(screen, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    for one in in_turn("abc", COUNTING):
        put(f"✓ {one}")
    assert all(f"counting {n}/3" in screen.getvalue() for n in (1, 2, 3))
    assert lines_left(screen.getvalue()) == ["✓ a", "✓ b", "✓ c"]


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_screen_that_cannot_erase_is_left_alone(screen, monkeypatch, term):
    monkeypatch.delenv("TERM")
    if term:
        monkeypatch.setenv("TERM", term)
    tell(COUNTING)
    assert screen.getvalue() == ""


def test_in_a_pipe_it_is_quiet(capsys):
    assert list(in_turn([1, 2], COUNTING)) == [1, 2]
    tell(COUNTING)
    assert capsys.readouterr() == ("", "")


def test_work_that_fails_leaves_the_line_to_who_complains(screen):
    tell(COUNTING)
    put("no")
    assert lines_left(screen.getvalue()) == ["no"]
