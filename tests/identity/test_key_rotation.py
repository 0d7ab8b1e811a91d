"""Keys of ID tokens change while relying parties go on: the planned way, and the day a key is lost."""

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kazasu.identity.keys import KEPT_AFTER, PUBLISHED_BEFORE, ROTATE_AFTER
from kazasu.identity.room import SELF


def published(world):
    return world.browser.get(f"{world.protocol}/certs").json()


def tick(world):
    world.street.process.rooms[SELF].ticks["clean"]()


def kids(world):
    return [key["kid"] for key in published(world)["keys"]]


def good(world, token, keys):
    return jwt.decode(token, KeySet.import_key_set(keys), ["ES256"]).claims["sub"]


def test_a_next_key_is_published_a_day_before_it_signs(world):
    world.login()
    (first,) = kids(world)
    world.clock.advance(ROTATE_AFTER - PUBLISHED_BEFORE + timedelta(minutes=1))
    tick(world)
    assert kids(world)[0] == first
    assert len(kids(world)) == 2
    cached = published(world)
    assert good(world, world.login()["id_token"], cached)
    world.clock.advance(PUBLISHED_BEFORE + timedelta(minutes=1))
    tick(world)
    # A party that fetched the keys yesterday verifies what the new key signs today.
    assert good(world, world.login()["id_token"], cached)
    world.clock.advance(KEPT_AFTER)
    tick(world)
    assert first not in kids(world)


def test_a_year_of_rotations_never_shuts_a_party_out(world):
    cached = published(world)
    for _ in range(20):
        world.clock.advance(timedelta(hours=20))
        tick(world)
        token = world.login()["id_token"]
        assert good(world, token, cached)
        cached = published(world)
        world.clock.advance(timedelta(days=18) - timedelta(hours=20))
        tick(world)
        cached = published(world)


def test_a_lost_key_signs_and_verifies_nothing_from_now_on(world):
    answer = world.login()
    before = published(world)
    world.token_keys().replace_at_once()
    world.later(seconds=31)  # the other processes read the keys anew twice a minute
    after = published(world)
    assert not set(kids(world)) & {key["kid"] for key in before["keys"]}
    with pytest.raises(JoseError):
        good(world, answer["id_token"], after)
    refused = world.browser.get(
        f"{world.protocol}/logout", params={"id_token_hint": answer["id_token"]}
    )
    assert "identity.bad-logout" in refused.text
    assert good(world, world.login()["id_token"], after)
