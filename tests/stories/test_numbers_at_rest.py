"""After a played move no table and no file of the country holds an individual number: the card alone does."""

import base64

import psycopg
import pytest

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.register.model import IN_REGISTER
from kazasu.society.stories import moving
from kazasu.society.stories.stage import Stage
from tests.support.country import founded
from tests.support.numbers import Numbers

CITIES = "SELECT municipality_code, resident_id, version, individual_number FROM municipality."


@pytest.fixture(scope="module")
def played():
    with founded() as running:
        stage = Stage(running.directory, running.clock, lambda _: None)
        try:
            moving.play(stage)
        finally:
            stage.close()
        yield running


@pytest.fixture(scope="module")
def numbers(played):
    """Everybody's, deciphered with the cities' own keys."""
    ciphers = played.process.prepared.databases["municipality"].ciphers
    found = set()
    with psycopg.connect(played.databases[0]) as connection:
        for table in ("resident", "resident_history"):
            for city, person, version, sealed in connection.execute(f"{CITIES}{table}"):
                place = register_place(person, version)
                found.add(ciphers(city).decipher(sealed, place))
    assert len(found) > 140
    assert all(IndividualNumber(one) for one in found)
    return Numbers(found)


def register_place(person, version):
    return IN_REGISTER.place("individual_number", {"resident_id": person, "version": version})


def test_no_table_holds_a_number(played, numbers):
    assert [one for url in played.databases for one in numbers.in_tables(url)] == []


def test_no_file_holds_a_number_but_the_cards(played, numbers):
    folder = played.process.settings.data
    with psycopg.connect(played.databases[0], autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    assert list(numbers.in_files(folder, but=["cards"])) == []
    assert list((folder / "cards").iterdir())


def test_the_registers_stand_as_they_should(played):
    with psycopg.connect(played.databases[0]) as connection:
        sight = CheckerView([connection])
        assert {one.name for one in INVARIANTS if list(one.violations(sight))} == set()


@pytest.mark.parametrize(
    "what",
    [
        "SELECT %s::text AS x", "SELECT jsonb_build_object('a', %s::text) AS x", "SELECT convert_to(%s::text, 'UTF8') AS x",
        "SELECT encode(convert_to('..' || %s::text, 'UTF8'), 'base64') AS x", "SELECT %s::bigint AS x",
        "SELECT encode(convert_to('x' || %s::text || 'y', 'UTF8'), 'hex') AS x",
        "SELECT ARRAY['0' || %s::text] AS x",
    ],
)  # fmt: skip
def test_a_number_that_lay_there_would_be_found(databases, what):
    known = IndividualNumber.from_body("98765432109").reveal(duty="test")
    numbers, url = Numbers([known]), databases.url("portal")
    assert list(numbers.in_tables(url)) == []
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE public.held AS {what.replace('%s', repr(known))}")
    assert list(numbers.in_tables(url)) == ["public.held"]


def test_a_number_in_a_file_would_be_found(tmp_path):
    known = IndividualNumber.from_body("98765432109").reveal(duty="test")
    numbers = Numbers([known])
    (tmp_path / "a").write_bytes(b"\0" + known.encode() + b"\0")
    (tmp_path / "b").write_bytes(base64.b64encode(bytes(100)))
    (tmp_path / "c").write_text(known.encode().hex())
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "d").write_text(known)
    assert [str(one) for one in numbers.in_files(tmp_path, but=["cards"])] == ["a", "c"]
