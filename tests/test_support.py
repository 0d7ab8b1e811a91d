"""The tests' own ground holds: fresh databases, a standing clock, no way out of the machine."""

import socket
from datetime import timedelta

import psycopg
import pytest

from tests.support import folders


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
