"""Every table of every room: whose it is, who may touch it, and what the database itself refuses."""

from dataclasses import dataclass

import psycopg
import pytest
from psycopg.rows import class_row

from kazasu.app.rooms import ROOMS

LIBRARIES = ("procrastinate_", "_yoyo", "yoyo_")
"""Tables of packages, without personal data: granted, but their owners' shape."""

PERSONAL = {
    "name", "family_name", "given_name", "kana", "name_kana", "former_surname", "alias",
    "birthdate", "date_of_birth", "sex", "gender", "address", "postcode", "phone", "email",
    "resident_record_code", "individual_number",
}  # fmt: skip
"""Column names that hold somebody's data. A table with one of them is personal, or is named here:"""

NOT_PERSONAL: dict[str, str] = {}
"""``room.table`` → why its rows say nothing about a person although a column's name sounds so."""

NEVER_A_NUMBER = ("identity", "lab", "portal", "terminal", "phone")
"""Rooms that may not hold an individual number (Number Act art. 19; design §3.1)."""


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


OF_NOBODY = {"clock_seen": "one row of a process's own: the latest present that it told"}
"""Tables that hold nothing of any city, and why."""


@pytest.fixture(scope="module", params=sorted(ROOMS))
def room(request):
    return request.param


@pytest.fixture(scope="module")
def connection(module_databases, room):
    with psycopg.connect(module_databases.url(room)) as connection:
        yield connection


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


def test_row_level_security_is_forced_on_every_table(tables):
    assert [table.name for table in tables if not table.forced or not table.policies] == []


def test_tables_with_a_tenant_show_one_tenant_only(tables):
    open_tables = [t.name for t in tables if t.tenant and "kazasu.tenant" not in t.policies]
    assert open_tables == []


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


def test_every_table_of_the_cities_has_the_tenant(room, tables):
    if room == "municipality":
        others = [t.name for t in tables if not t.tenant and not t.name.startswith("web_")]
        assert [name for name in others if name not in OF_NOBODY] == []


def test_personal_tables_need_an_audit_row(room, tables):
    silent = [
        f"{room}.{table.name}: {sorted(PERSONAL & set(table.columns))}"
        for table in tables
        if PERSONAL & set(table.columns)
        and "audited()" not in table.policies
        and f"{room}.{table.name}" not in NOT_PERSONAL
    ]
    assert silent == []


def test_exceptions_are_still_needed(room, tables):
    names = {f"{room}.{table.name}" for table in tables}
    mine = {name for name in NOT_PERSONAL if name.startswith(f"{room}.")}
    assert mine <= names


def test_no_individual_number_where_the_law_does_not_put_one(room, tables):
    if room in NEVER_A_NUMBER:
        assert [
            f"{table.name}.{column}"
            for table in tables
            for column in table.columns
            if "individual_number" in column or "my_number" in column
        ] == []


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
