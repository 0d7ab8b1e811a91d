"""What the identity service tells without being asked: a sign-out ends sessions, a removed link keeps whose money it is."""

import pytest
from joserfc.jwk import ECKey

from kazasu.foundation.faults import Refusal
from kazasu.kit.told.logout import verified
from tests.business.test_account_link import linked, who
from tests.support.market import hanako

__all__ = ["who"]
NOBODY = "Sign in"


def at_the_wallet(market, who):
    return market.browser(who).get(f"{market.pay}/").click("Sign in").expect("Your balance")


def signed_in(browser):
    """Whether the wallet opens without another tap."""
    return not browser.get("/").has(NOBODY)


def sid_of(market):
    return market.sql("pay", "SELECT data ->> 'sid' FROM web_session WHERE kind <> ''")


def test_a_sign_out_everywhere_ends_every_browser_and_no_one_elses(market):
    me, other = hanako(), hanako(name="鈴木　一郎")
    mine, theirs = [at_the_wallet(market, me) for _ in range(2)], at_the_wallet(market, other)
    assert market.sign_out(market.identity.logout(me, "pay")).status_code == 200
    assert [signed_in(one) for one in (*mine, theirs)] == [False, False, True]


def test_one_sign_in_ends_alone_and_what_was_begun_since_stays(market):
    me = hanako()
    first = at_the_wallet(market, me)
    ((sid,),) = sid_of(market)
    second = at_the_wallet(market, me)
    assert market.sign_out(market.identity.logout(me, "pay", sid=sid)).status_code == 200
    assert [signed_in(first), signed_in(second)] == [False, True]
    before = int(market.clock.now().timestamp()) - 60
    assert market.sign_out(market.identity.logout(me, "pay", toe=before)).status_code == 200
    assert signed_in(second), "told an hour late, what was begun meanwhile goes on"


WRONG = (
    {"key": ECKey.generate_key("P-256")}, {"typ": "secevent+jwt"}, {"typ": "JWT"}, {"iss": "http://other"},
    {"aud": "bank"}, {"nonce": "n"}, {"events": {}}, {"events": None}, {"sub": None}, {"sub": ""},
    {"exp": 1}, {"exp": None}, {"iat": 99_999_999_999}, {"sid": 1},
)  # fmt: skip


def test_a_token_that_does_not_verify_ends_nothing(market):
    me = hanako()
    browser = at_the_wallet(market, me)
    for changes in WRONG:
        answer = market.sign_out(market.identity.logout(me, "pay", **changes))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), changes
        assert answer.headers["cache-control"] == "no-store"
    assert signed_in(browser)
    with pytest.raises(Refusal, match=r"kit\.bad-logout-token"):
        verified("not a token", market.identity.issuer, "pay", None, market.clock.now())


def test_a_removed_link_ends_session_and_bank_link_and_leaves_the_money(market, who):
    browser = linked(market, who)
    browser.get("/").press("Top up", amount="3000").expect("3,000 yen")
    token = market.identity.event("link-ended", who, client="pay")
    assert market.push(token, at=market.pay).status_code == 202
    assert market.push(token, at=market.pay).status_code == 202, "a repetition is taken, too"
    assert not signed_in(browser)
    market.settle()
    assert market.sql("bank", "SELECT ended_by FROM account_link") == [("pay",)]
    market.browser(who).get(f"{market.bank}/signin?next=/consents").expect("ended")
    at_the_wallet(market, who).expect("3,000 yen").expect("link your bank account")
    assert market.push(token, "text/plain", at=market.pay).status_code == 400
