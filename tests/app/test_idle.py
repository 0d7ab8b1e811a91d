"""A room in which nothing happens asks one thing a second: are there letters?"""

import threading

import psycopg
import pytest
from tests.support.street import Street

from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode

ROOMS = ("jukinet", "municipality", "portal")


@pytest.fixture
def process(databases, clock):
    return Street(databases, clock, *ROOMS).process


@pytest.fixture
def said(monkeypatch):
    """Statements, as they are sent by this thread: a country of other tests may run in this process."""
    statements, here = [], threading.get_ident()
    execute = psycopg.Cursor.execute

    def listened(cursor, query, *rest, **more):
        if threading.get_ident() == here:
            statements.append(query)
        return execute(cursor, query, *rest, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", listened)
    return statements


@pytest.mark.parametrize("room", ROOMS)
def test_with_no_letters_it_is_one_statement(process, said, room):
    process.behind[room].letters()
    assert len(said) == 1


def test_dates_are_one_statement_a_subject_that_has_some(process, said):
    process.tick()
    said.clear()  # the first one also asks for what an earlier version left untold
    process.tick()
    asked = "cities due for moves, for who moves abroad, for registrations begun, for deaths told of; transfers due; late reviews"
    assert len(said) == 6, asked


def test_and_letters_are_still_brought(process, databases):
    def send(tx):
        letter = RegistrationChanged(
            resident_record_code=ResidentRecordCode("24727059608"),
            municipality_code=MunicipalityCode("141003"),
            what="address",
            on=civil(tx.now),
        )
        process._house("municipality").post("city:141003").send(
            tx, letter, to="jukinet", case="case-1"
        )

    databases("municipality").run("test.send", send, tenant="141003")
    process.behind["municipality"].letters()
    count = "SELECT count(*) FROM inbox"
    assert databases("jukinet").read("test", lambda tx: tx.value(count)) == 1
