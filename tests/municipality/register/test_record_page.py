"""A record's page says every item that the register keeps of a person, or it is listed why it does not."""

from dataclasses import fields, replace
from datetime import date

from lxml import html

from kazasu.foundation.time.dates import long_date
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.history import (
    NOT_ON_THE_PAGE,
    OF_OTHER_LEDGERS,
    ON_THE_PAGE,
    WHEN_CLOSED,
    kind_of_foreigner,
)
from kazasu.municipality.register.model import Resident
from tests.municipality.test_desk_pages import desk
from tests.support.city import CLERK, NEW, OLD, reading
from tests.support.town import Town

FILLED = {
    "former_surname": "大林", "name_roman": "NGUYEN THI ANH", "registered_domicile": "神奈川県藤沢市辻堂",
    "domicile_head": "試験　太郎", "nationality": "ベトナム", "residence_status": "技術・人文知識・国際業務",
    "residence_until": date(2027, 3, 31), "residence_card_number": "AB12345678CD", "former_address": "東京都港区芝",
    "planned_to": "北海道札幌市", "planned_on": date(2026, 12, 24), "confirmed_to": "北海道札幌市中央区大通",
    "confirmed_on": date(2026, 12, 25), "national_health_insurance": True, "late_elderly_insurance": True,
    "care_insurance": True, "pension_kind": "第１号", "child_allowance": True, "notified_on": date(2026, 11, 27),
    "postcode": "2310005",
}  # fmt: skip


def lines_of(town, number, city=OLD):
    one = town.resident(number, city).resident_id
    page = html.fromstring(desk(town, city).get(f"/desk/residents/{one}?lang=ja").content)
    found = page.xpath("//dl[@class='description-list'][1]/div")
    return {row.findtext("dt"): row.find("dd").text_content().strip() for row in found}


def test_every_item_of_the_register_is_on_the_page_or_listed_with_a_reason(databases, clock):
    kept = {one.name for one in fields(Resident)}
    shown = {"address" if one.field == "address" else one.field for one in ON_THE_PAGE}
    assert shown - {"address"} | set(NOT_ON_THE_PAGE) == kept
    assert not shown & set(NOT_ON_THE_PAGE)
    town = Town(databases, clock)
    before = town.resident(11)
    town.databases("municipality").run(
        "test.filled",
        lambda tx: register_store.change(tx, before, reason="職権修正", changed_on=date(2026, 11, 1), **FILLED),
        tenant=OLD, access=reading(),
    )  # fmt: skip
    lines, now = lines_of(town, 11), replace(before, **FILLED)
    for item in ON_THE_PAGE:
        value = getattr(now, item.field)
        wanted = (
            long_date(value).split("（")[0]
            if isinstance(value, date)
            else "はい"
            if value is True
            else value
        )
        if item.how not in ("born", "related", "household", "copied"):
            assert wanted in lines[item.label.ja], item.field
    assert lines["宛名番号"].startswith(before.resident_id)
    assert lines["法30条の45の区分"] == "中長期在留者"
    assert lines["世帯主"].startswith(town.resident(10).name)


def test_a_closed_record_keeps_what_it_was_closed_with(databases, clock):
    town = Town(databases, clock)
    before = town.resident(11)
    case = town.moved()
    lines = lines_of(town, 11)
    assert lines["世帯番号"].startswith(before.household_number)
    assert lines["世帯主"].startswith(town.resident(10).name), "住民基本台帳法 7条4号"
    assert lines["転出日（予定）"]
    assert lines["転入通知を受けた日"]
    assert lines["転出先（確定）"].startswith(town.resident(11, NEW).address[:3])
    page = desk(town).get(f"/desk/out/{case}?lang=ja").text
    assert "転出先（確定）" in page
    assert town.resident(11, NEW).address in page


def test_what_ended_with_a_record_is_said_of_then(databases, clock):
    """A closed record keeps that somebody was insured, and does not say that they are; nobody is found by a number that no household has."""
    town = Town(databases, clock, size=1)
    before = town.resident(10)
    insured = dict.fromkeys(OF_OTHER_LEDGERS - {"pension_kind"}, True) | {"pension_kind": "第1号"}
    town.databases("municipality").run(
        "test.filled",
        lambda tx: register_store.change(tx, before, reason="職権修正", changed_on=date(2026, 11, 1), **insured),
        tenant=OLD, access=reading(),
    )  # fmt: skip
    labels = [one.label.ja for one in ON_THE_PAGE if one.field in OF_OTHER_LEDGERS]
    assert set(labels) <= set(lines_of(town, 10))
    one = town.resident(10)
    Deaths(town.city).enter(
        OLD, CLERK, one.resident_id, one.version, Death(date(2026, 11, 20), "notice")
    )
    lines = lines_of(town, 10)
    assert not set(labels) & set(lines)
    assert {label + WHEN_CLOSED.ja for label in labels} <= set(lines)
    page = html.fromstring(desk(town).get(f"/desk/residents/{one.resident_id}?lang=en").content)
    number = page.get_element_by_id("household-number")
    assert not number.getparent().find_class("copy")
    assert "nobody is in this household now" in number.getparent().text_content()


def test_the_kinds_of_foreign_residents():
    def kind(nationality, status):
        return kind_of_foreigner(_Of(nationality, status))

    assert [kind("", ""), kind("韓国", "特別永住者"), kind("ベトナム", "技能実習"), kind("米国", "")] == [
        "", "特別永住者", "中長期在留者", "出生・国籍喪失による経過滞在者",
    ]  # fmt: skip
    assert kind("無国籍", "一時庇護許可") == "一時庇護許可者・仮滞在許可者"


class _Of:
    def __init__(self, nationality, status):
        self.nationality, self.residence_status = nationality, status
