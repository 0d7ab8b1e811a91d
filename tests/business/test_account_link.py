"""Linking a bank account to the payment service, from both sides, and everything that must not work."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from kazasu.business import account_link
from kazasu.business.account_link import (
    Charge,
    LinkEnded,
    LinkPeer,
    LinkRequest,
    RedeemLink,
    read,
    signed,
)
from kazasu.foundation.faults import Refusal
from tests.support.market import hanako
from tests.support.pages import followed

ID = "a" * 24


@pytest.fixture
def who(market):
    who = hanako()
    bank = market.open_account(who, agree=False)
    bank.get("/home").press("Pay in, for trying out: 50,000 yen")
    return who


def begin(market, who):
    """At the wallet, up to the page before the bank."""
    browser = market.browser(who).get(f"{market.pay}/").click("Sign in")
    browser.click("Link a bank account").expect("about two minutes")
    return browser.press("Hinata Bank: link my account")


def at_the_bank(market, who):
    browser = begin(market, who).expect("Next: the bank").click("Go to the bank")
    return browser.expect("link your account?").expect("It does not see your balance")


def linked(market, who):
    return at_the_bank(market, who).press("Agree and link").expect("Your bank account is linked")


def test_link_charge_and_see_it_on_both_sides(market, who):
    browser = linked(market, who)
    browser.get("/").press("Top up", amount="3000").expect("Topped up").expect("3,000 yen")
    bank = market.browser(who).get(f"{market.bank}/signin?next=/statement")
    bank.expect("-3,000 yen").expect("47,000 yen").expect("Kazasu Pay")
    bank.get("/consents").expect("linked")
    bank.get("/home").expect("Your account was linked to")


def test_the_two_never_share_a_subject_or_a_name(market, who):
    linked(market, who).get("/").press("Top up", amount="1000")
    bank, pay = who.subjects["bank"], who.subjects["pay"]
    assert bank != pay
    for room, foreign in (("bank", pay), ("pay", bank)):
        content = dump(market, room)
        assert foreign not in content
    assert who.name not in dump(market, "pay")
    assert "1988-04-01" not in dump(market, "pay")
    number = market.sql("bank", "SELECT customer_number FROM customer")[0][0]
    assert number not in dump(market, "pay")


def dump(market, room):
    tables = market.sql(
        room,
        """SELECT table_name FROM information_schema.tables
           WHERE table_schema = %s AND table_type = 'BASE TABLE'""",
        room,
    )
    return "\n".join(
        str(row)
        for (table,) in tables
        for row in market.sql(room, f'SELECT t::text FROM "{table}" t')
    )


def test_not_linking_changes_nothing(market, who):
    browser = at_the_bank(market, who).press("Do not link")
    assert browser.fault == "pay.link-denied"
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(0,)]


def test_another_persons_account_is_not_linked(market, who):
    """Signed in at the bank as somebody else than at the wallet."""
    other = hanako(name="鈴木　一郎")
    browser = market.browser(other).get(f"{market.pay}/").click("Sign in")
    browser.click("Link a bank account").press("Hinata Bank: link my account")
    browser.holder = who
    browser.click("Go to the bank")
    assert browser.fault == "pay.not-the-same"
    assert "花子" not in browser.text
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(0,)]


@pytest.mark.parametrize("change", [{"name": "佐藤　華子"}, {"birth_date": hanako().birth_date + timedelta(days=1)}])  # fmt: skip
def test_name_and_birth_date_are_both_compared(market, who, change):
    browser = begin(market, who)
    for name, value in change.items():
        column = {"birth_date": "birthdate"}.get(name, name)
        update(market, f"UPDATE customer SET {column} = %s", value)
    browser.click("Go to the bank")
    assert browser.fault == "pay.not-the-same"


def update(market, query, *params):
    with psycopg.connect(market.databases.url("bank")) as connection:
        connection.execute("SET search_path TO bank")
        connection.execute(query, params)


def test_another_card_than_the_one_signed_in(market, who):
    browser = market.browser(who).get(f"{market.pay}/").click("Sign in")
    browser.click("Link a bank account")
    browser.holder = hanako(name="鈴木　一郎")
    browser.press("Hinata Bank: link my account")
    assert browser.fault == "pay.other-person"


def test_unlinked_at_the_wallet_the_bank_knows(market, who):
    browser = linked(market, who).get("/banks").click("End the link").expect("takes effect at once")
    assert market.sql("bank", "SELECT ended_by FROM account_link") == [("",)], "asked first"
    browser.press("End the link").expect("The link has ended").expect("link my account")
    assert not browser.get("/banks").has("The link has ended"), "opened anew"
    market.settle()
    assert market.sql("bank", "SELECT ended_by FROM account_link") == [("pay",)]
    browser.get("/").expect("To top it up, link your bank account")


def test_unlinked_at_the_bank_the_wallet_knows(market, who):
    browser = linked(market, who)
    bank = market.browser(who).get(f"{market.bank}/signin?next=/consents")
    bank.click("End this link").press("End this link").expect("The link has ended")
    browser.get("/").press("Top up", amount="1000")
    assert browser.fault == "business.partner-refused", "at once, before the wallet was told"
    browser.expect("This account link is unknown or has ended")
    market.settle()
    assert market.sql("pay", "SELECT ended_by FROM bank_link") == [("bank",)]
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(0,)]


def live(market):
    count = "SELECT count(*) FROM {} WHERE ended_at IS NULL"
    return [
        market.sql(room, count.format(table))[0][0]
        for room, table in (("bank", "account_link"), ("pay", "bank_link"))
    ]


def test_two_tabs_make_one_link(market, who):
    first, second = at_the_bank(market, who), at_the_bank(market, who)
    second.press("Agree and link").expect("Your bank account is linked")
    first.press("Agree and link").expect("Your bank account is linked")
    assert live(market) == [1, 1]
    market.settle()
    assert live(market) == [1, 1], "the one before was ended on both sides"


@pytest.mark.parametrize("end", ["pay", "bank", "identity"])
def test_links_of_a_version_that_made_several_all_end(market, who, end):
    browser = linked(market, who)
    for room, table in (("bank", "account_link"), ("pay", "bank_link")):
        columns = [one for (one,) in market.sql(room, "SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)]  # fmt: skip
        values = ", ".join("'older' || link_id" if one == "link_id" else one for one in columns)
        write(
            market, room, f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}"
        )
    assert live(market) == [2, 2]
    if end == "pay":
        browser.get("/banks").click("End the link").press("End the link").expect(
            "The link has ended"
        )
    elif end == "bank":
        bank = market.browser(who).get(f"{market.bank}/signin?next=/consents")
        bank.click("End this link").press("End this link").expect("The link has ended")
    else:
        market.push(market.identity.event("link-ended", who, "pay"), at=market.pay)
    market.settle()
    assert live(market) == [0, 0]


def write(market, room, query):
    with psycopg.connect(market.databases.url(room)) as connection:
        connection.execute(f"SET search_path TO {room}")
        connection.execute(query)


def test_a_link_that_ended_before_it_was_known_is_not_taken_for_live(market, who, monkeypatch):
    """The bank's answer is slow: meanwhile its customer ends the link there, and the wallet is told of a link it does not know."""
    browser = at_the_bank(market, who)
    really = LinkPeer.send

    def slow(peer, path, message, answer):
        linked = really(peer, path, message, answer)
        if path == account_link.LINKS:
            monkeypatch.undo()
            bank = market.browser(who).get(f"{market.bank}/signin?next=/consents")
            bank.click("End this link").press("End this link").expect("The link has ended")
            market.settle()
        return linked

    monkeypatch.setattr(LinkPeer, "send", slow)
    browser.press("Agree and link")
    assert browser.fault == "pay.link-ended-meanwhile"
    market.settle()
    assert live(market) == [0, 0]
    assert not browser.get("/banks").has("ending in")
    linked(market, who)
    assert live(market) == [1, 1]


def test_somebody_elses_link_cannot_be_ended(market, who):
    linked(market, who)
    other = market.open_account(hanako(name="鈴木　一郎"), agree=False)
    link_id = market.sql("bank", "SELECT link_id FROM account_link")[0][0]
    answer = other.client.post(
        f"{market.bank}/links/{link_id}/end", headers={"origin": market.bank}
    )
    assert "bank.unknown-link" in followed(other.client, answer).text
    assert market.sql("bank", "SELECT ended_at FROM account_link") == [(None,)]


# ---------------------------------------------------------------- charges


def test_a_charge_is_one_however_often_it_is_sent(market, who):
    browser = linked(market, who).get("/")
    for _ in range(3):
        form = next(f for f in browser.page.forms if f.action and f.action.endswith("/charge"))
        values = {**dict(form.form_values()), "amount": "1000"}
        browser.client.post(f"{market.pay}/charge", data=values, headers={"origin": market.pay})
    browser.get("/").expect("1,000 yen")
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(1,)]


@pytest.mark.parametrize("amount", ["", "9" * 5_000, "-1000", "1001", "01000", "１０００", "x"])
def test_an_amount_that_is_not_offered_is_refused(market, who, amount):
    browser = linked(market, who).get("/")
    form = next(f for f in browser.page.forms if f.action and f.action.endswith("/charge"))
    values = {**dict(form.form_values()), "amount": amount}
    answer = browser.client.post(
        f"{market.pay}/charge", data=values, headers={"origin": market.pay}
    )
    assert "pay.bad-amount" in followed(browser.client, answer).text
    assert market.sql("pay", "SELECT count(*) FROM charge") == [(0,)]


def test_a_charge_that_is_none_is_refused_before_anything_is_stored(market, who):
    browser = linked(market, who)
    for charge in (
        "",
        "0123 56789 abcdef",
        "hall|2026-12-01|99:99",
        "a" * 15,
        "a" * 65,
        "\u3164" * 20,
    ):
        answer = browser.client.post(
            f"{market.pay}/charge",
            data={"charge": charge, "amount": "1000"},
            headers={"origin": market.pay},
        )
        assert "web.unreadable" in followed(browser.client, answer).text
    assert market.sql("pay", "SELECT count(*) FROM charge") == [(0,)]


@pytest.mark.told_of_faults
def test_a_charge_that_nobody_asks_for_any_more_says_so(market, who):
    browser = linked(market, who).get("/")
    market.unreachable.add("bank")
    browser.press("Top up", amount="1000").expect("waiting for the bank")
    write(market, "pay", "UPDATE procrastinate_jobs SET attempts = 19, scheduled_at = NULL")
    market.settle()
    browser.get("/").expect("Our staff look into it").expect("0 yen")
    market.unreachable.clear()
    write(market, "pay", "UPDATE procrastinate_jobs SET status = 'todo'")
    market.settle()
    browser.get("/").expect("1,000 yen").expect("done")


@pytest.mark.parametrize("device", ["%00", "%ED%A0%80", "x" * 5_000, "phone%00"])
def test_a_device_that_nobody_knows_is_the_terminal(market, who, device):
    for origin in (market.bank, market.pay):
        answer = market.browser(who).client.get(
            f"{origin}/signin?device={device}", follow_redirects=False
        )
        assert answer.status_code == 303
        assert "device=" not in answer.headers["location"]


def test_a_bank_that_does_not_answer_is_asked_again(market, who):
    browser = linked(market, who).get("/")
    market.unreachable.add("bank")
    browser.press("Top up", amount="1000")
    assert browser.fault == "", "it is noted, and nobody has to press again"
    browser.expect("waiting for the bank").expect("0 yen")
    market.unreachable.clear()
    market.settle()
    browser.get("/").expect("1,000 yen").expect("done")
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(1,)]


def test_a_bank_that_is_away_links_nothing(market, who):
    """Nothing was noted yet: it may be tried again."""
    browser = market.browser(who).get(f"{market.pay}/").click("Sign in")
    browser.click("Link a bank account")
    market.unreachable.add("bank")
    browser.press("Hinata Bank: link my account")
    assert browser.fault == "business.partner-unreachable"
    assert market.sql("pay", "SELECT count(*) FROM link_attempt") == [(0,)]


def test_topped_up_is_said_of_what_was_topped_up(market, who):
    """Not of an address: whoever opens it anew, or another wallet, reads nothing of it."""
    browser = linked(market, who).get("/").press("Top up", amount="1000")
    browser.expect("Topped up: 1,000 yen")
    told = browser.url
    browser.get(told).expect("Topped up: 1,000 yen")
    for address in ("/", "/?charged=1", "/?charged=x", "/?kept=x"):
        assert not browser.get(address).has("Topped up"), address
    stranger = market.browser(hanako(name="鈴木　一郎")).get(f"{market.pay}/signin")
    assert not stranger.get(told).has("Topped up")
    assert not browser.get("/banks?linked=1").has("is linked")


def test_what_the_account_does_not_have(market, who):
    browser = linked(market, who)
    for _ in range(5):
        browser.get("/").press("Top up", amount="10000")
    browser.get("/").press("Top up", amount="1000")
    assert browser.fault == "business.partner-refused"
    browser.expect("not enough in the account").expect("50,000 yen").expect("refused")


def test_amounts_are_those_that_are_offered(market, who):
    browser = linked(market, who).get("/")
    for amount in ("7", "-1000", "", "x"):
        answer = browser.client.post(
            f"{market.pay}/charge", data={"charge": ID, "amount": amount},
            headers={"origin": market.pay},
        )  # fmt: skip
        assert "pay.bad-amount" in followed(browser.client, answer).text
    browser.get("/banks").click("End the link").press("End the link")
    answer = browser.client.post(
        f"{market.pay}/charge", data={"charge": ID, "amount": "1000"},
        headers={"origin": market.pay},
    )  # fmt: skip
    assert "pay.no-bank-link" in followed(browser.client, answer).text


# ---------------------------------------------------------------- the protocol


def send(market, path, message, sender="pay", to="bank"):
    token = signed(message, market.street.process.institution(sender), to, market.clock.now())
    return market.post(f"{market.directory.origin(to)}{path}", token.encode())


def wanted(market, **changes):
    values = {
        "request_id": ID, "return_to": f"{market.pay}/banks/back", "state": "s" * 24,
        "name": "佐藤　花子", "birth_date": hanako().birth_date,
    } | changes  # fmt: skip
    return LinkRequest(**values)


def code(answer):
    return answer.json().get("code")


def test_messages_that_the_bank_does_not_take(market, who):
    path = account_link.REQUESTS
    assert code(send(market, path, wanted(market), sender="bank")) == "bank.unknown-partner"
    evil = wanted(market, return_to="http://evil.test/banks/back")
    assert code(send(market, path, evil)) == "bank.bad-return-address"
    assert code(send(market, path, LinkEnded(link_id=ID))) == "business.bad-link-message"
    assert code(market.post(f"{market.bank}{path}", b"x")) == "business.bad-link-message"
    pay = market.street.process.institution("pay")
    good = signed(wanted(market), pay, "bank", market.clock.now()).encode()
    assert market.post(f"{market.bank}{path}", good).status_code == 201
    assert code(market.post(f"{market.bank}{path}", good)) == "bank.message-repeated"
    assert code(send(market, path, wanted(market))) == "bank.message-repeated"


@pytest.mark.parametrize(
    ("to", "minutes", "why"), [("pay", 0, "audience"), ("bank", 3, "time"), ("bank", -3, "time")]
)
def test_messages_are_for_one_and_for_now(market, to, minutes, why):
    pay = market.street.process.institution("pay")
    token = signed(LinkEnded(link_id=ID), pay, to, market.clock.now())
    now = market.clock.now() + timedelta(minutes=minutes)
    with pytest.raises(Refusal) as caught:
        read(LinkEnded, token, market.directory, me="bank", now=now)
    assert caught.value.facts["why"] == why


def test_a_message_of_another_form(market):
    pay = market.street.process.institution("pay")
    for content in (b"[]", b"{}", b'{"exp": "x", "iat": 1, "message": {}, "jti": "1"}'):
        token = pay.sign(content, LinkEnded.typ)
        with pytest.raises(Refusal) as caught:
            read(LinkEnded, token, market.directory, me="bank", now=market.clock.now())
        assert caught.value.facts["why"] == "form"


def test_the_token_is_good_once_and_for_minutes(market, who):
    browser = at_the_bank(market, who)
    request_id = browser.url.rpartition("/")[2]
    answer = browser.client.post(
        f"{market.bank}/link/{request_id}", data={"act": "agree"}, headers={"origin": market.bank}
    )
    back = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    redeem = RedeemLink(request_id=request_id, token=back["token"])
    wrong = RedeemLink(request_id=request_id, token="x" * 43)
    assert code(send(market, account_link.LINKS, wrong)) == "bank.bad-link-token"
    first, again = (send(market, account_link.LINKS, redeem) for _ in range(2))
    assert first.status_code == 201
    assert again.json() == first.json(), "the same partner asks again: the same link"
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(1,)]
    market.clock.advance(timedelta(minutes=6))
    assert send(market, account_link.LINKS, redeem).json() == first.json()
    send(market, account_link.ENDED, LinkEnded(link_id=first.json()["link_id"]))
    assert code(send(market, account_link.LINKS, redeem)) == "bank.unknown-link"


def test_a_late_token_is_nothing(market, who):
    browser = at_the_bank(market, who)
    request_id = browser.url.rpartition("/")[2]
    answer = browser.client.post(
        f"{market.bank}/link/{request_id}", data={"act": "agree"}, headers={"origin": market.bank}
    )
    market.clock.advance(timedelta(minutes=6))
    browser.get(answer.headers["location"])
    assert browser.fault == "business.partner-refused"
    browser.expect("The link token is not good")


def test_an_answer_that_was_not_begun_here(market, who):
    browser = at_the_bank(market, who)
    request_id = browser.url.rpartition("/")[2]
    answer = browser.client.post(
        f"{market.bank}/link/{request_id}", data={"act": "agree"}, headers={"origin": market.bank}
    )
    place = answer.headers["location"]
    for changed in (
        place.replace("state=", "state=x"),
        place.replace("request=", "request=x"),
        f"{market.pay}/banks/back",
        f"{place.partition('&token=')[0]}&token=short",
    ):
        browser.get(changed)
        assert browser.fault == "pay.unknown-attempt"
    stranger = market.browser(hanako(name="鈴木　一郎")).get(f"{market.pay}/signin")
    stranger.get(place)
    assert stranger.fault == "pay.unknown-attempt", "somebody else's link in my browser"
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(0,)]


def test_a_request_is_answered_once(market, who):
    browser = at_the_bank(market, who)
    page = browser.url
    browser.press("Agree and link").get(page)
    assert browser.fault == "bank.unknown-link-request"


@pytest.mark.parametrize(("act", "says"), [("agree", "token="), ("no", "error=denied")])
def test_pressed_twice_the_request_is_answered_alike(market, who, act, says):
    """The browser shows the second answer: without it the way back is lost."""
    browser = at_the_bank(market, who)
    request_id = browser.url.rpartition("/")[2]

    def press(act):
        return browser.client.post(
            f"{market.bank}/link/{request_id}", data={"act": act}, headers={"origin": market.bank}
        )

    first, second = (press(act).headers["location"] for _ in range(2))
    assert second == first
    assert says in first
    other = press("no" if act == "agree" else "agree").headers["location"]
    assert "token=" not in other
    browser.get(second)
    if act == "agree":
        browser.expect("Your bank account is linked")
    assert market.sql("bank", "SELECT count(*) FROM account_link") == [(int(act == "agree"),)]


def test_the_way_back_taken_twice_is_one_answer(market, who):
    """The page at the bank leads on, and its link is pressed: the second read that the attempt is unknown."""
    browser = at_the_bank(market, who)
    request_id = browser.url.rpartition("/")[2]
    answer = browser.client.post(
        f"{market.bank}/link/{request_id}", data={"act": "agree"}, headers={"origin": market.bank}
    )
    for _ in range(2):
        browser.get(answer.headers["location"]).expect("Your bank account is linked")
    assert live(market) == [1, 1]


def test_a_link_is_of_its_pair(market, who):
    linked(market, who)
    link_id = market.sql("bank", "SELECT link_id FROM account_link")[0][0]
    ask = Charge(link_id="b" * 24, charge_id=ID, amount=5)
    assert code(send(market, account_link.CHARGES, ask)) == "bank.unknown-link"
    assert (
        code(send(market, account_link.ENDED, LinkEnded(link_id="b" * 24))) == "bank.unknown-link"
    )
    wrong = send(market, account_link.ENDED, LinkEnded(link_id="b" * 24), sender="bank", to="pay")
    assert wrong.status_code == 200, "remembered: the answer with it may be on its way"
    own = send(market, account_link.ENDED, LinkEnded(link_id=link_id), sender="pay", to="pay")
    assert code(own) == "pay.wrong-sender"
    first = Charge(link_id=link_id, charge_id=ID, amount=5)
    assert send(market, account_link.CHARGES, first).status_code == 200
    assert send(market, account_link.CHARGES, first).status_code == 200
    other = Charge(link_id=link_id, charge_id=ID, amount=6)
    assert code(send(market, account_link.CHARGES, other)) == "bank.message-repeated"
    assert market.sql("bank", "SELECT count(*) FROM journal WHERE kind = 'charge'") == [(1,)]
