"""The stories, as a newcomer runs them."""

import json
import subprocess
import sys

import pytest


def play(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "kazasu", "story", *arguments],
        check=False, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize(
    "way",
    [pytest.param([], marks=pytest.mark.deep), ["--apart"]],
    ids=["together", "apart"],
)
def test_the_move(way):
    status, lines, errors = play("moving", "--json", *way)
    assert lines[-1]["ok"], (
        json.dumps(lines[-1], ensure_ascii=False) + errors
    )  # whole: a tuple is cut
    assert (lines[-1]["story"], lines[-1]["of"]) == ("moving", "family")
    assert [line["step"] for line in lines[:-1]] == list(range(1, lines[-1]["steps"] + 1))
    assert status == 0


def test_the_list():
    done = subprocess.run(
        [sys.executable, "-m", "kazasu", "story", "list"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("moving")
