"""Runs pytest again and again in one folder without importing the packages anew: each run is a fork of one warm process.

The process reads a line of arguments (JSON), forks, and the child is pytest. What a run imported from installed packages
the process imports too, before the next run: never the tree's own modules, for these are what changes between runs.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

_GRACE_SECONDS: Final = 60.0
"""For a run that is asked to end: pytest takes servers and browsers down."""
_PACKAGES: Final = "site-packages"
_FILES: Final = ("out", "complaints")


class Warm:
    """The warm process, from the side of the one who wants runs. Close it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__],
            cwd=folder, env=dict(environment), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, arguments: Sequence[str], patience: float) -> subprocess.CompletedProcess[str]:
        """pytest with these arguments; after ``patience`` seconds it is interrupted as by Ctrl-C."""
        assert self._process.stdin  # noqa: S101 - was asked for
        assert self._process.stdout  # noqa: S101
        with tempfile.TemporaryDirectory(prefix="kazasu-warm-") as folder:
            asked = {"arguments": list(arguments), "patience": patience, "folder": folder}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            status = self._process.stdout.readline()
            if not status:
                raise RuntimeError("the warm process ended")
            said, complained = (
                (Path(folder) / name).read_text(encoding="utf-8") for name in _FILES
            )
            return subprocess.CompletedProcess(list(arguments), int(status), said, complained)

    def close(self) -> None:
        with self._process:  # closes its pipes, which ends it, and waits
            pass


def _serve(lines: IO[str], answers: IO[str]) -> None:
    known: set[str] = set()
    for line in lines:
        asked = json.loads(line)
        for name in sorted(known - sys.modules.keys()):
            _import(name)
        told, tell = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.close(told)
            _be_pytest(asked, tell)
        os.close(tell)
        status = _wait(child, began + asked["patience"])
        with os.fdopen(told) as found:
            known |= set(found.read().split())
        answers.write(f"{status}\n")
        answers.flush()


def _import(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception:
        sys.modules.pop(name, None)


def _be_pytest(asked: Mapping[str, Any], tell: int) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for target, name in enumerate(_FILES, start=1):
        file = os.open(f"{asked['folder']}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, target)
        os.close(file)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    status = 3  # pytest's own word for "an error of mine"
    try:
        import pytest  # noqa: PLC0415 - after the pipes: what it says belongs to this run

        status = int(pytest.main(list(asked["arguments"])))  # type: ignore[call-overload]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        with os.fdopen(tell, "w") as told:
            told.write(" ".join(_of_packages()))
        os._exit(status)


def _of_packages() -> list[str]:
    return [
        name
        for name, module in list(sys.modules.items())
        if _PACKAGES in (getattr(module, "__file__", None) or "")
    ]


def _wait(child: int, end: float) -> int:
    for until, sign in ((end, signal.SIGINT), (end + _GRACE_SECONDS, signal.SIGKILL)):
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(child, sign)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(sys.stdin, sys.stdout)
