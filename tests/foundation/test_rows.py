"""A row goes in and comes out as its dataclass, whatever it holds."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg import errors

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.database.rows import JSON, NO_COLUMN, columns, names
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode


class Light(StrEnum):
    RED, GREEN = "red", "green"


@dataclass(frozen=True, slots=True)
class Everything:
    id: int
    place: int
    name: str
    good: bool | None
    day: date | None
    at: datetime
    digest: bytes
    uuid: UUID | None
    words: list[str]
    document: dict[str, Any] | None
    pairs: list[list[str]] | None = field(metadata={JSON: True})
    light: Light
    before: Light | None
    city: MunicipalityCode | None
    sender: InstitutionId
    note: str = field(default="not kept", metadata={NO_COLUMN: True})


TABLE = """CREATE TABLE jukinet.everything (
    tenant text NOT NULL, id bigint, place bigint NOT NULL, name text NOT NULL, good boolean, day date,
    at timestamptz NOT NULL, digest bytea NOT NULL, uuid uuid, words text[] NOT NULL, document jsonb,
    pairs jsonb, light text NOT NULL, before text, city text, sender text NOT NULL,
    number text NOT NULL DEFAULT '', PRIMARY KEY (tenant, id), UNIQUE (tenant, place))"""
ONE = Everything(
    1, 1, "山田", None, None, datetime(2026, 11, 23, tzinfo=UTC), b"\x00", None, [], None, None,
    Light.RED, None, None, InstitutionId("portal"),
)  # fmt: skip
FULL = replace(
    ONE,
    document={"a": None},
    pairs=[["a", "b"]],
    before=Light.GREEN,
    city=MunicipalityCode("141003"),
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUE = st.recursive(TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.none(),
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))  # fmt: skip
EVERYTHING = st.builds(
    Everything,
    id=st.just(1),
    place=st.integers(-(2**63), 2**63 - 1),
    name=TEXT,
    good=st.none() | st.booleans(),
    day=st.none() | st.dates(),
    at=st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(year=max(at.year, 2))),
    digest=st.binary(max_size=20),
    uuid=st.none() | st.uuids(),
    words=st.lists(TEXT, max_size=3),
    document=st.none() | st.dictionaries(TEXT, VALUE, max_size=3),
    pairs=st.none() | st.lists(st.lists(TEXT, max_size=2), max_size=3),
    light=st.sampled_from(Light),
    before=st.none() | st.sampled_from(Light),
    city=st.none() | st.integers(1000, 47999).map(lambda n: MunicipalityCode.from_body(f"{n:05}")),
    sender=st.sampled_from([InstitutionId("portal"), InstitutionId("city:141003")]),
    note=st.just("not kept"),
)  # fmt: skip


@pytest.fixture(scope="module")
def room(module_databases):
    """A database with a table of every type."""
    opened = module_databases("jukinet")
    with psycopg.connect(module_databases.url("jukinet"), autocommit=True) as connection:
        connection.execute(TABLE)
        connection.execute("GRANT ALL ON jukinet.everything TO jukinet")
    return opened


@pytest.fixture
def do(room):
    """Does something in a transaction, on an empty table."""
    room.run("test.empty", lambda tx: tx.execute("DELETE FROM everything"))
    return lambda work: room.run("test.rows", work)


def kept(tx, tenant="a"):
    query = f"SELECT {columns(Everything)} FROM everything WHERE tenant = %s"
    return tx.all(Everything, query, (tenant,))


def entered(tx, row, tenant="a", **options):
    return tx.insert("everything", row, tenant=tenant, **options)


@example(row=FULL)
@given(row=EVERYTHING)
def test_what_goes_in_comes_out(room, row):
    def work(tx):
        tx.execute("DELETE FROM everything")
        assert entered(tx, row)
        return kept(tx)

    found = room.run("test.rows", work)
    assert found == [row]
    types = {name: type(getattr(row, name)) for name in names(Everything)}
    assert {name: type(getattr(found[0], name)) for name in names(Everything)} == types


@given(first=EVERYTHING, then=EVERYTHING)
def test_a_further_row_of_its_key_takes_its_place(room, first, then):
    def work(tx):
        tx.execute("DELETE FROM everything")
        for one in (first, then):
            tx.upsert("everything", one, key=("tenant", "id"), tenant="a")
        return kept(tx)

    assert room.run("test.rows", work) == [then]


def test_what_is_no_column_stays_outside(do):
    do(lambda tx: entered(tx, replace(ONE, note="said in passing")))
    assert do(kept) == [ONE]


def test_what_is_named_beside_the_row_comes_before_its_field(do):
    do(lambda tx: entered(tx, ONE, name="another", number="1234"))
    assert do(kept) == [replace(ONE, name="another")]
    assert do(lambda tx: tx.column("SELECT number FROM everything")) == ["1234"]


def test_a_row_needs_no_dataclass(do):
    def work(tx):
        values = {name: getattr(ONE, name) for name in names(Everything)}
        assert tx.insert("everything", **values | {"document": {"a": 1}}, tenant="a")

    do(work)
    assert do(kept) == [replace(ONE, document={"a": 1})]


def test_a_row_that_is_there_is_refused(do):
    do(lambda tx: entered(tx, ONE))
    with pytest.raises(errors.UniqueViolation):
        do(lambda tx: entered(tx, replace(ONE, name="later")))
    assert do(kept) == [ONE]


@pytest.mark.parametrize("twice", ["keep", ("tenant", "id"), ("tenant", "place")])
def test_a_row_may_be_there(do, twice):
    do(lambda tx: entered(tx, ONE))
    assert not do(lambda tx: entered(tx, replace(ONE, name="later"), twice=twice))
    assert do(kept) == [ONE]


def test_one_that_may_be_there_under_its_key_may_not_under_another(do):
    """Two letters of one place in their case are an error, and no repetition."""
    do(lambda tx: entered(tx, ONE))
    other = replace(ONE, id=2)
    with pytest.raises(errors.UniqueViolation):
        do(lambda tx: entered(tx, other, twice=("tenant", "id")))
    assert not do(lambda tx: entered(tx, other, twice="keep"))


def test_a_column_that_the_table_has_not_is_an_error(do):
    with pytest.raises(errors.UndefinedColumn):
        do(lambda tx: entered(tx, ONE, colour="blue"))


def test_a_column_that_the_dataclass_has_not_is_an_error(do):
    do(lambda tx: entered(tx, ONE))
    with pytest.raises(TypeError):
        do(lambda tx: tx.all(Everything, "SELECT * FROM everything"))


def test_only_the_row_with_its_key_changes(do):
    other = replace(ONE, id=2, place=2)
    do(lambda tx: (entered(tx, ONE), entered(tx, other), entered(tx, ONE, tenant="b")))
    changed = replace(ONE, name="changed", place=7, document={"a": [1]}, light=Light.GREEN)
    assert do(lambda tx: tx.update("everything", changed, key=("tenant", "id"), tenant="a"))
    assert sorted(do(kept), key=lambda one: one.id) == [changed, other]
    assert do(lambda tx: kept(tx, "b")) == [ONE]
    gone = replace(ONE, id=3)
    assert not do(lambda tx: tx.update("everything", gone, key=("tenant", "id"), tenant="a"))


def test_who_comes_after_a_change_changes_nothing(do):
    do(lambda tx: entered(tx, ONE))

    def change(tx, name):
        after = replace(ONE, place=ONE.place + 1, name=name)
        key, was = ("tenant", "id"), {"place": ONE.place}
        return tx.update("everything", after, key=key, was=was, tenant="a")

    assert do(lambda tx: change(tx, "first"))
    assert not do(lambda tx: change(tx, "second"))
    assert [one.name for one in do(kept)] == ["first"]


def test_an_individual_number_goes_in_by_no_accident(do):
    """It refuses to be text; who enters one reveals it for a named duty."""
    number = IndividualNumber.from_body("12345678901")
    with pytest.raises(psycopg.ProgrammingError):
        do(lambda tx: entered(tx, ONE, number=number))
