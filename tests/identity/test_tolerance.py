"""What correct programs of others send, and is taken: scopes of no meaning here, spellings of an address, algorithms of the standard."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kazasu.identity import api
from kazasu.identity.clients import assertion, dpop, model
from kazasu.identity.keys import PUBLISHED_BEFORE, ROTATE_AFTER
from kazasu.identity.room import SELF
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome
from tests.support.pages import followed
from tests.support.street import Street


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "alpha")


# ---------------------------------------------------------------- scopes (OIDC Core 3.1.2.1)


@pytest.mark.parametrize("scope", ["openid profile email", "email openid individual_number x:y/z"])
def test_what_nobody_knows_is_ignored_and_the_answer_says_so(world, party, scope):
    began = party.authorize(scope=f"{scope} name offline_access")
    verifier = party.verifier
    assert len(world.tap_of(began).learns_en) == 4, (
        "three items, and that others may know who it is"
    )
    told = party.redeem(world.answer_of(began)["code"], verifier).json()
    assert told["scope"] == "openid name offline_access"
    again = party.refresh(told["refresh_token"], scope=f"{scope} name")
    assert again.json()["scope"].split() == ["openid", "name"]
    assert outcome(party.refresh(again.json()["refresh_token"], scope="openid address")) == (
        "invalid_scope"
    )


def test_what_nobody_knows_is_not_registered_either(world):
    party = Relying(world, "default", scope="openid profile email individual_number name")
    assert party.registered["scope"] == "openid name"
    assert outcome(party.authorize(scope="openid address")) == "back:invalid_scope"


# ---------------------------------------------------------------- assertions


def test_an_assertion_lives_for_an_hour_and_no_longer(world, party):
    hour = int(assertion.LONGEST.total_seconds())
    now = int(world.clock.now().timestamp())
    for seconds, good in ((300, True), (600, True), (hour, True), (hour + 61, False)):
        given = party.assertion(exp=now + seconds, iat=None)
        answer = party.token(assertion=given, grant_type="client_credentials", scope="sign")
        assert answer.is_success is good, seconds
    assert "an hour" in answer.json()["error_description"]


# ---------------------------------------------------------------- ID tokens by RS256


def test_id_tokens_are_signed_as_the_party_registered(world):
    party = Relying(world, "classic", id_token_signed_response_alg="RS256")
    assert party.registered["id_token_signed_response_alg"] == "RS256"
    token = party.login()["id_token"]
    keys = world.browser.get(f"{world.protocol}/certs").json()
    known = {key["kid"]: key for key in keys["keys"]}
    header = jwt.decode(token, KeySet.import_key_set(keys), ["RS256"]).header
    assert (header["alg"], known[header["kid"]]["kty"]) == ("RS256", "RSA")
    assert known[header["kid"]]["alg"] == "RS256"
    left = world.browser.get(f"{world.protocol}/logout", params={"id_token_hint": token})
    assert followed(world.browser, left).status_code == 200
    plain = Relying(world, "modern")
    assert jwt.decode(plain.login()["id_token"], KeySet.import_key_set(keys), ["ES256"])
    changed = plain.manage(
        "PUT", json=Relying.metadata("modern", plain.key, id_token_signed_response_alg="RS256")
    )
    assert changed.json()["id_token_signed_response_alg"] == "RS256"
    assert jwt.decode(plain.login()["id_token"], KeySet.import_key_set(keys), ["RS256"])


def test_their_keys_are_changed_as_the_others_are(world):
    party = Relying(world, "yearly", id_token_signed_response_alg="RS256")
    cached = world.browser.get(f"{world.protocol}/certs").json()
    world.clock.advance(ROTATE_AFTER - PUBLISHED_BEFORE / 2)
    world.street.process.rooms[SELF].ticks["clean"]()
    world.later(seconds=31)
    both = world.browser.get(f"{world.protocol}/certs").json()
    assert sorted(key["alg"] for key in both["keys"]) == ["ES256", "ES256", "RS256", "RS256"]
    assert jwt.decode(party.login()["id_token"], KeySet.import_key_set(cached), ["RS256"])
    world.later(hours=36)
    assert jwt.decode(party.login()["id_token"], KeySet.import_key_set(both), ["RS256"])
    world.token_keys().replace_at_once()
    world.later(seconds=31)
    after = world.browser.get(f"{world.protocol}/certs").json()
    assert {key["kid"] for key in after["keys"]}.isdisjoint(key["kid"] for key in both["keys"])
    assert jwt.decode(party.login()["id_token"], KeySet.import_key_set(after), ["RS256"])


def test_discovery_says_what_is_true(world):
    told = world.browser.get(f"{world.issuer}/.well-known/openid-configuration").json()
    assert told["id_token_signing_alg_values_supported"] == ["ES256", "RS256"]
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["ES256", "PS256"]


# ---------------------------------------------------------------- DPoP and tokens where they are shown


@pytest.mark.parametrize("changes", [{"method": "POST"}, {"iat": 1}, {"token": "another"}])
def test_a_bad_proof_is_challenged(world, party, changes):
    """RFC 9449 7.1; at the token endpoint it is a 400 (5)."""
    token = party.bound()["access_token"]
    given = {"method": "GET", "url": f"{world.protocol}/userinfo", "token": token} | changes
    method, url = given.pop("method"), given.pop("url")
    answer = party.userinfo(token, "DPoP", party.proof(method, url, given.pop("token"), **given))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_dpop_proof")
    assert answer.headers["www-authenticate"] == (
        'DPoP algs="ES256 PS256", error="invalid_dpop_proof"'
    )
    at_token = party.token(
        headers={"dpop": party.proof("GET", url)}, grant_type="client_credentials", scope="sign"
    )
    assert (at_token.status_code, "www-authenticate" in at_token.headers) == (400, False)


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, 'Bearer, DPoP algs="ES256 PS256"'),
        ({"authorization": "Bearer x"}, 'Bearer error="invalid_token", DPoP algs="ES256 PS256"'),
        ({"authorization": "DPoP x"}, 'Bearer, DPoP algs="ES256 PS256", error="invalid_token"'),
    ],
)
def test_the_error_stands_in_the_scheme_that_was_tried(world, headers, challenge):
    answer = world.browser.get(f"{world.protocol}/userinfo", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)


def test_a_client_that_is_not_proven_is_told_so_and_challenged_in_no_other_scheme(world, party):
    """A challenge hides the error from programs that look for one first (oauth4webapi)."""
    form = {"grant_type": "client_credentials", "scope": "sign"}
    answer = party.token(assertion=party.assertion(aud="x"), **form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "www-authenticate" not in answer.headers
    basic = party.token(headers={"authorization": "Basic YTpi"}, **form)
    assert basic.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("again", ["HTTP", "escape", "dots", "query", "fragment"])
def test_spellings_of_one_address_are_one_address(world, party, again):
    """RFC 9449 4.3 (9), RFC 3986 6.2.2 and 6.2.3."""
    url = f"{world.protocol}/userinfo"
    spelt = {
        "HTTP": url.replace("http://id.localhost", "HTTP://ID.LocalHost"),
        "escape": url.replace("userinfo", "%75serinf%6F"),
        "dots": url.replace("/userinfo", "/./x/../userinfo"), "query": f"{url}?a=1",
        "fragment": f"{url}#a",
    }[again]  # fmt: skip
    token = party.bound()["access_token"]
    assert party.userinfo(token, "DPoP", party.proof("GET", spelt, token)).is_success


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h", "https://h:443/", True), ("http://h:80/a", "http://h/a", True),
        ("https://h:80/", "https://h/", False), ("http://h/a%2fb", "http://h/a%2Fb", True),
        ("http://h/a%2fb", "http://h/a/b", False), ("http://h/a//b", "http://h/a/b", False),
        ("http://h/A", "http://h/a", False), ("http://u@h/", "http://h/", False),
        ("http://h/a/", "http://h/a", False), ("http://h/a/.", "http://h/a/", True),
        ("http://h/../..", "http://h/", True), ("http://[::1]:80/", "http://[::1]/", True),
    ],
)  # fmt: skip
def test_which_addresses_are_the_same(one, other, same):
    assert (dpop.address(one) == dpop.address(other)) is same


@pytest.mark.parametrize("where", ["query", "form"])
def test_a_token_comes_in_one_place(world, party, where):
    """RFC 6750 2."""
    token = party.login()["access_token"]
    given = {"access_token": token}
    answer = world.browser.request(
        "POST" if where == "form" else "GET", f"{world.protocol}/userinfo",
        params=given if where == "query" else None, data=given if where == "form" else None,
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert outcome(answer) == "invalid_request"
    alone = world.browser.post(f"{world.protocol}/userinfo", data=given)
    assert alone.is_success


# ---------------------------------------------------------------- the web


def test_pages_of_anybody_may_read_what_is_public_and_nothing_else(world, party):
    public = (
        f"{world.issuer}/.well-known/openid-configuration",
        f"{world.origin}/.well-known/oauth-authorization-server/api/realms/main",
        f"{world.protocol}/certs",
    )
    for url in public:
        answer = world.browser.get(url, headers={"origin": "https://anybody.example"})
        assert answer.headers["access-control-allow-origin"] == "*", url
    token = party.login()["access_token"]
    for answer in (party.userinfo(token), party.authorize(), party.manage()):
        assert "access-control-allow-origin" not in answer.headers


def test_a_head_begins_no_request(world, party):
    count = "SELECT count(*) FROM authorization_request"

    def begun():
        return world.street.databases("identity").read("test", lambda tx: tx.value(count))

    before = begun()
    answer = world.browser.head(f"{world.protocol}/auth", params=party.request())
    assert (answer.status_code, begun()) == (200, before)
    assert "set-cookie" not in answer.headers
    party.authorize()
    assert begun() == before + 1


def test_the_name_of_a_host_has_no_case(world, party):
    host = world.origin.removeprefix("http://")
    answer = world.browser.get(f"{world.protocol}/certs", headers={"host": host.upper()})
    assert answer.json()["keys"]


def test_a_sector_is_a_host_whatever_its_port(world):
    """OpenID Connect Core 8.1."""
    one, other = (
        Relying(world, "port", redirect_uris=[f"https://port.example{port}/cb"])
        for port in ("", ":8443")
    )
    assert one.registered["sector"] == other.registered["sector"] == "port.example"
    assert model.is_sector("port.example", "port.example:8443"), "those of before keep theirs"
    assert not model.is_sector("port.example", "other.example")
    assert not model.is_sector("", "app:RP00000001")


def test_a_request_that_is_over_says_so(world, party):
    pushed = party.push().json()
    world.later(seconds=61)
    page = party.visit({"client_id": party.client_id, "request_uri": pushed["request_uri"]})
    assert outcome(page) == "identity.pushed-over"


# ---------------------------------------------------------------- bounds


def test_one_address_registers_so_often_and_no_more(module_databases, world):
    street = Street(module_databases, world.clock, "identity", requests_per_minute=1200)
    browser = street.browser()
    place = f"{world.issuer}/clients-registrations/openid-connect"
    answers = [browser.post(place, json={}).status_code for _ in range(160)]
    assert set(answers) == {400, 429}
    assert answers.count(400) <= 60
    assert browser.get(f"{world.protocol}/certs").status_code == 200, "others' calls go on"
    assert 1200 // api.REGISTRATIONS == 120
