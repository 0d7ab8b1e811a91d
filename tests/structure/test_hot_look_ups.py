"""What pages and every second's ticks ask is found by an index, however large the tables are.

Under row level security an index serves leakproof operators only: a statement that looks as if it used one reads
the whole table. So each look-up is run as the application's role on ten thousand rows a table, and PostgreSQL says how many rows
it touched, functions and policies included.
"""

from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from bench.filling import CITY, PERSON, RECEIVERS, fill

from kazasu.exchange.carrier import operator
from kazasu.exchange.carrier.relay import Lane, _lease
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.municipality.moving.life import AT_THE_DESK, EXPECTED
from kazasu.municipality.moving.service.departures import OVERDUE_AFTER
from kazasu.municipality.moving.store import arrivals, notices, queues, visits
from kazasu.municipality.register import store as register
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted, born

ROWS, OPEN = 10_000, 40
MOST = 600
"""Rows of one table that a look-up may touch: a list of five hundred, and some to find them by."""
TODAY = date(2026, 11, 23)
LOOKING = Access("system:test", "municipality.test.look", Text("試験", "Test"))
SOMEWHERE = UUID(int=1)


def _search(text, match=""):
    return lambda tx: searching.found(tx, Wanted(text, match))


LOOK_UPS = {
    "nothing-but-the-audit-row": lambda tx: None,
    "who-looked": lambda tx: audit.accesses(tx, PERSON),
    "search-by-number": _search(PERSON),
    "search-by-reading": _search("さとう　0000"),
    "search-by-reading-everybody": _search("サトウ"),
    "search-by-name": _search("佐藤　000001"),
    "search-by-Roman-name": _search("sato 000001"),
    "search-by-sound": _search("Sato"),
    "search-nobody": _search("鈴木"),
    "search-exactly": _search("佐藤　000001", "exact"),
    "search-anywhere": _search("000123", "anywhere"),
    "search-anywhere-everybody": _search("トウ", "anywhere"),
    "search-by-birth-everybody": lambda tx: searching.found(tx, Wanted(born=born("1980"))),
    "search-by-unknown-birth": lambda tx: searching.found(tx, Wanted(born=born("不詳"))),
    "search-by-place-everybody": lambda tx: searching.found(tx, Wanted(place="本町一番地")),
    "search-by-place-nobody": lambda tx: searching.found(tx, Wanted(place="緑町1")),
    "search-by-name-place-and-birth": lambda tx: searching.found(
        tx, Wanted("佐藤000123", born=born("S55"), place="本町1", sex="女", state="here")
    ),
    "search-by-residence-card": lambda tx: searching.by_residence_card(tx, "AB12345678CD"),
    "record": lambda tx: register.by_id(tx, PERSON),
    "record-by-code": lambda tx: register.by_record_code(tx, "00000000001"),
    "household": lambda tx: register.household(tx, PERSON),
    "history": lambda tx: register.history(tx, PERSON),
    "several": lambda tx: register.several(tx, [PERSON]),
    "desk-notices": queues.notices,
    "desk-expected": lambda tx: queues.arriving(tx, EXPECTED),
    "desk-expected-today": lambda tx: queues.visiting(tx, EXPECTED, TODAY),
    "desk-identified": lambda tx: queues.arriving(tx, AT_THE_DESK),
    "desk-overdue": lambda tx: queues.overdue(tx, TODAY - OVERDUE_AFTER),
    "desk-cards": queues.card_holders,
    "desk-letters": operator.how_many,
    "notices": lambda tx: notices.among(tx, ("received", "checked")),
    "notice": lambda tx: notices.find(tx, "MV-7"),
    "leavers": lambda tx: notices.leavers(tx, "MV-7"),
    "leaver-by-token": lambda tx: notices.leaver_of(tx, SOMEWHERE),
    "leavers-due": lambda tx: notices.due_leavers(tx, TODAY),
    "leavers-overdue": lambda tx: notices.overdue_leavers(tx, TODAY),
    "expected": lambda tx: arrivals.expected(tx, ("ready", "reserved", "certificate", "missed")),
    "expected-today": lambda tx: arrivals.expected(tx, ("ready", "reserved"), TODAY),
    "arrival": lambda tx: arrivals.find(tx, "MV-7"),
    "cards-waiting": arrivals.cards_waiting,
    "certificates-run-out": lambda tx: arrivals.past_special_route(tx, TODAY),
    "appointments-missed": lambda tx: visits.missed(tx, TODAY),
    "appointments-of-a-week": lambda tx: visits.taken(tx, TODAY, TODAY + timedelta(days=7)),
    "letters-that-wait-here": operator.waiting,
    "letters-that-wait-there": operator.undelivered,
    "a-batch-of-letters": lambda tx: _lease(tx, Lane(CITY, RECEIVERS[0], 0), everything=False),
    "a-letters-number": lambda tx: tx.value(
        "SELECT next_seq(%s, %s, %s, 'case-7')", (CITY, f"city:{CITY}", RECEIVERS[0])
    ),
    "lanes-due": lambda tx: tx.column("SELECT lanes_to_send(%s)", (tx.now,)),
    "tenants-to-retry": lambda tx: tx.column("SELECT tenants_to_retry(%s)", (tx.now,)),
    "cities-due": lambda tx: tx.column("SELECT cities_due(%s, %s)", (TODAY, tx.now)),
}


@pytest.fixture(scope="module")
def city(module_databases):
    fill(module_databases.founder("municipality"), ROWS, OPEN)
    with psycopg.connect(module_databases.url("municipality"), autocommit=True) as connection:
        connection.execute("ANALYZE")
    return module_databases("municipality")


def touched(tx):
    """Rows read so far on this connection, by table; what was reported already is left out."""
    return dict(
        tx.connection.execute(
            """SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0)
               FROM pg_stat_xact_user_tables WHERE schemaname = 'municipality'"""
        ).fetchall()
    )


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_look_up_touches_few_rows(city, name):
    def work(tx):
        before = touched(tx)
        LOOK_UPS[name](tx)
        return {
            table: rows - before.get(table, 0)
            for table, rows in touched(tx).items()
            if rows - before.get(table, 0) > MOST
        }

    assert city.run("test.look", work, tenant=CITY, access=LOOKING) == {}


def test_reading_a_whole_table_would_be_seen(city):
    def work(tx):
        before = touched(tx).get("resident", 0)
        tx.value("SELECT count(*) FROM resident WHERE name LIKE '佐藤　000001%%'")
        return touched(tx)["resident"] - before

    assert city.run("test.look", work, tenant=CITY, access=LOOKING) >= ROWS
