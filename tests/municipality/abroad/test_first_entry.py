"""Who never had a record in Japan: looked at at the counter, numbers of J-LIS, and registered once; every ill-formed answer is refused at its field."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jukinet import store as jukinet_store
from kazasu.municipality.abroad.first import First, must_be_possible
from kazasu.municipality.abroad.service.first import FirstEntries
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.items.foreigners import STATUSES, WITHOUT_END
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, NEW, OLD, reading
from tests.support.town import Town

NOWHERE = Address(municipality_code=MunicipalityCode(NEW), prefecture="", city="", town="")


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def foreign(town, **more):
    given = {
        "people": "foreign", "name": "NGUYEN VAN AN", "kana": "グエン　ヴァン　アン", "born": date(1996, 3, 2), "sex": "男",
        "on": today(town.clock), "address": town.elsewhere(NEW), "document": "passport", "nationality": "ベトナム",
        "status": "留学", "stays_until": today(town.clock) + timedelta(days=500), "card_number": "ab12345678cd",
    }  # fmt: skip
    return First(**given | more)


def japanese(town, **more):
    given = {
        "people": "japanese", "name": "佐藤　空", "kana": "サトウ　ソラ", "born": date(1990, 5, 1), "sex": "女",
        "on": today(town.clock), "address": town.elsewhere(NEW), "document": "passport",
        "registered_domicile": "東京都千代田区丸の内一丁目", "domicile_head": "佐藤　空",
    }  # fmt: skip
    return First(**given | more)


PAGE = "a" * 32
"""The mark of what the clerk was shown."""


def enters(town, first, mark=""):
    found = FirstEntries(town.city).enter(NEW, CLERK, first, mark=mark)
    town.settle()
    return record(town, found)


def record(town, resident_id):
    return town._read(NEW, lambda tx: register_store.by_id(tx, resident_id))


def network(town, code):
    def look(tx):
        found = jukinet_store.latest_registration(tx, code)
        return found.municipality_code, found.since, found.until

    return town.databases("jukinet").read("test.network", look, access=reading())


def test_a_foreign_resident_and_a_child_who_joins(town):
    first = enters(town, foreign(town, on=today(town.clock) - timedelta(days=2)))
    assert (first.state, first.reason, first.is_head, first.relationship) == (
        "resident", "国外転入", True, "世帯主",
    )  # fmt: skip
    assert (first.nationality, first.residence_status, first.residence_card_number) == (
        "ベトナム", "留学", "AB12345678CD",
    )  # fmt: skip
    assert (first.birth_text, first.former_address, first.has_card) == (
        "1996年3月2日",
        "国外",
        False,
    )
    assert first.resident_since == today(town.clock) - timedelta(days=2)
    assert network(town, first.record_code) == (NEW, first.resident_since, None)
    child = enters(town, foreign(
        town, name="NGUYEN THI MAI", kana="グエン　ティ　マイ", born=date(2020, 1, 5), sex="女", status="家族滞在",
        card_number="EF87654321GH", joins=first.household_number, relationship="子", address=NOWHERE,
    ))  # fmt: skip
    assert (child.household_number, child.relationship, child.is_head) == (
        first.household_number, "子", False,
    )  # fmt: skip
    assert child.address == first.address
    assert len({first.record_code, child.record_code}) == 2
    assert first.individual_number != child.individual_number
    assert town.broken() == {}


def test_a_japanese_who_was_born_abroad(town):
    found = enters(town, japanese(town))
    assert (found.nationality, found.residence_status, found.residence_until) == ("", "", None)
    assert found.birth_text == "平成2年5月1日"
    assert found.registered_domicile.startswith("東京都千代田区")
    assert town.broken() == {}


def test_pressed_twice_or_killed_after_the_numbers_it_is_one(town, monkeypatch):
    """Without a residence card, by which J-LIS would know them again."""
    first = foreign(town, card_number="", document="passport")
    write = FirstEntries._write

    def killed(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr(FirstEntries, "_write", killed)
    with pytest.raises(RuntimeError):
        FirstEntries(town.city).enter(NEW, CLERK, first)
    monkeypatch.setattr(FirstEntries, "_write", write)
    one, again = (enters(town, first, PAGE) for _ in range(2))
    assert (one.resident_id, one.version) == (again.resident_id, again.version)
    sql = "SELECT count(*) FROM numbers_given"
    given = town.databases("jukinet").read("test", lambda tx: tx.value(sql), access=reading())
    assert given == 1, "no number is lost by asking again"


def test_another_page_of_the_same_person_is_never_told_to_be_written(town):
    """Pressed, back, corrected, pressed: the register has the first, and the clerk is told so."""
    one = enters(town, foreign(town), PAGE)
    for corrected in (
        {"kana": "グエン　バン　アン"},
        {"address": foreign(town).address.model_copy(update={"block": "９９番地"})},
        {"stays_until": foreign(town).stays_until + timedelta(days=1)},
    ):
        with pytest.raises(Refusal) as refused:
            enters(town, foreign(town, **corrected), "b" * 32)
        assert refused.value.facts["resident_id"] == one.resident_id, corrected
    assert record(town, one.resident_id) == one


def test_a_namesake_without_a_card_yet_is_somebody_else(town):
    """A name, a birthday and a nationality are not one person's: who was looked at as another one gets numbers of their own."""
    someone = foreign(town, card_number="", document="passport")
    one = enters(town, someone, PAGE)
    found = FirstEntries(town.city).propose(NEW, CLERK, someone)
    assert list(found.alike) == [one.resident_id]
    other = enters(town, someone, "b" * 32)
    assert other.resident_id != one.resident_id
    assert other.record_code != one.record_code
    assert other.individual_number != one.individual_number
    assert town.broken() == {}


def test_somebody_else_of_this_name_is_told_and_this_card_is_one_persons(town):
    first = enters(town, foreign(town))
    other = replace(foreign(town), card_number="XY11111111ZZ")
    found = FirstEntries(town.city).propose(NEW, CLERK, other)
    assert list(found.alike) == [first.resident_id]
    with pytest.raises(Refusal) as refused:
        enters(town, foreign(town, name="NGUYEN VAN BINH"))
    assert refused.value.fault.code == "municipality.first-entry-known"
    assert refused.value.facts["resident_id"] == first.resident_id


def code(first, on):
    try:
        must_be_possible(first, on)
    except Refusal as refusal:
        return refusal.fault.code
    return ""


ILL = {
    "a day to come": ("foreign", {"days": 1}, "municipality.from-abroad-day-ahead"),
    "born after it": ("foreign", {"born": date(2027, 1, 1)}, "municipality.first-entry-born"),
    "no nationality": ("foreign", {"nationality": "　"}, "municipality.first-entry-nationality"),
    "a Japanese by another name": ("foreign", {"nationality": "日本"}, "municipality.first-entry-nationality"),
    "a foreigner with a family register": ("foreign", {"domicile_head": "A"}, "municipality.first-entry-no-domicile"),
    "a temporary visitor": ("foreign", {"status": "短期滞在"}, "municipality.first-entry-status"),
    "a stay without end": ("foreign", {"stays_until": None}, "municipality.first-entry-stay"),
    "a stay that is over": ("foreign", {"stays_until": date(2026, 1, 1)}, "municipality.first-entry-stay"),
    "a permanent resident's end": ("foreign", {"status": "永住者"}, "municipality.first-entry-stay"),
    "a card number too short": ("foreign", {"card_number": "AB1234567CD"}, "municipality.first-entry-card-number"),
    "no card and no passport": ("foreign", {"card_number": "", "document": "licence"}, "municipality.first-entry-card-number"),
    "the card is given later": ("foreign", {"card_number": ""}, ""),
    "in full width": ("foreign", {"card_number": "ＡＢ１２３４５６７８ＣＤ"}, ""),
    "a permanent resident": ("foreign", {"status": "永住者", "stays_until": None}, ""),
    "a Japanese with a status": ("japanese", {"status": "留学"}, "municipality.first-entry-nationality"),
    "a Japanese with a residence card": ("japanese", {"card_number": "AB12345678CD"}, "municipality.first-entry-nationality"),
    "a Japanese without a domicile": ("japanese", {"registered_domicile": ""}, "municipality.first-entry-domicile"),
    "a Japanese without its head": ("japanese", {"domicile_head": " "}, "municipality.first-entry-domicile"),
}  # fmt: skip


class _Bare:
    """What the rules alone need of a town."""

    def __init__(self, clock):
        self.clock = clock

    @staticmethod
    def elsewhere(_):
        return NOWHERE


@pytest.mark.parametrize(("who", "more", "refused"), ILL.values(), ids=ILL)
def test_what_is_refused(clock, who, more, refused):
    town, more = _Bare(clock), dict(more)
    if days := more.pop("days", 0):
        more["on"] = today(clock) + timedelta(days=days)
    first = {"foreign": foreign, "japanese": japanese}[who](town, **more)
    assert code(first, today(clock)) == refused


@given(
    st.sampled_from(sorted(STATUSES)), st.integers(-400, 400), st.integers(0, 300), st.booleans()
)
def test_who_is_taken_has_a_stay_that_goes_on(status, left, ago, without):
    day = date(2026, 11, 23)
    until = None if without else day + timedelta(days=left)
    first = First(
        "foreign", "LI WEI", "リ　ウェイ", date(1980, 1, 1), "男", day - timedelta(days=ago), NOWHERE, "passport",
        nationality="中国", status=status, stays_until=until, card_number="AB12345678CD",
    )  # fmt: skip
    taken = code(first, day) == ""
    assert taken == (
        (until is None) if status in WITHOUT_END else (until is not None and left >= 0)
    )


FIELDS = {
    "kana": ("kana", "nguyen"), "born": ("born", ""), "status": ("status", ""),
    "card": ("card_number", "12"), "stay": ("stays_until", ""), "block": ("block", ""), "city": ("city", "横浜市中区"),
    "household": ("joins", "12345"), "kinds": ("people", ""), "domicile": ("registered_domicile", "東京都"),
}  # fmt: skip


def dated(name, day):
    return {
        f"{name}-year": f"{day.year}",
        f"{name}-month": f"{day.month}",
        f"{name}-day": f"{day.day}",
    }


@pytest.fixture
def page(town):
    """The page at Sapporo's desk, with all that a clerk types."""
    given = {
        "people": "foreign", "name": "NGUYEN VAN AN", "kana": "グエン　ヴァン　アン", "sex": "男", "nationality": "ベトナム",
        "status": "留学", "card_number": "AB12345678CD", "city": "札幌市中央区", "town": "大通", "block": "9番地",
        "document": "passport", **dated("born", date(1996, 3, 2)), **dated("stays_until", date(2028, 3, 31)),
        **dated("on", today(town.clock)),
    }  # fmt: skip
    browser = desk(town, NEW)
    form = html.fromstring(browser.get("/desk/first-entry?lang=en").content)
    return browser, form.get_element_by_id("main-form"), given


def test_each_field_says_what_is_wrong_with_it(page):
    browser, form, given = page
    for field, typed in FIELDS.values():
        wrong = {key: "" for key in given if key.startswith(f"{field}-")} or {field: typed}
        tree = sent(browser, form, "", **given | wrong)
        inside = tree.xpath(
            "//*[contains(@class, 'field-invalid')]//*[self::input or self::select]/@name"
        )
        assert any(name == field or name.startswith(f"{field}-") for name in inside), (
            field, tree.text_content()[:600],
        )  # fmt: skip


def test_through_the_pages_and_pressed_twice(town, page):
    browser, form, given = page
    shown = sent(browser, form, "", **given)
    assert "write it like this?" in shown.text_content()
    for words in ("ベトナム", "AB12345678CD", "never lived in Japan before", "９番地"):
        assert words in shown.text_content(), words
    other = html.fromstring(browser.get("/desk/first-entry?lang=ja").content)
    assert "はじめての住民票を作る" in other.text_content()
    written = sent(browser, other.get_element_by_id("main-form"), "", **given)
    assert "この内容で書きますか" in written.text_content()
    browser.get("/desk/first-entry?lang=en")
    found = "SELECT resident_id FROM resident WHERE residence_card_number = 'AB12345678CD'"
    assert town._read(NEW, lambda tx: tx.column(found)) == []
    for _ in range(2):
        done = sent(browser, shown.get_element_by_id("main-form"), "write")
        assert "A first record was made" in done.text_content(), done.text_content()[:600]
        town.settle()
    [one] = town._read(NEW, lambda tx: tx.column(found))
    assert record(town, one).name == "NGUYEN VAN AN"
    assert town.resident(10, OLD).state == "resident", "nobody else was touched"
    assert town.broken() == {}
