"""The OpenID profile from the relying party's side: the good ways, and every way that is refused."""

import base64
import json
import re

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from kazasu.identity.model import ID_TOKEN_LIFE
from tests.identity.conftest import HANAKO


def claims_of(world, token):
    keys = KeySet.import_key_set(world.browser.get(f"{world.protocol}/certs").json())
    return jwt.decode(token, keys, ["ES256"]).claims


# ---------------------------------------------------------------- the good ways


def test_a_tap_gives_a_code_and_the_code_tokens(world):
    answer = world.login(scope="openid name address birthdate gender")
    claims = claims_of(world, answer["id_token"])
    assert claims["aud"] == "portal"
    assert claims["nonce"] == "nonce-1234567890"
    assert (claims["acr"], claims["amr"]) == ("aal3", ["hwk", "sc", "pin"])
    assert claims["exp"] - claims["iat"] == ID_TOKEN_LIFE.total_seconds()
    facts = world.userinfo(answer["access_token"]).json()
    assert facts["sub"] == claims["sub"]
    assert facts["name"] == HANAKO.name
    assert facts["address"] == {"formatted": HANAKO.address}
    assert (facts["birthdate"], facts["gender"]) == ("1990-04-01", "2")
    assert "resident_handle" not in facts


def test_a_subject_stays_and_is_another_one_for_each_sector_and_person(world):
    first = claims_of(world, world.login()["id_token"])["sub"]
    assert claims_of(world, world.login()["id_token"])["sub"] == first
    assert re.fullmatch("[0-9a-f]{32}", first), "no command takes it for an option"
    assert claims_of(world, world.login("city141003")["id_token"])["sub"] != first
    assert claims_of(world, world.login(card=3)["id_token"])["sub"] != first


def test_only_what_was_asked_for_is_told(world):
    facts = world.userinfo(world.login(scope="openid name")["access_token"]).json()
    assert set(facts) == {"sub", "name"}


def test_a_city_gets_a_handle_that_it_alone_opens(world):
    answer = world.login("city141003", scope="openid resident")
    facts = world.userinfo(answer["access_token"]).json()
    assert facts["resident_handle"].count(".") == 4


def test_the_response_names_its_issuer(world):
    answer = world.answer_of(world.authorize())
    assert answer["iss"] == world.issuer
    assert answer["state"] == "state-1234567890"


def test_discovery_says_what_is_done_and_no_more(world):
    found = world.browser.get(f"{world.issuer}/.well-known/openid-configuration").json()
    assert found["issuer"] == world.issuer
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert found["subject_types_supported"] == ["pairwise"]


def test_the_person_is_named_to_another_institution_by_token_exchange(world):
    token = world.login(scope="openid resident")["access_token"]
    answer = exchange(world, token, "city:141003").json()
    assert answer["token_type"] == "N_A"
    assert answer["access_token"].count(".") == 4


def exchange(world, token, audience, **changes):
    return world.token(
        changes.pop("client", "portal"),
        **{
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": token,
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "audience": audience,
        }
        | changes,
    )


# ---------------------------------------------------------------- authorization requests


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "nobody"}, "identity.unknown-client"),
        ({"client_id": None}, "identity.unknown-client"),
        ({"redirect_uri": None}, "identity.bad-redirect"),
        ({"redirect_uri": "http://portal.localhost:8000/signin/callback/"}, "identity.bad-redirect"),
        ({"redirect_uri": "http://portal.localhost:8000/signin/callback?a=1"}, "identity.bad-redirect"),
        ({"redirect_uri": "http://portal.localhost:8000@evil.test/"}, "identity.bad-redirect"),
        ({"redirect_uri": "http://PORTAL.localhost:8000/signin/callback"}, "identity.bad-redirect"),
        ({"redirect_uri": "javascript:alert(1)"}, "identity.bad-redirect"),
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_unproven_place(world, changes, code):
    answer = world.authorize(**changes)
    assert answer.status_code in (400, 422)
    assert code in answer.text
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"state": "x" * 256}, "invalid_request"),
        ({"state": "行"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"nonce": "new\nline"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "+" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "name"}, "invalid_scope"),
        ({"scope": "openid latest_attributes"}, "invalid_scope"),
        ({"scope": "openid na\\me"}, "invalid_scope"),
        ({"scope": "openid sign"}, "invalid_request"),
        ({"sign_transaction_id": "11111111-1111-4111-8111-111111111111"}, "invalid_request"),
        ({"scope": "openid sign", "sign_transaction_id": "x"}, "invalid_request"),
        (
            {"scope": "openid sign", "sign_transaction_id": "11111111-1111-4111-8111-111111111111"},
            "invalid_request",
        ),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.test/r"}, "request_uri_not_supported"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_request_outside_the_profile_goes_back_with_its_error(world, changes, error):
    answer = world.answer(world.authorize(**changes))
    assert answer["error"] == error
    assert answer["iss"] == world.issuer
    assert "code" not in answer


def test_a_repeated_parameter_is_refused(world):
    pairs = [*world.request().items(), ("scope", "openid name")]
    response = world.browser.get(f"{world.protocol}/auth", params=pairs)
    assert "location" not in response.headers or "code=" not in response.headers["location"]


def test_a_city_may_not_have_documents_signed(world):
    answer = world.answer(
        world.authorize(
            client="city141003",
            scope="openid sign",
            sign_transaction_id="11111111-1111-4111-8111-111111111111",
        )
    )
    assert answer["error"] == "invalid_scope"


# ---------------------------------------------------------------- the client's assertion


ANOTHER = ECKey.generate_key("P-256")


@pytest.mark.parametrize(
    "make",
    [
        lambda w: w.assertion(key=ANOTHER),
        lambda w: w.assertion(iss="city141003"),
        lambda w: w.assertion(sub="city141003"),
        lambda w: w.assertion(aud="https://elsewhere.test"),
        lambda w: w.assertion(aud=[w.issuer, "https://elsewhere.test"]),
        lambda w: w.assertion(aud=None),
        lambda w: w.assertion(exp=int(w.clock.now().timestamp()) - 1),
        lambda w: w.assertion(exp=int(w.clock.now().timestamp()) + 7200),
        lambda w: w.assertion(exp=None),
        lambda w: w.assertion(exp="soon"),
        lambda w: w.assertion(exp=1e300),
        lambda w: w.assertion(iat=int(w.clock.now().timestamp()) + 600),
        lambda w: w.assertion(nbf=int(w.clock.now().timestamp()) + 600),
        lambda w: w.assertion(jti=None),
        lambda w: w.assertion(jti="short"),
        lambda w: w.assertion(
            key=OctKey.import_key("a secret that is not a secret at all"), header={"alg": "HS256"}
        ),
        lambda w: w.assertion().rsplit(".", 1)[0] + ".",
        lambda w: "not a token",
        lambda w: ".".join([none_header(), w.assertion().split(".")[1], ""]),
    ],
)
def test_a_bad_assertion_is_no_client(world, make):
    answer = world.token(assertion=make(world), grant_type="client_credentials", scope="sign")
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def none_header():
    return base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()


def test_an_assertion_serves_once(world):
    once = world.assertion()
    assert world.token(assertion=once, grant_type="client_credentials", scope="sign").is_success
    again = world.token(assertion=once, grant_type="client_credentials", scope="sign")
    assert again.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "form",
    [
        {"client_secret": "x"},
        {"client_assertion_type": "urn:other"},
        {"client_id": "city141003"},
    ],
)
def test_other_ways_of_client_authentication_are_refused(world, form):
    answer = world.token(grant_type="client_credentials", scope="sign", **form)
    assert answer.json()["error"] == "invalid_client"


def test_basic_authentication_is_refused(world):
    answer = world.browser.post(
        f"{world.protocol}/token", data={"grant_type": "client_credentials"}, auth=("portal", "x")
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


# ---------------------------------------------------------------- the code


def fresh_code(world, client="portal", **request):
    parameters = world.request(client, **request)
    verifier = world.verifier
    response = world.browser.get(f"{world.protocol}/auth", params=parameters)
    return world.answer_of(response)["code"], verifier


@pytest.mark.parametrize(
    "changes",
    [
        {"verifier": "a" * 43},
        {"verifier": ""},
        {"redirect_uri": "http://portal.localhost:8000/"},
        {"redirect_uri": None},
        {"code": "guessed"},
        {"code": None},
    ],
)
def test_a_code_is_good_only_with_all_that_belongs_to_it(world, changes):
    code, verifier = fresh_code(world)
    values = {"verifier": verifier} | changes
    answer = world.redeem(values.pop("code", code), **values)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_tried_wrongly_is_used_up(world):
    code, verifier = fresh_code(world)
    assert world.redeem(code, verifier="a" * 43).status_code == 400
    assert world.redeem(code, verifier=verifier).json()["error"] == "invalid_grant"


def test_a_code_of_another_client_is_nothing(world):
    code, verifier = fresh_code(world)
    assert world.redeem(code, "city141003", verifier=verifier).json()["error"] == "invalid_grant"


def test_a_code_lives_a_minute(world):
    code, verifier = fresh_code(world)
    world.later(seconds=61)
    assert world.redeem(code, verifier=verifier).json()["error"] == "invalid_grant"


def test_a_code_used_twice_ends_what_it_gave(world):
    code, verifier = fresh_code(world, scope="openid name")
    token = world.redeem(code, verifier=verifier).json()["access_token"]
    assert world.userinfo(token).is_success
    assert world.redeem(code, verifier=verifier).json()["error"] == "invalid_grant"
    assert world.userinfo(token).status_code == 401


# ---------------------------------------------------------------- grants and tokens


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unauthorized_client"),
        ({"grant_type": "client_credentials", "scope": "name"}, "invalid_scope"),
        ({"grant_type": "client_credentials"}, "invalid_scope"),
    ],
)
def test_grants_that_are_not_given(world, form, error):
    assert world.token(**form).json()["error"] == error


def test_a_city_has_no_client_credentials(world):
    answer = world.token("city141003", grant_type="client_credentials", scope="sign")
    assert answer.json()["error"] == "unauthorized_client"


def test_the_body_must_be_a_form(world):
    answer = world.browser.post(
        f"{world.protocol}/token", json={"grant_type": "client_credentials"}
    )
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"audience": "city:999999"}, "invalid_target"),
        ({"subject_token": "guess"}, "invalid_grant"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "invalid_request"),
        ({"actor_token": "x"}, "invalid_request"),
        ({"client": "city141003"}, "invalid_grant"),
    ],
)
def test_exchanges_that_are_not_done(world, changes, error):
    token = world.login(scope="openid resident")["access_token"]
    audience = changes.pop("audience", "city:141003")
    assert exchange(world, token, audience, **changes).json()["error"] == error


@pytest.mark.parametrize("token", ["", "guess"])
def test_userinfo_needs_a_token(world, token):
    answer = world.userinfo(token)
    assert answer.status_code == 401
    assert "identity.not-authorized" in answer.text or "invalid_token" in answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_an_access_token_ends(world):
    token = world.login(scope="openid name")["access_token"]
    world.later(hours=1, seconds=1)
    assert world.userinfo(token).status_code == 401


def test_attributes_are_gone_after_minutes(world):
    token = world.login(scope="openid name")["access_token"]
    world.later(minutes=11)
    told = world.userinfo(token)
    assert told.is_success, "the token said an hour"
    assert set(told.json()) == {"sub"}


def test_signing_out_ends_the_token(world):
    answer = world.login(scope="openid name")
    then = f"{world.directory.origin('portal')}/"
    left = world.browser.get(
        f"{world.protocol}/logout",
        params={"id_token_hint": answer["id_token"], "post_logout_redirect_uri": then},
    )
    assert left.headers["location"] == then
    assert world.userinfo(answer["access_token"]).status_code == 401


@pytest.mark.parametrize("then", ["https://evil.test/", "http://portal.localhost:8000/other"])
def test_signing_out_leads_to_registered_places_only(world, then):
    answer = world.login()
    refused = world.browser.get(
        f"{world.protocol}/logout",
        params={"id_token_hint": answer["id_token"], "post_logout_redirect_uri": then},
    )
    assert "identity.bad-logout" in refused.text


def test_a_forged_hint_signs_nobody_out(world):
    forged = jwt.encode({"alg": "ES256"}, {"aud": "portal", "sid": "x"}, ANOTHER)
    refused = world.browser.get(f"{world.protocol}/logout", params={"id_token_hint": forged})
    assert "identity.bad-logout" in refused.text
