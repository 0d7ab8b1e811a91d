"""支援措置: the certification service hears of it from founding and city halls, before any new address."""

import psycopg
import pytest

from kazasu.app.rooms import ROOMS
from kazasu.foundation.settings import Settings
from kazasu.municipality.moving.service.registering import Registering
from kazasu.society.founding import found_country
from kazasu.society.personas import PERSONAS
from tests.support import pki
from tests.support.town import NEW, Town

ROWS = """SELECT resident_record_code, protected, municipality_code
          FROM jpki.protected_person JOIN jpki.person USING (person_id)"""


def protected(databases):
    with psycopg.connect(databases.url("jpki")) as connection:
        return connection.execute(ROWS).fetchall()


@pytest.mark.parametrize("is_protected", [True, False])
def test_a_city_says_so_before_the_address_changes(databases, clock, monkeypatch, is_protected):
    town = Town(databases, clock, protected=is_protected)
    sent, real = [], Registering._consume

    def consume(registering, *arguments):
        with psycopg.connect(databases.url("municipality")) as connection:
            sent.append(
                connection.execute(
                    "SELECT count(*) FROM municipality.outbox WHERE kind = 'jpki/protection-changed/1'"
                ).fetchone()[0]
            )
        return real(registering, *arguments)

    monkeypatch.setattr(Registering, "_consume", consume)
    town.moved()
    movers = {(str(one.record_code), True, NEW) for one in town.members(1)}
    assert sent[0] == (len(movers) if is_protected else 0), "committed before the network hears"
    assert set(protected(databases)) == (movers if is_protected else set())


def test_the_founders_say_so_of_protected_personas(databases, clock, tmp_path):
    pki.authorities(clock)
    (tmp_path / "pki").symlink_to(pki.place() / "pki")
    settings = Settings(data=tmp_path)
    founders = {room: databases.founder(room) for room, one in ROOMS.items() if not one.stateless}
    found_country(settings, founders, clock, cities="default", residents=60, seed=1)
    wanted = [p for p in PERSONAS if p.card_id.startswith("ito-")]
    assert wanted
    rows = protected(databases)
    assert len(rows) >= len(wanted)
    assert all(one[1] for one in rows)
