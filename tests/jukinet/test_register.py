"""The register's use cases, on a real database."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import psycopg
import pytest
from tests.jukinet.conftest import FUKUOKA, SAPPORO, SINCE, TEST, YOKOHAMA, person

import kazasu.jukinet
from kazasu.contracts import jukinet as contract
from kazasu.exchange.handles import seal_handle
from kazasu.foundation import audit
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST

A, B = person(0), person(1)
MIGRATION = Path(kazasu.jukinet.__file__).parent / "migrations/0010-arrivals-to-tell.sql"


def refused(code):
    return pytest.raises(Refusal, match=f"^{code}")


def test_an_arrival_moves_the_registration_and_tells_jpki(world):
    token = world.open(A)
    answer = world.consume(A, token)
    assert answer.state == "CONSUMED"
    assert (answer.from_municipality, answer.epoch) == (YOKOHAMA, 2)
    assert world.registrations(A) == [
        (YOKOHAMA, SINCE, date(2026, 11, 21)),
        (SAPPORO, date(2026, 11, 21), None),
    ]
    assert world.told_to_jpki() == 1


@pytest.mark.parametrize("ex_officio", [False, True])
def test_a_departure_is_told_to_jpki_once_and_whether_there_was_a_notice(world, ex_officio):
    """The certificate for signing says where somebody lives whose record is closed."""
    token = world.open(A)
    world.depart(A, token, ex_officio=ex_officio)
    world.depart(A, token, ex_officio=ex_officio)
    (told,) = world.told_to("jpki")
    assert (told["what"], told["municipality_code"]) == ("departure", YOKOHAMA)
    assert told["card_ends"] is ex_officio
    world.consume(A, token)
    assert [one["what"] for one in world.told_to("jpki")] == ["departure", "address"]


@pytest.mark.parametrize("before", ["arrival", "cancellation"])
def test_a_departure_that_comes_too_late_ends_no_certificate(world, before):
    token = world.open(A)
    if before == "arrival":
        world.consume(A, token)
    else:
        world.cancel(token)
    told = world.told_to_jpki()
    world.depart(A, token, ex_officio=True)
    assert world.told_to_jpki() == told


def test_a_change_is_told_as_of_when_the_city_wrote_it(world):
    """J-LIS ends what was certified before, and not what the city had certified since, with the new data."""
    written = world.clock.now()
    world.clock.advance(timedelta(minutes=5))
    world.change(A, "address", sent_at=written)
    world.change(B, "name", sent_at=world.clock.now() + timedelta(minutes=3))
    told = [datetime.fromisoformat(one["at"]) for one in world.told_to("jpki")]
    assert told == [written, world.clock.now()], "and no later than now, whose clock ever is ahead"


def test_repeating_an_arrival_with_its_request_id_changes_nothing(world):
    token, request = world.open(A), uuid4()
    first = world.consume(A, token, request=request)
    assert world.consume(A, token, request=request) == first
    assert world.told_to_jpki() == 1
    assert world.epoch(A) == 2


@pytest.mark.parametrize("city", [SAPPORO, FUKUOKA], ids=["as planned", "another city"])
def test_the_old_city_is_told_once_who_registered_the_arrival(world, city):
    token, request = world.open(A), uuid4()
    epoch = world.consume(A, token, city, request=request).epoch
    world.consume(A, token, city, request=request)
    [told] = world.told_to(YOKOHAMA)
    assert (told["token"], told["resident_record_code"]) == (str(token), A)
    assert (told["from_municipality"], told["consumed_by"]) == (YOKOHAMA, city)
    assert (told["epoch"], told["on"]) == (epoch, "2026-11-21")
    assert world.told_to(city) == []


def test_without_an_arrival_no_city_is_told_of_one(world):
    lost, cancelled = world.open(A), world.open(B)
    with refused("jukinet.transfer-of-other-person"):
        world.consume(B, lost)
    world.cancel(cancelled)
    assert world.told_to(YOKOHAMA) == []


def test_arrivals_from_before_the_letter_are_told_once(world, databases):
    """As the migration finds them, run by the schema's owner, whom row level security binds, too."""
    token = world.open(A)
    world.open(B)
    world.consume(A, token)
    with psycopg.connect(databases.url("jukinet")) as connection:
        connection.execute("SET search_path TO jukinet")
        connection.execute("DELETE FROM outbox WHERE recipient LIKE 'city:%'")
        [owner] = connection.execute(
            "SELECT tableowner FROM pg_tables WHERE tablename = 'transfer_untold'"
        ).fetchone()
        connection.execute("DROP TABLE transfer_untold")
        connection.execute(f'SET ROLE "{owner}"')
        connection.execute(MIGRATION.read_text())
    assert (world.news.catch_up(), world.news.catch_up()) == (1, 0)
    [told] = world.told_to(YOKOHAMA)
    assert (told["token"], told["consumed_by"], told["epoch"]) == (str(token), SAPPORO, 2)
    assert told["on"] == "2026-11-21"


def test_another_request_finds_the_token_used(world):
    token = world.open(A)
    world.consume(A, token)
    with refused("jukinet.transfer-consumed-elsewhere"):
        world.consume(A, token)
    with refused("jukinet.transfer-consumed-elsewhere"):
        world.consume(A, token, FUKUOKA)


def test_a_mover_may_come_to_another_city_than_planned(world):
    token = world.open(A)
    assert world.consume(A, token, FUKUOKA).settled_by == f"city:{FUKUOKA}"


def test_an_earlier_departure_keeps_its_day(world):
    token = world.open(A)
    world.depart(A, token)
    world.consume(A, token)
    assert world.registrations(A) == [
        (YOKOHAMA, SINCE, date(2026, 11, 20)),
        (SAPPORO, date(2026, 11, 21), None),
    ]


def test_who_moved_before_the_planned_day_was_registered_there_from_then(world):
    token = world.open(A)
    world.depart(A, token)
    world.consume(A, token, on=date(2026, 11, 10))
    assert world.registrations(A)[0] == (YOKOHAMA, SINCE, date(2026, 11, 10))


def test_a_departure_after_the_arrival_is_acknowledged_only(world):
    token = world.open(A)
    world.consume(A, token)
    world.depart(A, token)
    assert world.epoch(A) == 2
    assert world.registrations(A)[1] == (SAPPORO, date(2026, 11, 21), None)


def test_a_cancelled_move_keeps_the_person_where_they_were(world):
    token = world.open(A)
    assert world.cancel(token) == "CANCELLED"
    assert world.cancel(token) == "CANCELLED"
    assert world.registrations(A) == [(YOKOHAMA, SINCE, None)]
    with refused("jukinet.transfer-cancelled"):
        world.consume(A, token)


def test_cancelling_after_the_departure_opens_the_record_again(world):
    token = world.open(A)
    world.depart(A, token)
    world.cancel(token)
    assert world.registrations(A) == [(YOKOHAMA, SINCE, None)]
    assert world.epoch(A) == 3


def test_who_stays_after_all_is_registered_again_also_when_the_token_has_run_out(world, clock):
    """Else the old city has them in its register, and the network nowhere."""
    token = world.open(A)
    world.depart(A, token)
    clock.advance(timedelta(days=60))
    world.register.expire_due()
    assert world.cancel(token) == "CANCELLED"
    assert world.registrations(A) == [(YOKOHAMA, SINCE, None)]
    world.change(A, "death", on=date(2027, 1, 20))
    assert world.cancel(token) == "CANCELLED"
    assert world.registrations(A) == [(YOKOHAMA, SINCE, date(2027, 1, 20))], "not from the dead"


def test_a_family_arrives_whole_or_not_at_all(world):
    tokens = {A: world.open(A), B: world.open(B)}
    assert world.cancel_all([tokens[B]]) == ["CANCELLED"]
    with pytest.raises(Refusal) as caught:
        world.consume_all(tokens)
    assert (caught.value.fault.code, caught.value.facts["mover"]) == (
        "jukinet.transfer-cancelled",
        1,
    )
    assert [world.registrations(one) for one in (A, B)] == [[(YOKOHAMA, SINCE, None)]] * 2
    assert world.told_to_jpki() == 0
    tokens[B] = world.open(B)
    first = world.consume_all(tokens)
    assert world.consume_all(tokens) == first
    assert set(first) == set(tokens.values())
    assert world.cancel_all(tokens.values()) == ["CONSUMED", "CONSUMED"]
    assert world.told_to_jpki() == 2


def test_what_was_won_one_by_one_is_completed(world):
    """A city of 0.2.0 died between two of a family, and came back with this version."""
    tokens = {A: world.open(A), B: world.open(B)}
    request = uuid5(NAMESPACE_URL, f"{SAPPORO}:{tokens[A]}")
    world.consume(A, tokens[A], request=request)
    epochs = world.consume_all(tokens)
    assert [epochs[tokens[one]] for one in (A, B)] == [2, 2]


def test_a_token_that_is_not_open_yet_is_left_out_of_a_cancellation(world):
    token = world.open(A)
    assert world.cancel_all([token, uuid4()]) == ["CANCELLED"]
    assert world.cancel_all([uuid4()]) == []


def test_a_cancellation_that_lost_says_so(world):
    token = world.open(A)
    world.consume(A, token)
    assert world.cancel(token) == "CONSUMED"
    assert world.registrations(A)[-1][0] == SAPPORO


def test_the_last_day_still_counts_and_the_next_does_not(world, clock):
    token, other = (world.open(who, expires=date(2026, 11, 30)) for who in (A, B))
    clock.set(datetime(2026, 11, 30, 23, 59, 59, tzinfo=JST))
    assert world.register.expire_due() == 0
    world.consume(A, token)
    clock.advance(timedelta(seconds=1))
    with refused("jukinet.transfer-expired"):
        world.consume(B, other)
    assert world.register.expire_due() == 1
    assert world.register.expire_due() == 0
    assert world.state(other) == "EXPIRED"
    with refused("jukinet.transfer-expired"):
        world.consume(B, other)
    assert world.cancel(other) == "CANCELLED"


def test_after_expiry_the_old_city_may_open_another(world, clock):
    world.open(A, expires=date(2026, 11, 30))
    clock.set(datetime(2026, 12, 1, tzinfo=JST))
    world.register.expire_due()
    token = world.open(A, expires=date(2026, 12, 30))
    assert world.consume(A, token).epoch == 2


@pytest.mark.parametrize(
    ("code", "arrive"),
    [
        ("jukinet.transfer-unknown", lambda w, t: w.consume(A, uuid4())),
        ("jukinet.transfer-of-other-person", lambda w, t: w.consume(B, t)),
        ("jukinet.transfer-to-same-city", lambda w, t: w.consume(A, t, YOKOHAMA)),
        ("jukinet.moved-in-future", lambda w, t: w.consume(A, t, on=date(2026, 11, 24))),
        ("jukinet.date-before-registration", lambda w, t: w.consume(A, t, on=date(2020, 3, 31))),
    ],
)
def test_an_arrival_that_cannot_be(world, code, arrive):
    token = world.open(A)
    with refused(code):
        arrive(world, token)
    assert world.state(token) == "OPEN"
    assert world.registrations(A) == [(YOKOHAMA, SINCE, None)]


def test_only_the_old_city_cancels(world):
    token = world.open(A)
    with refused("jukinet.not-your-transfer"):
        world.cancel(token, SAPPORO)
    assert world.state(token) == "OPEN"


def test_letters_that_must_wait(world):
    token = world.open(A)
    world.open(A, token=token)
    with refused("jukinet.transfer-differs"):
        world.open(A, token=token, new=FUKUOKA)
    with refused("jukinet.transfer-already-open"):
        world.open(A)
    with refused("jukinet.not-registered-there"):
        world.open(B, old=FUKUOKA)
    with refused("jukinet.transfer-unknown"):
        world.depart(B, uuid4())
    with refused("jukinet.not-registered-there"):
        world.change(A, "name", FUKUOKA)
    with refused("jukinet.already-registered"):
        world.change(A, "birth")


def test_a_death_ends_registration_and_transfer(world):
    token = world.open(A)
    world.change(A, "death", on=date(2026, 11, 22))
    assert world.registrations(A) == [(YOKOHAMA, SINCE, date(2026, 11, 22))]
    assert world.state(token) == "CANCELLED"
    assert world.told_to_jpki() == 1


def test_a_newborn_is_registered_and_nobody_is_told(world):
    baby = person(900)
    world.change(baby, "birth", SAPPORO)
    assert world.registrations(baby) == [(SAPPORO, date(2026, 11, 1), None)]
    assert world.told_to_jpki() == 0


def test_who_comes_from_outside_the_directory_is_registered_once(world):
    """By the word of the city that took their paper; nobody whom the network has already."""
    stranger = person(901)
    world.change(stranger, "from-outside", SAPPORO)
    assert world.registrations(stranger) == [(SAPPORO, date(2026, 11, 1), None)]
    assert world.told_to_jpki() == 0, "it has no card of theirs"
    for known in (stranger, A):
        with refused("jukinet.already-registered"):
            world.change(known, "from-outside", FUKUOKA)
    assert world.registrations(stranger) == [(SAPPORO, date(2026, 11, 1), None)]


def test_where_one_is_registered_through_a_handle(world):
    where = lambda: world.answers.where_registered(  # noqa: E731
        contract.WhereRegistered(
            handle=seal_handle(world.institutions["jpki"], A, "jukinet", world.clock)
        ),
        world.asked("portal"),
    )
    assert where().municipality_code == YOKOHAMA
    token = world.open(A)
    world.depart(A, token)
    with refused("jukinet.in-transit"):
        where()
    world.consume(A, token)
    assert (where().municipality_code, where().since) == (SAPPORO, date(2026, 11, 21))
    world.change(A, "emigration", SAPPORO, on=date(2026, 11, 22))
    with refused("jukinet.moved-abroad"):
        where()


def test_every_city_that_ever_had_the_person_is_known(world):
    """Of who moves with somebody else no notice of their own tells; who left for abroad is registered nowhere."""
    asked = lambda person: set(  # noqa: E731
        world.answers.municipalities_of(
            contract.MunicipalitiesOf(
                handle=seal_handle(world.institutions["jpki"], person, "jukinet", world.clock)
            ),
            world.asked("portal"),
        ).municipality_codes
    )
    assert asked(A) == {YOKOHAMA}
    token = world.open(A)
    assert asked(A) == {YOKOHAMA, SAPPORO}  # awaits, and may look into what was sent ahead
    world.depart(A, token)
    assert asked(A) == {YOKOHAMA, SAPPORO}
    world.consume(A, token)
    world.change(A, "emigration", SAPPORO, on=date(2026, 11, 22))
    assert asked(A) == {YOKOHAMA, SAPPORO}
    rows = world.database.read("test", lambda tx: audit.accesses(tx, A))
    assert "jukinet.registration.read" in {row.action for row in rows}


def test_the_resident_sees_who_looked(world):
    token = world.open(A)
    world.cancel(token)
    rows = world.database.read("test", lambda tx: audit.accesses(tx, A))
    assert [row.action for row in rows] == [
        "jukinet.transfer.cancel",
        "jukinet.transfer.open",
    ]


def test_an_open_transfer_is_found_for_a_redirected_mover(world):
    ask = contract.OpenTransferOf(resident_record_code=A)
    with refused("jukinet.transfer-unknown"):
        world.answers.open_transfer_of(ask, world.asked("city:401307"))
    token = world.open(A)
    found = world.answers.open_transfer_of(ask, world.asked("city:401307"))
    assert (found.token, found.to_municipality) == (token, SAPPORO)


def test_the_database_itself_refuses_two_registrations_on_one_day(world):
    with pytest.raises(psycopg.errors.ExclusionViolation):
        world.database.run(
            "test",
            lambda tx: tx.execute(
                """INSERT INTO registration (resident_record_code, opened_epoch,
                       municipality_code, since) VALUES (%s, 9, '011002', '2026-11-01')""",
                (A,),
            ),
            access=TEST,
        )


def test_the_database_itself_refuses_an_epoch_twice(world):
    world.change(A, "name")
    with pytest.raises(psycopg.errors.UniqueViolation):
        world.database.run(
            "test",
            lambda tx: tx.execute(
                """INSERT INTO registration_event VALUES
                       (%s, 2, 'name', '141003', '2026-11-01', NULL, 'test', %s)""",
                (A, tx.now),
            ),
            access=TEST,
        )


def test_no_audit_no_data(world):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        world.database.read("test", lambda tx: tx.column("SELECT since FROM registration"))


def ran_out(world, who=A):
    token = world.open(who, expires=world.today())
    world.depart(who, token)
    world.clock.advance(timedelta(days=1))
    assert world.register.expire_due() == 1
    return token


def test_what_ran_out_is_open_once_more_for_who_brings_a_paper(world):
    token = ran_out(world)
    with refused("jukinet.transfer-expired"):
        world.consume(A, token, by_paper=True)
    assert world.give_paper(token) == world.give_paper(token) == "OPEN"
    with refused("jukinet.transfer-expired"):
        world.consume(A, token)
    world.clock.advance(timedelta(days=400))
    assert world.register.expire_due() == 0
    assert world.consume(A, token, by_paper=True).state == "CONSUMED"
    assert world.give_paper(token) == "CONSUMED"
    assert [row[0] for row in world.registrations(A)] == [YOKOHAMA, SAPPORO]


def test_a_paper_is_given_by_the_old_city_alone_and_to_nobody_who_is_cancelled(world):
    token = ran_out(world)
    with refused("jukinet.not-your-transfer"):
        world.give_paper(token, SAPPORO)
    assert world.cancel(token) == "CANCELLED"
    assert world.give_paper(token) == "CANCELLED"
    assert world.give_paper(uuid4()) is None, "not heard of yet"
    again = world.open(A)
    assert world.give_paper(again) == "OPEN", "in time: the card suffices, and the paper too"
    assert world.consume(A, again).state == "CONSUMED"


def test_a_paper_opens_nothing_beside_a_later_move_or_after_a_death(world):
    token = ran_out(world)
    world.change(A, "death", on=world.today())
    assert world.give_paper(token) == "EXPIRED"
    first = world.open(B, expires=world.today())
    world.clock.advance(timedelta(days=1))
    world.register.expire_due()
    later = world.open(B)
    assert world.give_paper(first) == "EXPIRED"
    assert world.state(later) == "OPEN"


def test_a_notice_that_was_accepted_too_late_is_open_for_a_paper_alone(world):
    letter = contract.TransferOpened(
        token=uuid4(), case_id="MV-test-case", resident_record_code=A, from_municipality=YOKOHAMA,
        to_municipality=SAPPORO, planned_date=date(2026, 10, 1), expires_on=date(2026, 10, 31), by_paper=True,
    )  # fmt: skip
    world.letter(world.register.open_transfer, letter, YOKOHAMA)
    assert world.register.expire_due() == 0
    with refused("jukinet.transfer-expired"):
        world.consume(A, letter.token)
    assert world.consume(A, letter.token, by_paper=True).state == "CONSUMED"
