"""Whoever ends a house from outside: a supervisor, or a terminal that is closed."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal, sys, time
from kazasu.cli.processes.signals import ended_by_signals
if sys.argv[2] == "ignored":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
try:
    with ended_by_signals():
        signal.raise_signal(int(sys.argv[1]))
        time.sleep(0.2)
    print("goes on")
except KeyboardInterrupt:
    print("ends in order")
"""


@pytest.mark.parametrize(
    ("given", "before", "said"),
    [
        (signal.SIGTERM, "", "ends in order"),
        (signal.SIGHUP, "", "ends in order"),
        (signal.SIGHUP, "ignored", "goes on"),
    ],
    ids=["terminated", "terminal closed", "nohup"],
)
def test_a_signal_ends_the_house_in_order(given, before, said):
    command = [sys.executable, "-c", PROGRAM, str(int(given)), before]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == said
