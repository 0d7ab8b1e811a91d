"""A scratch room, as ``kazasu room new`` writes it, passes every net; with one rule broken it goes red and is told what to do.

In this process and in one database: a breach is a change of the room's own text, taken back before the next.
"""

import importlib
import shutil
import sys
from pathlib import Path

import psycopg
import pytest

import kazasu
from kazasu.app.rooms import migrations
from kazasu.cli.room.writing import Wanted, write
from kazasu.contracts.base import Letter
from kazasu.exchange.institution import Institution, by_kind
from kazasu.exchange.room import Room
from kazasu.foundation.actions import ACTIONS, action
from kazasu.foundation.database.migrate import prepare_schema
from kazasu.foundation.text import Text
from tests.structure import nets
from tests.support.tables import tables_of

ROOT = Path(__file__).parents[2]
NAME = "scratchroom"
LISTS = (".importlinter", "docs/architecture.md", "README.md", "README.ja.md")
TEXT = Text("試験", "Test")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder ``src/kazasu`` of a tree that has this room alone, importable as part of the house."""
    root = tmp_path_factory.mktemp("nets")
    for one in LISTS:
        (root / one).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / one, root / one)
    write(root, Wanted(NAME, "試作", "Scratch", tenants=True, sign_in=True, staff=True))
    source = root / "src" / "kazasu"
    declared = set(ACTIONS)
    kazasu.__path__.append(str(source))
    yield source
    kazasu.__path__.remove(str(source))
    for module in [one for one in sys.modules if one.startswith(f"kazasu.{NAME}")]:
        del sys.modules[module]
    for new in set(ACTIONS) - declared:
        del ACTIONS[new]


@pytest.fixture(scope="module")
def institution(written):
    return importlib.import_module(f"kazasu.{NAME}.institution").INSTITUTION


@pytest.fixture(scope="module")
def floor(written, module_databases):
    """A connection to a database that has the frame's tables in this room's schema, and not yet the room's own."""
    url = module_databases.url("bank")
    frame = [one for one in migrations("bank") if one.parts[-2] in {"foundation", "exchange"}]
    prepare_schema(url, NAME, frame, password="x", founder=False)
    with psycopg.connect(url) as connection:
        yield connection


def with_migration(floor, written, **changes):
    """The room's tables as its migration makes them, with these words changed; nothing stays."""
    sql = (written / NAME / "migrations" / "0100-cards.sql").read_text(encoding="utf-8")
    for old, new in changes.values():
        assert old in sql
        sql = sql.replace(old, new)
    with floor.transaction(force_rollback=True):
        floor.execute(f"SET LOCAL search_path TO {NAME}, public")
        floor.execute(f"SET LOCAL ROLE {NAME}_owner")
        floor.execute(sql.encode())
        floor.execute("RESET ROLE")
        return tables_of(floor, NAME)


def with_source(written, file, old, new):
    """The room's modules, with these words of one changed."""
    path = written / NAME / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    try:
        return nets.trees(written)
    finally:
        path.write_text(before, encoding="utf-8")


def only(findings, *words):
    """Exactly one finding, and it says this."""
    (found,) = findings
    assert all(word in found.what for word in words), found.what
    return True


def test_as_it_is_written_it_passes_every_net(written, floor, institution):
    tables = with_migration(floor, written)
    assert nets.let_off(nets.table_findings(NAME, tables, tenants=bool(institution.each))) == []
    modules = nets.trees(written)
    assert nets.records_by_hand(modules) == nets.nameless(modules) == []
    assert nets.undeclared(written, {NAME}) == []
    importlib.import_module(f"kazasu.{NAME}.service")
    own = [one for one in ACTIONS.values() if one.room == NAME]
    assert len(own) == 2
    assert nets.misdeclared(own, [institution]) == []


BREACHES = {
    "a table that is not audited": (", personal => true", "", "without an audit row", "personal => true"),
    "a table that shows every tenant's rows": (
        "tenant => 'tenant', ", "", "shows everybody's rows", "tenant => 'tenant'"),
    "a column for the individual number": (
        "subject text NOT NULL,", "subject text NOT NULL, Individual_Number text,", "Number Act art. 19", "docs/kit.md"),
    "the same by another name": (
        "subject text NOT NULL,", "subject text NOT NULL, kojin_no text,", "Number Act art. 19"),
}  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES)
def test_a_table_goes_red(written, floor, breach):
    old, new, *words = BREACHES[breach]
    tables = with_migration(floor, written, change=(old, new))
    assert only(nets.let_off(nets.table_findings(NAME, tables, tenants=True)), *words)


def test_a_table_without_protection_goes_red(written, floor):
    tables = with_migration(
        floor, written, change=("SELECT protect('card', tenant => 'tenant', personal => true);", "")
    )
    found = nets.let_off(nets.table_findings(NAME, tables, tenants=True))
    assert "SELECT protect('card', …) after its CREATE TABLE" in found[0].what


def test_to_be_let_off_needs_a_line_with_a_reason(written, floor, monkeypatch):
    tables = with_migration(floor, written, change=(", personal => true", ""))
    found = nets.table_findings(NAME, tables, tenants=True)
    monkeypatch.setitem(nets.LET_OFF, f"unaudited {NAME}.card", "cards of nobody")
    assert nets.let_off(found) == []


def test_a_room_that_is_in_no_street_goes_red(written):
    assert only(nets.undeclared(written, set()), f"{NAME}/room.py", "institution.py")


def test_a_record_made_by_hand_goes_red(written):
    modules = with_source(
        written,
        "service.py",
        'READ.by("resident", subjects=(subject,))',
        'Access("resident", "x", OWN)',
    )
    assert only(nets.records_by_hand(modules), f"{NAME}/service.py", "declare an action")


def test_a_row_that_does_not_say_whom_it_names_goes_red(written, monkeypatch):
    model = importlib.import_module(f"kazasu.{NAME}.model")
    monkeypatch.delattr(model.Card, "PERSON")
    assert only(nets.nameless(nets.trees(written)), f"{NAME}.model.Card", "PERSON: ClassVar")


def test_a_room_that_does_not_answer_who_looked_goes_red(written, floor):
    room = Room(name=NAME, app=None, hosts=lambda _: False)
    found = nets.silent_about_who_looked(NAME, room, with_migration(floor, written))
    assert only(found, "answers nobody who looked", "room_of")


def declared(name, **more):
    new = action(name, "clerk", TEXT, **more)
    del ACTIONS[name]
    return new


def test_an_action_of_no_room_or_of_a_role_that_nobody_has_goes_red(institution):
    assert only(
        nets.misdeclared([declared("elsewhere.card.read")], [institution]), "<room>.<thing>.<verb>"
    )
    chief = declared(f"{NAME}.card.read-all", role="chief")
    assert only(nets.misdeclared([chief], [institution]), "role chief", "staff=(…)")


@pytest.mark.parametrize(
    ("more", "word"),
    [({"shows": "nobody"}, "says why"), ({"who": "resident", "role": "counter"}, "only clerks"),
     ({"who": "system"}, "says as what"), ({"name": "read"}, "<room>.<thing>.<verb>")],
)  # fmt: skip
def test_an_action_that_is_not_whole_is_refused_at_import(more, word):
    given = {"name": f"{NAME}.card.look", "who": "clerk", "purpose": TEXT} | more
    with pytest.raises(ValueError, match=word):
        action(**given)
    assert given["name"] not in ACTIONS


def test_an_action_declared_twice_is_refused_at_import():
    with pytest.raises(ValueError, match="declared twice"):
        action(next(iter(ACTIONS)), "clerk", TEXT)


def test_a_letter_without_senders_is_refused_at_import():
    with pytest.raises(TypeError, match="senders"):
        type("Unsent", (Letter,), {}, kind=f"{NAME}/unsent/1")


def test_two_institutions_of_one_name_are_refused():
    twice = [
        Institution(id=NAME, room=room, host="x", name=TEXT, mark="party") for room in ("a", "b")
    ]
    with pytest.raises(ValueError, match="two institutions"):
        by_kind(twice)
