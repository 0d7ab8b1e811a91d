"""A typed person: a real card a second later, good for signing in, known to no city, and only in a sandbox."""

from datetime import date

import pytest

from kazasu.card.chip.image import CardBox
from kazasu.card.client import CardClient
from kazasu.card.transports.tray import read_tray
from kazasu.card.transports.virtual import VirtualReader
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.society import custom_people
from tests.support.pages import followed
from tests.support.street import Street, prepared

FIELDS = {
    "name": "試験　次郎", "kana": "シケン　ジロウ", "address": "東京都千代田区霞が関１丁目", "sex": "1",
    "birth-year": "2001", "birth-month": "2", "birth-day": "28",
}  # fmt: skip


@pytest.fixture(scope="module")
def rooms(module_databases):
    return Street(module_databases, module_databases.clock, "jpki", "society")


@pytest.fixture
def street(rooms):
    (folder(rooms) / "tray.json").write_text("[]", encoding="utf-8")
    return rooms


def folder(street):
    return street.settings.directory_file.parent


def certificates(databases):
    return databases("jpki").read(
        "test.count",
        lambda tx: tx.value("SELECT count(*) FROM certificate"),
        access=Access("system:test", "test.count", Text("試験", "test")),
    )


def post(street, client=None, **changes):
    client = client or street.browser()
    origin = street.directory.origin("society")
    return client.post(f"{origin}/tray/new", data=FIELDS | changes, headers={"origin": origin})


def shown(street, **changes):
    """The page that the form leads to."""
    browser = street.browser()
    return followed(browser, post(street, browser, **changes)).text


def test_whoever_is_typed_lies_first_in_the_tray(street):
    answer = post(street)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tray")
    (card,) = read_tray(folder(street))
    assert (card.name, card.born) == ("試験　次郎", "2001-02-28")
    assert "in no city's register" in card.story_en
    reader = VirtualReader(CardBox(folder(street) / "cards"), card.card_id)
    client = CardClient(reader)
    assert client.attributes("1234").name == "試験　次郎"
    assert client.authenticate(b"x", "1234").certificate
    assert client.sign(b"x", "ABC123").signature
    reader.close()


@pytest.mark.parametrize("day", [(1, 26), (12, 31)])
def test_the_card_lasts_until_the_tenth_birthday_after_its_issue(street, day):
    """A birthday still to come this year is the first (nakano.nagano.jp: issued 2027-01-06, born on 26 January, until 2036-01-26)."""
    month, of_month = day
    post(street, **{"birth-year": "1990", "birth-month": f"{month}", "birth-day": f"{of_month}"})
    (card,) = read_tray(folder(street))
    now = today(street.clock)
    ahead = date(now.year, month, of_month) > now
    assert card.expires_on == date(now.year + 10 - ahead, month, of_month).isoformat()


def test_the_certificates_are_recorded_as_any_others(street, module_databases):
    before = certificates(module_databases)
    post(street)
    assert certificates(module_databases) == before + 2


def test_a_child_gets_no_signing_certificate(street):
    post(street, **{"birth-year": "2020"})
    (card,) = read_tray(folder(street))
    reader = VirtualReader(CardBox(folder(street) / "cards"), card.card_id)
    assert not CardClient(reader).has_signing_certificate()
    reader.close()


def test_the_page_offers_a_person_and_keeps_what_was_typed(street):
    origin = street.directory.origin("society")
    page = street.browser().get(f"{origin}/tray/new", headers={"accept-language": "en"})
    assert 'value="1990"' in page.text
    refused = shown(street, name="", address="鳥取県")
    assert "鳥取県" in refused
    assert "氏名：入力してください" in refused
    assert "今日までの日付" in shown(street, **{"birth-year": "2199"})
    assert read_tray(folder(street)) == []


def test_the_way_back_is_a_reader_and_nothing_else(street):
    for evil in ("http://evil.test/", "http://[", "http://[x]/"):
        assert "society.not-a-reader" in shown(street, back=evil)
    terminal = street.directory.origin("terminal")
    assert "back=" in post(street, back=f"{terminal}/").headers["location"]


def test_the_tray_has_an_end(street, monkeypatch):
    monkeypatch.setattr(custom_people, "MOST", 1)
    assert post(street).status_code == 303
    assert "society.tray-full" in shown(street)


def test_production_issues_nothing_to_the_typed(module_databases):
    databases, clock = module_databases, module_databases.clock
    passphrase = prepared(clock) / "pki" / "passphrase"
    street = Street(
        databases, clock, "jpki", mode="production", pki_passphrase_file=str(passphrase)
    )
    kinds = {kind.__name__ for kind in street.process.rooms["jpki"].inquiries}
    assert "IssueOnRequest" not in kinds
    assert "ValidateAuthentication" in kinds
