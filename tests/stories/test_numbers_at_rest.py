"""After a played move no table and no file of the country holds an individual number: the card alone does."""

import base64
import os
from unittest.mock import patch

import psycopg
import pytest

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.cli import numbers as command
from kazasu.cli.commands import run
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.enciphering.cipher import key_of
from kazasu.foundation.enciphering.key_files import (
    column_key_file,
    make_column_keys,
    read_column_keys,
    write_column_keys,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.register import number_keys
from kazasu.municipality.register.model import IN_REGISTER
from kazasu.society.stories import moving
from kazasu.society.stories.stage import Stage
from tests.support.country import founded
from tests.support.numbers import Numbers

CITY = "141003"
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


def kazasu(played, *words):
    with patch.dict(os.environ, {"KAZASU_DATABASE_URL": played.databases[0]}):
        return run([*words, "--data", str(played.process.settings.data)])


def test_the_key_is_renewed_while_the_country_runs(played, numbers, capsys):
    database = played.process.prepared.databases["municipality"]
    before = database.ciphers(CITY).current
    assert kazasu(played, "numbers", "renew", f"city:{CITY}") == 0
    assert "city-141003.columns.json" in capsys.readouterr().out
    now = database.ciphers(CITY).current
    assert now != before
    with psycopg.connect(played.databases[0]) as connection:
        noted = "SELECT key_id FROM municipality.number_key WHERE municipality_code = %s"
        assert {one for (one,) in connection.execute(noted, [CITY])} == {before, now}
        for table in ("resident", "resident_history"):
            rows = connection.execute(f"{CITIES}{table} WHERE municipality_code = %s", [CITY])
            assert {key_of(sealed) for *_, sealed in rows} == {now}
    number_keys.prove(database, [CITY])
    assert list(numbers.in_tables(played.databases[0])) == []
    assert kazasu(played, "numbers", "renew", f"city:{CITY}", "--go-on") == 0
    assert database.ciphers(CITY).current == now


def test_a_second_renewal_loses_no_key_of_the_first(played, capsys, monkeypatch):
    """It waits for its turn with nothing in its hand, and is told while another is at work."""
    folder = played.process.settings.directory_file.parent / "keys"
    before = read_column_keys(folder, f"city:{CITY}")
    enter = command.enter

    def meanwhile(*given):
        write_column_keys(folder, read_column_keys(folder, f"city:{CITY}").begun_anew())
        return enter(*given)

    monkeypatch.setattr(command, "enter", meanwhile)
    assert kazasu(played, "numbers", "renew", f"city:{CITY}") == 0
    after = read_column_keys(folder, f"city:{CITY}")
    assert len(after.keys) == len(before.keys) + 2
    assert before.keys.items() <= after.keys.items()

    with psycopg.connect(played.databases[0]) as other:
        other.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"kazasu numbers city:{CITY}"]
        )
        capsys.readouterr()
        assert kazasu(played, "numbers", "renew", f"city:{CITY}", "--go-on") == 2
        assert "[enciphering.being-renewed]" in capsys.readouterr().err


@pytest.mark.parametrize("institution", ["portal", "city", "city:9", "nobody", "city:999999"])
def test_only_who_keeps_numbers_has_a_key_to_renew(played, institution, capsys):
    assert kazasu(played, "numbers", "renew", institution) == 2
    fault = "enciphering.no-key" if institution.startswith("city") else "cli.no-numbers"
    assert f"[{fault}]" in capsys.readouterr().err


def test_a_city_without_its_key_does_not_open(played, capsys):
    settings = played.process.settings
    file = column_key_file(settings.data / "keys", f"city:{CITY}")
    words = ("serve", f"city:{CITY}")
    kept = file.rename(file.with_suffix(".away"))
    try:
        with pytest.raises(Refusal) as refused:
            number_keys.prove(played.process.prepared.databases["municipality"], [CITY])
        assert refused.value.fault.code == "enciphering.no-key"
        assert kazasu(played, *words, "--port", str(free_port())) == 2
        assert str(file) in capsys.readouterr().err
        make_column_keys(file.parent, f"city:{CITY}")  # a new one does not open it either
        assert kazasu(played, *words, "--port", str(free_port())) == 2
        assert "city:141003" in capsys.readouterr().err
    finally:
        kept.rename(file)


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
