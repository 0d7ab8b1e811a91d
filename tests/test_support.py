"""The tests' own ground holds: fresh databases, a standing clock, no way out of the machine."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support import folders, waiting


@pytest.mark.parametrize("_round", [1, 2])
def test_each_test_gets_a_fresh_database(databases, _round):
    database = databases("portal")
    assert database is databases("portal")
    with psycopg.connect(databases.url("portal"), autocommit=True) as connection:
        connection.execute("CREATE TABLE portal.left_behind (n int)")


def test_the_room_is_not_the_owner(databases):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        databases("portal").run("test.ddl", lambda tx: tx.execute("CREATE TABLE mine (n int)"))


def test_the_clock_stands(databases, clock):
    seen = databases("portal").read("test.now", lambda tx: tx.now)
    assert seen == clock.now()
    clock.advance(timedelta(days=1))
    assert databases("portal").read("test.now", lambda tx: tx.now) == seen + timedelta(days=1)


def test_no_test_reaches_another_machine():
    with socket.socket() as telephone, pytest.raises(PermissionError):
        telephone.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 80)


def test_a_run_gives_its_folders_back(monkeypatch):
    monkeypatch.setattr(folders, "_made", [])
    made = [folders.folder(name) for name in ("a", "b")]
    (made[0] / "file").write_text("x")
    folders.remove_all()
    assert not any(one.exists() for one in made)


def test_a_run_that_is_ended_takes_its_server_along():
    """By SIGTERM, as an editor or a CI ends it."""
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        here.chmod(0o711)
        waits = here / "waits"
        environment = os.environ | {"TMPDIR": place, waiting.WAITS: str(waits)}
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", waiting.__file__]  # fmt: skip
        with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE) as run:
            until = time.monotonic() + 100
            while not waits.exists():
                assert run.poll() is None, run.communicate()[0].decode()[-2000:]
                assert time.monotonic() < until
                time.sleep(0.05)
            (scratch,) = here.glob("kazasu-tests-*")
            (told,) = scratch.rglob("postmaster.pid")
            server = int(told.read_text().splitlines()[0])
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=60)
        assert not scratch.exists()
        until = time.monotonic() + 30
        while alive(server):
            assert time.monotonic() < until, "the server outlives the run"
            time.sleep(0.05)


def alive(pid: int) -> bool:
    """Not one that has ended and whom nobody has collected yet."""
    told = Path(f"/proc/{pid}/stat")
    try:
        return told.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
