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

    def rewrite(self, *tables: str) -> None:
        """Anew on the disk, without what earlier versions of rows held; nothing where a table has no pages."""
        for table in tables:
            name = sql.Identifier(table)
            size = self._connection.execute("SELECT pg_relation_size(%s)", (table,)).fetchone()
            if size != (0,):
                self._connection.execute(sql.SQL("VACUUM (FULL) {}").format(name))


Conversion = Callable[[Floor], None]
"""Comes before a migration that is not applied yet; done again from where it stopped when it was interrupted."""
