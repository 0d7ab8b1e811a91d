"""The card's electronic record, over HTTP: got on a phone, shown to the payment service, refused, ended, replayed."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from cryptography import x509
from joserfc import jws

from kazasu.card.mdoc.request import REGISTRY, sign_request
from kazasu.card.mdoc.wallet import Wallet
from kazasu.contracts.jpki.mdoc import IssueMdoc
from kazasu.contracts.jpki.people import PersonChanged
from tests.support.pages import followed
from tests.support.phones import PIN, Phone

SOTA, MAI, ANH = "山田　颯太", "渡邉\U000e0102　麻衣", "グエン アン"
"""21, 16, and a grown-up whom no other story needs: the card is ended here."""


class Till:
    """The payment service's page in a browser of its own, signed in."""

    def __init__(self, stage, person, card):
        self.stage = stage
        self.origin = stage.origin("pay")
        person = person(card)
        person.browser.get(f"{self.origin}/signin")
        person.tap(pin="1234")
        self.browser = person.browser

    def asks(self, button="Begin"):
        self.browser.get(f"{self.origin}/age").press(button).expect("Waiting for your phone")
        return self.address

    @property
    def address(self):
        links = self.browser.page.xpath("//a[contains(@href, '/present?')]/@href")
        return str(links[0])

    def now(self):
        return self.browser.get(f"{self.origin}/age")


@pytest.fixture
def till(stage, person):
    return lambda card: Till(stage, person, card)


@pytest.fixture
def phone(stage):
    """``phone(card)``: with certificates and, unless said otherwise, the record."""

    def make(card, *, record=True):
        made = Phone(stage, card).set_up()
        made.enrol(replaces=True).expect("What is on it")
        if record:
            got(made).expect("Whether 20 or older")
        return made

    return make


def got(phone, **changes):
    phone.browser.get(f"{phone.origin}/record/get")
    phone.hold_card()
    return phone.browser.press(
        "Sign and get it", **{"pin": PIN, "card_password": "ABC123"} | changes
    )


def shown(phone, address, **changes):
    return phone.browser.get(address).press("Show what is chosen", **{"pin": PIN} | changes)


def sql(country, query, *parameters):
    with psycopg.connect(country.databases[0]) as connection:
        connection.execute("SET search_path TO pay")
        found = connection.execute(query, parameters)
        return found.fetchall() if found.description else []


def test_got_shown_and_confirmed(country, phone, till):
    """The shop learns that she is 20 or older, and keeps nothing else."""
    sota, shop = phone(SOTA), till(SOTA)
    sota.browser.expect("There is no photo and no individual number in it").expect("Valid until")
    address = shop.asks()
    sota.browser.get(address).expect("Kazasu Pay").expect(shop.origin)
    sota.browser.expect("Confirm that you are 20 or older").expect("do not keep it")
    assert sota.browser.fields("item") == ["0"], "one item is asked for"
    sota.browser.press("Show what is chosen", pin=PIN).expect("It was shown")
    shop.now().expect("Confirmed: 20 or older")
    assert not shop.browser.has("2005")
    sota.browser.get(f"{sota.origin}/record").expect("Kazasu Pay: Whether 20 or older")
    assert sql(country, "SELECT count(*) FROM age_pending") == [(0,)]
    (row,) = sql(
        country, "SELECT row_to_json(c)::text FROM age_check c ORDER BY asked_at DESC LIMIT 1"
    )
    kept = json.loads(row[0])
    assert set(kept) == {
        "check_id", "wallet_id", "asked_at", "expires_at", "decided_at", "outcome", "code",
    }  # fmt: skip
    assert (kept["outcome"], kept["code"]) == ("confirmed", "")


def test_on_the_same_device_the_way_back_is_offered(phone, till):
    sota, shop = phone(SOTA), till(SOTA)
    shown(sota, shop.asks())
    back = sota.browser.page.xpath("//a[starts-with(text(), 'Back to')]/@href")
    assert back == [f"{shop.origin}/age"]


def test_refusing_is_an_answer(phone, till):
    sota, shop = phone(SOTA), till(SOTA)
    sota.browser.get(shop.asks()).press("Show what is chosen", pin=PIN, item=[])
    assert sota.browser.fault == "mdoc.item-refused"
    sota.browser.press("Refuse").expect("You refused").expect("nothing else")
    shop.now().expect("You chose not to show it")
    sota.browser.get(f"{sota.origin}/record").expect("Kazasu Pay: refused")


def test_a_wrong_pin_costs_a_try_and_nothing_leaves(phone, till):
    sota, shop = phone(SOTA), till(SOTA)
    shown(sota, shop.asks(), pin="0000").expect("2 more wrong tries lock it")
    assert sota.browser.fault == "card.wrong-pin"
    shop.now().expect("Waiting for your phone")
    sota.browser.press("Show what is chosen", pin=PIN).expect("It was shown")
    shop.now().expect("Confirmed")


def test_a_sixteen_year_old_is_not_confirmed_and_no_birth_date_is_told(phone, till):
    mai, shop = phone(MAI), till(MAI)
    shown(mai, shop.asks()).expect("It was shown")
    shop.now().expect("Not confirmed that you are 20 or older").expect(
        "did not see a date of birth"
    )
    assert "2010" not in shop.browser.text.replace(str(shop.stage.today.year), "")


def test_a_card_that_ended_ends_the_record(country, phone, till):
    anh, shop = phone(ANH), till(ANH)
    rooms = country.process.rooms
    life = rooms["jpki"].letters[PersonChanged].__self__
    ((card_id,),) = sql(
        country,
        """SELECT c.card_id FROM jpki.mdoc m JOIN jpki.certificate c USING (kind, serial)
           WHERE m.mdoc_id = %s""",
        held(country),
    )
    assert life.end_card(card_id)
    a_minute_later(country)
    address = shop.asks()
    shown(anh, address)
    assert anh.browser.fault == "phone.not-accepted"
    anh.browser.expect("It was not accepted").expect("mdoc.revoked")
    shop.now().expect("This record was revoked, or is suspended")
    assert shop.browser.fault == "mdoc.revoked"


def a_minute_later(country):
    """The service's signed lists are made anew."""
    country.process.rooms["jpki"].inquiries[IssueMdoc].__self__._lists.clear()


def test_a_lost_phone_shows_nothing_until_it_is_found(country, stage, phone, till):
    lost, shop = phone(SOTA), till(SOTA)
    other = Phone(stage, SOTA)
    other.lost("hold").expect("They are suspended")
    a_minute_later(country)
    shown(lost, shop.asks())
    assert lost.browser.fault == "phone.not-accepted"
    shop.now().expect("This record was revoked, or is suspended")
    other.lost("release").expect("They can be used again")
    a_minute_later(country)
    shown(lost, shop.asks("Try again")).expect("It was shown")
    shop.now().expect("Confirmed: 20 or older")


# ---------------------------------------------------------------- once, and only here


def test_an_answer_counts_once_and_a_code_serves_one_phone(country, phone, till, monkeypatch):
    sota, shop = phone(SOTA), till(SOTA)
    posted = []
    client, post = country.process.client, country.process.client.post

    def record(url, **given):
        if str(url).endswith("/age/answer"):
            posted.append((url, given["data"]))
        return post(url, **given)

    monkeypatch.setattr(client, "post", record)
    address = shop.asks()
    thief = phone(MAI)
    shown(sota, address).expect("It was shown")
    ((url, form),) = posted
    again = client.post(url, data=form)
    assert again.json()["code"] == "mdoc.unknown-request"
    shop.now().expect("Confirmed")
    thief.browser.get(address).expect("Your phone refused this")
    thief.browser.expect("mdoc.unknown-request")
    assert client.post(url, data={"response": "x"}).json()["code"] == "mdoc.malformed"


def test_the_outcome_is_the_beginning_browsers_alone(person, phone, till):
    sota, shop = phone(SOTA), till(SOTA)
    shown(sota, shop.asks())
    shop.now().expect("Confirmed")
    other = Till(shop.stage, person, SOTA)
    other.now().expect("Begin")
    assert not other.browser.has("Confirmed")
    stranger = shop.stage.browser().get(f"{shop.origin}/age")
    assert not stranger.has("Confirmed")


def test_the_individual_number_is_refused_by_the_phone(country, phone, till):
    """A request for it, properly signed by the service itself, does not even reach the person."""
    sota, shop = phone(SOTA), till(SOTA)
    address = shop.asks()
    request_id = parse_qs(urlsplit(address).query)["request_uri"][0].rpartition("/")[2]
    ((given,),) = sql(country, "SELECT request FROM age_request WHERE request_id = %s", request_id)
    claims = json.loads(jws.extract_compact(given.encode(), registry=REGISTRY).payload)
    path = ["org.iso.23220.1.jp", "individual_number_unicode"]
    claims["dcql_query"]["credentials"][0]["claims"][0]["path"] = path
    entry = country.directory.entry("pay")
    certificate = x509.load_pem_x509_certificate(entry.certificates["client"].encode())
    key = country.process.institution("pay").client_key.private_key
    forged = sign_request(claims, key, certificate)
    sql(country, "UPDATE age_request SET request = %s WHERE request_id = %s", forged, request_id)
    sota.browser.get(address).expect("Your phone refused this").expect("Nothing was sent")
    assert sota.browser.fault == "mdoc.number-not-asked"
    shop.now().expect("Waiting for your phone")


def test_a_request_is_taken_from_whom_it_names(stage, phone, till):
    sota, shop = phone(SOTA), till(SOTA)
    address = shop.asks()
    elsewhere = address.replace("request_uri=http", "request_uri=http%3A%2F%2Fevil.example%2F")
    assert sota.browser.get(elsewhere).fault == "mdoc.unproven-request"
    other = address.replace("x509_san_dns", "redirect_uri")
    assert sota.browser.get(other).fault == "mdoc.unproven-request"
    posted = sota.browser.client.post(
        f"{sota.origin}/present", data={"request_uri": "x", "do": "refuse"},
        headers={"origin": sota.origin},
    )  # fmt: skip
    assert "mdoc.unknown-request" in followed(sota.browser.client, posted).text, (
        "nothing was opened on this phone"
    )
    missing = f"{shop.origin}/age/request/none"
    query = str(httpx.QueryParams(request_uri=missing))
    assert sota.browser.get(f"{sota.origin}/present?{query}").fault == "phone.not-accepted"


# ---------------------------------------------------------------- keeping it


def test_refreshed_and_deleted(country, phone, till):
    sota = phone(SOTA)
    sota.browser.press("Refresh", pin="0000")
    assert sota.browser.fault == "card.wrong-pin"
    (file,) = newest(country)
    before = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    sota.browser.press("Refresh", pin=PIN).expect("What is in it")
    assert file.read_text() != before
    mdoc_id = held(country)
    assert not ended(country, mdoc_id)
    sota.browser.click("Delete the record").press("End and delete it", pin=PIN)
    sota.browser.expect("There is no record yet")
    assert not file.exists()
    assert ended(country, mdoc_id)
    shop = till(SOTA)
    sota.browser.get(shop.asks()).expect("There is no record on this phone").press("Refuse")
    shop.now().expect("You chose not to show it")


def newest(country):
    folder = country.process.settings.directory_file.parent / "phones"
    return sorted(folder.glob("*.mdoc"), key=lambda one: one.stat().st_mtime)[-1:]


def held(country):
    """The id of the record that came last onto a phone."""
    (file,) = newest(country)
    return Wallet.from_json(file.read_text()).held.mdoc_id


def ended(country, mdoc_id):
    query = "SELECT revoked_at IS NOT NULL FROM jpki.mdoc WHERE mdoc_id = %s"
    return sql(country, query, mdoc_id) == [(True,)]


def test_what_it_takes_to_get_one(stage, phone):
    bare = Phone(stage, SOTA).set_up()
    bare.browser.get(f"{bare.origin}/record").expect("First put certificates on this phone")
    sota = phone(SOTA, record=False)
    assert got(sota, pin="0000").fault == "card.wrong-pin"
    assert got(sota, card_password="WRONG1").fault == "card.wrong-pin"
    assert got(sota).fault == ""
    sota.card = MAI
    assert got(sota).fault == "jpki.other-persons-phone"
    sota.browser.get(f"{sota.origin}/record").expect("Valid until")


def test_deleting_the_certificates_ends_the_record_too(country, phone):
    sota = phone(SOTA)
    (file,), mdoc_id = newest(country), held(country)
    sota.browser.get(f"{sota.origin}/delete").press("End and delete them", pin=PIN)
    sota.browser.expect("There are no certificates yet")
    assert not file.exists()
    assert ended(country, mdoc_id)


def test_when_the_asker_cannot_be_reached_nothing_is_lost(country, phone, till, monkeypatch):
    sota, shop = phone(SOTA), till(SOTA)
    address = shop.asks()

    def unreachable(url, **_):
        raise httpx.ConnectError("unreachable", request=httpx.Request("POST", url))

    sota.browser.get(address)
    with monkeypatch.context() as broken:
        broken.setattr(country.process.client, "post", unreachable)
        sota.browser.press("Show what is chosen", pin=PIN)
        assert sota.browser.fault == "phone.asker-unreachable"
    shop.now().expect("Waiting for your phone")
    sota.browser.press("Show what is chosen", pin=PIN).expect("It was shown")
    shop.now().expect("Confirmed")
