"""Once more, and the same person: ``max_age`` is kept by every tap, ``id_token_hint`` says who must hold the card (OIDC Core 3.1.2.1)."""

import base64
import json

import pytest

from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "alpha")


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.mark.parametrize("max_age", ["0", "1", "86400"])
def test_however_old_a_sign_in_may_be_it_is_of_now(world, party, max_age):
    before = claims(party.login()["id_token"])["auth_time"]
    world.later(minutes=3)
    told = claims(party.login(max_age=max_age)["id_token"])
    assert told["auth_time"] == int(world.clock.now().timestamp()) > before


@pytest.mark.parametrize("max_age", ["-1", "1.5", "soon", "１", "1" * 11, "1e3"])
def test_an_age_is_a_number_of_seconds(party, max_age):
    assert outcome(party.authorize(max_age=max_age)) == "back:invalid_request"
    assert outcome(party.push(max_age=max_age)) == "invalid_request"


@pytest.mark.parametrize("pushed", [False, True])
def test_the_same_person_steps_up(world, party, pushed):
    first = party.login()
    world.later(days=40)  # an ID token names somebody however old it is
    asked = {"id_token_hint": first["id_token"], "acr_values": "aal3", "max_age": "0"}
    if pushed:
        reference = party.push(**asked).json()["request_uri"]
        verifier = party.verifier
        began = party.visit({"client_id": party.client_id, "request_uri": reference})
    else:
        began = party.authorize(**asked)
        verifier = party.verifier
    told = party.redeem(world.answer_of(began)["code"], verifier).json()
    assert claims(told["id_token"])["sub"] == claims(first["id_token"])["sub"]


def test_another_persons_card_gives_no_code_and_the_right_one_still_does(world, party):
    hint = party.login()["id_token"]
    began = party.authorize(id_token_hint=hint)
    verifier = party.verifier
    page = world.tapped(began, card=3).headers["location"]
    text = world.browser.get(f"{world.origin}{page}?lang=en").text
    assert "identity.another-person" in text
    again = world.browser.get(f"{world.origin}{page}/again")
    assert party.redeem(world.answer_of(again)["code"], verifier).is_success


def test_the_party_hears_that_it_was_not_that_person(world, party):
    hint = party.login()["id_token"]
    page = world.tapped(party.authorize(id_token_hint=hint), card=3).headers["location"]
    back = world.browser.get(f"{world.origin}{page}/stop")
    assert world.answer(back)["error"] == "login_required"


def test_a_hint_is_an_id_token_of_this_party(world, party):
    other = Relying(world, "beta").login()["id_token"]
    mine = party.login()["id_token"]
    forged = mine.rsplit(".", 1)[0] + "." + "A" * 86
    for hint in (other, forged, "nonsense", mine[:-5]):
        assert outcome(party.authorize(id_token_hint=hint)) == "back:invalid_request"
        assert outcome(party.push(id_token_hint=hint)) == "invalid_request"
