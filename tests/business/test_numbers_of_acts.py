"""What counts once is done once, whatever fails: told that it went wrong, people press what the page offers them."""

import ast
from pathlib import Path

import pytest

from kazasu.business.bank.pages.home import PayInForm
from kazasu.business.bank.service.context import BankContext
from kazasu.business.pay.context import PayContext
from kazasu.business.pay.pages import ChargeForm
from kazasu.card.phone.record_pages import PressForm
from kazasu.foundation.web.acting.numbered import ONCE
from tests.business.test_account_link import linked, who
from tests.structure.test_forms import all_forms
from tests.support.sources import tree_of

__all__ = ["who"]
SOURCE = Path(__file__).parents[2] / "src" / "kazasu"
FRESH = {"token_urlsafe", "token_hex", "token_bytes", "uuid4"}


def topping_up(market, who):
    page = linked(market, who).get("/")

    def much():
        market.settle()
        return market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'")[0][0]

    return page, "Top up", {"amount": "10000"}, much


def paying_in(market, who):
    def much():
        (cash,) = market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'cash'")[0]
        return cash - before

    page = market.browser(who).get(f"{market.bank}/signin?next=/home")
    before = 0
    before = much()
    return page, "Pay in, for trying out: 50,000 yen", {}, much


ACTS = {
    (ChargeForm, "charge"): (topping_up, PayContext, "run", ("charge.ask", "charge.link", "charge.done")),
    (PayInForm, "key"): (paying_in, BankContext, "as_customer", ("pay-in",)),
}  # fmt: skip
"""For each number: how one comes to its button, where its steps are carried out, and which there are."""
WAYS = [(number, step, after) for number, (*_, steps) in ACTS.items() for step in steps
        for after in (False, True)]  # fmt: skip


@pytest.mark.told_of_faults
@pytest.mark.parametrize(
    ("number", "step", "after"), WAYS, ids=lambda one: one[1] if isinstance(one, tuple) else None
)
def test_what_the_page_offers_after_our_side_failed_does_it_once(
    market, who, monkeypatch, number, step, after
):
    """Failed before each of its steps, and after it was written."""
    begin, of, runs, _ = ACTS[number]
    page, button, fields, much = begin(market, who)
    whole = getattr(of, runs)

    def fails(desk, *words, **more):
        if step not in words:
            return whole(desk, *words, **more)
        if after:
            whole(desk, *words, **more)
        raise RuntimeError(f"ended at {step}")

    with monkeypatch.context() as patched:
        patched.setattr(of, runs, fails)
        page.press(button, **fields)
        assert page.fault == "web.unexpected"
    page.press(button, **fields)
    assert page.fault == ""
    assert much() == 1
    page.press(button, **fields)
    assert much() == 2, "a page that says it was done offers another one"


@pytest.mark.told_of_faults
def test_a_partner_that_is_away_is_no_reason_to_press_again(market, who):
    """What was noted is told as noted: whoever believed "try again, nothing happens twice" topped up twice."""
    browser = linked(market, who).get("/")
    market.unreachable.add("bank")
    browser.press("Top up", amount="10000")
    assert browser.fault == ""
    browser.expect("Your top-up is noted: 10,000 yen").expect("there is no need to press again")
    market.unreachable.clear()
    market.settle()
    assert not browser.get("/").has("is noted")
    browser.expect("10,000 yen").expect("done")
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(1,)]


def test_each_number_of_an_act_is_tried():
    """A press at a phone is one press for ten seconds and changes nobody's money: ``tests/stories/test_phone.py`` presses each twice."""
    marked = {
        (form, name)
        for form in all_forms()
        for name, info in form.model_fields.items()
        if ONCE in info.metadata and not issubclass(form, PressForm)
    }
    assert marked == set(ACTS)


def test_no_page_draws_a_number_of_its_own():
    """One that is new at each drawing is new on the page that says "try again", too."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.FunctionDef) or not any(
                isinstance(one, ast.Call) and getattr(one.func, "id", "") == "get"
                for one in node.decorator_list
            ):
                continue
            called = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
            names = {getattr(one, "attr", getattr(one, "id", "")) for one in called}
            found += [(str(path), node.name)] if names & FRESH else []
    assert found == []
