"""Somebody is found by what a clerk types who reads no Japanese, and each version says what it changed."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from kazasu import municipality
from kazasu.foundation.values.romaji import kana_of, romaji
from kazasu.municipality.register import history, model
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import REASONS
from kazasu.municipality.register.pages import SearchForm
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted
from kazasu.municipality.register.service.corrections import REASON
from tests.support.city import CLERK, NEW, OLD, City, reading
from tests.support.pages import signed_in_at
from tests.support.sources import tree_of

NAMES = (
    "サトウ　ハナコ", "オオノ　ユウキ", "オノ　リョウ", "ホンマ　ジュンイチ", "ハッタ　キョウコ", "イノウエ　シヅカ",
    "コバヤシ　イチロウ", "ツヅキ　ヨオコ", "エッチュウ　ショウ", "スズキ　ソウスケ",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(module_databases):
    made = City(module_databases, module_databases.clock, households=len(NAMES), size=1)
    for number, kana in enumerate(NAMES, 1):
        one = made.resident(number * 10)
        made.databases("municipality").run(
            "test.name",
            lambda tx, one=one, kana=kana: register_store.change(
                tx, one, kana=kana, reason=one.reason, changed_on=one.changed_on
            ),
            tenant=OLD,
            access=reading(),
        )
    return made


def found(city, text):
    return {one.kana for one in city._read(OLD, lambda tx: searching.found(tx, Wanted(text)))}


@pytest.mark.parametrize("kana", NAMES)
def test_a_name_is_found_as_english_pages_write_it_in_either_order(city, kana):
    surname, given = romaji(kana).split()
    for typed in (f"{surname} {given}", f"{given} {surname}", surname, given, surname.upper()):
        assert kana in found(city, typed), typed


@pytest.mark.parametrize(
    ("typed", "kana"),
    [("Satoh", NAMES[0]), ("Satō", NAMES[0]), ("satou", NAMES[0]), ("Ohno", NAMES[1]), ("Oono", NAMES[1]),
     ("Honma", NAMES[3]), ("Jun'ichi", NAMES[3]), ("Ecchu", NAMES[8])],
)  # fmt: skip
def test_other_spellings_find_them_too(city, typed, kana):
    assert kana in found(city, typed)


def change(made, one, **changes):
    made.databases("municipality").run(
        "test.name",
        lambda tx: register_store.change(
            tx, one, reason=one.reason, changed_on=one.changed_on, **changes
        ),
        tenant=OLD,
        access=reading(),
    )


@pytest.fixture
def renamed(databases, clock):
    made = City(databases, clock, size=1)
    change(made, made.resident(10), name="中村　恵美", kana="ナカムラ　エミ")
    change(made, made.resident(10), name="鈴木　恵美", kana="スズキ　エミ")
    return made


@pytest.mark.parametrize(
    "typed",
    ["グエン アン", "グエン", "グエンアン", "ぐえん", "ｸﾞｴﾝ　ｱﾝ", "アン", "Guen", "Guen An", "An Guen", "Nguyễn", "nguyen thi"],
)  # fmt: skip
def test_who_is_called_by_an_alias_is_found_by_it_and_by_the_passport(foreigner, typed):
    assert found(foreigner, typed) == {"グエン　ティ　アン"}


def test_who_had_another_name_is_found_by_it_and_marked(renamed):
    """The history is kept to be found: an old letter says the old name (住民記録システム標準仕様書 1.1.2)."""
    browser = signed_in_at(
        renamed.street, f"city:{OLD}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip
    for typed in ("中村", "中村 恵美", "中村　恵美", "ナカムラ エミ", "なかむら", "Nakamura Emi", "Emi Nakamura"):  # fmt: skip
        [one] = renamed._read(OLD, lambda tx, typed=typed: searching.found(tx, Wanted(typed)))
        assert one.name == "鈴木　恵美", "as the record is now, once"
        page = browser.get(
            "/desk/residents", params={"q": typed, "purpose": "notice", "lang": "en"}
        )
        row = html.fromstring(page.content).find(".//main//tbody/tr/th").text_content()
        assert "Formerly: Nakamura Emi 中村 恵美" in " ".join(row.split())


def test_a_former_name_is_of_one_city_and_kept_once(renamed):
    number = renamed.resident(10).resident_id
    known = renamed._read(OLD, lambda tx: register_store.former_names(tx, [number]))
    assert renamed._read(NEW, lambda tx: searching.found(tx, Wanted("中村"))) == []
    assert [(one.name, one.kana) for one in known][:1] == [("中村　恵美", "ナカムラ　エミ")]
    versions = len(known)
    one = renamed.resident(10)
    change(renamed, one, postcode="2310000")
    known = renamed._read(OLD, lambda tx: register_store.former_names(tx, [number]))
    assert len(known) == versions, "what changed was no name"


def test_the_record_and_the_list_say_the_alias_with_its_reading(foreigner):
    browser = signed_in_at(
        foreigner.street, f"city:{OLD}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip
    record = f"/desk/residents/{foreigner.resident(10).resident_id}"
    for address in ("/desk/residents?q=ぐえん&purpose=notice", f"{record}?"):
        page = html.fromstring(browser.get(f"{address}&lang=en").content).find(".//main")
        assert "Guen An グエン アン" in " ".join(page.text_content().split())


@pytest.fixture
def foreigner(databases, clock):
    made = City(databases, clock, size=1)
    one = made.resident(10)
    made.databases("municipality").run(
        "test.name",
        lambda tx: register_store.change(
            tx,
            one,
            name="NGUYEN THI ANH",
            name_roman="NGUYEN THI ANH",
            alias="グエン アン",
            kana="グエン　ティ　アン",
            reason=one.reason,
            changed_on=one.changed_on,
        ),
        tenant=OLD,
        access=reading(),
    )
    return made


def test_what_is_no_reading_finds_nobody(city):
    for typed in ("Smith", "x", "'", "sato 0001", "-"):
        assert found(city, typed) == set()
    assert kana_of("さとう") == ""


def test_each_version_says_what_it_changed(city):
    one = city.resident(10)
    moved = replace(one, version=one.version + 1, block="９番地", relationship="妻", reason="転居")
    left = replace(moved, version=moved.version + 1, state="leaving", planned_on=date(2026, 12, 1))
    newest, middle, first = history.lines([left, moved, one], hide=False)
    assert [one.item for one in newest.changes] == ["state", "planned_on"]
    assert newest.changes[0].after == model.RECORD_STATES["leaving"]
    assert [(c.item, c.after) for c in middle.changes] == [
        ("relationship", "妻"),
        ("address", moved.address),
    ]
    assert first.first
    assert not first.changes
    hidden = history.lines([moved, one], hide=True)[0].changes[1]
    assert (hidden.item, hidden.before, hidden.after) == ("address", "", "")
    gone = replace(left, version=left.version + 1, state="left-planned", is_head=not one.is_head)
    assert one.is_head, "who leaves was the head"
    assert [c.item for c in history.lines([gone, left], hide=False)[0].changes] == ["state"]
    same = history.lines([replace(one, version=9), one], hide=False)[0]
    assert not same.changes


def test_the_household_that_one_left_and_the_new_one_are_told_by_their_numbers(city):
    """世帯分離 says nothing else: neither the address nor, of a head's wife who heads the new one, any place changes."""
    one = city.resident(10)
    parted = replace(one, version=one.version + 1, household_number="0000000035", reason="世帯分離")
    (found,) = history.changed(one, parted, hide=False)
    assert (found.item, found.before, found.after) == (
        "household_number", one.household_number, "0000000035",
    )  # fmt: skip
    (hidden,) = history.changed(one, parted, hide=True)
    assert (hidden.item, hidden.before, hidden.after) == ("household_number", "", "")


def test_a_number_is_never_shown_by_its_history(city):
    one = city.resident(10)
    other = city.resident(20)
    changed = history.changed(
        one, replace(one, individual_number=other.individual_number), hide=False
    )
    assert [(c.item, c.before, c.after) for c in changed] == [("individual_number", "", "")]


def written_reasons():
    """異動事由 as the sources write them: an argument or an item of this name, and what it is otherwise."""
    for path in sorted(Path(municipality.__file__).parent.rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.keyword) and node.arg == "reason":
                yield from _japanese(node.value)
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "reason":
                        yield from _japanese(value)


def _japanese(node):
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and not one.value.isascii():
            yield one.value


def test_every_reason_that_is_written_is_said_in_english():
    written = {*written_reasons(), REASON}
    assert len(written) >= 6
    assert written <= REASONS.keys()
    assert all(words.en.isascii() for words in REASONS.values())


@pytest.mark.parametrize(
    ("typed", "name", "day"),
    [
        ("1942-02-11", "", date(1942, 2, 11)), ("昭和17年2月11日", "", date(1942, 2, 11)),
        ("19420211", "", date(1942, 2, 11)), ("S17.2.11", "", date(1942, 2, 11)),
        ("51", "0000000051", None), ("０００００００051", "0000000051", None),
        ("52", "52", None), ("佐藤", "佐藤", None), ("1942", "1942", None), ("昭和", "昭和", None),
    ],
)  # fmt: skip
def test_a_day_or_a_number_without_its_zeros_is_taken_for_what_it_is(typed, name, day):
    wanted = SearchForm.model_validate({"q": typed, "purpose": "certificate"}).wanted
    assert wanted.name == name
    assert (wanted.born.first if wanted.born else None) == day
