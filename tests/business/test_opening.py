"""Opening an account, as a person at a browser."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from kazasu.business.bank import proofing
from kazasu.business.bank.model import attributes_of
from kazasu.business.bank.pages.home import evidence_number
from kazasu.foundation.faults import Refusal
from kazasu.kit.openid import Person, SignedEvidence
from tests.support.fake_identity import Holder
from tests.support.market import hanako


def number_on(browser):
    return browser.get("/home").text.partition("Customer number")[2][:10]


def test_one_flow_from_why_to_the_number(market):
    who = hanako()
    browser = market.browser(who).get(f"{market.bank}/")
    browser.click("Open an account").expect("costs nothing").expect("Your signing password")
    browser.click("Begin").press("Next").expect("Choose one")
    browser.press("Next", purpose="income").press("Next", occupation="student")
    browser.expect("Receiving wages or a pension").expect("Student")
    browser.click("Change Use").press("Next", purpose="saving").expect("Saving").expect("Student")
    browser.press("Sign and apply").expect("Your account is open").expect(
        "works all the same and costs the same"
    )
    browser.press("Do not agree").expect("Account number").expect("Customer number")
    browser.click("Go to your account").expect("佐藤 花子").expect("0 yen").expect(who.address)
    browser.expect("You chose not to agree").expect("Your account works all the same")
    assert market.identity.consents == {}


def test_the_evidence_has_a_number_that_can_be_said():
    raw = "ab3bf2ca-0dae-40ef-a0b5-259445ae3fa3"
    assert evidence_number(raw) == evidence_number(UUID(raw))
    assert evidence_number(raw).startswith("EV-")
    assert raw[:8] not in evidence_number(raw)
    assert evidence_number("EV-1234") == "EV-1234"


def test_what_is_kept_and_what_is_not(market):
    market.open_account(hanako())
    ((number, method, rule, evidence, certificate, document),) = market.sql(
        "bank",
        """SELECT customer_number, method, rule_in_force, evidence_id, certificate_id, document
           FROM proofing""",
    )
    assert (method, rule) == ("signing-certificate", date(2025, 6, 24))
    assert evidence.startswith("EV-")
    assert certificate
    assert b"Application to open an account" in bytes(document)
    columns = {
        (table, column)
        for table, column in market.sql(
            "bank",
            """SELECT table_name, column_name FROM information_schema.columns
               WHERE table_schema = 'bank' AND NOT starts_with(table_name, 'procrastinate')""",
        )
    }
    names = {column for _, column in columns}
    assert not [c for c in names if "serial" in c or "letter" in c or c == "certificate"]
    subjects = market.sql("bank", "SELECT subject, own_id FROM own_link")
    assert subjects[0][1] == number
    assert subjects[0][0] != number


def test_refusing_and_failing_consent_leaves_the_account_open(market):
    who = hanako()
    browser = market.browser(who).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    browser.press("Sign and apply").expect("Your account is open")
    market.identity.refuses = "access_denied"
    browser.press("Agree and sign")
    assert browser.fault == "signin.cancelled"
    browser.get("/home").expect("Open")
    market.identity.down = True
    browser.get("/open/consent").press("Agree and sign")
    assert browser.fault == "signin.unreachable"
    browser.press("Do not agree").expect("Your account is open")
    assert market.sql("bank", "SELECT count(*) FROM consent") == [(0,)]


def test_a_cancelled_signature_opens_nothing_and_keeps_the_answers(market):
    browser = market.browser(hanako()).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    market.identity.refuses = "access_denied"
    browser.press("Sign and apply")
    assert browser.fault == "signin.cancelled"
    browser.get("/open/review").expect("Everyday payments").expect("At home")
    assert market.sql("bank", "SELECT count(*) FROM customer") == [(0,)]


def test_another_tabs_answer_is_not_signed(market):
    """Two tabs of one browser: this one still shows what it was."""
    browser = market.browser(hanako()).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    review = browser.expect("Everyday payments").page
    browser.get("/open/purpose").press("Next", purpose="saving").expect("Saving")
    browser.page = review
    browser.press("Sign and apply")
    assert browser.fault == "web.changed-since-shown"
    browser.expect("Saving")
    assert market.sql("bank", "SELECT count(*) FROM customer") == [(0,)]
    browser.press("Sign and apply").expect("Your account is open")


def test_evidence_without_its_names_is_no_proof(market):
    browser = market.browser(hanako()).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    market.identity.incomplete = True
    browser.press("Sign and apply")
    assert browser.fault == "bank.proof-incomplete"
    assert market.sql("bank", "SELECT count(*) FROM customer") == [(0,)]


@pytest.mark.parametrize("missing", ["name", "address", "birth_date", "sex"])
def test_all_four_attributes_are_needed(clock, missing):
    facts = {"name": "a", "address": "b", "birth_date": date(1990, 1, 1), "sex": "1"}
    facts[missing] = None if missing == "birth_date" else ""
    now = clock.now()
    person = Person("s", "aal3", (), now, "", now, "", **facts)
    signature = SignedEvidence("x", "evidence", "certificate", now)
    with pytest.raises(Refusal) as caught:
        attributes_of(person, signature)
    assert caught.value.fault.code == "bank.proof-incomplete"


def test_who_has_an_account_opens_no_second_one(market):
    who = hanako()
    number = number_on(market.open_account(who))
    browser = market.browser(who).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="saving").press("Next", occupation="home")
    browser.press("Sign and apply")
    assert browser.fault == "bank.already-customer"
    assert market.sql("bank", "SELECT customer_number FROM customer") == [(number,)]


def test_signing_in_needs_an_account(market):
    browser = market.browser(hanako()).get(f"{market.bank}/signin")
    assert browser.fault == "kit.not-linked"
    browser.get("/open/known")
    assert browser.fault == "bank.no-application"


def test_signing_in_again_shows_the_account(market):
    who = hanako()
    number = number_on(market.open_account(who))
    browser = market.browser(who).get(f"{market.bank}/").click("Sign in")
    assert number_on(browser) == number
    browser.press("Sign out")
    browser.get("/home")
    market.identity.holder = Holder("別人")


# ---------------------------------------------------------------- a subject that cannot be linked


def come_again(market, who):
    """The same person with a subject that the bank never saw: their certificate had lapsed."""
    who.subjects.clear()
    browser = market.browser(who).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    return browser.press("Sign and apply")


def test_a_new_subject_gets_its_record_back_by_knowledge_only(market):
    who = hanako()
    number = number_on(market.open_account(who))
    browser = come_again(market, who).expect("Did you open an account before?")
    browser.press("Link my record", number="1111111111").expect("4 tries left")
    browser.press("Link my record", number=f" {number[:4]}-{number[4:]}")
    assert number_on(browser) == number
    browser.expect("Your new certificate was linked to your record")
    assert market.sql("bank", "SELECT count(*) FROM proofing") == [(2,)]
    fresh = market.browser(who).get(f"{market.bank}/signin")
    assert number_on(fresh) == number


def test_guessing_is_closed_after_five_and_stays_closed(market):
    who = hanako()
    number = number_on(market.open_account(who))
    browser = come_again(market, who)
    for left in (4, 3, 2, 1, 0):
        browser.press("Link my record", number="1111111111").expect(f"{left} tries left")
    browser.press("Link my record", number=number)
    assert browser.fault == "kit.knowledge-locked"
    browser = come_again(market, who)
    browser.press("Link my record", number=number)
    assert browser.fault == "kit.knowledge-locked", "beginning anew gives no more tries"


def test_the_signature_before_it_must_be_fresh(market):
    who = hanako()
    number = number_on(market.open_account(who))
    browser = come_again(market, who)
    market.clock.advance(timedelta(minutes=14))
    browser.get("/open/known")
    market.clock.advance(timedelta(minutes=2))
    browser.press("Link my record", number=number)
    assert browser.fault == "bank.no-pending-proof"


def test_somebody_else_with_equal_attributes_opens_an_account_of_their_own(market):
    mine = number_on(market.open_account(hanako()))
    other = hanako()
    browser = market.browser(other).get(f"{market.bank}/open/purpose")
    browser.press("Next", purpose="living").press("Next", occupation="home")
    browser.press("Sign and apply").press("I am new: open a new account")
    browser.press("Do not agree")
    theirs = number_on(browser)
    assert theirs != mine
    assert market.sql("bank", "SELECT kind FROM staff_queue") == [("same-attributes",)]
    assert market.sql("bank", "SELECT count(*) FROM customer") == [(2,)]


# ---------------------------------------------------------------- methods by meaning


@pytest.mark.parametrize(
    ("day", "letter", "sourced"),
    [
        (date(2025, 6, 23), "ワ", True),
        (date(2025, 6, 24), "カ", False),
        (date(2027, 3, 31), "カ", False),
        (date(2027, 4, 1), "ル", False),
    ],
)
def test_letters_drift_and_the_record_does_not(day, letter, sourced):
    found = proofing.letter_of(proofing.SIGNING_CERTIFICATE, day)
    assert (found.letter, found.sourced) == (letter, sourced)


def test_versions_are_in_order_and_the_past_is_unknown():
    days = [version.in_force for version in proofing.VERSIONS]
    assert days == sorted(set(days))
    with pytest.raises(LookupError):
        proofing.version_on(days[0] - timedelta(days=1))


def test_what_is_shown_moves_with_the_law_while_the_record_stays(market, clock):
    who = hanako()
    market.open_account(who)
    browser = market.browser(who).get(f"{market.bank}/signin?next=/data")
    browser.expect("today its item カ").expect("version of Tuesday 24 June 2025")
    clock.advance(timedelta(days=200))
    browser = market.browser(who).get(f"{market.bank}/signin?next=/data")
    browser.expect("today its item ル").expect("version of Tuesday 24 June 2025")
