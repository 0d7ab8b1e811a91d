"""Killed between the two institutions: started again, both sides have the money or the link, or neither does."""

from contextlib import contextmanager

import psycopg
import pytest

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.business.pay.context import PayContext
from tests.business.test_account_link import at_the_bank, linked, who
from tests.support.pages import followed

__all__ = ["who"]


@contextmanager
def ends_before(monkeypatch, step):
    """The payment service does not come to this step; what was committed before stays."""
    run = PayContext.run

    def until(desk, what, *rest, **more):
        if what == step:
            raise RuntimeError(f"ended before {step}")
        return run(desk, what, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(PayContext, "run", until)
        yield


def broken(market):
    """The invariants of ``kazasu check`` that do not hold."""
    with psycopg.connect(market.databases.url("bank")) as a, psycopg.connect(
        market.databases.url("pay")
    ) as b:  # fmt: skip
        sight = CheckerView([a, b])
        seen = [one for one in INVARIANTS if one.can_be_seen(sight)]
        return {one.name for one in seen if list(one.violations(sight))}


def plant(market, room, statement):
    with psycopg.connect(market.databases.url(room), autocommit=True) as connection:
        connection.execute(f"SET search_path TO {room}, public")
        connection.execute("SET session_replication_role TO replica")
        connection.execute(statement)


@pytest.mark.told_of_faults
def test_a_charge_that_the_bank_has_booked_comes_to_the_wallet(market, who, monkeypatch):
    page = linked(market, who).get("/")
    with ends_before(monkeypatch, "charge.done"):
        page.press("Top up", amount="3000")
    page.get("/").expect("waiting for the bank")
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(1,)]
    assert broken(market) == set(), "somebody will ask"
    market.settle()
    page.get("/").expect("3,000 yen").expect("done")
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(1,)]
    assert broken(market) == set()


@pytest.mark.told_of_faults
def test_what_was_booked_counts_though_the_link_has_ended_since(market, who, monkeypatch):
    page = linked(market, who).get("/")
    with ends_before(monkeypatch, "charge.done"):
        page.press("Top up", amount="3000")
    at_bank = market.browser(who).get(f"{market.bank}/signin?next=/consents")
    at_bank.click("End this link").press("End this link")
    market.settle()
    page.get("/").expect("3,000 yen").expect("Link a bank account")
    assert broken(market) == set()


@pytest.mark.told_of_faults
def test_a_link_that_the_bank_has_made_is_made_here_too(market, who, monkeypatch):
    page = at_the_bank(market, who)
    with ends_before(monkeypatch, "link.finish"):
        page.press("Agree and link")
    assert market.sql("pay", "SELECT count(*) FROM bank_link") == [(0,)]
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(1,)]
    market.settle()
    page.get(f"{market.pay}/banks").expect("End the link")
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(1,)]
    assert market.sql("pay", "SELECT token FROM link_attempt") == [("",)]
    assert broken(market) == set()


@pytest.mark.told_of_faults
def test_a_link_ended_before_the_partner_knew_it_is_nobodys(market, who, monkeypatch):
    page = at_the_bank(market, who)
    with ends_before(monkeypatch, "link.finish"):
        page.press("Agree and link")
    at_bank = market.browser(who).get(f"{market.bank}/signin?next=/consents")
    at_bank.click("End this link").press("End this link")
    market.settle()
    page.get(f"{market.pay}/banks").expect("link my account")
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    assert market.sql("bank", waiting) == market.sql("pay", waiting) == [(0,)]
    assert broken(market) == set()


def test_the_end_of_a_link_that_a_restored_bank_does_not_know_is_told_once(market, who):
    """Its backup is older than the link."""
    page = linked(market, who)
    plant(market, "bank", "DELETE FROM account_link")
    page.get("/banks").click("End the link").press("End the link").expect("The link has ended")
    market.settle()
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    assert market.sql("pay", waiting) == [(0,)]


def test_a_charge_sent_twice_ends_as_it_did(market, who):
    page = linked(market, who).get("/")
    plant(market, "bank", "DELETE FROM posting")
    form = next(f for f in page.page.forms if f.action and f.action.endswith("/charge"))
    values = {**dict(form.form_values()), "amount": "1000"}

    def send(**changed):
        answer = page.client.post(
            f"{market.pay}/charge", data=values | changed, headers={"origin": market.pay}
        )
        return followed(page.client, answer).text

    assert "business.partner-refused" in send()
    for amount, code in (("1000", "pay.charge-refused"), ("3000", "pay.charge-differs")):
        again = send(amount=amount)
        assert code in again
        assert "banner-success" not in again


BREAKS = (
    ("pay", "charge", "done_at = NULL", "charge-asked-on charge-on-both-sides wallet-not-overdrawn"),
    ("pay", "charge", "charge_id = 'other'", "charge-on-both-sides"),
    ("pay", "charge", "amount = 2999", "charge-on-both-sides wallet-not-overdrawn"),
    ("bank", "journal", "kind = 'cash'", "charge-on-both-sides"),
    ("bank", "posting", "amount = amount + sign(amount)", "charge-on-both-sides"),
    ("bank", "posting", "amount = amount + 1", "charge-on-both-sides ledger-balanced"),
    ("bank", "account_link", "ended_at = now()", "link-on-both-sides"),
    ("pay", "bank_link", "link_id = 'other'", "link-on-both-sides"),
    ("pay", "till_payment", "refunded_at = now()", "wallet-not-overdrawn"),
    ("pay", "wallet_payment", "number = 'PY-2'", "wallet-not-overdrawn"),
)  # fmt: skip


def test_the_checker_finds_each(market, who):
    linked(market, who).get("/").press("Top up", amount="3000")
    market.settle()
    for table, columns, values in (
        ("wallet_payment", "number, wallet_id, shop, amount, paid_at", "'PY-1', wallet_id, 'books', 3000, asked_at"),
        ("till_payment", "payment_id, number, shop, amount, made_at, expires_at, paid_at",
         "'p', 'PY-1', 'books', 3000, asked_at, asked_at, asked_at"),
    ):  # fmt: skip
        plant(market, "pay", f"INSERT INTO {table} ({columns}) SELECT {values} FROM charge")  # fmt: skip
    assert broken(market) == set()
    for room, table, change, names in BREAKS:
        column = change.partition(" ")[0]
        plant(market, room, f"ALTER TABLE {table} ADD COLUMN before text")
        plant(market, room, f"UPDATE {table} SET before = {column}::text, {change}")
        assert broken(market) == set(names.split()), (table, change)
        kind = market.sql(room, f"SELECT pg_typeof({column})::text FROM {table}")[0][0]
        plant(market, room, f"UPDATE {table} SET {column} = before::{kind}")
        plant(market, room, f"ALTER TABLE {table} DROP COLUMN before")
        assert broken(market) == set()
