"""Pushed authorization requests (RFC 9126): what was pushed counts, and nothing that the browser adds."""

from urllib.parse import parse_qs, urlsplit

import pytest

from kazasu.foundation.text import locales_of_words
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


@pytest.mark.parametrize("words", ["en", "easy"])
def test_the_words_that_were_pushed_are_those_of_the_tap(world, party, words):
    """With nothing in the address the browser's own language was read, and remembered, at the tap and after it."""
    told, _ = pushed(party, ui_locales=locales_of_words(words))
    began = party.visit({"client_id": party.client_id, "request_uri": told["request_uri"]})
    assert parse_qs(urlsplit(began.headers["location"]).query)["lang"] == [words]


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


def test_no_cache_keeps_what_is_secret(world, party):
    """RFC 6749 5.1; RFC 9126 2.2."""
    answers = [
        party.push(),
        party.token(grant_type="client_credentials", scope="sign"),
        party.token(grant_type="nothing"),
        party.userinfo(party.login(scope="openid name")["access_token"]),
        party.manage(),
    ]
    assert [answer.headers.get("cache-control", "") for answer in answers] == ["no-store"] * 5


def test_the_post_of_an_authorization_request_means_the_same(world, party):
    """OpenID Connect Core 3.1.2.1; oidcc-ensure-post-request-succeeds."""
    answer = party.form("auth", party.request())
    assert answer.status_code == 303
    began = world.browser.get(answer.headers["location"])
    assert world.answer_of(began)["code"]


def test_what_is_unknown_is_ignored(world, party):
    """oidcc-ensure-request-with-unknown-parameter-succeeds, -acr-values, display, claims_locales, max_age."""
    began = party.authorize(
        more=[("unknown", "x"), ("display", "page"), ("claims_locales", "ja"), ("max_age", "1"),
              ("prompt", "login"), ("acr_values", "aal3 crl"), ("ui_locales", "fr en")]
    )  # fmt: skip
    assert world.answer_of(began)["code"]
