"""A value opens where it was written, for the tenant, the row and the column, and nowhere else."""

import base64
import json
import os
import stat
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.database import rows
from kazasu.foundation.enciphering import (
    ColumnCipher,
    ColumnKeys,
    Enciphered,
    Place,
    enciphered,
    no_ciphers,
)
from kazasu.foundation.enciphering.cipher import key_of
from kazasu.foundation.enciphering.key_files import (
    KeyFolder,
    column_key_file,
    make_column_keys,
    read_column_keys,
    write_column_keys,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber

KEYS = ColumnKeys.new("city:141003")
CIPHER = ColumnCipher("141003", KEYS)
PLACE = Place("resident", "individual_number", ("0000000001", 1))
NUMBER = IndividualNumber.from_body("12345678901").reveal(duty="test")
SEALED = CIPHER.encipher(NUMBER, PLACE)


def code(work, *given, **named):
    with pytest.raises(Refusal) as refused:
        work(*given, **named)
    return refused.value.fault.code


ids = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.integers() | st.uuids()
places = st.builds(Place, st.text("ab", max_size=3), st.text("ab", max_size=3), st.tuples(ids, ids))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), places)
def test_what_was_enciphered_reads(text, place):
    sealed = CIPHER.encipher(text, place)
    assert CIPHER.decipher(sealed, place) == text
    assert text.encode() not in sealed or len(text.encode()) < 3
    assert sealed == CIPHER.encipher(text, place)
    assert len(sealed) == 21 + len(text.encode())


@given(places, places)
def test_it_opens_in_its_own_place_alone(one, other):
    sealed = CIPHER.encipher(NUMBER, one)
    if [str(part) for part in (one.table, one.column, *one.row)] == [
        str(part) for part in (other.table, other.column, *other.row)
    ]:
        assert CIPHER.decipher(sealed, other) == NUMBER
    else:
        assert code(CIPHER.decipher, sealed, other) == "enciphering.not-of-this-place"


@pytest.mark.parametrize(
    "place",
    [
        Place("arriver", "individual_number", ("0000000001", 1)),
        Place("resident", "another", ("0000000001", 1)),
        Place("resident", "individual_number", ("0000000002", 1)),
        Place("resident", "individual_number", ("0000000001", 2)),
        Place("resident", "individual_number", ("0000000001",)),
        Place("residentindividual_number", "", ("0000000001", 1)),
    ],
    ids=["table", "column", "person", "version", "less", "run together"],
)
def test_moved_elsewhere_it_does_not_open(place):
    assert code(CIPHER.decipher, SEALED, place) == "enciphering.not-of-this-place"


def test_another_tenants_does_not_open_under_the_same_key():
    other = ColumnCipher("011002", KEYS)
    assert code(other.decipher, SEALED, PLACE) == "enciphering.not-of-this-place"


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_no_octet_may_be_changed(at, by):
    changed = bytes(octet ^ by if n == at else octet for n, octet in enumerate(SEALED))
    expected = "unknown-key" if 1 <= at <= 4 else "not-of-this-place"
    assert code(CIPHER.decipher, changed, PLACE) == f"enciphering.{expected}"


@given(st.integers(0, len(SEALED) - 1))
def test_none_may_be_cut_off(length):
    assert code(CIPHER.decipher, SEALED[:length], PLACE) == "enciphering.not-of-this-place"
    if length > 0:
        assert code(CIPHER.decipher, SEALED[length:], PLACE).startswith("enciphering.")


def test_what_an_earlier_key_wrote_reads_and_is_written_under_the_newest():
    renewed = ColumnCipher("141003", KEYS.begun_anew())
    assert renewed.decipher(SEALED, PLACE) == NUMBER
    anew = renewed.encipher(NUMBER, PLACE)
    assert key_of(SEALED) == KEYS.current != key_of(anew) == renewed.current
    assert code(CIPHER.decipher, anew, PLACE) == "enciphering.unknown-key"
    assert renewed.index(NUMBER, "n") == CIPHER.index(NUMBER, "n")


def test_a_blind_index_tells_tenants_columns_and_values_apart():
    other = ColumnCipher("011002", KEYS)
    stranger = ColumnCipher("141003", ColumnKeys.new("city:141003"))
    indices = [
        CIPHER.index(NUMBER, "n"), other.index(NUMBER, "n"), stranger.index(NUMBER, "n"),
        CIPHER.index(NUMBER, "m"), CIPHER.index(NUMBER[::-1], "n"), CIPHER.index(NUMBER[1:], f"n{NUMBER[0]}"),
    ]  # fmt: skip
    assert len({*indices}) == len(indices)
    assert {len(one) for one in indices} == {32}
    assert CIPHER.index(NUMBER, "n") == indices[0]


def test_keys_are_in_no_representation():
    shown = repr(KEYS) + str(KEYS) + repr(CIPHER) + repr(CIPHER.__dict__)
    for key in (*KEYS.keys.values(), KEYS.index_key):
        for form in (key.hex(), repr(key)[2:-1], base64.b64encode(key).decode()):
            assert form not in shown


# ---------------------------------------------------------------- files


def test_keys_are_made_once_for_their_owner_alone(tmp_path):
    folder = tmp_path / "keys"
    make_column_keys(folder, "city:141003")
    made = read_column_keys(folder, "city:141003")
    make_column_keys(folder, "city:141003")
    assert read_column_keys(folder, "city:141003") == made
    file = column_key_file(folder, "city:141003")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    make_column_keys(folder, "city:011002")
    other = read_column_keys(folder, "city:011002")
    assert other.index_key != made.index_key
    assert not set(other.keys.values()) & set(made.keys.values())


def damaged(**changes):
    def change(document):
        return json.dumps(document | changes)

    return change


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "", lambda _: "[]", lambda _: "\udc80", damaged(current="0badc0de"), damaged(keys=[]),
        damaged(keys={}), damaged(index=""), damaged(index="AAAA"), damaged(index=7), damaged(id="city:011002"),
        damaged(keys={"0badc0de": "AAAA"}, current="0badc0de"), lambda _: "[" * 100_000,
        damaged(keys={"x": base64.b64encode(bytes(64)).decode()}, current="x"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_a_fault_and_never_made_anew(tmp_path, damage):
    make_column_keys(tmp_path, "city:141003")
    file = column_key_file(tmp_path, "city:141003")
    text = damage(json.loads(file.read_text()))
    file.write_bytes(text.encode(errors="surrogateescape"))
    assert code(read_column_keys, tmp_path, "city:141003") == "enciphering.key-unreadable"
    make_column_keys(tmp_path, "city:141003")
    assert file.read_bytes() == text.encode(errors="surrogateescape")


def test_a_lost_key_is_a_fault_that_names_its_file(tmp_path):
    with pytest.raises(Refusal) as refused:
        KeyFolder(tmp_path, "city:{}".format)("141003")
    assert refused.value.fault.code == "enciphering.no-key"
    assert refused.value.facts["file"] == tmp_path / "city-141003.columns.json"
    assert code(read_column_keys, tmp_path, "city:141003") == "enciphering.no-key"


def test_a_key_that_another_process_begins_is_used_at_once(tmp_path):
    folder = KeyFolder(tmp_path, "city:{}".format)
    folder.make("141003")
    before = folder("141003")
    assert folder("141003") is before
    write_column_keys(tmp_path, read_column_keys(tmp_path, "city:141003").begun_anew())
    after = folder("141003")
    assert after.current != before.current
    assert after.decipher(before.encipher(NUMBER, PLACE), PLACE) == NUMBER
    os.unlink(column_key_file(tmp_path, "city:141003"))  # noqa: PTH108
    assert code(folder, "141003") == "enciphering.no-key"


# ---------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class Kept:
    PERSON: ClassVar = "id"

    id: str
    token: UUID
    number: IndividualNumber | None = field(
        metadata=enciphered(Enciphered("kept", ("id", "token"), duty="test", indexed=True))
    )


ONE = Kept("7", UUID(int=7), IndividualNumber(NUMBER))


def ciphers(tenant):
    return ColumnCipher(tenant, KEYS)


def test_a_rows_number_goes_in_and_out_by_its_column():
    assert rows.columns(Kept) == "id, token, number"
    assert rows.names(Kept) == ("id", "token", "number", "number_index")
    values = rows.values(ONE, {"tenant": "a"}, ciphers, "a")
    assert tuple(values) == (*rows.names(Kept), "tenant")
    assert NUMBER.encode() not in values["number"] + values["number_index"]
    names = ("number", "id", "token")
    stands = [tuple(values[name] for name in names)]
    assert rows.built(Kept, names, stands, ciphers, "a") == [ONE]
    assert code(rows.built, Kept, names, stands, ciphers, "b") == "enciphering.not-of-this-place"
    moved = [(values["number"], "8", values["token"])]
    assert code(rows.built, Kept, names, moved, ciphers, "a") == "enciphering.not-of-this-place"


def test_nothing_stays_nothing():
    empty = Kept("7", UUID(int=7), None)
    values = rows.values(empty, {}, ciphers, "a")
    assert (values["number"], values["number_index"]) == (None, None)
    assert rows.built(Kept, tuple(values)[:3], [tuple(values.values())[:3]], ciphers) == [empty]


def test_a_database_without_keys_writes_no_number_in_the_clear():
    with pytest.raises(LookupError):
        rows.values(ONE, {})
    with pytest.raises(LookupError):
        rows.built(Kept, ("id", "token", "number"), [("7", UUID(int=7), SEALED)], no_ciphers, "a")
