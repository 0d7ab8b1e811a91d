"""Tokens bound to a key (RFC 9449): good with it, at every interface; what is not bound stays a bearer token."""

import pytest
from joserfc.jwk import RSAKey

from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "alpha")


def test_a_bound_token_opens_userinfo_with_its_key(world, party):
    tokens = party.bound(scope="openid name")
    assert tokens["token_type"] == "DPoP"
    url = f"{world.protocol}/userinfo"
    proof = party.proof("GET", url, tokens["access_token"])
    assert party.userinfo(tokens["access_token"], "DPoP", proof).json()["name"]


def test_the_query_is_no_part_of_the_address(world, party):
    token = party.bound()["access_token"]
    url = f"{world.protocol}/userinfo"
    proof = party.proof("GET", f"{url}?more=1#x", token)
    assert party.userinfo(token, "DPoP", proof, params={"q": "1"}).is_success


def test_a_key_may_be_rsa(world, party):
    key = RSAKey.generate_key(2048)
    url = f"{world.protocol}/token"
    proof = party.proof("POST", url, key=key, header={"alg": "PS256"})
    form = {"grant_type": "client_credentials", "scope": "sign"}
    answer = party.token(headers={"dpop": proof}, **form)
    assert answer.json().get("token_type") == "DPoP", answer.text


def test_the_signing_interface_takes_bound_tokens(world, party):
    url = f"{world.origin}/api/sign-transactions"
    proof = party.proof("POST", f"{world.protocol}/token")
    token = party.own(headers={"dpop": proof})
    assert outcome(party.deposit(token=token)) == "invalid_token"
    headers = {"authorization": f"DPoP {token}", "dpop": party.proof("POST", url, token)}
    document = {"document": "e30=", "audiences": []}
    answer = world.browser.post(url, json=document, headers=headers)
    assert outcome(answer) == "identity.bad-document"


def test_a_proof_names_the_address_as_the_client_called_it(world, party):
    """Behind a proxy the inner connection has another scheme (identity 9); a proof of that one is none."""
    url = f"{world.origin}/api/sign-transactions"
    token = party.own(headers={"dpop": party.proof("POST", f"{world.protocol}/token")})
    inner = url.replace("http://", "https://")

    def deposit(proven):
        headers = {"authorization": f"DPoP {token}", "dpop": party.proof("POST", proven, token)}
        document = {"document": "e30=", "audiences": []}
        return outcome(world.browser.post(inner, json=document, headers=headers))

    assert deposit(url) == "identity.bad-document"
    assert deposit(inner) == "invalid_dpop_proof"


def test_a_strict_party_gets_bound_tokens_alone(world):
    strict = Relying(world, "strict", dpop_bound_access_tokens=True)
    assert outcome(strict.authorize(dpop_jkt=strict.dpop.thumbprint())) == "back:invalid_request"
    endpoint = f"{world.protocol}/ext/par/request"
    pushed = strict.push(headers={"dpop": strict.proof("POST", endpoint)}).json()
    verifier = strict.verifier
    began = strict.visit({"client_id": strict.client_id, "request_uri": pushed["request_uri"]})
    code = world.answer_of(began)["code"]
    proof = strict.proof("POST", f"{world.protocol}/token")
    answer = strict.redeem(code, verifier, headers={"dpop": proof})
    assert answer.json()["token_type"] == "DPoP"
