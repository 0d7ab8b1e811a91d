"""Programs of others, started as their README says: each in a folder of its own, with none of our packages."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from kazasu.foundation.http import http_client

PACKAGES = Path(__file__).parent.parent / "foreign" / "node_modules"
PATIENCE_SECONDS = 60


def node(folder, *words):
    """The command for Node, which looks for its packages upward from the file."""
    program = shutil.which("node")
    if program is None or not PACKAGES.is_dir():
        pytest.skip("openid-client is missing: run ./kazasu test once")
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(PACKAGES)
    return [program, *words]


@contextmanager
def started(command, folder, url, **environment):
    """The program as a child process, from when it answers at ``url``. Yields the file with what it says."""
    log = folder / "log"
    own = {"PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"}  # our packages must not help it
    with log.open("wb") as out, subprocess.Popen(
        command, cwd=folder, env=own | environment, stdout=out, stderr=out
    ) as process:  # fmt: skip
        try:
            end = time.monotonic() + PATIENCE_SECONDS
            with http_client() as client:
                while time.monotonic() < end and process.poll() is None:
                    with suppress(httpx.TransportError):
                        client.get(url)
                        break
                    time.sleep(0.1)
                else:
                    raise AssertionError(log.read_text())
            yield log
        finally:
            process.kill()
