"""Tokens ended and asked about by who has them (RFC 7009, RFC 7662)."""

import pytest

from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome

KINDS = ("access_token", "refresh_token")
HINTS = (*KINDS, "", "nonsense", None)


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


@pytest.fixture
def party(world):
    return Relying(world, "alpha")


@pytest.fixture
def tokens(party):
    return party.login(scope="openid name offline_access")


def test_both_are_where_clients_look_for_them(world):
    found = world.browser.get(f"{world.issuer}/.well-known/openid-configuration").json()
    assert found["revocation_endpoint"] == f"{world.protocol}/revoke"
    assert found["introspection_endpoint"] == f"{world.protocol}/token/introspect"
    for endpoint in ("revocation", "introspection"):
        assert found[f"{endpoint}_endpoint_auth_methods_supported"] == ["private_key_jwt"]


@pytest.mark.parametrize("hint", HINTS)
def test_a_refresh_token_ends_with_all_that_was_given_on_it(party, tokens, hint):
    answer = party.revoke(tokens["refresh_token"], token_type_hint=hint)
    assert (answer.status_code, answer.json()) == (200, {})
    assert outcome(party.userinfo(tokens["access_token"])) == "invalid_token"
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_grant"
    assert party.revoke(tokens["refresh_token"]).is_success, "twice is once"


@pytest.mark.parametrize("hint", HINTS)
def test_an_access_token_ends_alone(party, tokens, hint):
    assert party.revoke(tokens["access_token"], token_type_hint=hint).is_success
    assert outcome(party.userinfo(tokens["access_token"])) == "invalid_token"
    assert party.refresh(tokens["refresh_token"]).is_success


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_ends_anothers_or_learns_of_it(world, party, tokens, kind):
    """Another's token, one that never was, one that is over: one answer."""
    other = Relying(world, "beta")
    over = party.login(scope="openid offline_access")
    party.revoke(over["refresh_token"])
    for stranger, token in ((other, tokens[kind]), (party, "guess"), (party, over[kind])):
        answer = stranger.introspect(token)
        assert (answer.status_code, answer.json()) == (200, {"active": False})
        answer = stranger.revoke(token)
        assert (answer.status_code, answer.json()) == (200, {})
    assert party.userinfo(tokens["access_token"]).is_success
    assert party.refresh(tokens["refresh_token"]).is_success


@pytest.mark.parametrize("kind", KINDS)
def test_its_owner_reads_what_a_token_is_worth(world, party, tokens, kind):
    told = party.introspect(tokens[kind]).json()
    assert told.pop("exp") > world.clock.now().timestamp()
    assert told.pop("sub")
    assert set(told.pop("scope").split()) == {"openid", "name", "offline_access"}
    assert told == {
        "active": True, "iss": world.issuer, "client_id": party.client_id, "token_type": "Bearer",
    }  # fmt: skip
    world.later(days=91)
    assert party.introspect(tokens[kind]).json() == {"active": False}


def test_a_used_refresh_token_is_worth_nothing(party, tokens):
    party.refresh(tokens["refresh_token"])
    assert party.introspect(tokens["refresh_token"]).json() == {"active": False}


def test_a_bound_token_says_to_which_key(party):
    tokens = party.bound(scope="openid offline_access")
    for kind in KINDS:
        told = party.introspect(tokens[kind]).json()
        assert told["token_type"] == "DPoP"
        assert told["cnf"] == {"jkt": party.dpop.thumbprint()}


def test_a_token_of_the_partys_own_is_nobodys(party):
    own = party.own()
    told = party.introspect(own).json()
    assert told["active"]
    assert "sub" not in told
    party.revoke(own)
    assert party.introspect(own).json() == {"active": False}


@pytest.mark.parametrize("endpoint", ["revoke", "token/introspect"])
def test_who_asks_must_prove_who_they_are_and_name_a_token(party, tokens, endpoint):
    assert outcome(party.form(endpoint, party.proven())) == "invalid_request"
    assert outcome(party.form(endpoint, {"token": tokens["access_token"]})) == "invalid_client"
    doubled = party.form(endpoint, party.proven(), [("token", "a"), ("token", "b")])
    assert outcome(doubled) == "invalid_request"
    assert party.userinfo(tokens["access_token"]).is_success
