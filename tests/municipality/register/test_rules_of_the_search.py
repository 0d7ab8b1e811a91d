"""住民記録システム標準仕様書 2.1.2 検索文字入力, its twelve rules one by one, and 2.1.3 基本検索 (第1.0版, 2020)."""

import re
from datetime import date

import pytest
from lxml import html

from kazasu.foundation.text import Text
from kazasu.foundation.values.names import SUBSTITUTES
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.foundation.values.numerals import arabic
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import KEEPING
from kazasu.municipality.register.searching.conditions import Born, Wanted, born
from kazasu.municipality.register.service.records import Records
from tests.support.city import CLERK, OLD, City, reading
from tests.support.pages import followed, signed_in_at

REASON = Text("届出の受付", "receiving a notice")
AS_ONE_LIVES = {
    "prefecture": "神奈川県",
    "city": "横浜市中区",
    "postcode": "2310001",
    "former_address": "",
}
PEOPLE = {
    "千鶴子": {"name": "渡邉　千鶴子", "kana": "ワタナベ　チヅコ", "birth_date": date(1960, 5, 3), "birth_text": "昭和35年5月3日",
            "sex": "女", "town": "新山下二丁目", "block": "１２番地の３", "building": "コーポ湘南２０３"},
    "一郎": {"name": "髙橋　一郎", "kana": "タカハシ　イチロウ", "birth_date": date(1960, 12, 31), "birth_text": "昭和35年12月31日",
           "sex": "男", "town": "新山下２丁目", "block": "12番地"},
    "小百合": {"name": "山﨑　小百合", "kana": "ヤマザキ　サユリ", "birth_date": date(1989, 1, 7), "birth_text": "昭和64年1月7日",
            "sex": "女", "town": "元町", "block": "無番地"},
    "裕": {"name": "葛\U000e0100城　裕", "kana": "カツラギ　ユウ", "birth_date": date(1989, 1, 8), "birth_text": "平成元年1月8日",
          "sex": "男", "town": "霞ヶ丘", "block": "百二十三番地"},
    "京子": {"name": "服部　京子", "kana": "ハットリ　キョウコ", "birth_date": date(1948, 1, 1), "birth_text": "昭和23年頃",
           "sex": "女", "town": "北一条西", "block": "1番1号", "building": "101"},
    "ヴィオラ": {"name": "新川　ヴィオラ", "kana": "シンカワ　ヴィオラ", "birth_date": date(1948, 3, 1), "birth_text": "昭和23年3月日不詳",
             "sex": "女", "town": "大字豊原字上原", "block": "5番地"},
    "かをり": {"name": "櫻井　かをり", "kana": "サクライ　カヲリ", "birth_date": None, "birth_text": "年月日不詳", "sex": "女",
            "town": "緑町", "block": "1-2-3", "former_surname": "藤本"},
    "光": {"name": "斎藤　ローラ", "kana": "サイトウ　ローラ", "birth_date": date(1948, 8, 15), "birth_text": "昭和23年8月15日", "sex": "",
          "town": "緑町", "block": "１番２３号"},
    "左": {"name": "佐藤　花子", "kana": "サトウ　ハナコ", "birth_date": date(1970, 2, 28), "birth_text": "昭和45年2月29日", "sex": "女",
          "town": "花咲町", "block": "1番地", "state": "left", "reason": "国内転出"},
}  # fmt: skip
"""By the name that tests call them by."""


@pytest.fixture(scope="module")
def city(module_databases):
    made = City(module_databases, module_databases.clock, households=len(PEOPLE) + 3, size=2,
                protected=(10 * (len(PEOPLE) + 1),))  # fmt: skip
    made.known = {}
    for number, (called, items) in enumerate(PEOPLE.items(), 1):
        one = made.resident(number * 10)
        given = {"reason": one.reason, **AS_ONE_LIVES, "building": "", **items}
        change(made, one, **given)
        made.known[one.resident_id] = called
    return made


def change(made, one, **changes):
    changes.setdefault("reason", one.reason)
    return made.databases("municipality").run(
        "test.change",
        lambda tx: register_store.change(tx, one, changed_on=one.changed_on, **changes),
        tenant=OLD,
        access=reading(),
    )


def hits(city, name="", **conditions):
    return Records(city.city).search(OLD, CLERK, Wanted(name, **conditions), REASON)


def found(city, name="", **conditions):
    """Those of :data:`PEOPLE` who are found; others may be."""
    people = hits(city, name, **conditions).residents
    return {city.known[one.resident_id] for one in people if one.resident_id in city.known}


RULES = {
    "1 a reading in katakana, and as keyboards have it": {
        "千鶴子": ["ワタナベ", "ﾜﾀﾅﾍﾞ", "わたなべ", "ワタナベ　チヅコ"], "一郎": ["タカハシ"], "かをり": ["サクライ"],
    },
    "2 voiced, half voiced or not": {
        "千鶴子": ["ワタナヘ", "ワタナペ", "チズコ", "チツコ", "ワタナベ　チスコ", "ハタナベ"], "小百合": ["ヤマサキ"],
        "ヴィオラ": ["ビオラ", "ヒオラ", "シンガワ"], "かをり": ["カオリ", "サクライ　カオリ", "ザグライ"], "京子": ["バットリ"],
    },
    "3 small or large": {"京子": ["ハツトリ", "キヨウコ", "ハットリ　キヨウコ"], "ヴィオラ": ["ヴイオラ"]},
    "4 the whole, or a part": {
        "千鶴子": ["渡邉　千鶴子", "鶴子", "ナベ", "邉千"], "一郎": ["橋一", "カハシ"], "小百合": ["百合"], "京子": ["ットリ"],
    },
    "5 the given name alone": {
        "千鶴子": ["千鶴子", "チヅコ"], "一郎": ["一郎", "イチロウ"], "裕": ["裕", "ユウ"], "かをり": ["かをり", "カヲリ"],
    },
    "6 with or without a space": {
        "千鶴子": ["渡邉千鶴子", "渡邉 千鶴子", "渡邉　千鶴子", "ワタナベチヅコ"], "左": ["佐藤 花子", "佐藤花子", "ハナコ"],
    },
    "7 ウ after an O is オ": {
        "一郎": ["イチロオ", "タカハシイチロオ"], "京子": ["キョオコ", "ハットリキョオコ"], "左": ["サトオ"], "光": ["サイトオ"],
    },
    "8 with or without a long mark": {
        "光": ["サイトー", "ロラ", "サイトウローラ"], "京子": ["キョーコ", "キョコ"], "左": ["サトー", "サト"], "裕": ["ユー", "ユ"],
    },
    "9 every dash and space": {
        "光": [f"ロ{dash}ラ" for dash in "ー―－‐ｰ-−–"] + ["サイトウ ローラ", "サイトウ　ローラ"],
    },
    "10 variants of kanji": {
        "千鶴子": ["渡辺", "渡邊", "渡边", "渡\U00028622", "渡邉\U000e0102", "邊　千"], "一郎": ["高橋"], "小百合": ["山崎", "山嵜"],
        "裕": ["葛城", "葛\U000e0101城"], "かをり": ["桜井"], "光": ["斉藤", "齋藤", "齊藤", "斎籐", "斎籘"],
    },
    "11 letters that not everybody has, by what stands for them": {"一郎": ["\u9ad9橋", "高橋"], "小百合": ["山\ufa11"]},
}  # fmt: skip
CASES = [(rule, called, typed) for rule, given in RULES.items() for called, many in given.items() for typed in many]  # fmt: skip


@pytest.mark.parametrize(("rule", "called", "typed"), CASES)
def test_a_rule_of_the_standard_holds(city, rule, called, typed):
    assert called in found(city, typed) | found(city, typed, match="anywhere")


@pytest.mark.parametrize("typed", sorted({one for given in RULES.values() for many in given.values() for one in many}))  # fmt: skip
def test_it_is_found_without_choosing_how(city, typed):
    """A voice on the telephone says neither which voicing nor where a name begins."""
    assert found(city, typed)


def test_rule_12_signs_of_companies_are_no_part_of_it(city):
    """「（株）や（有）等の記号を入力及び検索できること」 is named as what no system has."""
    assert hits(city, "（株）").residents == hits(city, "㈱").residents == []


def test_exactly_is_the_whole_name(city):
    assert found(city, "渡辺千鶴子", match="exact") == {"千鶴子"}
    assert found(city, "ﾜﾀﾅﾍﾞ ﾁﾂﾞｺ", match="exact") == {"千鶴子"}
    for part in ("渡辺", "千鶴子", "ワタナベ", "ワタナベチツコ"):
        assert found(city, part, match="exact") == set()


def test_what_is_alike_is_shown_where_nobody_is_called_so_and_is_said(city):
    assert not hits(city, "ワタナベ").widened
    assert hits(city, "ワタナヘ").widened
    assert not hits(city, "ワタナヘ", match="exact").residents
    assert not hits(city, "ヘ").residents, "one letter is no part of a name to look for"


def test_a_given_name_is_a_beginning(city):
    for typed in ("百合", "千鶴子", "チヅコ", "チズコ", "裕", "Chizuko"):
        assert hits(city, typed).widened == (typed == "百合"), typed


def test_ji_is_no_shi_where_it_is_a_voiced_chi(city):
    """ヂ is チ with a mark and sounds as ジ; チ and シ are two sounds."""
    assert "千鶴子" in found(city, "チス")
    assert "千鶴子" in found(city, "チツ")
    assert "千鶴子" not in found(city, "シヅコ", match="anywhere")


def test_the_former_surname_finds(city):
    """2.1.3: 旧氏."""
    for typed in ("藤本", "藤本かをり", "藤本 かをり", "籐本", "本かを"):
        assert "かをり" in found(city, typed), typed
    assert not hits(city, "藤本").widened


@pytest.mark.parametrize(
    ("typed", "those"),
    [("1960", {"千鶴子", "一郎"}), ("昭和35年", {"千鶴子", "一郎"}), ("S35", {"千鶴子", "一郎"}), ("昭35", {"千鶴子", "一郎"}),
     ("s35.5", {"千鶴子"}), ("1960-05", {"千鶴子"}), ("1960年5月", {"千鶴子"}), ("昭和三十五年五月三日", {"千鶴子"}), ("19600503", {"千鶴子"}),
     ("1960/5/3", {"千鶴子"}), ("１９６０－５－３", {"千鶴子"}), ("1960ー05ー03", {"千鶴子"}), ("1960-05-04", set()),
     ("昭和64年", {"小百合", "裕"}), ("平成元年", {"小百合", "裕"}), ("H1", {"小百合", "裕"}), ("1989-01-07", {"小百合"}),
     ("昭和35年6月～昭和64年", {"一郎", "小百合", "裕", "左"}), ("1960-05-03から1960-12-31まで", {"千鶴子", "一郎"}), ("1960~1960", {"千鶴子", "一郎"}),
     ("1948", {"京子", "ヴィオラ", "光"}), ("昭和23年頃", {"京子", "ヴィオラ", "光"}), ("1948-08-15", {"京子", "光"}), ("1948-03-09", {"京子", "ヴィオラ"}),
     ("1948-04", {"京子"}), ("不詳", {"かをり"}), ("年月日不詳", {"かをり"}), ("unknown", {"かをり"}), ("昭和45年2月29日", {"左"})],
)  # fmt: skip
def test_a_date_of_birth_in_any_writing_whole_or_not(city, typed, those):
    """2.1.3: 生年月日（西暦・和暦）, whole eras' years, from and to; 1.1.8: days of which not all is known."""
    assert found(city, born=born(typed)) == those


@pytest.mark.parametrize("typed", ["", "35", "三日", "1960-13", "1960-05-32", "令和0年", "1965～1960", "1850", "1960～1961～1962", "昨日"])  # fmt: skip
def test_what_is_no_date_of_birth_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        born(typed)


def test_a_span_ends_with_the_last_day_of_what_was_typed():
    assert born("1960～1962") == Born(date(1960, 1, 1), date(1962, 12, 31))
    assert born("2024-02") == Born(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("typed", "those"),
    [("新山下", {"千鶴子", "一郎"}), ("新山下２丁目１２", {"千鶴子", "一郎"}), ("新山下2-12-3", {"千鶴子"}), ("新山下二丁目十二番地の三", {"千鶴子"}),
     ("新山下2丁目12番地3", {"千鶴子"}), ("新山下２－１２－３　コーポ湘南２０３", {"千鶴子"}), ("新山下2-12-3 コーポ湘南203号室", {"千鶴子"}),
     ("新山下2-1", set()), ("湘南", {"千鶴子"}), ("こーぽ湘南", {"千鶴子"}), ("203", {"千鶴子"}), ("2-12-3", {"千鶴子"}),
     ("神奈川県横浜市中区元町", {"小百合"}), ("横浜市中区元町", {"小百合"}), ("中区元町", {"小百合"}), ("元町無番地", {"小百合"}),
     ("霞ケ丘", {"裕"}), ("霞が丘123", set()), ("霞ヶ丘123番地", {"裕"}), ("百二十三番地", {"裕"}), ("北1条西1-1 101", {"京子"}), ("北一条", {"京子"}),
     ("豊原", {"ヴィオラ"}), ("豊原字上原5", {"ヴィオラ"}), ("大字豊原", {"ヴィオラ"}), ("上原", {"ヴィオラ"}),
     ("緑町1-2", {"かをり"}), ("緑町1-2-3", {"かをり"}), ("緑町１番２３号", {"光"}), ("緑町1ー23", {"光"}), ("綠町1", {"かをり", "光"})],
)  # fmt: skip
def test_a_part_of_an_address_with_numbers_in_any_writing(city, typed, those):
    """2.1.3: 住所, 方書, 項目内部分検索."""
    assert found(city, place=typed) == those


def test_all_conditions_hold_together(city):
    assert found(city, "ワタナベ", born=born("S35"), place="新山下", sex="女") == {"千鶴子"}
    assert found(city, born=born("1960"), sex="男") == {"一郎"}
    assert found(city, place="新山下", born=born("1960-05")) == {"千鶴子"}
    assert found(city, "ワタナベ", born=born("1961")) == set()
    assert found(city, "ワタナベ", place="緑町") == set()
    assert found(city, "サト", state="here") == set()
    assert found(city, "サト", state="gone") == {"左"}
    assert "かをり" in found(city, "サクライ", born=born("不詳"))


def test_who_left_is_found_as_a_closed_record(city):
    """2.1.3: 住民票を消除した事由; the record is kept to be found (除票)."""
    [one] = hits(city, "佐藤花子").residents
    assert one.state == "left"


def test_where_somebody_lived_finds_and_is_said(city):
    """2.1.3: 氏名及び住所の検索は、過去のものも横断的に."""
    one = city.resident(10 * (len(PEOPLE) + 3))
    first = change(
        city,
        one,
        town="旧居町",
        block="７番地",
        building="",
        former_address="北海道札幌市中央区大通西３丁目",
    )
    change(city, first, town="新居町", block="８番地")
    for typed, line in (
        ("旧居町7", "旧居町７番地"),
        ("札幌市中央区大通西3", "大通西３丁目"),
        ("大通西", "大通西３丁目"),
    ):
        seen = hits(city, place=typed)
        [found] = [r for r in seen.residents if r.resident_id == one.resident_id]
        assert found.town == "新居町"
        assert any(line in was for was in seen.lived_of(found)), typed
    assert not hits(city, place="新居町").lived


def test_numbers_find(city):
    """2.1.3: 宛名番号, 世帯番号; with spaces, hyphens and in any width."""
    one = city.resident(10)
    number = one.resident_id
    assert found(city, number) == {"千鶴子"}
    assert found(city, f"{number[:5]} - {number[5:]}".translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})) == {"千鶴子"}  # fmt: skip
    together = hits(city, one.household_number).residents
    assert {r.household_number for r in together} == {one.household_number}
    assert len(together) == 2


def test_by_no_place_anybody_is_found_where_somebody_protected_lives(city):
    """I8: that they are found by it would say where they live. By name they are found and marked, without the place."""
    guarded = city.resident(10 * (len(PEOPLE) + 1))
    beside = city.resident(10 * (len(PEOPLE) + 1) + 1)
    neighbour = city.resident(10 * (len(PEOPLE) + 2))
    assert guarded.protected
    assert not beside.protected
    moved = change(
        city, neighbour, town=guarded.town, block=guarded.block, building=guarded.building
    )
    change(city, moved, town="隣町", block="9番地")
    by_place = {r.resident_id for r in hits(city, place=guarded.town).residents}
    whole = {r.resident_id for r in hits(city, place=guarded.address).residents}
    hidden = {guarded.resident_id, beside.resident_id, neighbour.resident_id}
    assert not whole & hidden
    assert not by_place & (hidden - {neighbour.resident_id}), (
        "who lived elsewhere in the town, too, is found by that"
    )
    lived = hits(city, place=guarded.town).lived
    assert guarded.address not in {was.line for was in lived}
    assert not hits(city, guarded.name, place=guarded.town).residents
    seen = hits(city, guarded.name)
    assert guarded.resident_id in {r.resident_id for r in seen.residents}
    assert all(seen.protection.covers(r) for r in seen.residents if r.resident_id in {guarded.resident_id, beside.resident_id})  # fmt: skip


@pytest.mark.parametrize("member", [0, 1])
def test_who_is_not_shown_is_not_recorded_as_seen(city, member):
    """Neither who is protected nor who lives with them: it would be read that somebody looked for the place."""
    hidden = city.resident(10 * (len(PEOPLE) + 1) + member)
    looks = "SELECT count(*) FROM audit_subject WHERE subject = %s"

    def looked():
        return city._read(OLD, lambda tx: tx.value(looks, (hidden.resident_id,)))

    before = looked()
    hits(city, place=hidden.address)
    assert looked() == before
    hits(city, hidden.resident_id)
    assert looked() == before + 1


def test_numbers_in_kanji_are_the_same_in_the_database(city):
    for written in (
        "二十三",
        "三五十",
        "百",
        "千二百",
        "〇",
        "二〇二六",
        "十",
        "三千",
        "百十一",
        "北一条西二十丁目",
        "八百屋",
        "九十九里",
        "万",
        "",
    ):
        assert city._read(OLD, lambda tx, w=written: tx.value("SELECT arabic(%s)", (w,))) == arabic(
            written
        )


def test_every_agreed_substitute_finds_both_forms(city):
    for one, other in SUBSTITUTES.items():
        keys = city._read(
            OLD,
            lambda tx, o=one, t=other: tx.column(
                "SELECT variant_key(x) FROM unnest(%s::text[]) x", ([o, t],)
            ),
        )
        assert len(set(keys)) == 1, (one, other)


def test_both_lists_of_forms_are_of_one_length_and_end_where_they_lead(city):
    other, usual = city._read(
        OLD, lambda tx: tx.column("SELECT unnest(ARRAY[other_forms(), usual_forms()])")
    )
    assert len(other) == len(usual) == len(set(other))
    assert not set(other) & set(usual)


# ---------------------------------------------------------------- the page


@pytest.fixture
def desk(city):
    return signed_in_at(
        city.street, f"city:{OLD}", "municipality", "staff", CLERK.staff_id, name=CLERK.name, roles=sorted(CLERK.roles),
    )  # fmt: skip


def main(page):
    return " ".join(html.fromstring(page.content).find(".//main").text_content().split())


def test_the_page_shows_reading_address_and_birth(city, desk):
    page = main(
        desk.get("/desk/residents", params={"born": "S35.5", "purpose": "notice", "lang": "en"})
    )
    for words in ("Watanabe Chizuko", "渡邉 千鶴子", "1960", "新山下二丁目", "1 found"):
        assert words in page, words


@pytest.mark.parametrize(
    ("given", "said"),
    [({"q": "0000000012"}, "A digit of this number is wrong"),
     ({"born": "昨日"}, "Enter a date of birth such as"), ({"born": "8.4.1"}, "Of which era"), ({}, "Nobody was looked for"), ({"sex": "女"}, "Nobody was looked for"),
     ({"q": "ワタナヘ"}, "No name begins so"), ({"q": "居ない人"}, "Nobody is found by “居ない人”"),
     ({"q": "ワタナベ", "born": "1850"}, "Enter a date"), ({"q": "ワタナベ", "born": "1999"}, "Nobody agrees with all of this")],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_said(desk, given, said):
    page = desk.get("/desk/residents", params={**given, "purpose": "notice", "lang": "en"})
    assert said in main(page)


@pytest.mark.parametrize("number", ["123456789018", "12345678901", "１２３４　５６７８　９０１８"])
@pytest.mark.parametrize("how", ["typed into the field", "typed into the address"])
def test_a_number_of_the_persons_own_stays_in_no_address(desk, number, how):
    typed = {"q": number, "purpose": "notice"}
    if how == "typed into the field":
        headers = {"origin": str(desk.base_url).rstrip("/")}
        answer = desk.post("/desk/search?lang=en", data=typed, headers=headers)
    else:
        answer = desk.get("/desk/residents", params=typed | {"lang": "en"})
    where = answer.headers["location"]
    assert where.partition("?")[0].endswith("/desk/residents")
    assert not re.search(r"\d{4}", where)
    page = desk.get(f"{where}{'&' if '?' in where else '?'}lang=en").text
    assert "municipality.number-not-here" in page
    assert number not in page


def test_what_is_searched_is_sent_and_comes_back_in_an_address_that_opens_anew(desk):
    headers = {"origin": str(desk.base_url).rstrip("/")}
    typed = {"q": "渡辺", "purpose": "notice", "note": "7", "born": ""}
    answer = desk.post("/desk/search", data=typed, headers=headers)
    assert answer.status_code == 303
    page = main(desk.get(f"{answer.headers['location']}&lang=en"))
    assert "found" in page


def sent(browser, number):
    return browser.post(
        "/desk/residents?lang=en",
        data={"number": number, "number_purpose": "notice"},
        headers={"origin": str(browser.base_url).rstrip("/")},
    )


def test_a_number_of_the_persons_own_is_sent_and_leads_to_the_record(city, desk):
    one = city.resident(10)
    change(city, one, residence_card_number="AB12345678CD")
    own = [
        one.individual_number.reveal(duty=KEEPING),
        str(one.record_code),
        "ａｂ１２３４５６７８ｃｄ",
    ]
    for number in own:
        answer = sent(desk, number)
        where = answer.headers["location"]
        assert where.partition("?")[0].endswith(f"/desk/residents/{one.resident_id}")
        assert number not in where
    wrong = own[0][:-1] + str((int(own[0][-1]) + 1) % 10)
    unknown = IndividualNumber.from_body("88888888888").reveal(duty=KEEPING)
    for number, said in (
        (wrong, "A digit of this number is wrong"),
        (unknown, "Nobody in the records"),
        ("12", "A digit"),
        ("x", "A digit"),
    ):
        page = followed(desk, sent(desk, number))
        assert said in main(page)
        assert f'value="{number}"' not in page.text


def test_more_than_a_page_is_said(city, desk, monkeypatch):
    monkeypatch.setattr("kazasu.municipality.register.service.records.MOST", 3)
    seen = hits(city, place="横浜市")
    assert seen.more
    assert len(seen.residents) <= 3
    page = desk.get(
        "/desk/residents", params={"place": "横浜市", "purpose": "notice", "lang": "en"}
    )
    assert "narrow it down" in main(page)


def test_the_longest_that_a_register_may_hold_is_no_trouble(city):
    """An index takes no more than some thousand bytes."""
    one = city.resident(10 * (len(PEOPLE) + 2) + 1)
    long = change(
        city, one, name="長" * 500, kana="ナガ" * 250, town="町" * 500, block="1番地" * 100, building="\U00020bb7" * 500
    )  # fmt: skip
    assert long.resident_id in {r.resident_id for r in hits(city, "長長長").residents}
