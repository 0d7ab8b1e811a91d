"""Who comes from a municipality that is not in the directory: entered from the paper, nobody asked but the network, and the notice of moved-in is a
letter on paper."""

import re
import zlib
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from lxml import html

from kazasu.contracts.jukinet import ClaimPerson, GiveNumbers
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.foundation.values.places.postcodes import municipality_called
from kazasu.municipality.abroad.outside import Outside, number_of
from kazasu.municipality.abroad.service.outside import TAKING, FromOutside
from kazasu.municipality.hall import printing
from kazasu.municipality.register import store as register_store
from tests.municipality.abroad.test_first_entry import (
    NOWHERE,
    dated,
    foreign,
    japanese,
    network,
    record,
)
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support.city import CLERK, COUNTER, NEW, OLD, code_of, reading
from tests.support.every_page import Seen
from tests.support.town import Town

CODE = ResidentRecordCode.from_body("1234567890")
NUMBER = IndividualNumber.from_body("12345678901")
OTHER = IndividualNumber.from_body("22345678901")


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def said(town, first=None, **more):
    given = {
        "first": first or japanese(town), "old_city": "愛知県名古屋市", "old_address": "中区三の丸三丁目１番１号", "paper": "名転第7号",
        "planned_on": today(town.clock) - timedelta(days=1), "code": CODE,
    }  # fmt: skip
    return Outside(**given | more)


def comes(town, outside, number=NUMBER, mark=""):
    found = FromOutside(town.city).enter(NEW, CLERK, outside, number, mark=mark)
    town.settle()
    return record(town, found)


def refused(town, outside, number=NUMBER):
    with pytest.raises(Refusal) as caught:
        comes(town, outside, number)
    return caught.value.fault.code


def letters(town, clerk=COUNTER):
    return FromOutside(town.city).letters(NEW, clerk)


def test_entered_from_the_paper_and_marked_as_not_asked(town):
    found = comes(town, said(town), mark="a" * 32)
    assert (found.state, found.reason, found.record_code) == ("resident", "国内転入", CODE)
    assert found.individual_number == NUMBER
    assert found.former_address == "愛知県名古屋市中区三の丸三丁目１番１号"
    assert "名転第7号" in found.because
    assert "電子では照会していない" in found.because
    assert network(town, CODE) == (NEW, found.resident_since, None)
    assert town.broken() == {}
    again = comes(town, said(town), mark="a" * 32)
    assert (again.resident_id, again.version) == (found.resident_id, found.version), "pressed twice"
    with pytest.raises(
        Refusal
    ) as caught:  # another page of the same person: what it says is not written
        comes(town, said(town, old_address="中区三の丸７番７号"), mark="b" * 32)
    assert caught.value.facts["resident_id"] == found.resident_id
    assert record(town, found.resident_id) == found


def test_a_family_joins_one_after_the_other(town):
    head = comes(town, said(town))
    child = comes(town, said(
        town, japanese(town, name="佐藤　陸", kana="サトウ　リク", sex="男", born=today(town.clock) - timedelta(days=900),
                       joins=head.household_number, relationship="子", address=NOWHERE),
        code=ResidentRecordCode.from_body("1234567891"),
    ), OTHER)  # fmt: skip
    assert (child.household_number, child.relationship, child.address) == (
        head.household_number, "子", head.address,
    )  # fmt: skip
    assert len(letters(town)) == 2


def test_what_is_refused_and_why(town):
    assert refused(town, said(town, old_city="名古屋市")) == "municipality.outside-city", (
        "several have one name"
    )
    assert refused(town, said(town, old_city="愛知県東京市")) == "municipality.outside-city"
    assert (
        refused(town, said(town, old_city="神奈川県横浜市中区")) == "municipality.outside-connected"
    )
    assert refused(town, said(town, code="12345678901")) == "municipality.outside-code"
    assert refused(town, said(town, code=code_of(10))) == "municipality.outside-known", (
        "registered in Yokohama"
    )
    ahead = japanese(town, on=today(town.clock) + timedelta(days=1))
    assert refused(town, said(town, ahead)) == "municipality.from-abroad-day-ahead"
    no_card = foreign(town, card_number="1")
    assert refused(town, said(town, no_card)) == "municipality.first-entry-card-number"
    head = comes(town, said(town))
    other = said(town, code=ResidentRecordCode.from_body("1234567891"))
    assert (
        refused(town, replace(other, first=japanese(town, name="佐藤　月")))
        == "municipality.number-held"
    )
    assert refused(town, said(town, paper="another")) == "municipality.first-entry-known"
    assert record(town, head.resident_id).version == 1
    with pytest.raises(Refusal) as slip:
        number_of("123456789012")
    assert slip.value.fault.code == "municipality.outside-number"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("愛知県名古屋市", "愛知県名古屋市"),
        ("愛知県 名古屋市中区", "愛知県名古屋市"),
        ("愛知県愛知郡東郷町", "愛知県東郷町"),
        ("東京都利島村", "東京都利島村"),
        ("愛知県", ""),
        ("名古屋市", ""),
        ("愛知県横浜市", ""),
    ],
)
def test_a_municipality_is_one_of_the_table(written, found):
    assert municipality_called(written) == found


@pytest.mark.parametrize(
    ("city", "address", "whole"),
    [
        ("大阪府大阪市北区", "梅田１丁目１番", "大阪府大阪市北区梅田１丁目１番"),
        ("大阪府 大阪市北区", "北区梅田１丁目１番", "大阪府大阪市北区梅田１丁目１番"),
        ("大阪府大阪市", "北区梅田１丁目１番", "大阪府大阪市北区梅田１丁目１番"),
        ("愛知県名古屋市中区", "三の丸３丁目", "愛知県名古屋市中区三の丸３丁目"),
        ("愛知県愛知郡東郷町", "大字春木", "愛知県愛知郡東郷町大字春木"),
        ("愛知県東郷町", "大字春木", "愛知県愛知郡東郷町大字春木"),
        ("東京都利島村", "１番地", "東京都利島村１番地"),
    ],
)
def test_the_former_address_keeps_its_ward_and_county(town, city, address, whole):
    """前住所 in the record, on the page and in the letter is what the paper has; the letter goes to the city."""
    outside = replace(said(town), old_city=city, old_address=address)
    assert outside.former_address == whole
    assert outside.municipality == municipality_called(city)
    assert "区" not in outside.municipality


@pytest.mark.parametrize("written", ["大阪府大阪市中野区", "大阪府北区", "愛知県名古屋郡東郷町"])
def test_a_ward_or_county_that_is_not_there_is_no_municipality(written):
    assert municipality_called(written) == ""


def test_a_number_of_somebody_in_another_city_is_refused(town):
    """The network holds whose a number is (番号法 8条2項1号); this city's own register could not know it."""
    theirs = town.resident(10, OLD)
    assert refused(town, said(town), theirs.individual_number) == "jukinet.number-of-another"
    assert town.states(10) == {OLD: "resident", NEW: None}
    assert comes(town, said(town)).state == "resident", "with the right digits, afterwards"
    assert town.broken() == {}


def test_a_number_that_was_given_is_nobody_elses(town):
    """Nothing of a given number lies at the network: its place in the row says whose it is."""
    ask = GiveNumbers(request_id=uuid4(), municipality_code=MunicipalityCode(OLD))
    given = town.city.inquirer(OLD).ask(ask, of="jukinet", purpose=TAKING)
    assert refused(town, said(town), given.individual_number) == "jukinet.number-of-another"
    again = given.resident_record_code
    assert comes(town, said(town, code=again), given.individual_number).record_code == again


def test_a_number_is_held_from_the_registration_on(town):
    """Two papers with one number: the second is another city's, later or while the first is being written."""

    def claimed(code, city, number=NUMBER):
        ask = ClaimPerson(
            request_id=uuid4(), resident_record_code=code, municipality_code=MunicipalityCode(city),
            what="from-outside", individual_number=number,
        )  # fmt: skip
        try:
            town.city.inquirer(city).ask(ask, of="jukinet", purpose=TAKING)
        except Refusal as refusal:
            return refusal.fault.code
        return ""

    second = ResidentRecordCode.from_body("2234567890")
    assert claimed(CODE, OLD, OTHER) == ""
    assert claimed(second, OLD, OTHER) == "jukinet.number-of-another", "while it is being written"
    comes(town, said(town, code=ResidentRecordCode.from_body("3234567890")))
    assert claimed(second, OLD) == "jukinet.number-of-another", "afterwards"
    assert claimed(second, OLD, None) == "", "an older sender says none"


def test_a_planned_day_after_they_came_is_looked_at(town):
    """Nine hundred days ahead is a slip of the pen; the review says so."""
    ahead = said(town, planned_on=today(town.clock) + timedelta(days=900))
    assert ahead.ahead
    assert not said(town, planned_on=ahead.first.on).ahead


def text_of(pdf):
    """Is it a PDF that says what it is of?"""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"".join(_inflated(one) for one in streams)


def _inflated(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_the_notice_is_printed_posted_once_and_then_does_not_wait(town, monkeypatch):
    comes(town, said(town))
    [(letter, resident, hidden)] = letters(town)
    assert (letter.old_city, letter.sent_at, hidden) == ("愛知県名古屋市", None, False)
    kept = {}
    real = printing.printed

    def noting(template, document):
        kept.update(document)
        return real(template, document)

    monkeypatch.setattr(printing, "printed", noting)
    pdf = FromOutside(town.city).print(NEW, COUNTER, letter.token)
    assert pdf.startswith(b"%PDF")
    assert text_of(pdf)
    assert (kept["to"], kept["name"], kept["old_address"]) == (
        "愛知県名古屋市", resident.name, "愛知県名古屋市中区三の丸三丁目１番１号",
    )  # fmt: skip
    assert kept["new_address"] == resident.address
    assert NUMBER.reveal(duty="test") not in str(kept)
    for _ in range(2):
        FromOutside(town.city).sent(NEW, COUNTER, letter.token)
    [(after, *_)] = letters(town)
    assert after.sent_by == COUNTER.staff_id
    with pytest.raises(Refusal) as unknown:
        FromOutside(town.city).print(NEW, COUNTER, uuid4())
    assert unknown.value.fault.code == "municipality.outside-letter-unknown"


def test_of_who_is_protected_since_no_new_address_is_printed(town, monkeypatch):
    found = comes(town, said(town))

    def protect(tx):
        one = register_store.by_id(tx, found.resident_id)
        register_store.change(
            tx, one, reason="職権修正", changed_on=today(town.clock), protected=True
        )

    town.databases("municipality").run("test.protect", protect, tenant=NEW, access=reading())
    [(letter, _, hidden)] = letters(town)
    assert hidden
    with pytest.raises(Refusal) as refusal:
        FromOutside(town.city).print(NEW, COUNTER, letter.token)
    assert refusal.value.fault.code == "municipality.outside-letter-protected"
    kept = {}
    monkeypatch.setattr(printing, "printed", lambda _, document: kept.update(document) or b"")
    FromOutside(town.city).print(NEW, CLERK, letter.token)
    assert kept["new_address"] == ""
    page = html.fromstring(desk(town, NEW).get("/desk/from-outside/letters?lang=en").content)
    assert "名古屋" not in page.text_content()


def test_through_the_pages_and_the_number_is_kept_nowhere(town):
    browser = desk(town, NEW)
    first = html.fromstring(browser.get("/desk?lang=en").content)
    assert first.xpath("//a[@href='/desk/from-outside']")
    form = html.fromstring(browser.get("/desk/from-outside").content).get_element_by_id("main-form")
    given = {
        "old_city": "愛知県名古屋市", "old_address": "中区三の丸三丁目１番１号", "paper": "名転第7号", "code": CODE,
        "people": "japanese", "name": "佐藤　空", "kana": "サトウ　ソラ", "sex": "女", "registered_domicile": "愛知県名古屋市中区",
        "domicile_head": "佐藤　空", "city": "札幌市中央区", "town": "大通", "block": "9番地", "document": "passport",
        **dated("planned_on", today(town.clock)), **dated("born", today(town.clock).replace(year=1990)),
        **dated("on", today(town.clock)),
    }  # fmt: skip
    wrong = sent(browser, form, "", **given | {"old_city": "神奈川県横浜市"})
    names = wrong.xpath("//*[contains(@class, 'field-invalid')]//input/@name")
    assert "old_city" in names
    shown = sent(browser, form, "", **given)
    assert "not asked electronically" in shown.text_content()
    digits = NUMBER.reveal(duty="test")
    review = shown.get_element_by_id("main-form")
    empty = sent(browser, review, "write")
    assert "Enter the individual number" in empty.text_content()
    slip = sent(browser, review, "write", number=digits[:-1] + str((int(digits[-1]) + 1) % 10))
    assert "no individual number" in slip.text_content()
    assert "number" in slip.xpath("//*[contains(@class, 'field-invalid')]//input/@name")
    assert digits[:-1] not in html.tostring(slip, encoding="unicode")
    done = sent(browser, slip.get_element_by_id("main-form"), "write", number=digits)
    assert "waits to be posted" in done.text_content(), done.text_content()[:500]
    town.settle()
    one = town._read(NEW, lambda tx: register_store.by_record_code(tx, CODE))
    assert (one.name, one.block, one.individual_number) == ("佐藤　空", "９番地", NUMBER)
    listed = html.fromstring(browser.get("/desk/from-outside/letters?lang=en").content)
    assert "愛知県名古屋市" in listed.text_content()
    assert browser.get(listed.xpath("//a[contains(@href, '.pdf')]/@href")[0]).content.startswith(
        b"%PDF"
    )
    posted = sent(browser, listed.xpath("//form[contains(@action, '/sent')]")[0], "")
    assert "Sent by post" in posted.text_content()
    assert town.resident(10, OLD).state == "resident"


def test_the_pages_read_right_in_both_languages(town):
    """By the rules that hold on every page; nobody is looked at for it."""
    comes(town, said(town))
    browser = desk(town, NEW)
    wrong = []
    for address in ("/desk/first-entry", "/desk/from-outside", "/desk/from-outside/letters"):
        for language in ("ja", "en"):
            content = browser.get(f"{address}?lang={language}").content
            wrong += Seen("clerk", address, language, content).wrong()
    assert wrong == []
