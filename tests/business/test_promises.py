"""What the bank promises: a new address without consent, cash, payees that are kept, the statement as a file."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.business.bank.service.money import Money
from kazasu.business.bank.store import payees
from kazasu.foundation.values import spreadsheet
from tests.business.test_money import account_on, balances, two
from tests.support.market import hanako

__all__ = ["two"]
NEW = "北海道札幌市中央区北１条西２丁目"


# ---------------------------------------------------------------- a new address


@pytest.fixture
def who(market):
    who = hanako()
    market.open_account(who, agree=False)
    return who


def at_data(market, who):
    return market.browser(who).get(f"{market.bank}/signin?next=/data/address")


def test_a_new_address_is_told_with_the_card_and_no_consent(market, who):
    old = who.address
    page = at_data(market, who).expect(old).press("Tell it with the card")
    page.expect("Your card has the same address")
    who.address = NEW
    page.press("Tell it with the card").expect("Your record was updated").expect(NEW)
    page.get("/home").expect("You told us your address with your card").expect(NEW)
    page.get("/consents").expect("You gave none")
    assert market.sql("bank", "SELECT item, old, new FROM attribute_change") == [
        ("address", old, NEW)
    ]


@pytest.mark.parametrize("change", [{"name": "鈴木　一郎"}, {}])
def test_another_persons_card_changes_nothing(market, who, change):
    page = at_data(market, who)
    page.holder = hanako(address=NEW, **change)
    page.press("Tell it with the card")
    assert page.fault == "bank.other-person"
    assert market.sql("bank", "SELECT count(*) FROM attribute_change") == [(0,)]


def test_how_a_name_is_read_is_said_by_who_bears_it(market, who):
    """Not guessed; and a new name has none until it is said."""
    page = market.browser(who).get(f"{market.bank}/signin?next=/data").expect("not said")
    page.click("Change Read as").press("Save", kana="Hanako").expect("cannot be used (H)")
    page.press("Save", kana="さとう ﾊﾅｺ").expect("Saved how your name is read").expect(
        "サトウ ハナコ"
    )
    for at in (page.get("/home"), market.browser(who).get(f"{market.bank}/signin")):
        at.expect("Account of Sato Hanako 佐藤 花子")
        (head,) = at.page.xpath("//*[@class='site-person-name']")
        assert "Sato Hanako" in head.text_content()
    who.name = "鈴木　花子"
    page.get("/data/address").press("Tell it with the card").expect("鈴木 花子")
    assert not page.get("/home").has("Account of Sato")
    page.get("/data/reading").press("Save", kana="").expect("Removed how your name is read")


# ---------------------------------------------------------------- cash


def test_cash_is_signed_for_and_leaves_once(market, two):
    one, _, _ = two
    one.get("/home").click("Withdraw").press("Next", amount="20,000").expect("Cash machine")
    page = one.url
    one.press("Sign and withdraw").expect("Withdrawn").expect("no notes come out")
    one.get(page).expect("Withdrawn")
    assert balances(market) == [-30_000, 30_000]
    one.get("/statement").expect("Withdrawn").expect("-20,000 yen")
    signed = [s["document"] for s in market.identity.signings.values()]
    assert any("引き出しの依頼".encode() in one and b"20,000" in one for one in signed)


@pytest.mark.parametrize(("amount", "said"), [("50,001", "not enough"), ("1,000,001", "above the limit"), ("0", "at least 1 yen")])  # fmt: skip
def test_cash_that_is_not_given(market, two, amount, said):
    two[0].get("/withdraw").press("Next", amount=amount).expect(said)
    assert balances(market) == [-50_000, 50_000]


# ---------------------------------------------------------------- payees


def test_a_payee_is_kept_used_and_removed(market, two):
    one, account, _ = two
    one.get("/transfer").press("Next", to_account=account, amount="100").press("Sign and transfer")
    one.press("Keep this payee").expect("The payee is kept").expect("鈴木 ＊＊")
    one.click(f"鈴木 ＊＊ {account}").press("Next", amount="50").expect("50 yen")
    one.get("/transfer").click(f"Remove {account}").expect("Remove this payee?").press("Remove")
    one.expect("The payee was removed").press("Undo").expect("The payee is kept")
    one.get(f"/payees/{account}/remove").press("Remove").get("/transfer")
    assert not one.has("Payees you keep")


def test_not_more_than_people_look_through(market, two, monkeypatch):
    one, account, _ = two
    monkeypatch.setattr(payees, "MOST", 0)
    one.get("/transfer").press("Next", to_account=account, amount="100").press("Sign and transfer")
    one.press("Keep this payee")
    assert one.fault == "bank.too-many-payees"


def test_nobody_asks_by_it_whose_an_account_is(market, two):
    """Kept is only where one has transferred to."""
    one, account, _ = two
    one.client.post(f"{market.bank}/payees", data={"account": account}, headers={"origin": market.bank})  # fmt: skip
    assert market.sql("bank", "SELECT count(*) FROM payee") == [(0,)]
    own = account_on(one)
    one.client.post(f"{market.bank}/payees", data={"account": own}, headers={"origin": market.bank})
    assert market.sql("bank", "SELECT count(*) FROM payee") == [(0,)]


# ---------------------------------------------------------------- the statement as a file


def test_the_whole_statement_for_spreadsheets(market, two):
    one, account, _ = two
    one.get("/transfer").press("Next", to_account=account, amount="100").press("Sign and transfer")
    answer = one.client.get(f"{market.bank}/statement.csv", headers={"accept-language": "en"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    *_, head, first, last = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    rows = [first, last]
    assert head == ["When", "Kind", "With", "Their account", "Number", "Amount", "Balance"]
    assert [row[5:] for row in rows] == [["50000", "50000"], ["-100", "49900"]]
    assert one.get("/statement").has("prints as it is")


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Holder", "Account number", "Period", "Made", "When"]),
        ("ja", ["口座名義", "口座番号", "対象期間", "作成日時", "日時"]),
    ],
)
def test_the_file_says_first_whose_account_of_when(market, two, language, names):
    one, _, _ = two
    asked = {"accept-language": language}
    answer = one.client.get(f"{market.bank}/statement.csv", headers=asked)
    told = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in told[:5]] == names
    assert {len(row) for row in told} == {7}
    ((name, account),) = market.sql(
        "bank", "SELECT name, account_number FROM customer JOIN account USING (customer_number) WHERE name = %s", one.holder.name,
    )  # fmt: skip
    assert [row[1] for row in told[:4]] == [name, account, "2026-11-23", "2026-11-23 10:00:00"]
    assert told[2][2] == "2026-11-23"


def test_the_printed_statement_says_whose_account_of_when(market, two, monkeypatch):
    one, account, _ = two
    market.clock.advance(timedelta(days=3))
    one.get(f"{market.bank}/signin?next=/transfer").press(
        "Next", to_account=account, amount="100"
    ).press("Sign and transfer")
    page = one.get("/statement").expect("Holder").expect("佐藤 花子").expect("Account number")
    page.expect("Monday 23 November 2026 to Thursday 26 November 2026").expect("Made")
    (told,) = one.page.xpath("//main//dl")
    hidden = {"no-print", "actions", "change"} & {name for up in (told, *told.iterancestors()) for name in up.classes}  # fmt: skip
    assert not hidden
    monkeypatch.setattr(Money.statement, "__defaults__", (1,))
    one.get("/statement").expect("Thursday 26 November 2026 to Thursday 26 November 2026")


@given(st.lists(st.text(max_size=8), min_size=1, max_size=4), st.integers())
def test_no_cell_is_a_formula(cells, number):
    content = spreadsheet.as_csv(["a"], [[*cells, number]]).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(content, newline=""))
    assert int(row[-1]) == number
    for cell, given_cell in zip(row, cells, strict=False):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.removeprefix("'") == given_cell or cell == given_cell


def test_who_looked_leaves_out_ones_own_clicks(market, two):
    one, _, _ = two
    one.get("/data").expect("Your own clicks")
    assert not one.has("1988-04-01")
