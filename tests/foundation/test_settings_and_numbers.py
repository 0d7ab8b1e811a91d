"""Settings that do not read, numbers whose check digit is wrong, a clock that only goes forward."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.app.databases import RoomDatabases
from kazasu.app.rooms import select
from kazasu.exchange.carrier.transport import HttpTransport
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import PostgresServer
from kazasu.foundation.settings import Settings, read_settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import CountryClock, FixedClock, SystemClock
from kazasu.foundation.time.country_clock import move_clock, open_clock
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from tests.support.institutions import Institutions

FAR = datetime(2100, 1, 1, tzinfo=UTC)


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value.fault.code


@pytest.mark.parametrize(
    "given",
    [
        {"KAZASU_PORT": "many"}, {"KAZASU_MODE": "demo"}, {"KAZASU_NOTHING": "1"},
        {"KAZASU_READER": "fax"}, {"KAZASU_POOL_SIZE": "1.5"},
    ],
)  # fmt: skip
def test_a_setting_that_does_not_read_is_refused_by_name(given):
    assert refused(read_settings, given) == "settings.unreadable"


def test_what_is_given_wins():
    assert read_settings({"KAZASU_PORT": "9000"}, port=9001).port == 9001
    assert read_settings({"KAZASU_PORT": "9000"}).port == 9000


@given(st.integers(0, 10**10 - 1), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_a_resident_record_code_is_found_or_shares_its_digit(body, place, by):
    good = ResidentRecordCode.from_body(f"{body:010}")
    wrong = list(good)
    wrong[place] = str((int(wrong[place]) + by) % 10)
    try:
        other = ResidentRecordCode("".join(wrong))
    except Refusal as refusal:
        other = refusal.fault.code
    assert other == "number.check-digit" or other != good


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (IndividualNumber, "123456789019"),
        (IndividualNumber, "12345678901"),
        (ResidentRecordCode, "24727059609"),
        (MunicipalityCode, "141004"),
        (MunicipalityCode, "１４１００３"),
    ],
)
def test_numbers_that_are_none(kind, text):
    assert refused(kind, text) == "number.check-digit"


def test_the_countrys_clock_only_goes_forward(tmp_path):
    settings = Settings(data=tmp_path)
    clock = open_clock(settings)
    move_clock(settings, SystemClock().now() + timedelta(days=3), clock, FAR)
    assert clock.now() > SystemClock().now() + timedelta(days=2)
    assert refused(move_clock, settings, SystemClock().now(), clock, FAR) == "clock.backwards"
    assert not isinstance(open_clock(Settings(data=tmp_path, mode="production")), type(clock))


def test_every_process_of_a_country_follows_its_clock_at_once(tmp_path):
    """Half a second behind, sign-in gave out a request that the terminal, a day ahead, found expired."""
    settings = Settings(data=tmp_path)
    mover, other = open_clock(settings), open_clock(settings)
    for days in (1, 2, 3):
        then = SystemClock().now() + timedelta(days=days)
        move_clock(settings, then, mover, FAR)
        assert all(abs(one.now() - then) < timedelta(seconds=9) for one in (mover, other))
    (tmp_path / "clock").unlink()
    assert abs(other.now() - SystemClock().now()) < timedelta(seconds=9)


def test_the_countrys_clock_stays_before_the_end_of_the_institutions_certificates(tmp_path):
    """It could not come back, and no institution would ever verify another."""
    settings = Settings(data=tmp_path)
    clock = open_clock(settings)
    end = clock.now() + timedelta(days=400)
    assert refused(move_clock, settings, end, clock, end) == "clock.past-the-end"
    move_clock(settings, end - timedelta(minutes=1), clock, end)
    assert timedelta(seconds=50) < end - clock.now() < timedelta(seconds=61)


def test_a_step_of_the_machine_that_is_in_doubt_does_not_move_the_country(tmp_path):
    """The machine a year back for a minute, and somebody moves the clock by an hour just then (faults F7)."""
    settings, machine = Settings(data=tmp_path), FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    country = CountryClock(timedelta, machine)
    move_clock(settings, country.now() + timedelta(hours=1), country, FAR)
    assert float((tmp_path / "clock").read_text()) == 3600


def test_the_sandbox_does_not_open_in_production(tmp_path, clock):
    settings = Settings(data=tmp_path, mode="production")
    server = PostgresServer("127.0.0.1", 1, "nobody", "")
    assert (
        refused(RoomDatabases, settings, server, select(["society"]), clock) == "app.sandbox-only"
    )


def test_letters_to_the_unknown_and_to_those_who_do_not_answer(clock):
    known = Institutions(clock, "portal").directory
    portal = replace(known.entry("portal"), name=Text("ポータル", "Portal"))

    def late(_):
        raise httpx.ReadTimeout("late")

    transport = HttpTransport(
        Directory(known.authority_pem, [portal], clock),
        httpx.Client(transport=httpx.MockTransport(late)),
    )
    with pytest.raises(Refusal) as silent:
        transport.deliver("portal", "x")
    assert silent.value.fault.code == "exchange.timeout"
    assert silent.value.title == Text(
        "ポータル から時間内に返事がありません", "Portal did not answer in time"
    )
    assert refused(transport.deliver, "nobody", "x") == "exchange.unknown-institution"
