"""A room's floor: what is there is kept, and what is not ours is refused."""

import shutil

import psycopg
import pytest

from kazasu.foundation.database import queue_schema
from kazasu.foundation.database.migrate import (
    FOUNDATION,
    founders_of,
    prepare_schema,
    refuse_other_schemas,
)
from kazasu.foundation.faults import Refusal

ROOM = "floored"
SECRET = "first"


@pytest.fixture
def url(databases):
    return databases.url("portal")  # a database of this test's own, with another room in it


@pytest.fixture
def folder(tmp_path):
    """``folder(a="…")``: migrations by their names; a new place each time, as after an upgrade."""

    def make(**files):
        place = tmp_path / f"version-{len(list(tmp_path.iterdir()))}"
        place.mkdir()
        for name, statement in files.items():
            (place / f"{name}.sql").write_text(statement)
        return place

    return make


def lay(url, *folders, password=SECRET):
    prepare_schema(url, ROOM, [FOUNDATION, *folders], password=password, founder=True)


def logs_in(url, password, role=ROOM):
    try:
        psycopg.connect(psycopg.conninfo.make_conninfo(url, user=role, password=password)).close()
    except psycopg.OperationalError:
        return False
    return True


def columns(url, table):
    with psycopg.connect(url) as connection:
        look = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        return {name for (name,) in connection.execute(look, [table])}


def test_the_same_secrets_lay_it_any_number_of_times(url, folder):
    version = folder(a="CREATE TABLE one (n int)")
    lay(url, version)
    lay(url, version)
    assert columns(url, "one") == {"n"}


def test_other_secrets_change_no_password(url, folder):
    """A process with a data folder of its own must not lock out those that live by the database."""
    version = folder(a="CREATE TABLE one (n int)")
    lay(url, version)
    with pytest.raises(Refusal) as refusal:
        lay(url, version, password="second")
    assert refusal.value.fault.code == "postgres.role-taken"
    for role in (ROOM, f"{ROOM}_founder"):
        assert logs_in(url, SECRET, role)
        assert not logs_in(url, "second", role)


def test_what_is_new_is_applied(url, folder):
    lay(url, folder(a="CREATE TABLE one (n int)"))
    lay(url, folder(a="CREATE TABLE one (n int)", b="ALTER TABLE one ADD m int"))
    assert columns(url, "one") == {"n", "m"}


@pytest.mark.parametrize(
    "today",
    [{"a": "CREATE TABLE one (n int, m int)"}, {"a": "CREATE TABLE one (n int)\n"}, {}],
    ids=["edited", "edited by a line", "of a later version"],
)
def test_tables_of_another_version_are_refused(url, folder, today):
    lay(url, folder(a="CREATE TABLE one (n int)"))
    with pytest.raises(Refusal) as refusal:
        lay(url, folder(**today, z="CREATE TABLE two (n int)"))
    assert refusal.value.fault.code == "migrate.other-schema"
    assert refusal.value.facts["migrations"] == "a"
    assert columns(url, "one") == {"n"}
    assert not columns(url, "two")


def test_what_was_not_applied_yet_may_still_be_edited(url, folder):
    """A start that failed on a migration is mended by mending the migration."""
    with pytest.raises(psycopg.Error):
        lay(url, folder(a="CREATE TABLE one (n nonsense)"))
    lay(url, folder(a="CREATE TABLE one (n int)"))
    assert columns(url, "one") == {"n"}


def test_what_was_not_applied_binds_nobody(url, folder):
    """After a migration that failed, the version before it opens the country."""
    lay(url, folder(a="CREATE TABLE one (n int)"))
    with pytest.raises(psycopg.Error):
        lay(url, folder(a="CREATE TABLE one (n int)", b="ALTER TABLE one ADD m nonsense"))
    lay(url, folder(a="CREATE TABLE one (n int)"))
    assert columns(url, "one") == {"n"}


def test_every_room_is_compared_before_one_is_changed(url, folder):
    lay(url, folder(a="CREATE TABLE one (n int)"))
    later = [FOUNDATION, folder(a="CREATE TABLE one (n int, m int)")]
    with pytest.raises(Refusal) as refusal:
        refuse_other_schemas(url, {"unlaid": [FOUNDATION], ROOM: later})
    assert refusal.value.fault.code == "migrate.other-schema"
    assert refusal.value.facts["room"] == ROOM


@pytest.fixture
def library(monkeypatch, tmp_path_factory):
    """``library("99.00.00_01_new.sql", "…")``: a version of procrastinate with one more migration."""

    def release(name, statements):
        place = tmp_path_factory.mktemp("procrastinate") / "migrations"
        shutil.copytree(queue_schema._folder(), place)
        (place / name).write_text(statements)
        monkeypatch.setattr(queue_schema, "_folder", lambda: place)

    return release


def test_a_new_version_of_the_queue_is_brought_in(url, folder, library):
    version = folder(a="CREATE TABLE one (n int)")
    lay(url, version)
    assert "later" not in columns(url, "procrastinate_jobs")
    library("99.00.00_01_new.sql", "ALTER TABLE procrastinate_jobs ADD COLUMN later int; CREATE TABLE procrastinate_new (n int);")  # fmt: skip
    lay(url, version)
    lay(url, version)
    assert "later" in columns(url, "procrastinate_jobs")
    as_the_room = psycopg.conninfo.make_conninfo(url, user=ROOM, password=SECRET)
    with psycopg.connect(as_the_room) as connection:
        connection.execute(f"INSERT INTO {ROOM}.procrastinate_new VALUES (1)")


def test_a_queue_of_before_the_stamps_is_of_our_first_release(url, folder, library):
    version = folder(a="CREATE TABLE one (n int)")
    lay(url, version)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM kazasu.migration WHERE id = 'procrastinate'")
    library("99.00.00_01_new.sql", "ALTER TABLE procrastinate_jobs ADD COLUMN later int")
    lay(url, version)
    assert "later" in columns(url, "procrastinate_jobs")


def test_a_queue_of_a_version_that_we_do_not_know_is_refused(url, folder):
    version = folder(a="CREATE TABLE one (n int)")
    lay(url, version)
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE kazasu.migration SET sha256 = '99.00.00' WHERE id = 'procrastinate'"
        )
    for refuse in (
        lambda: lay(url, version),
        lambda: refuse_other_schemas(url, {ROOM: [FOUNDATION, version]}),
    ):
        with pytest.raises(Refusal) as refusal:
            refuse()
        assert refusal.value.fault.code == "migrate.other-queue"


def test_the_schema_that_is_laid_is_that_of_all_its_migrations():
    assert queue_schema.BEFORE_STAMPS in queue_schema._migrations()


def test_founders_are_gone_when_the_country_stands(url, folder):
    """They pass row level security: whoever had their password would see every tenant (faults F20)."""
    prepare_schema(url, ROOM, [FOUNDATION, folder(a="CREATE TABLE one (n int)")],
                   password=SECRET, founder=False)  # fmt: skip
    with founders_of(url, {ROOM: SECRET}):
        founder = psycopg.conninfo.make_conninfo(url, user=f"{ROOM}_founder", password=SECRET)
        with psycopg.connect(founder) as connection:
            connection.execute(f"INSERT INTO {ROOM}.one VALUES (1)")
    with psycopg.connect(url) as connection:
        look = "SELECT rolname FROM pg_roles WHERE rolname = %s"
        assert connection.execute(look, [f"{ROOM}_founder"]).fetchone() is None
    assert logs_in(url, SECRET)
