"""Times in tokens: what is none is refused by every reader, whichever way it looks (RFC 7519 2)."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

import kazasu
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.identity.clients import assertion, dpop
from kazasu.identity.oauth.model import OAuthError
from kazasu.kit.events import Receiver
from kazasu.kit.told import logout
from tests.kit.test_signin import ISSUER, Service
from tests.support.sources import tree_of

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
KEY = ECKey.generate_key("P-256", {"kid": "one"})
KEYS = KeySet([KEY])
ME, THEM = "http://me.localhost", "http://id.localhost"
NO_TIMES = ["x", "1", "", None, True, [], {}, 1e20, -1e20, -1, float("inf"), float("nan"), 1e11]
MISSING = object()


def signed(claims, changed, **header):
    given = {name: value for name, value in (claims | changed).items() if value is not MISSING}
    return jwt.encode({"alg": "ES256", "kid": "one", **header}, given, KEY)


def id_token(changed):
    service = Service(SimpleNamespace(now=lambda: NOW))
    service.id_token = lambda: jwt.encode(
        {"alg": "ES256"},
        {k: v for k, v in (_ID | {"nonce": service.started.nonce} | changed).items() if v is not MISSING},
        service.key,
    )  # fmt: skip
    return service.finish()


_ID = {
    "iss": ISSUER, "aud": "portal", "sub": "s-1", "iat": SECONDS, "exp": SECONDS + 300, "auth_time": SECONDS,
}  # fmt: skip


def logout_token(changed):
    claims = {
        "iss": THEM,
        "aud": "portal",
        "iat": SECONDS,
        "exp": SECONDS + 120,
        "sub": "s-1",
        "events": {logout.EVENT: {}},
    }
    token = signed(claims, changed, typ="logout+jwt")
    return logout.verified(token, THEM, "portal", lambda _: KEYS, NOW)


def event(changed):
    claims = {
        "iss": THEM, "aud": "portal", "iat": SECONDS, "jti": "j-1", "sub_id": {"format": "iss_sub", "iss": THEM, "sub": "s-1"},
        "events": {"urn:kazasu:event:link-ended": {}},
    }  # fmt: skip
    token = signed(claims, changed, typ="secevent+jwt")
    return Receiver(THEM, "portal", lambda _: KEYS).verified(token, NOW)


def client_assertion(changed):
    claims = {
        "iss": "portal",
        "sub": "portal",
        "aud": THEM,
        "jti": "j" * 12,
        "iat": SECONDS,
        "nbf": SECONDS,
        "exp": SECONDS + 60,
    }
    client = SimpleNamespace(client_id="portal")
    return assertion.verify(signed(claims, changed), client, [KEYS], (THEM,), NOW)


def proof_of_key(changed):
    claims = {"jti": "j" * 12, "htm": "POST", "htu": THEM, "iat": SECONDS}
    token = signed(claims, changed, typ="dpop+jwt", jwk=KEY.as_dict(private=False))
    return dpop.verify(token, "POST", THEM, NOW)


READERS = [
    (id_token, "exp"), (id_token, "iat"), (id_token, "auth_time"), (logout_token, "exp"), (logout_token, "iat"), (logout_token, "toe"),
    (event, "iat"), (client_assertion, "exp"), (client_assertion, "iat"), (client_assertion, "nbf"), (proof_of_key, "iat"),
]  # fmt: skip
MAY_BE_MISSING = [(logout_token, "toe"), (client_assertion, "iat"), (client_assertion, "nbf")]


@pytest.mark.parametrize(
    ("reader", "claim"), READERS, ids=lambda one: getattr(one, "__name__", one)
)
def test_what_is_no_time_is_refused(reader, claim):
    assert reader({})
    wrong = NO_TIMES if (reader, claim) in MAY_BE_MISSING else [MISSING, *NO_TIMES]
    for value in wrong:
        with pytest.raises((Refusal, OAuthError)):
            reader({claim: value})


@pytest.mark.parametrize("claim", ["iat", "auth_time"])
def test_a_sign_in_that_is_to_come_is_none(claim):
    assert id_token({claim: SECONDS + 59.5})
    with pytest.raises(Refusal):
        id_token({claim: SECONDS + 61})


@given(st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.none()))
def test_every_value_is_a_time_of_the_calendar_or_none(value):
    found = instant_of(value)
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e11
    assert (found is not None) == good
    if found is not None:
        assert abs(found.timestamp() - value) < 0.001
        assert found + timedelta(days=36_500)


def test_there_is_one_reader():
    source = Path(kazasu.__file__).parent
    found = [
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "fromtimestamp"
    ]
    assert set(found) == {"foundation/time/numeric_date.py", "foundation/time/steady.py"}, (
        "ask numeric_date.instant_of()"
    )
