"""The tables of a room as the database has them: whose each is, its policies, columns and keys."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

LIBRARIES = ("procrastinate_", "_yoyo", "yoyo_")
"""Tables of packages, without personal data: granted, but their owners' shape."""


@dataclass(frozen=True)
class Table:
    name: str
    owner: str
    forced: bool
    policies: str
    columns: list[str]
    keys: list[list[str]]
    """Columns of each primary key, unique and exclusion constraint or index."""

    @property
    def tenant(self) -> str:
        """Its tenant's column. Only city tables have the code as one: elsewhere it is a fact."""
        if "tenant" in self.columns:
            return "tenant"
        named = self.owner == "municipality_owner" and "municipality_code" in self.columns
        return "municipality_code" if named else ""


TABLES = """
    SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
           c.relrowsecurity AND c.relforcerowsecurity AS forced,
           coalesce((SELECT string_agg(coalesce(qual, '') || coalesce(with_check, ''), ' ')
                     FROM pg_policies p WHERE p.schemaname = %(room)s AND p.tablename = c.relname
                      AND p.policyname = 'room'), '') AS policies,
           ARRAY(SELECT attname::text FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
           ARRAY(SELECT (SELECT jsonb_agg(a.attname ORDER BY k.n)
                         FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n)
                         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum)
                 FROM pg_index i WHERE i.indrelid = c.oid
                   AND (i.indisunique OR i.indisexclusion)) AS keys
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = %(room)s::regnamespace
"""


def tables_of(connection: psycopg.Connection, room: str) -> list[Table]:
    """Those that the room's own migrations and the frame's made."""
    with connection.cursor(row_factory=class_row(Table)) as cursor:
        found = cursor.execute(TABLES, {"room": room}).fetchall()
    return [table for table in found if not table.name.startswith(LIBRARIES)]
