"""PostgreSQL of one's own, as docs/production.md has it: a superuser founds, the database's owner runs the house."""

import secrets
from dataclasses import replace

import pytest

from kazasu.app.country import enter_or_open, look
from kazasu.app.databases import RoomDatabases
from kazasu.app.rooms import select
from kazasu.cli.commands import run
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.database.founder import must_lend
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres
from kazasu.foundation.settings import Settings

BANK = select(["bank"])


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """Roles belong to a whole server: one for what becomes of them here."""
    folder = tmp_path_factory.mktemp("server")
    for one in (folder, folder.parent):
        one.chmod(0o711)
    with EmbeddedPostgres(folder, {"fsync": "off"}) as server, server.connect() as connection:
        connection.execute("CREATE ROLE \"the owner\" LOGIN CREATEROLE PASSWORD 'o'")
        yield server
    EmbeddedPostgres(folder).destroy()


@pytest.fixture
def both(own_server):
    """An empty database of the owner's: as a superuser reaches it, and as its owner does."""
    name = f"empty_{secrets.token_hex(4)}"
    with own_server.connect() as connection:
        connection.execute(f'CREATE DATABASE {name} OWNER "the owner"')
        superuser = GivenPostgres(own_server.url(name)).start()
        yield superuser, replace(superuser, user="the owner", password="o")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for role in ("bank", "bank_owner"):
            connection.execute(f"DROP ROLE IF EXISTS {role}")


def opened(settings, server, clock):
    """As ``serve`` and the founding commands do."""
    enter_or_open(settings, server)
    RoomDatabases(settings, server, BANK, clock).close()


@pytest.mark.parametrize("first", [0, 1])
def test_a_superuser_founds_and_the_owner_runs_it_afterwards(tmp_path, both, clock, first):
    settings = Settings(data=tmp_path)
    opened(settings, both[first], clock)
    opened(settings, both[1], clock)
    opened(settings, both[0], clock)
    with both[0].connect() as connection:
        owners = "SELECT DISTINCT nspowner::regrole::text FROM pg_namespace WHERE nspname = ANY(%s)"
        found = connection.execute(owners, [["kazasu", "bank"]]).fetchall()
    assert {name for (name,) in found} == {'"the owner"', "bank_owner"}


def test_a_house_that_another_role_laid_is_told(both):
    with both[0].connect() as connection:
        connection.execute("CREATE SCHEMA kazasu CREATE TABLE country (n int)")
    with pytest.raises(Refusal) as refused:
        look(both[1])
    assert refused.value.fault.code == "app.other-owner"
    assert refused.value.facts["owner"] == both[0].user


def test_who_may_not_lend_a_founder_is_told_before_anything_is_laid(tmp_path, both, monkeypatch, capsys):  # fmt: skip
    must_lend(both[0].url())
    monkeypatch.setenv("KAZASU_DATABASE_URL", both[1].url())
    assert run(["up", "--data", str(tmp_path), "--port", str(free_port())]) == 2
    assert "[migrate.may-not-found]" in capsys.readouterr().err
    with both[0].connect() as connection:
        laid = "SELECT FROM pg_namespace WHERE nspname IN ('kazasu', 'bank')"
        assert connection.execute(laid).fetchone() is None
        assert (
            connection.execute("SELECT FROM pg_roles WHERE rolname ~ '_lent_'").fetchone() is None
        )
