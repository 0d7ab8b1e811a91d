"""A customer's data stay right: moved, revoked, withdrawn, deceased, forgotten."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from kazasu.business.bank.model import consent_number
from kazasu.business.bank.pages.home import proof_of
from kazasu.business.bank.service.context import BankContext
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.store.customers import AttributeChange
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.kit.faults import (
    CONSENT_ENDED,
    LATEST_FAILED,
    LATEST_UNREACHABLE,
    NOTHING_SUPPLIED,
)
from kazasu.kit.latest import MOST_AT_ONCE, Latest
from kazasu.kit.staff import Member, employ
from tests.conftest import THE_DAY
from tests.support.market import hanako

NEW = "北海道札幌市中央区大通西３丁目６番地"


@pytest.fixture
def who():
    return hanako()


@pytest.fixture
def home(market, who):
    """Her browser, with an account and a consent."""
    return market.open_account(who)


def consent_of(market):
    return next(iter(market.identity.consents.values()))


def states(market):
    return market.sql(
        "bank", "SELECT state, ended_at IS NOT NULL, certificate_id <> '' FROM consent"
    )


def test_a_consent_is_subscribed_to(market, home):
    assert consent_of(market).subscribed
    assert consent_of(market).items == ["name", "address"]
    home.get("/home").expect("You agreed that we are told of changes")


def test_the_customer_who_moved_is_updated_without_a_postcard(market, who, home):
    old = who.address
    who.move(NEW)
    market.push(market.identity.event("credential-revoked", who))
    market.settle()
    home.get("/home").expect(old).expect("once your card is updated at the city office")
    who.renew()
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    home.get("/home").expect(NEW).expect("No postcard, no form")
    home.get("/data").expect(old).expect(NEW).expect(
        f"onsent {consent_number(consent_of(market).consent_id)}"
    )
    assert market.sql("bank", "SELECT item, old, new FROM attribute_change") == [
        ("address", old, NEW)
    ]


def test_it_is_asked_whether_something_changed_before_anything_is_pulled(market, who, home):
    market.identity.asked.clear()
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    assert market.identity.asked == ["/changes"], "nothing changed, so nothing was pulled"
    who.move(NEW)
    who.renew()
    market.push(market.identity.event("credential-reissued", who))
    market.settle()
    assert market.identity.asked == ["/changes", "/changes", "/give"]


def test_without_an_event_the_daily_question_finds_it(market, who, home):
    market.settle()
    market.identity.asked.clear()
    who.move(NEW)
    who.renew()
    market.settle()
    assert market.identity.asked == [], "once a day is enough"
    market.clock.advance(timedelta(days=1))
    market.settle()
    home = market.browser(who).get(f"{market.bank}/signin")
    home.get("/home").expect(NEW)
    assert market.identity.asked == ["/changes", "/give"]


def test_the_customer_need_not_wait(market, who, home):
    who.move(NEW)
    home.get("/consents").press("Check now").expect("nothing can be received yet")
    who.renew()
    home.get("/consents").press("Check now").expect("New data were received")
    home.get("/home").expect(NEW)


def test_between_revocation_and_new_certificate_nothing_is_received(market, who, home):
    who.move(NEW)
    for _ in range(3):
        market.clock.advance(timedelta(days=1))
        market.settle()
    home = market.browser(who).get(f"{market.bank}/signin")
    assert home.get("/home").text.count("Your data cannot be updated now") == 1
    home.get("/consents").expect("cannot be updated now")
    assert states(market) == [("pending", False, True)]


def test_a_refusal_tells_nothing_of_its_reason(market, who, home):
    """Protected or dead or without a certificate: the bank sees and shows the same."""
    who.withheld = True
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    home.get("/home").expect("Your data cannot be updated now")
    assert states(market) == [("pending", False, True)]


def test_only_what_was_agreed_is_taken(market, who, home):
    who.name, who.sex = "田中　花子", "9"
    who.renew()
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    assert market.sql("bank", "SELECT name, sex FROM customer") == [("田中　花子", "2")]


def test_another_birth_date_means_another_person(market, who, home):
    """Wrong person is the worst failure: nothing is changed, a person looks."""
    consent_of(market).items.append("birthdate")
    who.birth_date = who.birth_date + timedelta(days=1)
    who.move(NEW)
    who.renew()
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    home.get("/home").expect("does not fit your record")
    assert NEW not in home.text
    assert market.sql("bank", "SELECT kind FROM staff_queue") == [("differs",)]


def test_withdrawn_at_the_identity_service_it_ends_at_once(market, who, home):
    consent = consent_of(market)
    consent.ended = True
    market.push(
        market.identity.event("consent-withdrawn", who, facts={"consent_id": consent.consent_id})
    )
    home.get("/home").expect("The consent ended")
    home.get("/consents").expect("you withdrew it at the identity service")
    assert states(market) == [("unchanged", True, False)], "and the certificate's name is forgotten"
    market.identity.asked.clear()
    who.move(NEW)
    who.renew()
    market.push(market.identity.event("attributes-changed", who))
    market.clock.advance(timedelta(days=1))
    market.settle()
    assert market.identity.asked == [], "nothing is asked without a consent"


def test_a_withdrawal_that_was_not_told_is_found_when_asking(market, who, home):
    consent_of(market).ended = True
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    home.get("/consents").expect("it had ended at the identity service")


def test_one_consent_that_ends_leaves_another(market, who, home):
    market.push(
        market.identity.event("consent-withdrawn", who, facts={"consent_id": "C-of-another"})
    )
    assert states(market) == [("unchanged", False, True)]


def test_ended_here_the_service_is_told(market, who, home):
    home.get("/consents").click("End this consent").press("End this consent")
    home.expect("The consent has ended").expect("you ended it here")
    market.settle()
    assert consent_of(market).ended
    home.press("Agree and sign").expect("in force")


def test_two_tabs_make_one_consent(market, who, home):
    """At J-LIS the newer of two replaces the older; the bank shows that at once, and ending the one ends all there is."""
    home.get("/consents").click("End this consent").press("End this consent")
    market.settle()
    other = market.browser(who).get(f"{market.bank}/signin")
    other.get("/consents").press("Agree and sign").expect("in force")
    home.press("Agree and sign").expect("in force").expect("a newer consent took its place")
    assert home.text.count("in force") == 1
    assert home.text.count("Check now") == 1
    home.get("/home").expect("Your new consent took the place of the one before")
    assert home.text.count("The consent ended") == 1, "the one that was ended by hand"
    market.settle()
    home.get("/consents").click("End this consent").press("End this consent")
    market.settle()
    assert {consent.ended for consent in market.identity.consents.values()} == {True}


def test_where_nobody_can_say_which_consent_holds_it_is_found_soon(market, who, home, monkeypatch):
    looked = []

    def unreachable(self, consents):
        looked.append(consents)
        raise Refusal(LATEST_UNREACHABLE)

    home.get("/consents").click("End this consent").press("End this consent")
    other = market.browser(who).get(f"{market.bank}/signin")
    other.get("/consents").press("Agree and sign").expect("in force")
    with monkeypatch.context() as patch:
        patch.setattr(CustomerData, "_look", unreachable)
        home.press("Agree and sign").expect("Your consent is here")
    assert len(looked) == 1
    market.settle()
    home.get("/consents").expect("a newer consent took its place")


def test_what_proved_a_change_has_a_number_that_can_be_said():
    number = UUID("fd7f96f5-a976-4c73-a657-d5eef456256b")
    change = AttributeChange(
        uuid4(), "address", "a", "b", THE_DAY, THE_DAY, proof=f"consent {number}"
    )
    assert proof_of(change).en == f"Consent {consent_number(str(number))}"
    assert consent_number(str(number)).startswith("CO-")
    by_card = proof_of(replace(change, proof=f"tap {number}"))
    assert str(number) not in f"{by_card.ja} {by_card.en}"
    assert "EV-" in by_card.en
    other = proof_of(replace(change, proof="consent C-1"))
    assert other.en == "Consent C-1"


def test_somebody_elses_consent_cannot_be_ended(market, who, home):
    other = market.open_account(hanako(name="鈴木　一郎"))
    theirs = consent_of(market).consent_id
    other.get(f"/consents/{theirs}/end")
    assert other.fault == "bank.unknown-consent"
    other.client.post(f"{market.bank}/consents/{theirs}/end", headers={"origin": market.bank})
    assert not consent_of(market).ended


def test_a_death_stops_all_transactions_and_asks_a_person(market, who, home):
    home.get("/home").press("Pay in, for trying out: 50,000 yen")
    market.push(market.identity.event("person-deceased", who))
    home.get("/home").expect("Transactions are stopped").expect("50,000 yen")
    home.get("/transfer").press("Next", to_account="1234567", amount="1")
    assert home.fault == "bank.restricted"
    desk = operators(market).get(f"{market.bank}/desk/figures").expect("a death was reported")
    assert "花子" not in desk.text


def test_how_the_bank_stands_is_for_its_own_people(market, who, home):
    """Neither a customer nor anybody who has the address: the page was open to all."""
    for browser in (home, market.browser(hanako(name="鈴木　一郎"))):
        browser.get(f"{market.bank}/desk/figures")
        assert not browser.has("Customers")
    assert "figures" not in " ".join(home.get("/home").page.xpath("//a/@href"))
    desk = operators(market).get(f"{market.bank}/desk/figures").expect("Customers")
    assert "/desk/letters" in desk.page.xpath("//nav//a/@href")


def operators(market):
    """Somebody with a post at the bank, in a browser of their own."""
    holder = hanako(name="田中　一")
    holder.subjects["bank"] = "subject-of-the-operator"
    member = Member("op-1", holder.name, ["operator"], holder.subjects["bank"])
    founder = market.databases.founder("bank")
    founder.run("test.staff", lambda tx: employ(tx, [member]))
    return market.browser(holder)


def test_an_ended_link_signs_out_and_leaves_the_account(market, who, home):
    number = home.get("/home").text.partition("Customer number")[2][:10]
    market.push(market.identity.event("link-ended", who))
    home.get("/home")
    assert home.fault == "kit.not-linked", "the session is over, and the card opens nothing"
    assert states(market) == [("unchanged", True, False)]
    browser = market.browser(who).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    browser.press("Sign and apply").press("Link my record", number=number)
    browser.get("/home").expect(number).expect("The link between your card and this bank ended")


# ---------------------------------------------------------------- retention


TABLES = ("customer", "proofing", "attribute_change", "consent", "happening", "own_link",
          "own_link_change", "account_link", "transfer")  # fmt: skip


def held(market):
    return {t: market.sql("bank", f"SELECT count(*) FROM {t}")[0][0] for t in TABLES}


def test_a_closed_account_is_forgotten_after_seven_years(market, who, home):
    who.move(NEW)
    who.renew()
    market.push(market.identity.event("attributes-changed", who))
    market.settle()
    empty = home.get("/close").page
    home.get("/home").press("Pay in, for trying out: 50,000 yen")
    home.page, home.url = empty, f"{market.bank}/close"
    home.press("Close it")
    assert home.fault == "bank.not-empty", "a page that lay open"
    home.get("/close").expect("first withdraw all of it").click("Withdraw").expect("no fee")
    assert "Close it" not in home.get("/close").buttons()
    other = market.open_account(hanako(name="鈴木　一郎"))
    account = other.get("/home").text.partition("Account number")[2][:7]
    home.get("/transfer").press("Next", to_account=account, amount="50,000")
    home.press("Sign and transfer").expect("Transferred")
    home.get("/close").press("Close it").expect("The account is closed")
    market.settle()
    again = market.browser(who).get(f"{market.bank}/signin")
    assert again.fault == "bank.account-closed"
    again.expect(long_date(civil(market.clock.now()), "en")).expect("open a new account")
    assert [c.ended for c in market.identity.consents.values()] == [True, False]
    full = held(market)
    market.clock.advance(timedelta(days=7 * 365))
    market.settle()
    assert held(market) == full, "the law asks for seven years"
    market.clock.advance(timedelta(days=3))
    market.settle()
    names = market.sql("bank", "SELECT name FROM customer")
    assert names == [("鈴木　一郎",)]
    left = held(market)
    assert left["attribute_change"] == left["transfer"] == 0
    assert left["own_link"] == left["own_link_change"] == 1
    assert market.sql("bank", "SELECT sum(amount) FROM posting") == [(0,)]


def test_an_ended_consent_is_forgotten_after_seven_years(market, who, home):
    home.get("/consents").click("End this consent").press("End this consent")
    market.clock.advance(timedelta(days=7 * 365))
    market.settle()
    assert held(market)["consent"] == 1
    market.clock.advance(timedelta(days=3))
    market.settle()
    assert (held(market)["consent"], held(market)["customer"]) == (0, 1)


def test_what_was_not_finished_is_forgotten_the_next_day(market, who):
    browser = market.browser(who).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    market.identity.refuses = "access_denied"
    browser.press("Sign and apply")
    assert market.sql("bank", "SELECT count(*) FROM application") == [(1,)]
    market.settle()
    market.clock.advance(timedelta(days=1, minutes=1))
    market.settle()
    assert market.sql("bank", "SELECT count(*) FROM application") == [(0,)]


# ---------------------------------------------------------------- the client by itself


@pytest.fixture
def latest(market):
    return BankContext(market.street.process._house("bank")).latest


def test_many_are_asked_in_portions(market, latest):
    found = latest.status([f"id-{n}" for n in range(MOST_AT_ONCE + 1)])
    assert len(found) == MOST_AT_ONCE + 1
    assert market.identity.asked == ["/status", "/status"]
    assert (found[0].state, found[0].reason, found[0].check_method) == ("GOOD", "", "OCSP")


def test_one_answer_for_consents_that_are_not_ours(market, home, latest):
    for nothing in ("C-none", consent_of(market).consent_id):
        consent_of(market).client = "pay"
        with pytest.raises(Refusal) as caught:
            latest.give(nothing)
        assert caught.value.fault is CONSENT_ENDED
    latest.give_up("C-none")


def test_nothing_supplied_is_told_from_ended(market, who, home, latest):
    who.withheld = True
    with pytest.raises(Refusal) as caught:
        latest.give(consent_of(market).consent_id)
    assert caught.value.fault is NOTHING_SUPPLIED


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((503, b""), LATEST_UNREACHABLE),
        ((500, b"<html>"), LATEST_FAILED),
        ((403, b'{"code": "identity.not-authorized"}'), LATEST_FAILED),
        ((200, b"[]"), LATEST_FAILED),
        (None, LATEST_UNREACHABLE),
    ],
)
def test_a_service_that_does_not_answer_well(answer, fault):
    def handle(request):
        if answer is None:
            raise httpx.ConnectError("down", request=request)
        return httpx.Response(answer[0], content=answer[1])

    client = httpx.Client(transport=httpx.MockTransport(handle))
    with client, pytest.raises(Refusal) as caught:
        Latest(client, "http://id.localhost", lambda method, url: {}).changes(["C-1"])
    assert caught.value.fault is fault


def test_a_consent_that_comes_back_without_its_number_is_none(market, who):
    browser = market.open_account(who, agree=False)
    market.identity.incomplete = True
    browser.get("/consents").press("Agree and sign")
    assert browser.fault == "bank.consent-not-signed"
