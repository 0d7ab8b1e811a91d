"""``./kazasu doctor``: what is missing is told with what it is for, before the environment is there and after."""

import json
import os
import shutil
import socket
import stat
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.institutions import Institutions

from kazasu.card.transports.pcsc import NO_READER
from kazasu.cli.commands import run
from kazasu.cli.doctor import country as doctor_country
from kazasu.cli.doctor.country import at_home, data_folder
from kazasu.cli.doctor.pcsc import readers
from kazasu.cli.doctor.postgres import database
from kazasu.cli.doctor.production import production
from kazasu.cli.launcher import machine, programs
from kazasu.cli.launcher.findings import Finding, coloured, show
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.postgres.user import SHARED_HOMES, ServerUser
from kazasu.foundation.settings import Settings

ROOT = Path(__file__).parents[2]
BARE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


def finding(state="ok", check="x", help_=""):
    return Finding(check, state, ("あり", "there"), ("国", "a country"), help_)


def states(findings):
    return {one.check: one.state for one in findings}


@pytest.fixture
def clone(tmp_path):
    """A fresh clone: the launcher, and what it needs to be read by."""
    shutil.copy(ROOT / "kazasu", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    launcher = "src/kazasu/cli/launcher"
    shutil.copytree(ROOT / launcher, tmp_path / launcher)
    for package in ("src/kazasu", "src/kazasu/cli"):
        shutil.copy(ROOT / package / "__init__.py", tmp_path / package)
    return tmp_path


def doctor(clone, *words, **more):
    return subprocess.run(
        [str(clone / "kazasu"), "doctor", *words],
        env=BARE | more, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_answers_in_a_fresh_clone_and_leaves_it_as_it_was(clone):
    answer = doctor(clone, "--json", KAZASU_PORT=str(free_port()), PYTHONDONTWRITEBYTECODE="1")
    found = {one["check"]: one for one in map(json.loads, answer.stdout.splitlines())}
    assert found["environment"]["state"] == "broken"
    assert found["environment"]["help"] == "./kazasu --help"
    assert answer.returncode == 1
    assert not {".venv", ".kazasu", "data"} & {path.name for path in clone.iterdir()}


def test_a_wrong_option_is_told_in_a_fresh_clone_too(clone):
    answer = doctor(clone, "--jsn")
    assert answer.returncode == 2
    assert "--jsn" in answer.stderr
    port = doctor(clone, "--port", "0", LC_ALL="ja_JP.UTF-8")
    assert port.returncode == 2
    assert "--port に「0」はありません" in port.stderr
    assert "invalid" not in doctor(clone, "--port", "x").stderr


@given(st.lists(st.sampled_from(["ok", "missing", "broken"])))
def test_the_exit_status_tells_whether_something_needed_is_missing(found):
    assert show([finding(one) for one in found], as_json=True) == (1 if "broken" in found else 0)


@pytest.mark.parametrize(("language", "words"), [("ja_JP.UTF-8", ("要修理。国", "足りないもの: a.b")), ("C", ("needed: a country", "Needed and not here: a.b"))])  # fmt: skip
def test_what_is_missing_is_told_with_its_use_and_the_command_that_helps(capsys, monkeypatch, language, words):  # fmt: skip
    monkeypatch.setenv("LC_ALL", language)
    show([finding("broken", "a.b", "./kazasu up")], as_json=False)
    said = capsys.readouterr().out
    assert all(word in said for word in words)
    assert "→ ./kazasu up" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("terminal", "variables", "expected"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_have_it(monkeypatch, terminal, variables, expected):
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal, raising=False)
    assert (coloured("x", "32") != "x") is expected


def test_a_port_is_free_taken_or_this_countrys_own():
    number = free_port()
    assert machine.port(number).state == "ok"
    with socket.socket() as other:
        other.bind(("127.0.0.1", number))
        other.listen()
        taken = machine.port(number)
        assert taken.state == "broken"
        assert taken.help == f"./kazasu up --port {number + 1}"
        assert machine.port(number, ours=True).state == "ok"


@pytest.mark.parametrize(
    ("free", "state"),
    [(machine.LEAST_MEMORY, "ok"), (machine.LEAST_MEMORY - 1, "broken"), (None, "ok")],
)
def test_memory_on_both_sides_of_what_is_needed(monkeypatch, tmp_path, free, state):
    monkeypatch.setattr(machine, "free_memory", lambda: free)
    assert machine._memory().state == state


@pytest.mark.parametrize(("hours", "state"), [(-1, "ok"), (23, "ok"), (25, "broken")])
def test_a_clock_behind_the_clones_own_files_is_wrong(tmp_path, hours, state):
    later = time.time() + hours * 3600
    for name in ("src", "requirements"):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (later, later))
    assert machine._clock(tmp_path).state == state


def test_a_browser_without_its_libraries_is_told_by_its_own_words(tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho 'libnss3.so: cannot open shared object file' >&2\nexit 127\n")  # fmt: skip
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = programs._browser()
    assert found.state == "missing"
    assert "libnss3.so" in found.told[1]
    program.write_text("#!/bin/sh\necho Chromium 1\n")
    assert programs._browser().state == "ok"


@pytest.mark.parametrize(("mode", "state"), [(0o700, "ok"), (0o711, "ok"), (0o755, "broken"), (0o720, "broken")])  # fmt: skip
def test_a_data_folder_that_others_can_look_into_is_told(tmp_path, mode, state):
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(mode)
    assert states(data_folder(Settings(data=data), alive=False))["data.folder"] == state
    assert stat.S_IMODE(data.stat().st_mode) == mode


def test_looking_makes_nothing(tmp_path):
    data = tmp_path / "none"
    assert run(["doctor", "--data", str(data), "--port", str(free_port()), "--json"]) == 0
    assert not data.exists()


def test_keys_without_their_database_are_told(tmp_path):
    (tmp_path / "directory.json").write_text("{")
    tmp_path.chmod(0o700)
    assert states(data_folder(Settings(data=tmp_path), alive=False))["data.country"] == "broken"


@pytest.fixture
def alive(country, monkeypatch):
    """Settings of the running country, whose database lies a folder deeper than that of ``up``."""
    monkeypatch.setattr(doctor_country, "find_server", lambda its: EmbeddedPostgres(its.data / "postgres"))  # fmt: skip
    return country.process.prepared.settings


def test_a_running_country_is_asked_how_it_is(alive, monkeypatch):
    settings = alive
    found = {one.check: one for one in data_folder(settings, alive=True)}
    assert states(found.values()) == dict.fromkeys(
        ("data.folder", "data.country", "country.database", "country.health"), "ok"
    )
    monkeypatch.setattr(doctor_country, "_parts", lambda *_: {"relay": "late"})
    sick = {one.check: one for one in data_folder(settings, alive=True)}["country.health"]
    assert sick.state == "broken"
    assert "relay: late" in sick.told[0]


def test_a_country_that_does_not_answer_is_told(alive):
    elsewhere = replace(alive, port=free_port())
    assert states(data_folder(elsewhere, alive=True))["country.health"] == "broken"


def test_a_country_on_another_port_is_asked_at_its_own(alive):
    """Founded with ``up --port``: doctor need not be told so."""
    usual = replace(alive, port=free_port())
    own = at_home(usual, alive=True)
    assert states(data_folder(own, alive=True))["country.health"] == "ok"
    assert at_home(usual, alive=False) == usual, (
        "nobody lives there: the port that was named is looked at"
    )


@pytest.fixture
def half_dead(tmp_path):
    """A server that answers, whose database takes no connection."""
    forgetful = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with EmbeddedPostgres(tmp_path, forgetful) as server:
        with psycopg.connect(server.url("template1"), autocommit=True) as connection:
            connection.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS false")
        yield Settings(data=tmp_path), server


def test_of_a_half_dead_database_doctor_and_check_say_one_thing_to_look_at(half_dead, capsys):
    settings, server = half_dead
    (found,) = doctor_country._alive(settings)
    assert (found.check, found.state) == ("country.database", "broken")
    assert found.help == f"tail {server.log}"
    assert Path(server.log).exists()
    assert run(["check", "--data", str(settings.data)]) == 2
    told = capsys.readouterr().err
    assert server.log in told
    assert "[postgres.takes-nobody]" in told
    assert "not currently accepting connections" in told
    assert "doctor" not in told


@pytest.mark.parametrize(
    ("url", "help_"),
    [
        ("postgresql://owner@127.0.0.1:1/x", "psql postgresql://owner@127.0.0.1:1/x"),
        ("postgresql://owner:geheim@127.0.0.1:1/x", 'psql "$KAZASU_DATABASE_URL"'),
    ],
)
def test_a_country_on_a_silent_server_of_ones_own_is_looked_at_by_psql(tmp_path, url, help_):
    (found,) = doctor_country._alive(Settings(data=tmp_path, database_url=url))
    assert found.help == help_


@pytest.mark.parametrize("url", ["nonsense", "postgresql://owner:geheim@127.0.0.1:1/x"])
def test_a_database_of_ones_own_that_is_silent_is_told_without_its_password(url):
    (found,) = database(Settings(database_url=url))
    assert found.state == "broken"
    assert "geheim" not in " ".join(found.told)


def test_a_folder_that_the_servers_user_cannot_enter(monkeypatch, tmp_path):
    user = ServerUser("somebody", 12345, 12345, borrowed=False)
    monkeypatch.setattr("kazasu.cli.doctor.postgres.user_seen", lambda: user)
    monkeypatch.setattr(ServerUser, "can", lambda _, path, right: path != tmp_path)
    elsewhere = {one.check: one for one in database(Settings(data=tmp_path))}["postgres.folder"]
    assert any(str(home) in elsewhere.told[1] for home in SHARED_HOMES)
    monkeypatch.setattr(ServerUser, "can", lambda *_: False)
    assert states(database(Settings(data=tmp_path)))["postgres.folder"] == "broken"
    monkeypatch.setattr("kazasu.cli.doctor.postgres.user_seen", lambda: None)
    assert states(database(Settings(data=tmp_path)))["postgres.user"] == "broken"


@pytest.mark.parametrize(("reader", "state"), [("virtual", "missing"), ("pcsc", "broken")])
def test_a_reader_is_needed_where_the_settings_say_so(monkeypatch, reader, state):
    monkeypatch.setattr("kazasu.card.transports.pcsc._listed", _no_reader)
    assert readers(Settings(reader=reader))[0].state == state


def _no_reader():
    raise Refusal(NO_READER)


def test_settings_that_do_not_read_are_a_finding(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("KAZASU_POTR", "1")
    assert run(["doctor", "--json", "--data", str(tmp_path), "--port", str(free_port())]) == 1
    found = {one["check"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert "KAZASU_POTR" in found["settings"]["told_en"]
    assert found["settings"]["help"] == "./kazasu faults settings.unreadable"


def in_production(folder, **more):
    return Settings(data=folder, mode="production", scheme="https", proxies="unix", **more)


def test_a_place_of_a_production_is_asked_for_what_it_needs(tmp_path):
    assert states(production(in_production(tmp_path)))["proxy.https"] == "ok"
    for wrong in ({"proxies": ""}, {"scheme": "http"}):
        found = production(replace(in_production(tmp_path), **wrong))
        assert states(found)["proxy.https"] == "broken"


@pytest.mark.parametrize(
    ("mode", "state"),
    [(None, "broken"), (0o2750, "ok"), (0o2770, "broken"), (0o2755, "broken"), (0o750, "broken"), (0o2700, "broken")],
)  # fmt: skip
def test_the_sockets_folder_is_the_services_and_the_proxys_alone(tmp_path, mode, state):
    folder = tmp_path / "run"
    if mode is not None:
        folder.mkdir()
        folder.chmod(mode)
    found = {one.check: one for one in production(in_production(tmp_path, socket=str(folder / "web.socket")))}  # fmt: skip
    assert found["proxy.socket"].state == state
    assert (str(folder) in found["proxy.socket"].help) == (state == "broken")


@pytest.mark.parametrize(
    ("content", "mode", "state"),
    [(None, 0, "broken"), ("", 0o600, "broken"), ("geheim", 0o640, "broken"), ("geheim", 0o600, "ok")],
)  # fmt: skip
def test_the_passphrase_is_there_and_its_owners(tmp_path, content, mode, state):
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    found = {one.check: one for one in production(in_production(tmp_path, pki_passphrase_file=str(file)))}  # fmt: skip
    assert found["pki.passphrase"].state == state
    assert "geheim" not in str(found)


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"])  # fmt: skip
def test_authorities_that_do_not_read_are_told(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    assert states(production(in_production(tmp_path, authorities=str(file))))["authorities"] == "broken"  # fmt: skip


def test_names_that_this_machine_does_not_know_are_told(tmp_path, clock, monkeypatch):
    origins = {"portal": "https://portal.example.jp", "identity": "https://id.localhost:8443"}
    Institutions(clock, *origins, origins=origins).write(tmp_path)
    known = set()

    def looked_up(host, *_, **__):
        if host not in known:
            raise OSError(host)
        return [host]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    settings = in_production(tmp_path)
    found = {one.check: one for one in production(settings)}["names.directory"]
    assert (found.state, "portal.example.jp" in found.told[1], "id.localhost" in found.told[1]) == (
        "broken", True, False,
    )  # fmt: skip
    known.add("portal.example.jp")
    assert states(production(settings))["names.directory"] == "ok"


def test_nobody_is_told_to_remove_a_production(tmp_path):
    tmp_path.chmod(0o700)
    settings = in_production(tmp_path)
    (tmp_path / "directory.json").write_text("{")
    assert states(data_folder(settings, alive=False))["data.country"] == "ok", "keys come first"
    (tmp_path / "roles.json").write_text("{}")
    lost = {one.check: one for one in data_folder(settings, alive=False)}["data.country"]
    assert (lost.state, lost.help) == ("broken", "docs/production.md#backups")
