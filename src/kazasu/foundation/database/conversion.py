"""Steps between migrations that SQL alone cannot take: the tables of a room as their owner changes them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

from psycopg import sql

from kazasu.foundation.audit import Access
from kazasu.foundation.database.transactions import Connection, Transaction
from kazasu.foundation.time.clock import Clock

T = TypeVar("T")


class Floor:
    """A room's tables while its floor is laid. Row level security holds the owner as it holds everybody."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    @classmethod
    @contextmanager
    def of(cls, admin: str, options: str, clock: Clock) -> Iterator[Self]:
        """``options``: make the connection the schema's owner, in its schema."""
        with Connection.connect(admin, autocommit=True, options=options) as connection:
            yield cls(connection, clock)

    def tenants(self, query: str, *tables: str) -> list[str]:
        """The first column of all rows, of every tenant: which tenants there are, and nothing of a person.

        Row level security of these tables holds the owner again when the transaction is rolled back, as it is.
        """
        with self._connection.transaction(force_rollback=True):
            for table in tables:
                self._connection.execute(
                    sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(
                        sql.Identifier(table)
                    )
                )
            return [row[0] for row in self._connection.execute(query.encode()).fetchall()]

    def run(self, work: Callable[[Transaction], T], *, tenant: str, access: Access) -> T:
        """One transaction, recorded like any other."""
        with self._connection.transaction():
            tx = Transaction(self._connection, tenant, self._clock.now())
            tx.execute("SELECT set_config('kazasu.tenant', %s, true)", (tenant,))
            tx.audit(access)
            return work(tx)

    def alone(self, work: str) -> bool:
        """Whether this floor alone does ``work`` in the database from now on, until it is closed; not if another does."""
        found = self._connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (f"kazasu {work}",)
        ).fetchone()
        return found == (True,)

    def rewrite(self, *tables: str, column: str) -> None:
        """Anew on the disk, with the rows as they are and no earlier version of any; nothing where a table has no pages.

        ``VACUUM FULL`` would keep what a transaction elsewhere in the database might still see (and so does any ``ANALYZE`` that
        runs by itself); a change of a column's type copies the living rows alone. ``column``: of octets, in each of the tables.
        """
        for table in tables:
            name, octets = sql.Identifier(table), sql.Identifier(column)
            size = self._connection.execute("SELECT pg_relation_size(%s)", (table,)).fetchone()
            if size != (0,):
                self._connection.execute(
                    sql.SQL(
                        "ALTER TABLE {} ALTER COLUMN {} TYPE bytea USING {} || ''::bytea"
                    ).format(name, octets, octets)
                )


Conversion = Callable[[Floor], None]
"""Comes before a migration that is not applied yet; done again from where it stopped when it was interrupted."""
