"""Faults that users of other OpenID providers reported in public, tried here. Each test names its threads, and ``docs/cases/identity.md``
lists them with the outcome."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from kazasu.identity.clients.dpop import FRESH
from kazasu.identity.events.model import Delivery, logout_claims
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome

LIST = Path(__file__).parents[2] / "docs" / "cases" / "identity.md"
THREAD = re.compile(r"[\w.-]+/[\w.-]+ #\d+")


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "reported")


@pytest.fixture(scope="module")
def other(world):
    return Relying(world, "bystander")


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def native(world, *uris, **more):
    return Relying.register(
        world, "app", application_type="native", redirect_uris=list(uris),
        post_logout_redirect_uris=None, **more,
    )  # fmt: skip


def test_each_thread_is_in_the_list():
    here = Path(__file__).read_text("utf-8")
    told = set(THREAD.findall(here))
    assert len(told) >= 45
    missing = sorted(told - set(THREAD.findall(LIST.read_text("utf-8"))))
    assert missing == []


# ---------------------------------------------------------------- where the browser goes back to


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("port", [1812, 18802, 51004])
def test_an_applications_port_is_its_own(world, host, port):
    """better-auth/better-auth #8426, zitadel/zitadel #1658, voidauth/voidauth #526, kanidm/kanidm #2390: refused at the second start."""
    app = Relying(
        world, "app", application_type="native", redirect_uris=[f"http://{host}/callback"],
        post_logout_redirect_uris=None,
    )  # fmt: skip
    began = app.authorize(redirect_uri=f"http://{host}:{port}/callback")
    assert outcome(began).startswith("accepted")


@pytest.mark.parametrize(
    "uri",
    ["http://127.1:9/callback", "HTTP://127.0.0.1:9/callback", "http://me@127.0.0.1:9/callback",
     "http://127.0.0.01:9/callback", "http://127.0.0.1.:9/callback", "http://localhost:9/callback"],
)  # fmt: skip
def test_only_the_loopback_number_itself_has_any_port(world, uri):
    """XukuLLC/attesto #15, cloudflare/workers-oauth-provider #35: other spellings of it, and the name, stay exact."""
    app = Relying(
        world, "app", application_type="native", redirect_uris=["http://127.0.0.1/callback"],
        post_logout_redirect_uris=None,
    )  # fmt: skip
    assert outcome(app.authorize(redirect_uri=uri)) == "identity.bad-redirect"


@pytest.mark.parametrize("kind", ["web", "native"])
@pytest.mark.parametrize(
    "uri",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "javascript.x:alert",
     "https://shop.example/callback#x", "https://shop.example/#", "http://shop.example/callback"],
)  # fmt: skip
def test_an_address_that_runs_or_hides_something_is_not_registered(world, kind, uri):
    """KeeperHub/keeperhub #1520, CitizenLabDotCo/citizenlab #14700, mitreid-connect/OpenID-Connect-Java-Spring-Server #622,
    simpleidserver/SimpleIdServer #125, GluuFederation/oxd #526: and the answer says which and what to change."""
    answer = Relying.register(
        world, "app", application_type=kind, redirect_uris=[uri], post_logout_redirect_uris=None
    )
    assert outcome(answer) == "invalid_redirect_uri"
    assert "redirect_uris" in answer.json()["error_description"]


def test_a_registration_without_a_way_back_says_so(world):
    """nightscout/nocturne #431: who uses no code flow has none. Here everybody does, and the error names the member."""
    answer = Relying.register(world, "none", redirect_uris=[])
    assert answer.status_code == 400
    assert "redirect_uris" in answer.json()["error_description"]


# ---------------------------------------------------------------- PKCE


def test_a_challenge_cannot_be_left_out_so_nothing_is_downgraded(party):
    """keycloak/keycloak #26808, thephpleague/oauth2-server #1323, kanidm/kanidm #1097: a verifier was accepted for a code that had no challenge."""
    given = {"code_challenge": None, "code_challenge_method": None}
    assert outcome(party.authorize(**given)) == "back:invalid_request"
    assert outcome(party.push(**given)) == "invalid_request"


def test_a_challenge_without_a_method_is_plain_and_refused_where_it_is_asked(party):
    """spring-attic/spring-authorization-server #770, cdelmonte-zg/nanoidp #56: plain went through, or failed as server_error at the token endpoint."""
    assert outcome(party.authorize(code_challenge_method=None)) == "back:invalid_request"
    assert outcome(party.authorize(code_challenge_method="plain")) == "back:invalid_request"


def test_a_code_without_its_verifier_is_no_grant(party):
    """mosip/esignet #2259: invalid_request instead of invalid_grant (RFC 7636 4.6)."""
    code, _ = party.code()
    assert outcome(party.redeem(code, None)) == "invalid_grant"


@pytest.mark.parametrize("verifier", ["x", "x" * 42, "x" * 129, "é" * 50, " " * 43])
def test_a_verifier_has_its_length_even_where_its_digest_fits(party, verifier):
    """coder/coder #28003: one letter was enough."""
    fits = (
        base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    )
    code, _ = party.code(code_challenge=fits)
    assert outcome(party.redeem(code, verifier)) == "invalid_grant"


def test_a_code_is_burnt_by_a_wrong_verifier(party):
    """coder/coder #28003: verifiers could be guessed at."""
    code, verifier = party.code()
    assert outcome(party.redeem(code, "x" * 43)) == "invalid_grant"
    assert outcome(party.redeem(code, verifier)) == "invalid_grant"


@pytest.mark.parametrize("challenge", ["", "x", "x" * 44, "=" * 43, "é" * 43])
def test_a_malformed_challenge_is_refused_where_it_is_asked(party, challenge):
    """coder/coder #28003: it was kept, and failed late, blaming the verifier."""
    assert outcome(party.authorize(code_challenge=challenge)) == "back:invalid_request"


# ---------------------------------------------------------------- pushed requests


def test_a_pushed_request_is_its_clients(party, other):
    """spring-attic/spring-authorization-server #1971: another client used it."""
    pushed = party.push().json()
    there = {"client_id": other.client_id, "request_uri": pushed["request_uri"]}
    assert outcome(party.visit(there)) == "identity.pushed-over", "and nothing of whose it is"


def test_a_pushed_request_gives_one_code_and_is_over_before_anybody_taps(world, party):
    """spring-attic/spring-authorization-server #1974, vouch-sh/vouch #289, DuendeArchive/Support #1160: several codes in its minute, or told
    only after the person had signed in."""
    pushed = party.push().json()
    there = {"client_id": party.client_id, "request_uri": pushed["request_uri"]}
    assert "code" in world.answer_of(party.visit(there))
    assert outcome(party.visit(there)) == "identity.pushed-over"


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"redirect_uri": "https://evil.example/"}, "invalid_request"),
     ({"response_type": "token"}, "unsupported_response_type"),
     ({"code_challenge": "x"}, "invalid_request"), ({"scope": "name"}, "invalid_scope")],
)  # fmt: skip
def test_what_is_wrong_with_a_pushed_request_is_said_at_once(party, changes, error):
    """PostHog/posthog #72888: 201, and a failure in the person's browser."""
    assert outcome(party.push(**changes)) == error


# ---------------------------------------------------------------- who asks


@pytest.mark.parametrize("second", ["token", "ext/par/request", "revoke", "token/introspect"])
def test_an_assertion_serves_once_at_all_endpoints_together(party, second):
    """mosip/esignet #2418, thunder-id/thunderid #4673: jti was not looked at, and pushed requests could be repeated."""
    given = party.proven()
    body = {"token": "x", "grant_type": "client_credentials", "scope": "sign"} | party.request()
    assert party.form("ext/par/request", party.request() | given).status_code == 201
    assert outcome(party.form(second, body | given)) == "invalid_client"


@pytest.mark.parametrize("audience", ["issuer", "token"])
def test_issuer_and_token_endpoint_are_an_assertions_audience(world, party, audience):
    """DuendeArchive/IdentityServer4 #4153, navikt/mock-oauth2-server #847: one of the two was refused."""
    aud = world.issuer if audience == "issuer" else f"{world.protocol}/token"
    answer = party.token(
        assertion=party.assertion(aud=aud), grant_type="client_credentials", scope="sign"
    )
    assert answer.is_success


def test_one_name_twice_is_refused_and_not_joined(party):
    """cloudflare/workers-oauth-provider #196: duplicates became a list with commas."""
    answer = party.token(
        more=[("scope", "sign"), ("scope", "events")], grant_type="client_credentials"
    )
    assert outcome(answer) == "invalid_request"


def test_two_ways_to_prove_oneself_are_none(party):
    """cloudflare/workers-oauth-provider #196: the second credential was ignored (RFC 6749 2.3)."""
    basic = base64.b64encode(f"{party.client_id}:secret".encode()).decode()
    answer = party.token(
        headers={"authorization": f"Basic {basic}"}, grant_type="client_credentials", scope="sign"
    )
    assert answer.status_code in (400, 401)
    assert outcome(answer) in ("invalid_request", "invalid_client")


# ---------------------------------------------------------------- proofs of a key


def test_a_proof_of_the_near_future_serves_once_as_long_as_it_is_fresh(world, party):
    """keycloak/keycloak #43505: what was remembered ended before what was accepted."""
    now = int(world.clock.now().timestamp())
    ahead = int(FRESH.total_seconds()) - 5
    proof = party.proof("POST", f"{world.protocol}/token", iat=now + ahead)
    form = {"grant_type": "client_credentials", "scope": "sign"}
    assert party.token(headers={"dpop": proof}, **form).is_success
    for seconds in (1, ahead, ahead):
        world.later(seconds=seconds)
        assert outcome(party.token(headers={"dpop": proof}, **form)) == "invalid_dpop_proof"


def test_two_keys_may_use_the_same_number(world, party):
    """danielfett/draft-dpop #32: clients that count collide."""
    form = {"grant_type": "client_credentials", "scope": "sign"}
    for key in (ECKey.generate_key("P-256"), ECKey.generate_key("P-256")):
        proof = party.proof("POST", f"{world.protocol}/token", key=key, jti="00000001")
        assert party.token(headers={"dpop": proof}, **form).is_success


def test_a_clock_may_be_a_few_seconds_off_either_way(world, party):
    """danielfett/draft-dpop #67, AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet #3443: proofs of phones were refused."""
    now = int(world.clock.now().timestamp())
    for iat in (now - 30, now + 30):
        proof = party.proof("POST", f"{world.protocol}/token", iat=iat)
        answer = party.token(headers={"dpop": proof}, grant_type="client_credentials", scope="sign")
        assert answer.is_success


def test_a_bound_token_in_a_form_opens_nothing(world, party):
    """better-auth/better-auth #10155: the body is no way for tokens that are bound."""
    token = party.bound(scope="openid name")["access_token"]
    proof = party.proof("POST", f"{world.protocol}/userinfo", token)
    answer = party.form("userinfo", {"access_token": token}, headers={"dpop": proof})
    assert outcome(answer) == "invalid_token"


# ---------------------------------------------------------------- tokens


def test_a_refresh_token_is_its_clients(party, other):
    """cdelmonte-zg/nanoidp #56: any other client could spend it."""
    token = party.login(scope="openid offline_access")["refresh_token"]
    assert outcome(other.refresh(token)) == "invalid_grant"
    assert party.refresh(token).is_success, "and the attempt cost the owner nothing"


def test_a_token_that_comes_back_ends_its_family(world, party):
    """maxkuminov/obsidian-mcp #215, go-authgate/authgate #104, ory/hydra #2022: the thief kept what followed."""
    first = party.login(scope="openid offline_access")
    second = party.refresh(first["refresh_token"]).json()
    world.later(seconds=31)
    assert outcome(party.refresh(first["refresh_token"])) == "invalid_grant"
    assert outcome(party.refresh(second["refresh_token"])) == "invalid_grant"
    assert outcome(party.userinfo(second["access_token"])) == "invalid_token"


def test_two_refreshes_at_once_get_the_same_and_end_nothing(party):
    """FlowFuse/flowfuse #8270, 1mcp-app/agent #408, ory/hydra #1831, zitadel/zitadel #9631: two tabs, or a lost answer, signed people out."""
    token = party.login(scope="openid offline_access")["refresh_token"]
    one, two = party.refresh(token).json(), party.refresh(token).json()
    assert one["refresh_token"] == two["refresh_token"]
    assert party.refresh(one["refresh_token"]).is_success


def test_a_refresh_token_is_active_after_its_access_token(world, party):
    """doorkeeper-gem/doorkeeper #1858: introspection said that it was not, and the token endpoint took it."""
    tokens = party.login(scope="openid offline_access")
    world.later(hours=2)
    assert party.introspect(tokens["access_token"]).json() == {"active": False}
    assert party.introspect(tokens["refresh_token"]).json()["active"] is True
    assert party.refresh(tokens["refresh_token"]).is_success


def test_a_used_refresh_token_is_not_active(world, party):
    """keycloak/keycloak #8039: introspection went on saying that it was."""
    first = party.login(scope="openid offline_access")
    party.refresh(first["refresh_token"])
    world.later(seconds=31)
    assert party.introspect(first["refresh_token"]).json() == {"active": False}


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_another_client_learns_nothing_of_a_token(party, other, kind):
    """IdentityPython/idpy-oidc #52, aspnet-contrib/AspNet.Security.OpenIdConnect.Server #159,
    onc-healthit/onc-certification-g10-test-kit #642: more than active: false was told."""
    token = party.login(scope="openid name offline_access")[kind]
    assert other.introspect(token).json() == {"active": False}


def test_a_token_of_a_party_that_is_gone_is_not_active(world):
    """ipunkt/laravel-oauth-introspection #5: tokens outlived their client."""
    gone = Relying(world, "gone")
    token = gone.login(scope="openid name")["access_token"]
    assert gone.manage("DELETE").status_code == 204
    assert outcome(gone.userinfo(token)) == "invalid_token"


# ---------------------------------------------------------------- answers that are kept by nobody


def test_no_answer_with_a_token_or_an_error_is_kept(world, party):
    """keycloak/keycloak #46750, CZ-NIC/pyoidc #145, idenplane/idenplane #219, cloudflare/workers-oauth-provider #224."""
    token = party.login(scope="openid name")["access_token"]
    code, verifier = party.code()
    answers = [
        party.redeem(code, verifier), party.redeem(code, verifier), party.userinfo(token), party.userinfo("guess"),
        party.push(), party.push(scope="name"), party.introspect(token), party.manage(),
        Relying.register(world, "kept"), Relying.register(world, "kept", redirect_uris=[]),
    ]  # fmt: skip
    for one in answers:
        assert "no-store" in one.headers["cache-control"], one.request.url
        assert "etag" not in one.headers, one.request.url


def test_a_bad_token_is_401_with_a_challenge(party):
    """FusionAuth/fusionauth-issues #321, keycloak/keycloak #6618, curityio/nginx_phantom_token_module #11: 400, or no WWW-Authenticate."""
    answer = party.userinfo("guess")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_token_may_be_posted_in_a_form_and_in_one_place_alone(world, party):
    """tinyauthapp/tinyauth #769, better-auth/better-auth #10155: refused in a form, or taken in both places."""
    token = party.login(scope="openid name")["access_token"]
    assert party.form("userinfo", {"access_token": token}).json()["name"]
    both = party.form(
        "userinfo", {"access_token": token}, headers={"authorization": f"Bearer {token}"}
    )
    assert outcome(both) == "invalid_request"


# ---------------------------------------------------------------- when somebody signed in


def test_every_id_token_says_when(world, party):
    """dexidp/dex #1052, gravitee-io/gravitee-access-management #301, pocket-id/pocket-id #1514, onetimesecret/onetimesecret #3233: auth_time was
    missing, or 1970."""
    for asked in ({}, {"max_age": "1"}, {"max_age": "10000"}):
        told = claims(party.login(**asked)["id_token"])
        assert told["auth_time"] == int(world.clock.now().timestamp())


def test_no_age_at_all_is_one_tap_and_no_circle(world, party):
    """openiddict/openiddict-samples #351: max_age=0 led round and round."""
    assert "code" in world.answer_of(party.authorize(max_age="0"))


@pytest.mark.parametrize("more", [{}, {"max_age": "0"}, {"max_age": "1"}])
def test_without_a_page_means_without_a_page(party, more):
    """doorkeeper-gem/doorkeeper-openid_connect #274, better-auth/better-auth #5993: prompt=none showed one all the same."""
    assert outcome(party.authorize(prompt="none", **more)) == "back:login_required"
    assert outcome(party.authorize(prompt="none login", **more)) == "back:invalid_request"


@pytest.mark.parametrize("prompt", ["login", "consent", "select_account", "login consent"])
def test_another_prompt_is_a_tap(world, party, prompt):
    """authlib/authlib #637, simplesamlphp/simplesamlphp-module-oidc #85: prompt=login was ignored for who was signed in."""
    assert "code" in world.answer_of(party.authorize(prompt=prompt))


# ---------------------------------------------------------------- signing out


def test_an_old_id_token_signs_out(world, party):
    """zitadel/zitadel #279, zitadel/zitadel #5232, 18F/identity-idp #1592, GluuFederation/oxAuth #332, panva/node-oidc-provider #630: the hint
    had expired."""
    tokens = party.login(scope="openid offline_access")
    world.later(days=30)
    left = world.browser.get(
        f"{world.protocol}/logout",
        params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": f"{party.home}/bye",
                "state": "s-1"},
    )  # fmt: skip
    assert left.headers["location"] == f"{party.home}/bye?state=s-1"
    assert outcome(party.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_a_hint_ends_its_own_sign_in_alone(world, party):
    """Abblix/Oidc.Server #549: whoever was signed in was signed out, by any valid hint."""
    first, second = (party.login(scope="openid name offline_access") for _ in range(2))
    somebody = party.login(card=3, scope="openid name")
    world.browser.get(f"{world.protocol}/logout", params={"id_token_hint": first["id_token"]})
    assert outcome(party.userinfo(first["access_token"])) == "invalid_token"
    assert party.userinfo(second["access_token"]).is_success
    assert party.userinfo(somebody["access_token"]).is_success


def test_who_has_no_address_for_it_is_sent_no_logout_token(world, party):
    """OpenLiberty/open-liberty #26459: a token was made for a party without a back channel, and failed."""
    count = "SELECT count(*) FROM delivery WHERE client_id = %s"

    def waiting():
        return world.street.databases("identity").run(
            "test.count", lambda tx: tx.value(count, (party.client_id,))
        )

    before = waiting()
    told = party.login()["id_token"]
    assert world.browser.get(
        f"{world.protocol}/logout", params={"id_token_hint": told}
    ).status_code in (200, 303)
    assert waiting() == before


def test_a_logout_token_names_the_sign_in_of_the_id_token(world):
    """nextcloud/user_oidc #1183, openid-certification/oidctest #204, wso2/product-is #7680: sid that the ID token had not, or no events."""
    told = Relying(world, "told", backchannel_logout_uri="https://told.example/bye")
    token = told.login()["id_token"]
    world.browser.get(f"{world.protocol}/logout", params={"id_token_hint": token})
    query = """SELECT client_id, delivery_id, kind, event, sub, sid, details, happened_at, attempts, '' AS address, 'ES256' AS algorithm
               FROM delivery WHERE client_id = %s"""
    (waits,) = world.street.databases("identity").run(
        "test.waiting", lambda tx: tx.all(Delivery, query, (told.client_id,))
    )
    said, given = logout_claims(waits, world.issuer, world.clock.now()), claims(token)
    assert (said["sid"], said["sub"], said["aud"]) == (given["sid"], given["sub"], told.client_id)
    assert said["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in said


def test_signing_out_without_a_hint_is_a_page_that_says_what_to_do(world):
    """DuendeArchive/Support #592, zitadel/zitadel #8480: an error without a way on."""
    page = world.browser.get(f"{world.protocol}/logout", follow_redirects=True)
    assert page.status_code < 500
    assert 'href="' in page.text


# ---------------------------------------------------------------- what no parser should trip over


@pytest.mark.parametrize(
    "name",
    ["login_hint", "acr_values", "state", "nonce", "scope", "client_id", "ui_locales", "display"],
)
def test_a_zero_character_is_a_refusal(party, name):
    """simple-login/app #2755, zitadel/zitadel #12278, logto-io/logto #8990, 18F/identity-idp #4555: 500."""
    assert party.authorize(**{name: "a\x00b"}).status_code in (302, 303, 400)
    assert 400 <= party.push(**{name: "a\x00b"}).status_code < 500 or name == "display"


def test_unknown_members_of_a_registration_are_ignored(world):
    """keycloak/keycloak #14946: registration failed on what it did not know."""
    answer = Relying.register(
        world, "more", software_id="x", tos_uri="https://more.example/tos", unheard_of=[1]
    )
    assert answer.status_code == 201
    assert "unheard_of" not in answer.json()


def test_a_key_of_somebody_else_is_no_proof(party, other):
    """keycloak/keycloak-oauth-sig #12: unauthorized_client instead of invalid_client."""
    answer = party.token(
        assertion=party.assertion(key=other.key), grant_type="client_credentials", scope="sign"
    )
    assert (answer.status_code, outcome(answer)) == (401, "invalid_client")


def test_two_audiences_are_refused_as_one_cannot_tell_for_whom_it_was(world, party):
    """keycloak/keycloak #38751, keycloak/keycloak #39648, keycloak/keycloak #52631: refused there now, too."""
    both = party.assertion(aud=[world.issuer, f"{world.protocol}/token"])
    assert outcome(party.token(assertion=both, grant_type="client_credentials")) == "invalid_client"


def test_a_reload_of_a_pushed_request_goes_on(world, party):
    """keycloak/keycloak #36716, keycloak/keycloak #48072: a reload killed the sign-in."""
    pushed = party.push().json()
    there = {"client_id": party.client_id, "request_uri": pushed["request_uri"]}
    party.visit(there)
    assert "code" in world.answer_of(party.visit(there))


# ---------------------------------------------------------------- signatures


def test_nobody_is_asked_to_sign_what_cannot_be_shown(party):
    """web-eid/web-eid-system-architecture-doc #4, ctt-gob-es/clienteafirma #97: a hash was signed, whatever the page showed beside it."""
    digest = base64.b64encode(hashlib.sha256(b"anything").digest()).decode()
    body = {"digest": digest, "audiences": []}
    headers = {"authorization": f"Bearer {party.own()}"}
    answer = party.world.browser.post(
        f"{party.world.origin}/api/sign-transactions", json=body, headers=headers
    )
    assert answer.status_code == 422
    assert outcome(party.deposit(document=hashlib.sha256(b"anything").digest())) == (
        "identity.bad-document"
    )


def test_who_stopped_has_signed_nothing(world, party):
    """Portwood-Global-Solutions/Portwood #91: after a refusal the document read as signed."""
    number = party.deposit().json()["sign_transaction_id"]
    tap = world.tap_of(party.authorize(scope="openid sign", sign_transaction_id=number))
    back = world.browser.get(tap.cancel_at)
    assert "code=" not in back.headers.get("location", "")
    assert outcome(party.result(number)) == "identity.not-signed"


def test_what_was_signed_is_named_by_the_bytes_that_were_deposited(world, party):
    """InspectorHub/OpenInspection #116: the document was changed afterwards, and the signature with it."""
    document = world.document(())
    number = party.deposit(document=document).json()["sign_transaction_id"]
    code, verifier = party.code(scope="openid sign", sign_transaction_id=number)
    assert party.redeem(code, verifier).is_success
    said = claims(party.result(number).json()["statement"])
    assert said["document_sha256"] == hashlib.sha256(document).hexdigest()
    again = party.authorize(scope="openid sign", sign_transaction_id=number)
    assert outcome(again).startswith("back:"), "and the number is signed by nobody else"
