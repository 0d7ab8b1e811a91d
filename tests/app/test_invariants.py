"""Every invariant of the checker finds the break it is for, and is silent without one."""

import hashlib
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest

from kazasu.app.invariants import INVARIANTS, CheckerView

ONE, TWO = "10000000001", "10000000012"


class Country:
    """Two rooms, looked at as administrator; ``plant`` breaks what the rooms themselves never would."""

    def __init__(self, databases):
        self._databases = databases

    def plant(self, room, *statements):
        with psycopg.connect(self._databases.url(room), autocommit=True) as connection:
            connection.execute(f"SET search_path TO {room}, public")
            connection.execute("SET session_replication_role TO replica")
            for statement, *values in statements:
                connection.execute(statement, values)

    def broken(self, **lives_here):
        with ExitStack() as stack:
            connections = [
                stack.enter_context(psycopg.connect(self._databases.url(room)))
                for room in ("jukinet", "jpki")
            ]
            sight = CheckerView(connections, lives_here)
            return {
                i.name for i in INVARIANTS if i.can_be_seen(sight) and list(i.violations(sight))
            }


@pytest.fixture
def registers(databases):
    return Country(databases)


SENT = """INSERT INTO outbox (tenant, message_id, sender, recipient, kind, case_id, seq, hash,
                              created_at, next_at, sent_at)
          VALUES ('', %s, 'jukinet', 'jpki', 'test', 'case', %s, sha256(%s), now(), now(), now())"""
RECEIVED = """INSERT INTO inbox (tenant, sender, message_id, hash, kind, case_id, seq, received_at,
                                 next_at, applied_at, fault)
              VALUES ('', 'jukinet', %s, %s, 'test', 'case', %s, now(), now(), {applied}, '')"""
APPLIED = RECEIVED.format(applied="now()")
WAITING = RECEIVED.format(applied="NULL")
PERSON = "INSERT INTO person VALUES (%s, %s)"
REGISTERED = """INSERT INTO registration (resident_record_code, opened_epoch, municipality_code, since, until)
                VALUES (%s, %s, '141003', %s, %s)"""


def digest(sealed):
    return hashlib.sha256(sealed.encode()).digest()


def test_a_sound_country_breaks_nothing(registers):
    number, second = uuid4(), uuid4()
    registers.plant("jukinet", (SENT, number, 1, "a"), (SENT, second, 2, "b"))
    registers.plant("jpki", (APPLIED, number, digest("a"), 1), (APPLIED, second, digest("b"), 2))
    registers.plant("jukinet", (PERSON, ONE, 1), (REGISTERED, ONE, 1, "2020-04-01", None))
    assert registers.broken() == set()


def test_a_lost_letter(registers):
    registers.plant("jukinet", (SENT, uuid4(), 1, "a"))
    assert registers.broken() == {"letter-not-lost"}


def test_an_altered_letter(registers):
    number = uuid4()
    registers.plant("jukinet", (SENT, number, 1, "a"))
    registers.plant("jpki", (APPLIED, number, digest("b"), 1))
    assert registers.broken() == {"letter-not-altered"}


def test_a_letter_from_nowhere(registers):
    registers.plant("jpki", (APPLIED, uuid4(), digest("a"), 1))
    assert registers.broken() == {"letter-has-a-sender"}


def test_a_letter_out_of_order(registers):
    number = uuid4()
    registers.plant("jukinet", (SENT, number, 2, "b"))
    registers.plant("jpki", (APPLIED, number, digest("b"), 2))
    assert registers.broken() == {"letters-in-order"}


def test_a_letter_that_waits_in_silence(registers):
    number = uuid4()
    registers.plant("jukinet", (SENT, number, 1, "a"))
    registers.plant("jpki", (WAITING, number, digest("a"), 1))
    assert registers.broken() == {"no-letter-waits-in-silence"}


def test_a_number_with_two_contents(registers):
    registers.plant(
        "jpki",
        ("INSERT INTO inbox_alarm VALUES ('', %s, 'jukinet', %s, 'x', now())", uuid4(), uuid4()),
    )
    assert registers.broken() == {"letter-number-once"}


def test_somebody_registered_twice(registers):
    registers.plant(
        "jukinet",
        ("ALTER TABLE registration DROP CONSTRAINT registered_once",),
        (PERSON, ONE, 1),
        (REGISTERED, ONE, 1, "2020-04-01", None),
        (REGISTERED, ONE, 2, "2021-04-01", None),
    )
    assert registers.broken() == {"registered-once"}


def test_somebody_lost(registers):
    registers.plant("jukinet", (PERSON, ONE, 1), (REGISTERED, ONE, 1, "2020-04-01", "2026-11-01"))
    assert registers.broken() == {"nobody-lost"}


def test_an_epoch_that_nothing_explains(registers):
    registers.plant("jukinet", (PERSON, ONE, 3), (REGISTERED, ONE, 1, "2020-04-01", None))
    assert registers.broken() == {"epochs-without-gap"}


def test_a_token_consumed_without_an_arrival(registers):
    registers.plant(
        "jukinet",
        (PERSON, TWO, 1),
        (REGISTERED, TWO, 1, "2020-04-01", None),
        (
            """INSERT INTO transfer (resident_record_code, token, case_id, from_municipality,
                   to_municipality, planned_date, expires_on, state, opened_at, settled_at,
                   settled_by, request_id, epoch)
               VALUES (%s, %s, 'case', '141003', '011002', '2026-11-20', '2026-12-20', 'CONSUMED',
                       now(), now(), 'city:011002', %s, 2)""",
            TWO, uuid4(), uuid4(),
        ),
    )  # fmt: skip
    assert registers.broken() == {"token-used-once"}


def test_what_cannot_be_seen_is_not_called_sound(databases):
    with psycopg.connect(databases.url("jpki")) as connection:
        sight = CheckerView([connection])
        assert sight.rooms == ["jpki"]
        unseen = {i.name for i in INVARIANTS if not i.can_be_seen(sight)}
    assert "registered-once" in unseen
    assert "letter-not-lost" not in unseen


def test_letters_to_and_from_another_place_are_neither_lost_nor_invented(registers):
    registers.plant("jukinet", (SENT, uuid4(), 1, "one"))
    registers.plant("jpki", (APPLIED, uuid4(), digest("other"), 1))
    assert registers.broken() == {"letter-not-lost", "letter-has-a-sender"}
    assert registers.broken(jpki=False) == {"letter-has-a-sender"}
    assert registers.broken(jukinet=False) == {"letter-not-lost"}


@pytest.mark.parametrize(
    ("cities", "elsewhere"),
    [({}, False), ({"141003": True}, False), ({"141003": True, "011002": False}, True), ({"141003": False}, True)],
)  # fmt: skip
def test_only_with_all_cities_in_sight_are_they_compared_with_the_network(
    databases, cities, elsewhere
):
    compared, alone = (
        next(one for one in INVARIANTS if one.name == name)
        for name in ("registered-where-the-network-says", "one-head")
    )
    with (
        psycopg.connect(databases.url("jukinet")) as network,
        psycopg.connect(databases.url("municipality")) as city,
    ):
        sight = CheckerView(
            [network, city], {"jukinet": True} | {f"city:{one}": at for one, at in cities.items()}
        )
        assert compared.is_elsewhere(sight) == elsewhere
        assert compared.can_be_seen(sight) != elsewhere
        assert alone.is_elsewhere(sight) == (cities == {"141003": False})
