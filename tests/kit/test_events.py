"""Security events: what verifies is applied once, and nothing else is."""

from datetime import timedelta

import pytest
from joserfc.jwk import ECKey, KeySet

from kazasu.foundation.faults import Refusal
from kazasu.kit.events import KINDS, REMEMBERED, Receiver
from kazasu.kit.faults import BAD_EVENT, EVENT_DIFFERS
from tests.support.market import hanako

STRANGER = ECKey.generate_key("P-256", {"kid": "fake-1"})


@pytest.fixture
def receiver(market):
    return Receiver(market.identity.issuer, "bank", lambda fresh: _keys(market))


def _keys(market):
    return KeySet([market.identity.key])


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_event(market, receiver, kind):
    who = hanako()
    token = market.identity.event(kind, who, facts={"x": 1})
    event = receiver.verified(token, market.clock.now())
    assert (event.kind, event.subject, event.facts) == (kind, who.subjects["bank"], {"x": 1})


BAD = {
    "another key": ({"key": STRANGER}, "invalid_key"),
    "an ID token's type": ({"header": {"typ": "JWT"}}, "invalid_request"),
    "no type": ({"header": {"typ": ""}}, "invalid_request"),
    "another issuer": ({"iss": "http://evil.test"}, "invalid_issuer"),
    "no issuer": ({"iss": None}, "invalid_issuer"),
    "another party": ({"aud": "pay"}, "invalid_audience"),
    "several parties without us": ({"aud": ["pay", "portal"]}, "invalid_audience"),
    "no audience": ({"aud": None}, "invalid_audience"),
    "no number": ({"jti": None}, "invalid_request"),
    "a number that is none": ({"jti": 7}, "invalid_request"),
    "no events": ({"events": None}, "invalid_request"),
    "two events": (
        {"events": {"urn:kazasu:event:person-deceased": {}, "urn:kazasu:event:link-ended": {}}},
        "invalid_request",
    ),
    "an unknown event": ({"events": {"urn:kazasu:event:party": {}}}, "invalid_request"),
    "an event of others": ({"events": {"person-deceased": {}}}, "invalid_request"),
    "facts that are none": ({"events": {"urn:kazasu:event:link-ended": []}}, "invalid_request"),
    "no subject": ({"sub_id": None}, "invalid_request"),
    "a subject of another issuer": (
        {"sub_id": {"format": "iss_sub", "iss": "http://evil.test", "sub": "s"}},
        "invalid_request",
    ),
    "a subject of another form": (
        {"sub_id": {"format": "email", "email": "a@example.jp"}}, "invalid_request",
    ),
    "no time": ({"iat": None}, "invalid_request"),
    "a time to come": ({"iat": 4_000_000_000}, "invalid_request"),
    "a time long ago": ({"iat": 1_600_000_000}, "invalid_request"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_event(market, receiver, case):
    changes, err = BAD[case]
    token = market.identity.event("person-deceased", hanako(), **changes)
    with pytest.raises(Refusal) as caught:
        receiver.verified(token, market.clock.now())
    assert caught.value.fault is BAD_EVENT
    assert caught.value.facts["why"] == err


def test_what_is_no_token_at_all(market, receiver):
    token = market.identity.event("person-deceased", hanako())
    head, body, signature = token.split(".")
    for text in ("", "x", "a.b.c", f"{head}.{body}.", f"{head}.{body[:-4]}AAAA.{signature}"):
        with pytest.raises(Refusal) as caught:
            receiver.verified(text, market.clock.now())
        assert caught.value.fault is BAD_EVENT


def test_the_bank_answers_as_rfc_8935_says(market):
    who = hanako()
    market.open_account(who)
    token = market.identity.event("person-deceased", who)
    assert market.push(token, content_type="application/jwt").json()["err"] == "invalid_request"
    bad = market.push(market.identity.event("person-deceased", who, aud="pay"))
    assert (bad.status_code, bad.json()["err"]) == (400, "invalid_audience")
    assert market.sql("bank", "SELECT count(*) FROM staff_queue") == [(0,)]
    for _ in range(3):
        answer = market.push(token)
        assert (answer.status_code, answer.content) == (202, b"")
    assert market.sql("bank", "SELECT count(*) FROM staff_queue") == [(1,)]


def test_a_number_comes_with_one_content_only(market):
    who = hanako()
    market.open_account(who)
    assert (
        market.push(market.identity.event("credential-revoked", who, jti="n-1")).status_code == 202
    )
    again = market.push(market.identity.event("person-deceased", who, jti="n-1"))
    assert again.status_code == 400
    assert market.sql("bank", "SELECT restricted_at FROM customer") == [(None,)]
    assert EVENT_DIFFERS.title.en == again.json()["description"]


def test_a_repetition_that_was_signed_anew_is_one(market):
    who = hanako()
    market.open_account(who)
    for _ in range(2):
        market.clock.advance(timedelta(seconds=30))
        token = market.identity.event("person-deceased", who, jti="n-2")
        assert market.push(token).status_code == 202
    assert market.sql("bank", "SELECT count(*) FROM staff_queue") == [(1,)]


def test_an_event_about_somebody_unknown_is_acknowledged_and_nothing_more(market):
    market.open_account(hanako())
    assert market.push(market.identity.event("person-deceased", hanako())).status_code == 202
    assert market.sql("bank", "SELECT restricted_at FROM customer") == [(None,)]


def test_numbers_are_kept_as_long_as_an_event_may_come(market):
    who = hanako()
    market.open_account(who)
    token = market.identity.event("credential-revoked", who)
    assert market.push(token).status_code == 202
    market.clock.advance(REMEMBERED - timedelta(hours=1))
    market.settle()
    assert market.push(token).status_code == 202
    assert market.sql("bank", "SELECT count(*) FROM happening WHERE kind = 'credential-revoked'") == [(1,)]  # fmt: skip
    market.clock.advance(timedelta(days=1))
    market.settle()
    assert market.sql("bank", "SELECT count(*) FROM security_event") == [(0,)]
    assert market.push(token).status_code == 400
