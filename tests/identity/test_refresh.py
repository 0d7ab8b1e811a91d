"""Staying signed in: one refresh token after another, until somebody ends it."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

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


def test_a_second_use_ends_all_of_the_family(world, party):
    tokens = party.login(scope="openid offline_access")
    after = party.refresh(tokens["refresh_token"]).json()
    assert party.userinfo(after["access_token"]).is_success
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_grant"
    assert outcome(party.userinfo(after["access_token"])) == "invalid_token"
    assert outcome(party.refresh(after["refresh_token"])) == "invalid_grant"


def test_a_bound_token_goes_on_with_its_key(world, party):
    tokens = party.bound(scope="openid offline_access")
    proof = party.proof("POST", f"{world.protocol}/token")
    after = party.refresh(tokens["refresh_token"], headers={"dpop": proof}).json()
    assert after["token_type"] == "DPoP"


def test_without_the_scope_there_is_none(world, party):
    assert "refresh_token" not in party.login(scope="openid")
