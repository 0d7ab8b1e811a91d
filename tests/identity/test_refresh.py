"""Staying signed in: one refresh token after another, until somebody ends it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


@pytest.fixture
def party(world):
    return Relying(world, "alpha")


def claims_of(world, tokens):
    keys = KeySet.import_key_set(world.browser.get(f"{world.protocol}/certs").json())
    return jwt.decode(tokens["id_token"], keys, ["ES256"]).claims


def test_tokens_follow_each_other_for_the_same_person(world, party):
    first = party.login(scope="openid name offline_access")
    tokens, said = first, claims_of(world, first)
    for _ in range(3):
        world.later(days=80)
        tokens = party.refresh(tokens["refresh_token"]).json()
        claims = claims_of(world, tokens)
        for name in ("sub", "auth_time", "sid", "acr", "aud"):
            assert claims[name] == said[name], name
        assert "nonce" not in claims
    # What was agreed to is the subject from now on; the attributes were for the sign-in.
    assert set(party.userinfo(tokens["access_token"]).json()) == {"sub"}


def test_a_token_that_is_not_used_for_ninety_days_ends(world, party):
    tokens = party.login(scope="openid offline_access")
    world.later(days=90, seconds=1)
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_the_consent_ends_after_a_year_however_often_it_was_used(world, party):
    tokens = party.login(scope="openid offline_access")
    for _ in range(4):
        world.later(days=89)
        tokens = party.refresh(tokens["refresh_token"]).json()
    world.later(days=10)
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_grant"


@pytest.mark.parametrize("sign", ["late", "gone on"])
def test_a_second_use_ends_all_of_the_family(world, party, sign):
    """Later than an answer takes, or after somebody went on with what the first use gave."""
    tokens = party.login(scope="openid offline_access")
    after = party.refresh(tokens["refresh_token"]).json()
    assert party.userinfo(after["access_token"]).is_success
    if sign == "late":
        world.later(seconds=31)
    else:
        after = party.refresh(after["refresh_token"]).json()
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_grant"
    assert outcome(party.userinfo(after["access_token"])) == "invalid_token"
    assert outcome(party.refresh(after["refresh_token"])) == "invalid_grant"


def test_who_lost_the_answer_gets_the_same_next_token(world, party):
    """Two tabs that ask at once, or a telephone that went through a tunnel, sign nobody out."""
    tokens = party.login(scope="openid offline_access")
    first = party.refresh(tokens["refresh_token"]).json()
    world.later(seconds=30)
    again = party.refresh(tokens["refresh_token"]).json()
    assert again["refresh_token"] == first["refresh_token"]
    for given in (first, again):
        assert party.userinfo(given["access_token"]).is_success
    world.later(days=1)
    assert party.refresh(again["refresh_token"]).is_success


def test_many_at_once_get_one_next_token(world, party):
    tokens = party.login(scope="openid offline_access")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: party.refresh(tokens["refresh_token"]), range(5)))
    assert [one.status_code for one in answers] == [200] * 5
    assert len({one.json()["refresh_token"] for one in answers}) == 1


def test_a_wrong_request_uses_nothing_up(world, party):
    """Who mends it sends the same token: nothing was given for it."""
    tokens = party.login(scope="openid offline_access")
    assert outcome(party.refresh(tokens["refresh_token"], scope="openid name")) == "invalid_scope"
    proof = party.proof("POST", f"{world.protocol}/token")
    bound = party.refresh(tokens["refresh_token"], headers={"dpop": proof})
    assert outcome(bound) == "invalid_dpop_proof"
    world.later(minutes=5)
    assert party.refresh(tokens["refresh_token"]).is_success


def test_less_is_given_where_less_is_asked_for_and_all_of_it_again_later(world, party):
    """RFC 6749 6: the access token is narrower, the refresh token stays what was agreed to."""
    tokens = party.login(scope="openid name offline_access")
    less = party.refresh(tokens["refresh_token"], scope="openid").json()
    assert less["scope"] == "openid"
    assert set(party.userinfo(less["access_token"]).json()) == {"sub"}
    all_of_it = party.refresh(less["refresh_token"]).json()
    assert set(all_of_it["scope"].split()) == {"openid", "name", "offline_access"}


def test_a_bound_token_goes_on_with_its_key(world, party):
    tokens = party.bound(scope="openid offline_access")
    proof = party.proof("POST", f"{world.protocol}/token")
    after = party.refresh(tokens["refresh_token"], headers={"dpop": proof}).json()
    assert after["token_type"] == "DPoP"


def test_without_the_scope_there_is_none(world, party):
    assert "refresh_token" not in party.login(scope="openid")


def test_what_is_given_is_said_exactly(world, party):
    tokens = party.login(scope="openid name offline_access")
    after = party.refresh(tokens["refresh_token"]).json()
    for given in (tokens, after):
        assert set(given) == {
            "access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token",
        }  # fmt: skip
        assert set(given["scope"].split()) == {"openid", "name", "offline_access"}
        claims = claims_of(world, given)
        assert claims["iss"] == world.issuer


@pytest.mark.parametrize(
    ("scope", "right"),
    [("openid", True), ("name openid", True), ("openid address", False), ("nonsense", False)],
)
def test_less_may_be_asked_for_and_never_more(world, party, scope, right):
    tokens = party.login(scope="openid name offline_access")
    answer = party.refresh(tokens["refresh_token"], scope=scope)
    assert answer.is_success if right else outcome(answer) == "invalid_scope"


def test_tokens_end_where_the_consent_did(world, databases, party):
    """As after a restore of older consents: the tokens of that time are of no use."""
    tokens = party.login(scope="openid offline_access")
    ended = databases("identity").run(
        "test.end",
        lambda tx: tx.execute("UPDATE consent SET ended_at = %s, ended_by = 'resident'", (tx.now,)),
        access=Access("system:test", "identity.test.end", Text("試験", "Test")),
    )
    assert ended == 1
    refused = party.refresh(tokens["refresh_token"])
    assert outcome(refused) == "invalid_grant"
    assert refused.json()["error_description"].startswith("the consent has ended")
    assert outcome(party.userinfo(tokens["access_token"])) == "invalid_token"
