"""One transaction: whole or not at all, for one tenant, tried again when it lost a race."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

from kazasu.foundation.database import in_transaction
from kazasu.foundation.database import transactions as module
from tests.support.databases import PATIENCE_SECONDS, ciphers

TENANT = "SELECT current_setting('kazasu.tenant', true)"


@pytest.fixture
def counter(databases):
    """A table of one number, and the room's database."""
    room = databases("jukinet")
    with psycopg.connect(databases.url("jukinet"), autocommit=True) as connection:
        connection.execute("CREATE TABLE jukinet.counter AS SELECT 0 AS n")
        connection.execute("GRANT ALL ON jukinet.counter TO jukinet")
    return room


def up(tx):
    n = tx.value("SELECT n FROM counter")
    tx.execute("UPDATE counter SET n = %s", (n + 1,))


def read(room):
    return room.read("test.read", lambda tx: tx.value("SELECT n FROM counter"))


def test_who_loses_a_race_is_tried_again(counter):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: counter.run("test.up", up), range(40)))
    assert read(counter) == 40


def test_who_always_loses_is_told_so_at_last(counter, monkeypatch):
    waits, tries = [], []
    monkeypatch.setattr(module.time, "sleep", waits.append)

    def lose(tx):
        up(tx)
        tries.append(tx)
        raise errors.SerializationFailure

    with pytest.raises(errors.SerializationFailure):
        counter.run("test.lose", lose)
    assert len(tries) == module._TRIES
    assert len(waits) == module._TRIES - 1
    assert read(counter) == 0


def test_what_fails_leaves_nothing_and_hurts_nobody_after(counter):
    done = []

    def fail(tx):
        up(tx)
        tx.after_commit(lambda: done.append("told"))
        assert in_transaction()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        counter.run("test.fail", fail)
    assert not in_transaction()
    assert (read(counter), done) == (0, [])
    counter.run("test.up", lambda tx: (up(tx), tx.after_commit(lambda: done.append(read(counter)))))
    assert done == [1], "told once it was durable"


@pytest.mark.parametrize("isolation", ["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED"])
def test_it_is_open_for_one_tenant_at_one_isolation(counter, isolation):
    def look(tx):
        level = tx.value("SHOW transaction_isolation")
        assert tx.connection.info.transaction_status is TransactionStatus.INTRANS
        return level.upper(), tx.value(TENANT)

    odd = "x'; DROP TABLE counter; --"
    for tenant in ("141003", "", odd):
        assert counter.run("t", look, tenant=tenant, isolation=isolation) == (isolation, tenant)
    assert read(counter) == 0


@dataclass(frozen=True)
class Pair:
    first: int
    second: str = "given"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT 1 AS first, 'x' AS second", Pair(1, "x")),
        ("SELECT 'x' AS second, 1 AS first", Pair(1, "x")),
        ("SELECT 1 AS first", Pair(1)),
    ],
)
def test_columns_go_by_their_names_in_whatever_order(counter, query, expected):
    assert counter.read("test.read", lambda tx: tx.one(Pair, query)) == expected
    with pytest.raises(TypeError):
        counter.read("test.read", lambda tx: tx.all(Pair, query + ", 2 AS third"))


def test_a_connection_keeps_its_cursor(counter):
    def work(tx):
        return (
            id(tx.connection),
            id(tx._hand),
            tx.column("SELECT generate_series(1, 3)"),
            tx.value("SELECT 4"),
        )

    hands = {}
    for _ in range(5):
        connection, hand, *answers = counter.run("test.run", work)
        assert hands.setdefault(connection, hand) == hand
        assert answers == [[1, 2, 3], 4]


def test_only_who_says_so_does_not_wait_for_the_disk(databases):
    with psycopg.connect(databases.url("jukinet"), autocommit=True) as connection:
        name = psycopg.sql.Identifier(connection.info.dbname)
        connection.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name)
        )
    room = databases("jukinet")

    def waits(**how):
        return room.run("test.run", lambda tx: tx.value("SHOW synchronous_commit"), **how)

    assert (waits(), waits(lazily=True), waits()) == ("on", "off", "on")


def test_a_glance_is_of_no_tenant_and_no_transaction(counter):
    def look(tx):
        assert tx.connection.info.transaction_status is TransactionStatus.IDLE
        assert not in_transaction()
        return tx.value(TENANT) or "", tx.now

    counter.run("test.before", lambda tx: None, tenant="141003")
    assert counter.glance(look) == ("", counter.clock.now())


def test_a_dead_connection_costs_no_look_of_one_statement(counter, databases):
    """psycopg#701: only whole transactions were tried again, so that each signed-in browser saw a 500."""

    def cut(connection):
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = 'jukinet'"
        )

    with psycopg.connect(databases.url("jukinet"), autocommit=True) as administrator:
        for _ in range(3):
            cut(administrator)
            assert counter.one_trip("SELECT n FROM counter", lambda _: ()) == (0,)
            cut(administrator)
            assert counter.glance(lambda tx: tx.value("SELECT n FROM counter")) == 0


def test_a_statement_that_came_to_nothing_is_not_tried_again(counter):
    tries = []

    def look(tx):
        tries.append(tx)
        return tx.value("SELECT set_config('statement_timeout', '20', false), pg_sleep(0)")

    def slow(tx):
        tries.append(tx)
        return tx.value("SELECT pg_sleep(5)")

    counter.glance(look)
    with pytest.raises(errors.QueryCanceled):
        counter.glance(slow)
    assert len(tries) == 2


def test_who_only_reads_reads_one_tenant_in_one_snapshot(counter):
    def look(tx):
        return tx.value("SHOW transaction_isolation"), tx.value(TENANT)

    assert counter.read("test.read", look, tenant="141003") == ("repeatable read", "141003")


def test_a_thread_that_never_met_a_database_is_in_no_transaction():
    with ThreadPoolExecutor(1) as fresh:
        assert fresh.submit(in_transaction).result() is False


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (psycopg.OperationalError(), True),
        (errors.QueryCanceled(), True),
        (errors.LockNotAvailable(), True),
        (errors.AdminShutdown(), True),
        (errors.IdleInTransactionSessionTimeout(), True),
        (errors.SerializationFailure(), True),  # an OperationalError of psycopg's, asked for last
        (errors.UniqueViolation(), False),
        (errors.SyntaxError(), False),
        (ValueError(), False),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_away_is_told_from_what_is_wrong(error, away):
    assert module.out_of_reach(error) is away


@pytest.mark.parametrize(
    ("text", "unkeepable"), [("\x00", True), ("a\ud800", True), ("\x01", False), ("𠮷", False)]
)
def test_what_no_text_column_keeps_is_known(counter, text, unkeepable):
    def write(tx):
        return tx.value("SELECT %s::text", (text,))

    if not unkeepable:
        assert counter.run("test.write", write) == text
        return
    with pytest.raises((psycopg.DataError, UnicodeEncodeError)) as raised:
        counter.run("test.write", write)
    assert module.unkeepable(raised.value)
    with pytest.raises(psycopg.DataError) as other:
        counter.run("test.write", lambda tx: tx.value("SELECT 1 / 0"))
    assert not module.unkeepable(other.value)


def test_many_rows_are_loaded_at_once_under_any_names(counter, databases):
    with psycopg.connect(databases.url("jukinet"), autocommit=True) as connection:
        connection.execute("""CREATE TABLE jukinet."Two words" ("order" integer, "and so" text)""")
        connection.execute("""GRANT ALL ON jukinet."Two words" TO jukinet_founder""")
    rows = [(1, "a"), (2, None), (3, "tab\tand\nline")]
    load = databases.founder("jukinet").run(
        "test.load", lambda tx: tx.copy("Two words", ("order", "and so"), rows)
    )
    assert load == 3
    with psycopg.connect(databases.url("jukinet")) as connection:
        found = connection.execute("""SELECT * FROM jukinet."Two words" ORDER BY 1""").fetchall()
    assert found == rows


def test_a_transaction_has_the_keys_of_its_own_tenant(databases):
    own = databases("municipality").run("test.keys", lambda tx: tx.cipher, tenant="141003")
    assert own is ciphers("141003")


def test_who_expected_a_row_is_told_of_what(counter):
    @dataclass(frozen=True)
    class Number:
        n: int

    with pytest.raises(module.NoRow, match=r"^Number$"):
        counter.read("test.none", lambda tx: tx.one(Number, "SELECT n FROM counter WHERE n < 0"))


def test_busy_is_not_away(counter):
    """All connections are at work: whoever looks whether the database answers finds that it does."""
    size = counter._pool.max_size
    for _ in range(2):  # a look that found it away would leave a shorter patience behind
        held = [counter._pool.getconn(5) for _ in range(size)]
        try:
            counter.look(0.1)
        finally:
            for one in held:
                counter._pool.putconn(one)
    assert counter._patience == PATIENCE_SECONDS
