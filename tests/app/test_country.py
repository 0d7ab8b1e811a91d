"""No ordinary command harms what a database holds: whose country it is, is written in the database."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql
from tests.conftest import THE_DAY
from tests.support.institutions import Institutions

from kazasu.app import country
from kazasu.app.process import directory_of
from kazasu.app.rooms import ROOMS, select
from kazasu.app.secrets import make_secrets, read_secrets
from kazasu.cli.commands import run
from kazasu.cli.processes.countries import free_port
from kazasu.exchange.keys import read_institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import FixedClock

PORT = free_port()
WISH = {"cities": "default", "residents": 3000, "seed": 1, "port": PORT}
COMMANDS = {
    "up": ["up", "--port", str(PORT)],
    "serve": ["serve", "bank", "--port", str(PORT)],
    "check": ["check"],
    "audit": ["audit", "verify"],
    "pki": ["pki", "inspect"],
    "reset": ["reset", "--yes"],
}


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """Roles belong to a whole server, so these countries have one of their own."""
    folder = tmp_path_factory.mktemp("server")
    for one in (folder, folder.parent):
        one.chmod(0o711)
    with EmbeddedPostgres(folder, {"fsync": "off"}) as server:
        yield server
    EmbeddedPostgres(folder).destroy()


@pytest.fixture
def server(own_server, request):
    """An empty database, as the administrator reaches it."""
    name = sql.Identifier("empty")
    with own_server.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield GivenPostgres(own_server.url("empty")).start()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "founder")


def found(settings, server, wish=WISH):
    with country.founding(settings, server, wish):
        Institutions(FixedClock(THE_DAY), "bank", "jpki").write(settings.data)
        lay(server, "bank.customer")


def half_found(settings, server):
    with suppress(KeyboardInterrupt), country.founding(settings, server, WISH):
        Institutions(FixedClock(THE_DAY), "bank").write(settings.data)
        lay(server, "bank.customer")
        raise KeyboardInterrupt


def lay(server, table):
    with server.connect() as connection:
        if "." in table:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.partition('.')[0]}")
        connection.execute(f"CREATE TABLE {table} (n int)")


def held(server):
    """Everything that the database holds, by name, and its mark."""
    with server.connect() as connection:
        names = connection.execute(
            """SELECT n.nspname, c.relname FROM pg_namespace n
               LEFT JOIN pg_class c ON c.relnamespace = n.oid
               WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"""
        ).fetchall()
        roles = connection.execute("SELECT rolname, rolpassword FROM pg_authid").fetchall()
        try:
            mark = country.read_mark(connection)
        except Refusal:
            mark = None
        return set(names), set(roles), mark


def files(folder):
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.name not in ("kazasu.log", "country.users")
    }


def run_on(server, command):
    """The command with this database, as its password is given: by the environment."""
    with pytest.MonkeyPatch.context() as patch:
        if server:
            patch.setenv("KAZASU_DATABASE_URL", server.url())
        return run(command)


def refused(capsys, command, data, server):
    assert run_on(server, [*COMMANDS[command], "--data", str(data)]) == 2
    return capsys.readouterr().err.rpartition("[")[2].strip("]\n")


# ---------------------------------------------------------------- the mark


def test_a_country_is_living_when_its_founding_has_ended(settings, server):
    with country.founding(settings, server, WISH), pytest.raises(Refusal) as refusal:
        country.enter(settings, server)
    assert refusal.value.fault.code == "app.half-founded"
    mark = country.enter(settings, server)
    assert mark.wish == WISH
    assert mark.country == read_secrets(settings.data).country
    assert mark.folder == str(settings.data)


def test_an_empty_database_is_none(settings, server):
    with server.connect() as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        assert country.read_mark(connection) is None
    with pytest.raises(Refusal) as refusal:
        country.look(server)
    assert refusal.value.fault.code == "app.no-country"


@pytest.mark.parametrize("table", ["shop", "shop.goods", "bank.customer"])
def test_what_carries_no_mark_is_somebody_elses(settings, server, table):
    lay(server, table)
    before = held(server)
    with pytest.raises(Refusal) as refusal, country.founding(settings, server, WISH):
        pass
    assert refusal.value.fault.code == "app.not-empty"
    assert held(server) == before
    assert not settings.data.exists()


def test_a_half_founded_country_is_begun_again_by_its_own_folder(settings, server):
    half_found(settings, server)
    secrets = read_secrets(settings.data)
    with country.founding(settings, server, WISH):
        assert not country.files_of(settings)
        assert not any(schema == "bank" for schema, _ in held(server)[0])
    assert read_secrets(settings.data) == secrets
    assert country.enter(settings, server).state == "living"


@pytest.mark.parametrize("half", [False, True])
def test_a_founding_keeps_to_its_own_folder(settings, server, tmp_path, half):
    """KAZASU_DIRECTORY may name the folder of another country, whose keys nobody could make again."""
    other = Settings(data=tmp_path / "other")
    Institutions(FixedClock(THE_DAY), "bank").write(other.data)
    if half:
        half_found(settings, server)
    before = held(server), files(tmp_path)
    astray = replace(settings, directory=str(other.directory_file))
    with pytest.raises(Refusal) as refusal, country.founding(astray, server, WISH):
        pass
    assert refusal.value.fault.code == "app.founded-elsewhere"
    assert (held(server), files(tmp_path)) == before


def test_secrets_copied_to_another_country_do_not_clear_it(settings, server, tmp_path):
    half_found(settings, server)
    other = Settings(data=tmp_path / "other")
    Institutions(FixedClock(THE_DAY), "bank").write(other.data)
    shutil.copy(settings.data / "roles.json", other.data)
    before = held(server), files(tmp_path)
    with pytest.raises(Refusal) as refusal, country.founding(other, server, WISH):
        pass
    assert refusal.value.fault.code == "app.founded-elsewhere"
    assert (held(server), files(tmp_path)) == before


def test_a_living_country_is_never_begun_again(settings, server):
    found(settings, server)
    before = held(server), files(settings.data)
    with pytest.raises(Refusal), country.founding(settings, server, WISH):
        pass
    assert (held(server), files(settings.data)) == before


def test_a_second_founder_waits_for_the_first(settings, server, tmp_path):
    other = Settings(data=tmp_path / "other")
    with country.founding(settings, server, WISH):
        for second in (settings, other):
            with pytest.raises(Refusal) as refusal, country.founding(second, server, WISH):
                pass
            assert refusal.value.fault.code == "app.being-founded"
    assert not other.data.exists()
    country.enter(settings, server)


# ---------------------------------------------------------------- every command, every mix-up


def living_of_another_folder(settings, server, tmp_path):
    found(settings, server)
    new = Settings(data=tmp_path / "new")
    Institutions(FixedClock(THE_DAY), "bank", "jpki").write(new.data)
    make_secrets(new.data, ["bank"])
    return new.data, {"app.other-folder"}


def living_without_its_secrets(settings, server, tmp_path):
    found(settings, server)
    (settings.data / "roles.json").unlink()
    return settings.data, {"app.other-folder"}


def living_with_damaged_secrets(settings, server, tmp_path):
    found(settings, server)
    (settings.data / "roles.json").write_text('{"bank": "old"}')
    return settings.data, {"app.secrets-unreadable"}


def half_of_another_folder(settings, server, tmp_path):
    half_found(settings, server)
    new = tmp_path / "new"
    Institutions(FixedClock(THE_DAY), "bank").write(new)
    make_secrets(new, ["bank"])
    return new, {"app.half-founded", "app.other-folder"}


def somebody_elses_database(settings, server, tmp_path):
    lay(server, "shop.goods")
    Institutions(FixedClock(THE_DAY), "bank").write(settings.data)
    return settings.data, {"app.not-empty"}


def empty_beside_old_keys(settings, server, tmp_path):
    Institutions(FixedClock(THE_DAY), "bank").write(settings.data)
    return settings.data, {"app.folder-taken", "app.no-country"}


MIX_UPS = [
    living_of_another_folder,
    living_without_its_secrets,
    living_with_damaged_secrets,
    half_of_another_folder,
    somebody_elses_database,
    empty_beside_old_keys,
]
HARMLESS = {
    ("check", living_of_another_folder), ("check", living_without_its_secrets),
    ("check", living_with_damaged_secrets),  # it looks at the database alone
    ("serve", empty_beside_old_keys),  # opens it: that is how a house of its own begins
    ("reset", empty_beside_old_keys),  # removes what is left, as it was told to
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "mix_up"),
    [(command, one) for one in MIX_UPS for command in COMMANDS if (command, one) not in HARMLESS],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_mix_up_is_refused_and_nothing_is_changed(
    settings, server, tmp_path, capsys, command, mix_up
):
    data, codes = mix_up(settings, server, tmp_path)
    before = held(server), files(tmp_path)
    assert refused(capsys, command, data, server) in codes
    assert (held(server), files(tmp_path)) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_away_is_a_fault(settings, tmp_path, capsys, command):
    Institutions(FixedClock(THE_DAY), "bank", "jpki").write(settings.data)
    away = GivenPostgres(f"postgresql://postgres@/x?host={tmp_path}").start()
    assert refused(capsys, command, settings.data, away) == "postgres.unreachable"


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "reset"])
def test_nothing_is_made_anew_beside_old_keys(settings, tmp_path, capsys, command):
    """The embedded database is gone: perhaps it only lies elsewhere."""
    Institutions(FixedClock(THE_DAY), "bank", "jpki").write(settings.data)
    before = files(tmp_path)
    assert refused(capsys, command, settings.data, None) in {
        "app.database-gone",
        "postgres.no-cluster",
    }
    assert files(tmp_path) == before


# ---------------------------------------------------------------- serve, reset, keys


def test_an_empty_database_becomes_that_of_the_folder_that_serves_it(settings, server, tmp_path):
    first = country.enter_or_open(settings, server)
    assert country.enter_or_open(settings, server) == first
    with pytest.raises(Refusal) as refusal:
        country.enter_or_open(Settings(data=tmp_path / "other"), server)
    assert refusal.value.fault.code == "app.other-folder"
    assert str(settings.data) in refusal.value.todo.en
    shutil.copytree(settings.data, tmp_path / "copied")
    assert country.enter_or_open(Settings(data=tmp_path / "copied"), server) == first


def test_two_processes_serve_one_database(own_server, server, tmp_path):
    """Each with a folder of its own that holds the same secrets; a third with others changes nothing."""
    shared = tmp_path / "shared"
    Institutions(FixedClock(THE_DAY), "bank", "identity", "terminal", "pay").write(shared)
    make_secrets(tmp_path / "first", ROOMS)
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    with ExitStack() as stack:
        ports = []
        for name in ("first", "second", "third"):
            ports.append(free_port())
            command = [
                sys.executable, "-m", "kazasu", "serve", "bank", "--data", tmp_path / name, "--port",
                ports[-1], "--directory", shared / "directory.json",
            ]  # fmt: skip
            one = stack.enter_context(
                subprocess.Popen(
                    list(map(str, command)),
                    stderr=subprocess.PIPE,
                    env=os.environ | {"KAZASU_DATABASE_URL": server.url()},
                )
            )
            stack.callback(one.wait)
            stack.callback(one.terminate)
            if name == "third":
                assert b"[app.other-folder]" in one.communicate(timeout=60)[1]
            else:
                wait_for_health(ports[-1])
        with server.connect() as connection:  # new connections prove the passwords
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bank'"
            )
        time.sleep(1.5)
        for port in ports[:2]:
            wait_for_health(port)


def wait_for_health(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            answer = httpx.get(
                f"http://127.0.0.1:{port}/healthz", headers={"host": f"bank.localhost:{port}"}
            )
            if answer.status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"{port} is not well")


def test_reset_removes_the_country_and_says_so(settings, server, capsys):
    found(settings, server)
    lay(server, "shop.goods")  # somebody came later
    assert run_on(server, ["reset", "--yes", "--data", str(settings.data)]) == 0
    said = capsys.readouterr().out
    assert str(settings.data) in said.partition("Removed")[0]
    assert {schema for schema, _ in held(server)[0]} == {"public", "shop"}
    assert not settings.data.exists()


def test_reset_of_a_database_whose_folder_is_lost(settings, server, tmp_path, capsys):
    found(settings, server)
    shutil.rmtree(settings.data)
    precious = tmp_path / "thesis" / "thesis.txt"
    precious.parent.mkdir()
    precious.touch()
    assert run_on(server, ["reset", "--yes", "--data", str(precious.parent)]) == 0
    assert held(server)[2] is None
    assert precious.exists()


def test_reset_leaves_what_is_not_of_the_country(settings, server, capsys):
    found(settings, server)
    for name in ("thesis.txt", "photos/one.jpg", "reader/notes.txt"):
        (settings.data / name).parent.mkdir(exist_ok=True)
        (settings.data / name).write_text("mine")
    (settings.data / "reader" / "slot-0").touch()
    assert run_on(server, ["reset", "--yes", "--data", str(settings.data)]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("thesis.txt", "photos", "reader"))
    left = {path.name for path in settings.data.rglob("*") if path.is_file()}
    assert left == {"thesis.txt", "one.jpg", "notes.txt"}


def test_a_name_of_ours_does_not_make_a_folder_ours(settings, capsys):
    (settings.data / "keys").mkdir(parents=True)
    (settings.data / "keys" / "id_ed25519").write_text("mine")
    settings.directory_file.write_text("{}")
    before = files(settings.data)
    assert refused(capsys, "reset", settings.data, None) == "cli.no-country"
    assert files(settings.data) == before


def test_reset_refuses_while_a_room_is_open(settings, server, capsys):
    found(settings, server)
    with server.connect() as connection:
        connection.execute("CREATE ROLE pay LOGIN PASSWORD 'x'")
        try:
            with psycopg.connect(server.url(user="pay", password="x")):
                assert refused(capsys, "reset", settings.data, server) == "cli.in-use"
            assert country.enter(settings, server)
        finally:
            connection.execute("DROP ROLE IF EXISTS pay")


def test_reset_refuses_while_a_process_lives_by_the_folder(settings, capsys):
    """Its database may be anywhere: without the keys it could not go on."""
    Institutions(FixedClock(THE_DAY), "bank").write(settings.data)
    with country.occupying(settings):
        assert refused(capsys, "reset", settings.data, None) == "cli.in-use"
    assert (settings.data / "keys").exists()


@pytest.mark.parametrize(
    "damage", ["", "[]", "{}", '{"authority": "", "institutions": []}', "\x00"]
)
def test_a_damaged_directory_is_a_fault(settings, damage):
    settings.data.mkdir()
    settings.directory_file.write_text(damage)
    with pytest.raises(Refusal) as refusal:
        directory_of(settings, select(()), FixedClock(THE_DAY))
    assert refusal.value.fault.code == "exchange.directory-unreadable"


def test_missing_keys_are_told_before_anything_opens(settings):
    Institutions(FixedClock(THE_DAY), "bank", "jpki").write(settings.data)
    next(Path(settings.data / "keys").glob("jpki*")).unlink()
    directory_of(settings, select(["bank"]), FixedClock(THE_DAY))
    with pytest.raises(Refusal) as refusal:
        directory_of(settings, select(["bank", "jpki"]), FixedClock(THE_DAY))
    assert refusal.value.fault.code == "app.no-keys"


def test_another_scheme_than_the_founded_one_is_refused(settings):
    """Half of what a page says would be https (cookies), the other half http (origins, form targets)."""
    Institutions(FixedClock(THE_DAY), "bank", "jpki").write(settings.data)
    with pytest.raises(Refusal) as refusal:
        directory_of(replace(settings, scheme="https"), select(["bank"]), FixedClock(THE_DAY))
    assert refusal.value.fault.code == "app.other-scheme"
    assert "http://" in refusal.value.title.en


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"id": "bank"}', "{damaged"])
def test_damaged_keys_are_a_fault(settings, damage):
    Institutions(FixedClock(THE_DAY), "bank").write(settings.data)
    directory = directory_of(settings, select(["bank"]), FixedClock(THE_DAY))
    (settings.data / "keys" / "bank.json").write_text(damage)
    with pytest.raises(Refusal) as refusal:
        read_institution(settings.data / "keys", "bank", directory)
    assert refusal.value.fault.code == "exchange.keys-unreadable"


@pytest.mark.parametrize("command", ["up", "serve", "check", "clock", "reset"])
def test_a_password_on_the_command_line_is_refused(command, capsys, tmp_path):
    """Everybody on the machine reads it there (faults F22)."""
    words = COMMANDS.get(command, [command])
    url = "postgresql://owner:secret@db.example/country"
    assert run([*words, "--data", str(tmp_path / "data"), "--database", url]) == 2
    said = capsys.readouterr().err
    assert "[cli.secret-on-command-line]" in said
    assert "secret@" not in said
    assert not (tmp_path / "data").exists()
