"""Every field of every letter, inquiry and answer is bounded: a signature proves who wrote, not that it makes sense.

A number without an end met the end of its column as an incident; a list without one met the limit of what can be sealed.
"""

import importlib
import pkgutil
from datetime import UTC, date, datetime

import pytest
from pydantic import AwareDatetime, TypeAdapter, ValidationError

import kazasu.contracts
from kazasu.contracts.base import LETTERS, AccessEntry, AccessList, Message
from kazasu.exchange.keys import MOST_SEALED

BOUNDED = {"string": ("maxLength",), "integer": ("minimum", "maximum"), "number": ("minimum", "maximum"),
           "array": ("maxItems",)}  # fmt: skip
OF_ITSELF = {"uuid", "date", "date-time"}
"""Formats; a date's bounds are not told in JSON Schema and are tried below."""
COLUMN = 2**31 - 1
"""The largest ``int`` of PostgreSQL."""


def messages():
    for module in pkgutil.walk_packages(kazasu.contracts.__path__, "kazasu.contracts."):
        importlib.import_module(module.name)
    waiting, found = list(Message.__subclasses__()), []
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.startswith("kazasu.contracts") and cls.model_fields:
            found.append(cls)
    return sorted(set(found), key=lambda cls: f"{cls.__module__}.{cls.__name__}")


def unbounded(schema, path):
    """Where in this JSON Schema something has no end."""
    if "enum" in schema or "const" in schema or "$ref" in schema:
        return
    for one in schema.get("anyOf", ()):
        yield from unbounded(one, path)
    kind = schema.get("type", "")
    if schema.get("format") not in OF_ITSELF:
        lacking = [bound for bound in BOUNDED.get(kind, ()) if bound not in schema]
        if lacking:
            yield f"{path}: {kind} without {', '.join(lacking)}"
    if kind == "integer" and schema.get("maximum", 0) > COLUMN:
        yield f"{path}: larger than a column"
    for number, one in enumerate([*schema.get("prefixItems", ()), schema.get("items")]):
        if isinstance(one, dict):  # false after a tuple of so many
            yield from unbounded(one, f"{path}[{number}]")


@pytest.mark.parametrize("message", messages(), ids=lambda m: m.__name__)
def test_every_field_has_an_end(message):
    schema = message.model_json_schema()
    parts = {"": schema} | schema.get("$defs", {})
    found = [
        trouble
        for name, part in parts.items()
        for field, one in part.get("properties", {}).items()
        for trouble in unbounded(one, f"{name or message.__name__}.{field}")
    ]
    assert not found, "\n".join(found)


FAR = {
    "datetime.date": (date.min, date.max),
    "AwareDatetime": (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
}


def taken(message):
    """Fields that take the first or the last day of the calendar."""
    for name, field in message.model_fields.items():
        kind = field.rebuild_annotation()
        adapter = TypeAdapter(kind)
        for far in (one for named, ends in FAR.items() if named in str(kind) for one in ends):
            try:
                adapter.validate_python(far)
            except ValidationError:
                continue
            yield f"{message.__name__}.{name}: {far}"


@pytest.mark.parametrize("message", messages(), ids=lambda m: m.__name__)
def test_every_date_has_an_end(message):
    assert not list(taken(message))


def test_dates_are_looked_at():
    class Endless(Message):
        on: date
        at: AwareDatetime | None

    assert len(list(taken(Endless))) == 4


def test_many_are_looked_at():
    assert len(messages()) > 80
    assert len(LETTERS) > 10


def test_the_longest_answer_to_who_looked_can_be_sealed():
    """Two hundred records with purposes of the most words that an inquiry carries, all of three bytes a letter."""
    long = "書" * 200
    entry = AccessEntry(at="2026-11-23T01:00:00Z", institution="portal", actor="x" * 200, action="x" * 100,
                        purpose_ja=long, purpose_en=long, fields=("f" * 40,) * 60, record_id="1" * 19)  # fmt: skip
    length = len(AccessList(entries=(entry,) * 200).model_dump_json().encode())
    assert length * 16 / 9 < MOST_SEALED
