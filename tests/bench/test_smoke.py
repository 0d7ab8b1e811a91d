"""Each benchmark runs and prints its table, at sizes that take seconds. No time is asserted."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
import structlog

import bench
from tests.support.sample import sample

SMALL = {
    "founding": ("--residents", "150"),
    "frame": ("--requests", "20"),
    "growth": ("--rows", "200", "--times", "2", "--seconds", "0.2"),
    "idle": ("--seconds", "1"),
    "latest": ("--certificates", "200", "--calls", "4"),
    "moving": ("--residents", "60", "--cases", "4", "--limit-seconds", "1", "--limit-scale", "1"),
    "pages": ("--times", "2"),
}
NEEDS_MORE = {
    "card": "pcscd and the vpcd driver; what it measures is in tests/card",
    "journeys": "Chromium and a minute; what it walks is in tests/pages",
    "identity": "a country in a process of its own and half a minute of load",
    "pki": "ab, openssl speed and half a minute",
}
"""Benchmarks that take other programs or longer; importing them is all that is tried here."""
PARTS = {"filling", "limit"}
SAMPLE = 3
"""How many run in the normal run: others at each commit."""


def test_each_benchmark_is_here():
    names = {file.stem for file in Path(bench.__file__).parent.glob("[a-z]*.py")}
    assert names == SMALL.keys() | NEEDS_MORE.keys() | PARTS


@pytest.mark.parametrize("name", NEEDS_MORE)
def test_it_can_be_imported(name):
    assert import_module(f"bench.{name}").main


@pytest.fixture(autouse=True)
def quiet():
    """A benchmark's own ways to log end with it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sample(SMALL, SAMPLE))
def test_it_runs(name, monkeypatch, capsys):
    runs(name, monkeypatch, capsys)


@pytest.mark.deep
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SMALL)
def test_each_runs(name, monkeypatch, capsys):
    runs(name, monkeypatch, capsys)


def runs(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [f"bench.{name}", *SMALL[name]])
    import_module(f"bench.{name}").main()
    said = capsys.readouterr().out
    assert "cores" in said
    assert len(re.findall(r"\d", said)) > 5
