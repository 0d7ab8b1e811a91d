"""Money: never appears, never vanishes, never moves twice, never without a signature."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.business.bank.faults import INSUFFICIENT, OVER_LIMIT
from kazasu.business.bank.model import DAY_LIMIT, check_amount, payee_shown
from kazasu.business.bank.service.context import BankContext
from kazasu.business.bank.service.money import Money
from kazasu.business.bank.store import ledger
from kazasu.business.bank.store.ledger import Posting
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.amounts import digits, yen_of
from kazasu.kit.openid import SignedEvidence, digest_of
from tests.support.market import hanako

TEST = Access("system:test", "test.money", Text("試験", "Test"))


@pytest.fixture
def money(market):
    return Money(BankContext(market.street.process._house("bank")))


@pytest.fixture
def two(market):
    """Two customers; the first has 50,000 yen. Gives her browser, and the other's account."""
    one = market.open_account(hanako(), agree=False)
    other = market.open_account(hanako(name="鈴木　一郎"), agree=False)
    one.get("/home").press("Pay in, for trying out: 50,000 yen").expect("50,000 yen")
    return one, account_on(other), other


def account_on(browser):
    return browser.get("/home").text.partition("Account number")[2][:7]


def signed(transfer):
    return SignedEvidence(
        "x", "evidence", "", transfer.prepared_at, digest=digest_of(transfer.document)
    )


def number_on(browser):
    return browser.get("/home").text.partition("Customer number")[2][:10]


def balances(market):
    return sorted(
        int(amount)
        for (amount,) in market.sql(
            "bank", "SELECT sum(amount) FROM posting GROUP BY account_number"
        )
    )


def test_a_transfer_is_reviewed_signed_and_done_once(market, two):
    one, account, other = two
    one.get("/transfer").press("Next", to_account=account, amount="１２，０００")
    one.expect("鈴木 ＊＊").expect("12,000 yen").expect("Only part of the name")
    page = one.url
    one.press("Sign and transfer").expect("Transferred")
    one.get(page).expect("Transferred")
    signed = next(s for s in market.identity.signings.values() if b"Order to transfer" in s["document"])  # fmt: skip
    assert b"12,000" in signed["document"]
    assert account.encode() in signed["document"]
    other.get("/home").expect("12,000 yen")
    other.get("/statement").expect("+12,000 yen").expect("佐藤 花子")
    one.get("/statement").expect("-12,000 yen").expect("38,000 yen").expect("鈴木 ＊＊")


def test_a_line_of_the_statement_says_which_account_and_which_order(market, two):
    """In a family all are 佐藤 ＊＊; and what is asked about is asked by its number."""
    one, account, other = two
    one.get("/transfer").press("Next", to_account=account, amount="1000")
    one.press("Sign and transfer").expect("Transferred")
    number = re.search(r"TR-[0-9A-Z-]+", one.text)[0]
    mine = account_on(one)
    for hand, theirs in ((one, account), (other, mine)):
        hand.get("/statement").expect(f"Account {theirs}").expect(number)
        lines = hand.client.get(f"{market.bank}/statement.csv").text
        assert f",{theirs},{number}," in lines
    one.get("/close").expect("Save the whole statement")
    paid = one.get("/home").press("Pay in, for trying out: 50,000 yen")
    paid.expect("Paid in: 50,000 yen")
    assert not one.get("/home").has("Paid in: ")


def test_what_is_to_be_changed_comes_back_filled(market, two):
    """And one number everywhere: on the review, in what is signed, on the receipt."""
    one, account, other = two
    one.get("/transfer").press("Next", to_account=account, amount="1200")
    number = re.search(r"TR(-\w{4}){3}", one.text)[0]
    for changed in ("Change Payee", "Change To", "Change Amount"):
        if not one.has(changed):
            continue
        page, back = one.url, one.click(changed)
        form = next(form for form in back.page.forms if form.get("id") == "main-form")
        assert (form.fields["to_account"], form.fields["amount"]) == (account, "1200"), changed
        assert other.get(f"/transfer?{back.url.partition('?')[2]}").fault == "bank.unknown-transfer"
        one.get(page)
    one.press("Sign and transfer").expect(number)
    signed = next(s for s in market.identity.signings.values() if b"Order to transfer" in s["document"])  # fmt: skip
    assert number.encode() in signed["document"]
    one.get("/withdraw").press("Next", amount="300").click("Change Amount")
    assert next(f for f in one.page.forms if f.get("id") == "main-form").fields["amount"] == "300"


def test_entries_of_one_instant_stand_as_they_were_made(market, two):
    """The clock stands still here: without the order of entering there would be a balance that never was."""
    one, _, other = two
    own = account_on(one)
    one.get("/transfer").press("Next", to_account=account_on(other), amount="50000")
    one.press("Sign and transfer")
    for back in ("50000", "1"):
        other.get("/transfer").press("Next", to_account=own, amount=back).press("Sign and transfer")
        if back == "50000":
            other.get("/home").press("Pay in, for trying out: 50,000 yen")
    lines = market.sql("bank", "SELECT count(DISTINCT at) FROM journal")
    assert lines == [(1,)], "all of one instant"
    statement = one.client.get(f"{market.bank}/statement.csv").text.splitlines()[5:]
    assert [line.rsplit(",", 1)[1] for line in statement] == ["50000", "0", "50000", "50001"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "50,001"}, "not enough in the account"),
        ({"amount": "1,000,001"}, "above the limit"),
        ({"amount": "0"}, "at least 1 yen"),
        ({"amount": "-5"}, "at least 1 yen"),
        ({"amount": "many"}, "at least 1 yen"),
        ({"to_account": "123"}, "seven digits"),
        ({"to_account": "own"}, "the same account"),
    ],
)
def test_what_is_not_prepared(market, two, fields, said):
    one, account, _ = two
    own = account_on(one)
    wanted = {"to_account": account, "amount": "1"} | fields
    if wanted["to_account"] == "own":
        wanted["to_account"] = own
    if said.startswith("There is no such"):
        wanted["to_account"] = next(n for n in ("0000000", "1111111") if n not in (own, account))
    one.get("/transfer").press("Next", **wanted).expect(said)
    assert market.sql("bank", "SELECT count(*) FROM transfer") == [(0,)]


def test_what_is_not_prepared_has_a_code(market, two, money):
    one, account, _ = two
    own, number = account_on(one), number_on(one)
    nobody = next(n for n in ("0000000", "1111111") if n not in (own, account))
    for to, code in ((own, "bank.same-account"), (nobody, "bank.unknown-account")):
        with pytest.raises(Refusal) as caught:
            money.prepare(number, to, 1)
        assert caught.value.fault.code == code


def test_without_a_signature_nothing_moves(market, two):
    one, account, _ = two
    one.get("/transfer").press("Next", to_account=account, amount="100")
    market.identity.refuses = "access_denied"
    one.press("Sign and transfer")
    assert one.fault == "signin.cancelled"
    assert balances(market) == [-50_000, 50_000]


def test_another_persons_card_signs_nothing(market, two):
    one, account, other = two
    one.get("/transfer").press("Next", to_account=account, amount="100")
    one.holder = other.holder
    one.press("Sign and transfer")
    assert one.fault == "signin.other-person"
    assert balances(market) == [-50_000, 50_000]


def test_somebody_elses_transfer_is_nothing(market, two):
    one, account, other = two
    one.get("/transfer").press("Next", to_account=account, amount="100")
    path = one.url.removeprefix(market.bank)
    for place in (path, "/transfer/nothing", f"/transfer/{uuid4()}"):
        other.get(place)
        assert other.fault == "bank.unknown-transfer"


def test_prepared_too_long_ago(market, two, money):
    one, account, _ = two
    number = number_on(one)
    made = money.prepare(number, account, 100)
    market.clock.advance(timedelta(minutes=31))
    with pytest.raises(Refusal) as caught:
        money.execute(number, str(made.transfer_id), signed(made))
    assert caught.value.fault.code == "bank.transfer-stale"


def test_executed_from_many_sides_at_once_it_is_done_once(market, two, money):
    one, account, _ = two
    number = number_on(one)
    made = [money.prepare(number, account, 30_000) for _ in range(2)]
    refusals = []

    def execute(transfer):
        try:
            money.execute(number, str(transfer.transfer_id), signed(transfer))
        except Refusal as refusal:
            refusals.append(refusal.fault)

    threads = [threading.Thread(target=execute, args=(made[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refusals) == {INSUFFICIENT}, "the second transfer is more than is left"
    assert balances(market) == [-50_000, 20_000, 30_000]


def test_the_limit_is_of_one_day(market, two, money):
    one, account, _ = two
    number = number_on(one)
    money.pay_in(number, "much", 3 * DAY_LIMIT)
    first = money.prepare(number, account, DAY_LIMIT)
    late = money.prepare(number, account, 1)
    money.execute(number, str(first.transfer_id), signed(first))
    with pytest.raises(Refusal) as caught:
        money.execute(number, str(late.transfer_id), signed(late))
    assert caught.value.fault is OVER_LIMIT
    market.clock.advance(timedelta(days=1))
    again = money.prepare(number, account, 1)
    money.execute(number, str(again.transfer_id), signed(again))


def test_pay_in_twice_is_once(market, two, money):
    one, _, _ = two
    number = number_on(one)
    for _ in range(3):
        money.pay_in(number, "k", 500)
    one.get("/home").expect("50,500 yen")


# ---------------------------------------------------------------- the database itself


def post(market, *amounts):
    def work(tx):
        postings = [Posting(f"test:{'abcdef'[n]}", a, "") for n, a in enumerate(amounts)]
        ledger.post(tx, str(uuid4()), "cash", postings)

    market.databases("bank").run("test", work, access=TEST)


def test_the_database_refuses_what_does_not_sum_to_zero(market):
    post(market, 5, -5)
    post(market, 5, -2, -3)
    for amounts in ((5,), (5, -4), (1, 1), (-1,)):
        with pytest.raises(psycopg.errors.CheckViolation):
            post(market, *amounts)
    assert market.sql("bank", "SELECT sum(amount), count(*) FROM posting") == [(0, 5)]


def test_nothing_is_rewritten(market):
    post(market, 5, -5)
    for statement in (
        "UPDATE posting SET amount = 6",
        "DELETE FROM posting",
        "DELETE FROM journal",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            market.databases("bank").run("test", lambda tx, s=statement: tx.execute(s), access=TEST)


def test_the_ledger_is_seen_with_a_reason_only(market):
    post(market, 5, -5)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        market.databases("bank").read("test", lambda tx: ledger.balance(tx, "test:a"))


# ---------------------------------------------------------------- rules


@given(st.integers(1, 2 * DAY_LIMIT), st.integers(0, 2 * DAY_LIMIT), st.integers(0, DAY_LIMIT))
def test_what_may_leave(amount, balance, spent):
    over, short = amount + spent > DAY_LIMIT, amount > balance
    if not over and not short:
        check_amount(amount, balance, spent)
        return
    with pytest.raises(Refusal) as caught:
        check_amount(amount, balance, spent)
    assert caught.value.fault is (OVER_LIMIT if over else INSUFFICIENT)


@given(st.text(min_size=1, max_size=20).filter(lambda t: "　" not in t), st.text(max_size=10))
def test_a_payee_is_shown_in_part(surname, given_name):
    shown = payee_shown(f"{surname}　{given_name}")
    assert shown == f"{surname}　{'＊' * len(given_name)}"
    assert payee_shown(surname) == surname[0] + "＊" * (len(surname) - 1)


@given(st.text(max_size=12))
def test_amounts_are_numbers_or_nothing(text):
    found = yen_of(text)
    assert found is None or found > 0


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        ("１，０００円", 1000),
        ("１２３４５", 12345),
        ("￥1,234,567", 1234567),
        (" 1 000 ", 1000),
        ("1,000 yen", 1000),
        ("1000YEN", 1000),
        ("１０００ｙｅｎ", 1000),
        ("1,000 JPY", 1000),
        ("1,000 USD", None),
        ("yen", None),
        ("-1", None),
        ("－１", None),
        ("+1", None),
        ("1,5", None),
        ("1,50", None),
        ("10,00", None),
        ("1,000 000", None),
        ("5-0", None),
        ("1_000", None),
        ("²", None),
        ("①", None),
        ("㉑", None),
        ("٣", None),
        ("1円5", None),
        ("9" * 5_000, None),
        ("", None),
        ("0", None),
        ("1.5", None),
        ("一", None),
    ],
)
def test_amounts_as_people_type_them(typed, yen):
    assert yen_of(typed) == yen


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234567", "1234567"),
        ("１２３-４５６７", "1234567"),
        (" 123 4567 ", "1234567"),
        ("-1234567", ""),
        ("12--34567", ""),
        ("123456²", ""),
        ("123456a", ""),
        ("123456①", ""),
        ("", ""),
    ],
)
def test_numbers_of_accounts_as_people_type_them(typed, read):
    assert digits(typed) == read


def test_the_sandbox_pays_in_and_production_does_not(market, two, monkeypatch):
    one, _, _ = two
    one.get("/home")
    monkeypatch.setattr(type(market.street.settings), "sandbox", property(lambda _: False))
    one.press("Pay in, for trying out: 50,000 yen")
    assert one.fault == "bank.sandbox-only"


def test_what_is_looked_at_loses_no_race(market, money, two, monkeypatch):
    """At 64 readers one page in sixteen said "too many at work" (faults F14): reading was SERIALIZABLE."""
    levels = []
    bank = market.street.databases("bank")
    opened = bank._once

    def noted(label, work, opening, tenant, access, isolation):
        levels.append((label, isolation))
        return opened(label, work, opening, tenant, access, isolation)

    monkeypatch.setattr(bank, "_once", noted)
    customer = bank.run("test.who", lambda tx: tx.value("SELECT customer_number FROM customer LIMIT 1"),
                        access=Access("test", "bank.test", Text("試験", "test")))  # fmt: skip
    levels.clear()
    money.overview(customer)
    money.statement(customer)
    assert levels == [("bank.overview", "REPEATABLE READ"), ("bank.statement", "REPEATABLE READ")]
