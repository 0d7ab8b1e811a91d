"""Individual numbers in a city's tables: enciphered, found by their index, held to person, version and city."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from kazasu.foundation.audit import Access
from kazasu.foundation.database.conversion import Floor
from kazasu.foundation.database.migrate import owner_options
from kazasu.foundation.enciphering import ColumnCipher
from kazasu.foundation.enciphering.cipher import key_of
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.moving.life import InState
from kazasu.municipality.moving.store import arrivals
from kazasu.municipality.register import number_keys
from kazasu.municipality.register import store as register
from kazasu.municipality.register.relationships import mover_of
from kazasu.municipality.renewing import renew_numbers
from tests.support.city import NEW, OLD, SINCE, STRANGER, TEST, code_of
from tests.support.databases import KEYS
from tests.support.town import Town

ACCESS = Access("system:test", "test.read", TEST)


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2)


def number_of(person):
    return IndividualNumber.from_body(f"99{person:09d}")


def look(town, work, city=OLD):
    return town.databases("municipality").run("test.look", work, tenant=city, access=ACCESS)


def code(work, *given):
    with pytest.raises(Refusal) as refused:
        work(*given)
    return refused.value.fault.code


def by_hand(town, statement, *values):
    """As whoever has the database."""
    with psycopg.connect(town.databases.url("municipality")) as connection:
        connection.execute("SET search_path TO municipality, public")
        done = connection.execute(statement, values)
        return done.fetchall() if done.description else done.rowcount


def test_a_person_is_found_by_their_number_in_their_own_city_alone(town):
    found = look(town, lambda tx: register.by_number(tx, number_of(10)))
    assert found.record_code == code_of(10)
    assert found.individual_number == number_of(10)
    assert look(town, lambda tx: register.by_number(tx, number_of(STRANGER))) is None
    assert look(town, lambda tx: register.by_number(tx, number_of(10)), NEW) is None


def test_two_cities_cannot_be_compared_by_their_indices(town):
    one, other = (
        look(town, lambda tx: tx.cipher.index("x", "individual_number"), city)
        for city in (OLD, NEW)
    )
    assert one != other


def test_nobody_enters_with_a_number_that_is_given(town):
    def twice(tx):
        one = register.by_number(tx, number_of(10))
        other = register.by_number(tx, number_of(11))
        register.change(
            tx, other, individual_number=one.individual_number, reason="職権修正", changed_on=SINCE
        )

    with pytest.raises(psycopg.errors.UniqueViolation):
        look(town, twice)


def test_a_number_is_changed_and_its_history_kept(town):
    new = number_of(77)

    def change(tx):
        before = register.by_number(tx, number_of(10))
        register.change(
            tx, before, individual_number=new, reason=before.reason, changed_on=before.changed_on
        )
        return before.resident_id

    person = look(town, change)
    assert look(town, lambda tx: register.by_number(tx, new)).resident_id == person
    assert look(town, lambda tx: register.by_number(tx, number_of(10))) is None
    versions = look(town, lambda tx: register.history(tx, person))
    assert [one.individual_number for one in versions] == [new, number_of(10)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE resident r SET individual_number = o.individual_number FROM resident o"
        " WHERE r.record_code = %s AND o.record_code <> r.record_code AND o.municipality_code = r.municipality_code",
        "UPDATE resident r SET individual_number = o.individual_number FROM resident o"
        " WHERE r.record_code = %s AND o.municipality_code <> r.municipality_code",
        "UPDATE resident SET individual_number = set_byte(individual_number, 32, 1) WHERE record_code = %s",
        "UPDATE resident SET individual_number = set_byte(individual_number, 0, 2) WHERE record_code = %s",
        "UPDATE resident SET version = version + 1 WHERE record_code = %s",
        "UPDATE resident SET resident_id = '9999999999' WHERE record_code = %s",
    ],
    ids=["another person's", "another city's", "altered", "another form", "another version's", "another id"],
)  # fmt: skip
def test_what_was_moved_behind_the_applications_back_is_refused(town, statement):
    assert by_hand(town, statement, str(code_of(10))) == 1
    read = lambda tx: register.by_record_code(tx, code_of(10))  # noqa: E731
    assert code(look, town, read) == "enciphering.not-of-this-place"


def test_a_number_finds_nobody_elses_record(town):
    """The index of one person was written into another's row by hand: all else in that row opens."""
    index = look(
        town,
        lambda tx: tx.cipher.index(number_of(10).reveal(duty="test"), "individual_number"),
    )
    by_hand(
        town,
        "UPDATE resident SET individual_number_index = sha256(individual_number_index) WHERE record_code = %s",
        str(code_of(10)),
    )
    by_hand(
        town,
        "UPDATE resident SET individual_number_index = %s WHERE record_code = %s",
        index,
        str(code_of(11)),
    )
    refused = code(look, town, lambda tx: register.by_number(tx, number_of(10)))
    assert refused == "enciphering.not-of-this-place"


def test_an_earlier_number_cannot_be_put_back(town):
    def change(tx):
        register.change(
            tx,
            register.by_number(tx, number_of(10)),
            individual_number=number_of(77),
            reason="職権修正",
            changed_on=SINCE,
        )

    look(town, change)
    assert by_hand(
        town,
        "UPDATE resident r SET individual_number = h.individual_number FROM resident_history h"
        " WHERE r.record_code = %s AND h.record_code = r.record_code AND h.version = 1",
        str(code_of(10)),
    ) == 1  # fmt: skip
    read = lambda tx: register.by_record_code(tx, code_of(10))  # noqa: E731
    assert code(look, town, read) == "enciphering.not-of-this-place"


@pytest.mark.parametrize("table", ["resident", "resident_history", "arriver"])
@pytest.mark.parametrize(
    "what", ["'123456789018'", "decode('313233343536373839303138', 'hex')", "''", "NULL"]
)
def test_no_clear_number_fits_into_the_column(town, table, what):
    town.to_the_desk()
    with pytest.raises(psycopg.errors.IntegrityError):
        by_hand(town, f"UPDATE {table} SET individual_number = {what}")


def test_no_movers_document_holds_a_number(town):
    case = town.to_the_desk()
    people = town.people(case)
    assert {one.mover.individual_number for one in people} == {number_of(10), number_of(11)}
    with pytest.raises(psycopg.errors.CheckViolation):
        by_hand(town, """UPDATE arriver SET mover = mover || '{"individual_number": "1"}'""")
    by_hand(
        town,
        "UPDATE arriver a SET individual_number = o.individual_number FROM arriver o WHERE o.token <> a.token",
    )
    assert code(town.people, case) == "enciphering.not-of-this-place"


def test_certificate_data_that_come_again_bring_their_number(town):
    case = town.to_the_desk()
    one = town.people(case)[0]
    corrected = one.mover.model_copy(update={"individual_number": number_of(88)})

    def again(tx):
        arrivals.add_arriver(tx, case, one.token, corrected)

    look(town, again, NEW)
    assert number_of(88) in {found.mover.individual_number for found in town.people(case)}
    assert len(town.people(case)) == 2


# ---------------------------------------------------------------- moving


def take_number(town, number, city=NEW):
    """Somebody else of the new city has this number by mistake."""

    def change(tx):
        stranger = register.by_record_code(tx, code_of(STRANGER))
        register.change(tx, stranger, individual_number=number, reason="職権修正", changed_on=SINCE)

    look(town, change, city)


def test_a_number_of_somebody_else_is_refused_before_a_transfer_is_consumed(town):
    case = town.to_the_desk()
    town.enter(case)
    take_number(town, number_of(10))
    assert code(town.register, case) == "municipality.number-held"
    assert town.arrival(case).state == InState.PROVISIONAL
    assert town.states(10) == {OLD: "left-planned", NEW: None}
    named = by_hand(
        town,
        "SELECT subjects FROM audit_log WHERE action = 'municipality.arrival.intend'",
    )
    assert named == [], "what was refused is rolled back as a whole"
    take_number(town, number_of(STRANGER))
    town.register(case)
    town.settle()
    assert town.states(10)[NEW] == "resident"


def test_who_returns_with_a_new_number_is_registered_with_it(town):
    """番号法 7条2項: a number may be changed; the closed record here still has the old one."""
    town.moved()
    gone = town.resident(10, OLD)
    assert gone.state == "left"
    new = number_of(76)

    def renumber(tx):
        before = register.by_record_code(tx, code_of(10))
        register.change(
            tx, before, individual_number=new, reason=before.reason, changed_on=before.changed_on
        )

    look(town, renumber, NEW)
    town.clock.set(town.clock.now() + timedelta(days=40))
    mover = look(town, mover_of_now, NEW)
    case = town.resident(10, NEW).case_id
    arrived = town.arrival(case)
    written = look(
        town,
        lambda tx: town.registering._write(
            tx,
            arrived,
            mover,
            {"token": "", "relationship": "世帯主", "is_head": True},
            "5000000019",
            "",
        ),
        OLD,
    )
    assert written.resident_id == gone.resident_id
    assert written.individual_number == new
    assert look(town, lambda tx: register.by_number(tx, new), OLD).version == written.version


def mover_of_now(tx):
    return mover_of(register.by_record_code(tx, code_of(10)), uuid4())


# ---------------------------------------------------------------- keys


def test_a_key_is_noted_and_a_city_without_it_does_not_open(town):
    database = town.databases("municipality")
    number_keys.prove(database, [OLD, NEW])
    assert by_hand(town, "SELECT DISTINCT key_id FROM number_key") == [(KEYS.current,)]
    by_hand(
        town,
        "INSERT INTO number_key VALUES (%s, 'deadbeef', now())",
        OLD,
    )
    assert code(number_keys.prove, database, [OLD, NEW]) == "enciphering.unknown-key"
    number_keys.prove(database, [NEW])  # another city's lost key is not this process's affair


def test_numbers_are_enciphered_anew_while_the_city_works(town):
    case = town.moved()
    renewed = ColumnCipher(NEW, KEYS.begun_anew())
    with Floor.of(
        town.databases.url("municipality"), owner_options("municipality"), town.clock
    ) as floor:
        count = renew_numbers(renewed, floor, NEW)
        assert renew_numbers(renewed, floor, NEW) == 0
    kept = by_hand(
        town,
        """SELECT individual_number FROM resident WHERE municipality_code = %(city)s
           UNION ALL SELECT individual_number FROM resident_history WHERE municipality_code = %(city)s
           UNION ALL SELECT individual_number FROM arriver WHERE municipality_code = %(city)s""".replace(
            "%(city)s", f"'{NEW}'"
        ),
    )
    assert len(kept) == count == 3 + 3 + 2
    assert {key_of(one) for (one,) in kept} == {renewed.current}
    others = by_hand(
        town, f"SELECT individual_number FROM resident WHERE municipality_code = '{OLD}'"
    )
    assert {key_of(one) for (one,) in others} == {KEYS.current}
    database = town.databases("municipality")
    assert code(town.people, case) == "enciphering.unknown-key", "this process has the old file"
    assert code(number_keys.prove, database, [NEW]) == "enciphering.unknown-key"
    with_new = type(database).__new__(type(database))
    with_new.__dict__ |= database.__dict__ | {"ciphers": lambda _: renewed}
    number_keys.prove(with_new, [NEW])
    found = with_new.read(
        "test", lambda tx: register.by_number(tx, number_of(10)), tenant=NEW, access=ACCESS
    )
    assert found.record_code == code_of(10)
