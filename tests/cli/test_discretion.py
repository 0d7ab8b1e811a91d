"""A process that holds keys leaves no copy of its memory."""

import json
import subprocess
import sys

from kazasu.cli import commands

PROGRAM = """
import ctypes, json, resource, subprocess, sys
from kazasu.cli.processes.discretion import leave_no_dumps

leave_no_dumps()
child = subprocess.run(["sh", "-c", "ulimit -c"], capture_output=True, text=True, check=True).stdout
print(json.dumps({
    "limit": resource.getrlimit(resource.RLIMIT_CORE),
    "child": child.strip(),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0,
}))
"""


def test_neither_it_nor_what_it_starts_is_dumped():
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(said) == {"limit": [0, 0], "child": "0", "dumpable": 0}


def test_every_command_does_so_first():
    assert commands.run.__code__.co_names[0] == "leave_no_dumps"
