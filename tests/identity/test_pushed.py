"""Pushed authorization requests (RFC 9126): what was pushed counts, and nothing that the browser adds."""

import pytest

from tests.identity.conftest import World
from tests.identity.parties import Relying


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "alpha")


def pushed(party, **request):
    answer = party.push(**request)
    assert answer.status_code == 201, answer.text
    return answer.json(), party.verifier


def test_the_browser_carries_an_address_alone(world, party):
    told, verifier = pushed(party, scope="openid name")
    assert told["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert told["expires_in"] == 60
    began = party.visit({"client_id": party.client_id, "request_uri": told["request_uri"]})
    assert "Name" in world.tap_of(began).learns_en
    code = world.answer_of(began)["code"]
    assert party.redeem(code, verifier).json()["scope"] == "openid name"


def test_what_the_browser_adds_is_not_looked_at(world, party):
    told, _ = pushed(party, state="the-pushed-state")
    began = party.visit({
        "client_id": party.client_id, "request_uri": told["request_uri"], "scope": "openid address",
        "state": "another-state", "redirect_uri": "https://evil.test/",
    })  # fmt: skip
    assert "Address" not in world.tap_of(began).learns_en
    answer = world.answer_of(began)
    assert answer["state"] == "the-pushed-state"


def test_the_proof_at_the_push_binds_the_code(world, party):
    endpoint = f"{world.protocol}/ext/par/request"
    told, verifier = pushed(party, headers={"dpop": party.proof("POST", endpoint)})
    began = party.visit({"client_id": party.client_id, "request_uri": told["request_uri"]})
    code = world.answer_of(began)["code"]
    assert party.redeem(code, verifier).json()["error"] == "invalid_dpop_proof"


@pytest.mark.parametrize("where", ["ext/par/request", "token"])
def test_the_assertion_may_name_the_endpoint_or_the_issuer(world, party, where):
    for audience in (world.issuer, f"{world.protocol}/token", f"{world.protocol}/ext/par/request"):
        assertion = party.assertion(aud=audience)
        if where == "token":
            answer = party.token(assertion=assertion, grant_type="client_credentials", scope="sign")
            expected = 401 if audience.endswith("request") else 200
        else:
            answer, expected = party.push(assertion=assertion), 201
        assert answer.status_code == expected, audience
