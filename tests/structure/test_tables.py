"""Every table of every room: whose it is, who may touch it, and what the database itself refuses."""

from dataclasses import dataclass

import psycopg
import pytest
from psycopg.rows import class_row

from kazasu.app.rooms import ROOMS
from kazasu.exchange.street import street
from tests.structure.nets import LET_OFF, let_off, silent_about_who_looked, table_findings
from tests.support.street import Street

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


def tables_of(connection, room):
    with connection.cursor(row_factory=class_row(Table)) as cursor:
        found = cursor.execute(TABLES, {"room": room}).fetchall()
    return [table for table in found if not table.name.startswith(LIBRARIES)]


@pytest.fixture(scope="module", params=sorted(ROOMS))
def room(request):
    return request.param


@pytest.fixture(scope="module")
def connection(module_databases, room):
    with psycopg.connect(module_databases.url(room)) as connection:
        yield connection


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock).process.rooms


@pytest.fixture(scope="module")
def tables(connection, room):
    return tables_of(connection, room)


def test_the_app_role_owns_nothing_and_bypasses_nothing(connection, room, tables):
    assert {table.owner for table in tables} == {f"{room}_owner"}
    role = connection.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s",
        (room,),
    ).fetchone()
    assert role == (False, False, False, False)
    member = connection.execute(
        "SELECT pg_has_role(%s, %s, 'MEMBER')", (room, f"{room}_owner")
    ).fetchone()
    assert member == (False,)


def test_the_owner_cannot_log_in(connection, room):
    found = connection.execute(
        "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (f"{room}_owner",)
    ).fetchone()
    assert found == (False,)


def test_the_tenant_is_in_every_key(tables):
    """It is the distribution key when the tables are spread over machines (design §5)."""
    without = [
        f"{table.name}{key}"
        for table in tables
        if table.tenant
        for key in table.keys
        if table.tenant not in key
    ]
    assert without == []


def tenants(room):
    return any(one.each for one in street() if one.schema == room)


def test_every_table_is_audited_bound_to_its_tenant_and_free_of_numbers(room, tables):
    """Unless it is let off by name, with the reason (:data:`~tests.structure.nets.LET_OFF`)."""
    found = let_off(table_findings(room, tables, tenants=tenants(room)))
    assert found == [], "\n".join(map(str, found))


def test_who_is_let_off_needs_it(room, tables):
    needed = {one.about for one in table_findings(room, tables, tenants=tenants(room))}
    mine = {
        one
        for one in LET_OFF
        if one.partition(" ")[2].startswith(f"{room}.") and not one.startswith("nameless ")
    }
    assert mine <= needed, "on the list, and not needed any more"


def test_the_list_names_rooms_that_are():
    tables = {one for one in LET_OFF if not one.startswith("nameless ")}
    assert {one.partition(" ")[2].partition(".")[0] for one in tables} <= set(ROOMS)
    assert all(reason.strip() for reason in LET_OFF.values())


def test_whoever_keeps_anything_of_people_answers_who_looked(room, tables, opened):
    found = silent_about_who_looked(room, opened.get(room), tables)
    assert found == [], "\n".join(map(str, found))


def test_another_room_is_out_of_reach(module_databases, room):
    """On one server in one database: a room's role may not even look into another's schema."""
    other = "portal" if room != "portal" else "jpki"
    with psycopg.connect(module_databases.url(other)) as connection:
        found = connection.execute(
            "SELECT has_schema_privilege(%s, %s, 'USAGE'), has_schema_privilege(%s, 'public', 'CREATE')",
            (room, other, room),
        ).fetchone()
    assert found == (False, False)


def test_sql_knows_no_time_of_its_own(connection, room):
    """``now()`` in a default, a policy or a function would bypass the country's clock."""
    defaults = connection.execute(
        """SELECT d.adrelid::regclass::text, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
           JOIN pg_class c ON c.oid = d.adrelid
           WHERE c.relnamespace = %s::regnamespace AND c.relname !~ '^(procrastinate|_?yoyo)'
             AND pg_get_expr(d.adbin, d.adrelid) ~* '(now\\(|current_(date|timestamp)|clock_timestamp)'""",
        (room,),
    ).fetchall()
    assert defaults == []
