"""A country of 0.2.0, whose numbers stand in the clear: converted before the city opens, once, and nothing of them is left."""

import re
import shutil
from uuid import uuid4

import psycopg
import pytest
from tools.release import SOURCE, releases

from kazasu.app.rooms import ROOMS, conversions, migrations
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database
from kazasu.foundation.database.migrate import prepare_schema
from kazasu.foundation.database.rows import columns
from kazasu.foundation.enciphering.key_files import KeyFolder, column_key_file
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.municipality.moving.store import arrivals
from kazasu.municipality.register import number_keys
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted
from tests.support.databases import PASSWORD

ROOM = "municipality"
CITIES = ("011002", "141003")
LOOKING = Access("system:test", "municipality.test.look", Text("試験", "Test"))


def number(place, person):
    return IndividualNumber.from_body(f"8{place}{person:09d}")


def digits(place, person):
    return number(place, person).reveal(duty="test")


@pytest.fixture
def url(databases):
    return databases.url("portal")  # a database of this test's own, with another room in it


@pytest.fixture
def keys(tmp_path):
    return KeyFolder(tmp_path / "keys", ROOMS[ROOM].of)


@pytest.fixture
def before(url, tmp_path, databases):
    """The tables as 0.2.0 laid them, with people of two cities: versions, movers."""
    databases.url(ROOM)  # the roles are the server's
    released = next(one for one in releases() if one["version"] == "0.2.0")["migrations"]
    folders = []
    for folder in migrations(ROOM):
        copy = tmp_path / "before" / folder.relative_to(SOURCE)
        copy.mkdir(parents=True)
        folders.append(copy)
        for file in folder.glob("*.sql"):
            if str(file.relative_to(SOURCE)) in released:
                shutil.copy(file, copy)
    prepare_schema(url, ROOM, folders, password=PASSWORD, founder=True)
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path TO municipality, public")
        for place, city in enumerate(CITIES):
            for person in range(1, 8):
                connection.execute(_RESIDENT, (city, f"{person:010}", ResidentRecordCode.from_body(f"{person:010}"), digits(place, person)))  # fmt: skip
                _mover(connection, city, place, person)
        connection.execute(_VERSION)
        connection.execute("UPDATE resident SET version = 2, block = '2番地'")
        connection.execute(_VERSION)


_LIST = f"municipality_code, {columns(Resident)}".replace(", because", "")  # which came later
_VERSION = f"INSERT INTO resident_history ({_LIST}) SELECT {_LIST} FROM resident"
_RESIDENT = """INSERT INTO resident
    SELECT %s, %s, 1, '0000000001', %s, %s, '佐藤　花子', 'サトウ　ハナコ', '', '', '', '1980-01-01', '昭和55年1月1日',
           '女', '世帯主', false, '2310017', '神奈川県', '横浜市', '本町', '1番地', '', '2015-04-01', '2015-04-01', '', '',
           '', '', '', NULL, '', false, false, false, '', false, true, false, 'resident', '改製', '2015-04-01', NULL,
           '', NULL, '', NULL, '', '2026-11-01', 'system:founding'"""


def _mover(connection, city, place, person):
    document = {
        "token": str(uuid4()), "resident_record_code": ResidentRecordCode.from_body("1000000000"), "individual_number": digits(place, person),
        "name": "佐藤　花子", "kana": "サトウ　ハナコ", "birth_date": "1980-01-01", "birth_text": "昭和55年1月1日",
        "sex": "女", "relationship": "世帯主", "head_of_household": "佐藤　花子",
    }  # fmt: skip
    connection.execute(
        "INSERT INTO arriver VALUES (%s, %s, %s, %s, true, '', 'none')",
        (city, f"MV-{person}", document["token"], psycopg.types.json.Jsonb(document)),
    )


def upgrade(url, keys, clock):
    prepare_schema(
        url, ROOM, migrations(ROOM), password=PASSWORD, founder=True,
        conversions=conversions(ROOM, keys), clock=clock,
    )  # fmt: skip


def on_the_disk(url):
    """Every file of the three tables, as whoever takes the disk has them."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        read = """SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'municipality'
                    AND c.relname IN ('resident', 'resident_history', 'arriver')"""
        return b"".join(content for (content,) in connection.execute(read))


EVERYBODY = [digits(place, person).encode() for place in range(2) for person in range(1, 8)]


@pytest.mark.usefixtures("before")
def test_everybodys_number_reads_as_before_and_nothing_clear_is_left(url, keys, clock):
    assert all(one in on_the_disk(url) for one in EVERYBODY)
    with psycopg.connect(
        url
    ) as elsewhere:  # it looks at all as it was: as an ANALYZE does, or a backup
        elsewhere.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        elsewhere.execute("SELECT pg_sleep(0)")
        upgrade(url, keys, clock)
        left = on_the_disk(url)
    assert not [one for one in EVERYBODY if one in left]
    assert "佐藤　花子".encode() in left, "these are the tables' own files"
    database = Database(url, room=ROOM, role=ROOM, password=PASSWORD, clock=clock, ciphers=keys)
    try:
        for place, city in enumerate(CITIES):
            for person in range(1, 8):
                assert read(database, city, lambda tx, one=(place, person): seen(tx, *one)) == 4
        number_keys.prove(database, CITIES)
        records = "SELECT count(*) FROM audit_log WHERE action = 'municipality.numbers.encipher'"
        assert read(database, CITIES[0], lambda tx: tx.value(records)) == 1
    finally:
        database.close()


def read(database, city, work):
    return database.run("test.look", work, tenant=city, access=LOOKING)


def seen(tx, place, person):
    """How often this person's number is there, in force, in both versions and with the mover."""
    one = register.by_number(tx, number(place, person))
    (mover,) = arrivals.arrivers(tx, f"MV-{person}")
    numbers = [one, *register.history(tx, one.resident_id), mover.mover]
    assert (one.resident_id, one.version) == (f"{person:010}", 2)
    return [two.individual_number for two in numbers].count(number(place, person))


@pytest.mark.usefixtures("before")
def test_interrupted_it_goes_on_under_the_same_key(url, keys, clock, monkeypatch):
    made = KeyFolder.make

    def dies(self, tenant):
        if tenant == CITIES[1]:
            raise KeyboardInterrupt
        made(self, tenant)

    monkeypatch.setattr(KeyFolder, "make", dies)
    with pytest.raises(KeyboardInterrupt):
        upgrade(url, keys, clock)
    first = keys(CITIES[0]).current
    monkeypatch.undo()
    upgrade(url, keys, clock)
    upgrade(url, keys, clock)
    assert keys(CITIES[0]).current == first
    left = on_the_disk(url)
    assert not [one for one in EVERYBODY if one in left]


@pytest.mark.usefixtures("before")
def test_a_key_that_was_lost_meanwhile_is_not_made_anew(url, keys, clock, tmp_path):
    upgrade(url, keys, clock)
    with psycopg.connect(url) as connection:  # as if a row had been left
        connection.execute("SET search_path TO municipality, public")
        connection.execute("DELETE FROM municipality._yoyo_migration WHERE migration_id ~ '0151'")
        for table in ("resident", "resident_history"):
            connection.execute(f"ALTER TABLE {table} ADD individual_number_clear text")
        connection.execute("UPDATE resident SET individual_number_clear = '1'")
    column_key_file(tmp_path / "keys", f"city:{CITIES[0]}").unlink()
    with pytest.raises(Refusal) as refused:
        upgrade(url, keys, clock)
    assert refused.value.fault.code == "enciphering.no-key"


@pytest.mark.usefixtures("before")
def test_without_the_conversion_nothing_is_thrown_away(url):
    with pytest.raises(psycopg.errors.NotNullViolation):
        prepare_schema(url, ROOM, migrations(ROOM), password=PASSWORD, founder=True)
    assert all(one in on_the_disk(url) for one in EVERYBODY)
    with psycopg.connect(url) as connection:
        clear = "SELECT DISTINCT individual_number_clear FROM municipality.resident"
        assert {one.encode() for (one,) in connection.execute(clear)} == set(EVERYBODY)
    assert re.fullmatch(b"[0-9]{12}", EVERYBODY[0])


@pytest.mark.usefixtures("before")
def test_who_was_there_before_is_found_by_every_part_of_name_and_address(url, keys, clock):
    upgrade(url, keys, clock)
    database = Database(url, room=ROOM, role=ROOM, password=PASSWORD, clock=clock, ciphers=keys)
    try:
        for wanted in (
            Wanted(place="本町2"),
            Wanted(place="本町1"),
            Wanted("藤花", match="anywhere"),
        ):
            found = read(database, CITIES[0], lambda tx, w=wanted: searching.found(tx, w))
            assert len(found) == 7, wanted
        parts = "SELECT DISTINCT key, former FROM search_part WHERE kind = 'place' AND key ^@ '本町' ORDER BY key"
        with psycopg.connect(url) as connection:
            connection.execute("SET search_path TO municipality, public")
            assert connection.execute(parts).fetchall() == [("本町1", True), ("本町2", False)]
    finally:
        database.close()
