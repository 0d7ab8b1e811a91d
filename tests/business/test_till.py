"""Paying at a shop: the amount at the reader is what is paid, once, and the shop learns nobody."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.business.pay.till import model, store
from kazasu.business.pay.till.service import Tills
from kazasu.foundation.faults import Refusal
from kazasu.kit.openid import Person
from tests.business.test_account_link import linked
from tests.support.market import hanako

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)


@pytest.fixture
def who(market):
    """Hanako with 3,000 yen in her wallet."""
    who = hanako()
    market.open_account(who, agree=False).get("/home").press("Pay in, for trying out: 50,000 yen")
    linked(market, who).get("/").press("Top up", amount="3000").expect("3,000 yen")
    return who


@pytest.fixture
def tills(market):
    return Tills(market.street.process._house("pay"))


def rung(market, amount, holder=None):
    """A till with an amount; the browser is the shop's."""
    till = market.browser(holder).get(f"{market.pay}/till").expect("A shop’s till")
    return till.press("Set the amount", shop="books", amount=amount)


def wallet(market, who):
    return market.browser(who).get(f"{market.pay}/signin")


def test_held_paid_and_listed(market, who):
    till = rung(market, "1,200", who).expect("1,200 yen").expect("Check amount and shop")
    till.press("Pay by holding the card").expect("Paid").expect("Number")
    number = till.text.partition("Number")[2][:17].strip()
    assert number.startswith("PY-")
    assert who.name not in till.text
    mine = wallet(market, who).expect("1,800 yen").expect("Shiori Books")
    mine.click("1,200 yen").expect("Receipt").expect(number)
    assert market.sql("pay", "SELECT count(*) FROM web_session WHERE kind = 'customer'") == [
        (2,)
    ], "no till signed in"


def test_what_the_shop_has_is_nobodys(market, who):
    rung(market, "500", who).press("Pay by holding the card").expect("Paid")
    rows = str(market.sql("pay", "SELECT till_payment::text FROM till_payment"))
    assert market.sql("pay", "SELECT wallet_id FROM wallet_payment")[0][0] not in rows
    assert who.subjects["pay"] not in rows


def test_the_same_card_again_pays_once(market, who):
    """Twice, in two tabs, and by refresh."""
    first = rung(market, "700", who)
    second = market.browser(who).get(first.url)
    first.press("Pay by holding the card").expect("Paid")
    second.press("Pay by holding the card").expect("Paid")
    first.get(first.url).expect("Paid")
    wallet(market, who).expect("2,300 yen")
    assert market.sql("pay", "SELECT count(*) FROM wallet_payment") == [(1,)]


def test_somebody_elses_card_after_it_pays_nothing(market, who, tills):
    till = rung(market, "700", who)
    payment = tills.payment(till.url.rpartition("/")[2])
    till.press("Pay by holding the card").expect("Paid")
    other = hanako(name="鈴木　一郎")
    wallet(market, other)
    with pytest.raises(Refusal) as caught:
        tills.pay(payment.payment_id, held(other.subjects["pay"], payment))
    assert caught.value.fault.code == "pay.payment-over"
    assert market.sql("pay", "SELECT count(*) FROM wallet_payment") == [(1,)]


def held(subject, payment):
    now = datetime.now(UTC)
    return Person(subject, "aal3", (), now, "", now, "", approved=tuple(payment.details))


def test_without_a_wallet_or_enough_in_it(market, who):
    till = rung(market, "3,001", who).press("Pay by holding the card")
    assert till.fault == "pay.not-enough"
    till.expect("Pay by holding the card").press("Stop").expect("This payment was stopped")
    stranger = rung(market, "1", hanako(name="鈴木　一郎")).press("Pay by holding the card")
    assert stranger.fault == "pay.no-wallet"
    wallet(market, who).expect("3,000 yen").expect("No payments yet")


def test_another_amount_than_was_shown_is_not_taken(market, who):
    """A service that says that something else was approved."""
    till = rung(market, "100", who)
    market.identity.approves = [
        {"type": "payment", "instructedAmount": {"currency": "JPY", "amount": "1"}}
    ]
    till.press("Pay by holding the card")
    assert till.fault == "signin.not-genuine"
    wallet(market, who).expect("3,000 yen")


def test_stopped_at_the_reader_and_too_late(market, who):
    till = rung(market, "100", who)
    market.identity.refuses = "access_denied"
    till.press("Pay by holding the card")
    assert till.fault == "signin.cancelled"
    page = till.url
    market.clock.advance(timedelta(minutes=11))
    till.get(page).expect("The time is over")
    wallet(market, who).expect("3,000 yen")


def test_refunded_on_its_day_and_only_then(market, who):
    till = rung(market, "900", who).press("Pay by holding the card").expect("Paid")
    till.click("Refund it").expect("Refund it in full?").press("Refund it").expect(
        "Refunded in full"
    )
    wallet(market, who).expect("3,000 yen").expect("refunded")
    late = rung(market, "900", who).press("Pay by holding the card").expect("Refund it")
    place = late.url
    market.clock.advance(timedelta(days=1))
    late.client.post(f"{place}/refund", headers={"origin": market.pay})
    late.get(place).expect("Paid")
    assert not late.has("Refund it")
    wallet(market, who).expect("2,100 yen")


def test_amounts_and_days_have_their_codes(market, who, tills):
    with pytest.raises(Refusal) as caught:
        tills.make("books", model.MOST + 1)
    assert caught.value.fault.code == "pay.above-limit"
    payment = tills.make("books", 10)
    tills.pay(payment.payment_id, held(who.subjects["pay"], payment))
    market.clock.advance(timedelta(days=1))
    with pytest.raises(Refusal) as caught:
        tills.refund(payment.payment_id)
    assert caught.value.fault.code == "pay.refund-late"


def test_two_payments_at_once_never_overdraw(market, who, tills):
    made = [tills.make("books", 2_000) for _ in range(3)]
    refused = []

    def pay(payment):
        try:
            tills.pay(payment.payment_id, held(who.subjects["pay"], payment))
        except Refusal as refusal:
            refused.append(refusal.fault.code)

    threads = [threading.Thread(target=pay, args=(made[n % 3],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refused) == {"pay.not-enough"}
    wallet(market, who).expect("1,000 yen")


def test_killed_between_the_two_tables_it_is_in_neither(market, who, tills, monkeypatch):
    payment = tills.make("books", 500)
    person = held(who.subjects["pay"], payment)

    def killed(*_):
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(store, "add_to_wallet", killed)
        with pytest.raises(ConnectionResetError):
            tills.pay(payment.payment_id, person)
    assert tills.payment(payment.payment_id).paid_at is None
    wallet(market, who).expect("3,000 yen")
    tills.pay(payment.payment_id, person)
    wallet(market, who).expect("2,500 yen")


@pytest.mark.parametrize(("amount", "said"), [("0", "at least 1 yen"), ("100,001", "At most 100,000 yen"), ("", "fill this in"), ("x", "at least 1 yen")])  # fmt: skip
def test_amounts_that_no_till_takes(market, amount, said):
    rung(market, amount).expect(said)
    assert market.sql("pay", "SELECT count(*) FROM till_payment") == [(0,)]


def test_no_till_in_production(market, monkeypatch):
    monkeypatch.setattr(type(market.street.settings), "sandbox", property(lambda _: False))
    till = market.browser().get(f"{market.pay}/till")
    assert till.fault == "pay.sandbox-only"


def test_a_receipt_is_its_owners(market, who):
    rung(market, "100", who).press("Pay by holding the card").expect("Paid")
    number = market.sql("pay", "SELECT number FROM wallet_payment")[0][0]
    other = wallet(market, hanako(name="鈴木　一郎")).get(f"/payments/{number}")
    assert other.fault == "pay.unknown-payment"


# ---------------------------------------------------------------- rules

PAID = model.TillPayment("p" * 32, "PY-1", "books", 100, NOW, NOW + model.LIFE)


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(-1, 20))
def test_what_is_payable(amount, balance, minutes):
    payment, now = replace(PAID, amount=amount), NOW + timedelta(minutes=minutes)
    if now < payment.expires_at and amount <= balance:
        model.check_payable(payment, payment.details, balance, now)
        return
    with pytest.raises(Refusal) as caught:
        model.check_payable(payment, payment.details, balance, now)
    assert caught.value.fault.code == (
        "pay.not-enough" if now < payment.expires_at else "pay.payment-over"
    )


def test_the_last_instant_of_a_day_in_japan():
    late = datetime(2026, 11, 29, 14, 59, 59, tzinfo=UTC)
    payment = replace(PAID, paid_at=late)
    assert payment.refundable(late)
    assert not payment.refundable(late + timedelta(seconds=1))
