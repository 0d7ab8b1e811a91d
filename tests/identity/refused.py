"""What must be refused, as tables: one row, one request; ``follows`` names the check it stands for.

Names of modules are those of the OpenID Foundation's conformance suite: we follow them, nobody certified
it. "Seen" are mistakes found in public relying parties (identity §1).
"""

# ruff: noqa: PLW0108 - a row may name a helper that stands below it

import base64
import json
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey, RSAKey

from kazasu.identity.keys import TokenKeys
from tests.identity.parties import FORM, Relying, encoded, raw, unsigned
from tests.support import pki

ANOTHER = ECKey.generate_key("P-256", {"kid": "another"})
RSA = RSAKey.generate_key(2048)
with warnings.catch_warnings(action="ignore"):
    SHORT_RSA = RSAKey.generate_key(1024)
P384 = ECKey.generate_key("P-384")


class Two:
    """Two parties that must not be able to do anything for each other, and what they were given."""

    def __init__(self, world):
        self.world = world
        self.a, self.b = Relying(world, "alpha"), Relying(world, "beta")
        self.strict = Relying(world, "strict", dpop_bound_access_tokens=True)

    @cached_property
    def service_keys(self):
        """The service's own token keys."""
        process = self.world.street.process
        database = process.floors.databases["identity"]
        return TokenKeys(database, process.institution("identity"), self.world.clock)

    def by_service(self, typ, **claims):
        """A token of another kind, by the keys that ID tokens are signed with."""
        given = {"iss": self.world.issuer, "aud": self.a.client_id, "sid": "x", "sub": "x"} | claims
        return self.service_keys.sign(given, typ)

    def now(self):
        return int(self.world.clock.now().timestamp())

    @cached_property
    def tokens(self):
        """A's bearer tokens, with everything."""
        return self.a.login(scope="openid name offline_access")

    @cached_property
    def others(self):
        return self.b.login(scope="openid name offline_access")

    @cached_property
    def bound(self):
        """A's tokens, bound to its DPoP key."""
        return self.a.bound(scope="openid name offline_access")

    @cached_property
    def transaction(self):
        return self.a.deposit().json()["sign_transaction_id"]

    @cached_property
    def signed(self):
        """The result of a document that A had signed."""
        number = self.a.deposit().json()["sign_transaction_id"]
        code, verifier = self.a.code(scope="openid sign", sign_transaction_id=number)
        assert self.a.redeem(code, verifier).is_success
        return self.a.result(number).json()

    @cached_property
    def proof_of_a(self):
        """Number of A's record of a sign-in, as its ID token names it."""
        payload = self.a.login()["id_token"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["txn"]

    @cached_property
    def userinfo_url(self):
        return f"{self.world.protocol}/userinfo"

    @cached_property
    def token_url(self):
        return f"{self.world.protocol}/token"

    def showing(self, method="GET", url="", **changes):
        """A's bound token with a proof that has something wrong."""
        token = self.bound["access_token"]
        proof = self.a.proof(
            method, url or self.userinfo_url, changes.pop("token", token), **changes
        )
        return self.a.userinfo(token, "DPoP", proof)

    def proving(self, **changes):
        """A client-credentials request with a proof that has something wrong."""
        proof = self.a.proof("POST", changes.pop("url", self.token_url), **changes)
        return self.a.token(headers={"dpop": proof}, grant_type="client_credentials", scope="sign")

    def asserting(self, assertion, **form):
        form = {"grant_type": "client_credentials", "scope": "sign"} | form
        return self.a.token(assertion=assertion, **form)


@dataclass(frozen=True)
class Case:
    name: str
    follows: str
    send: Callable[[Two], Any]
    expected: str
    """An OAuth error or a fault; ``back:…`` when it goes to the relying party by redirect."""


def outcome(response):
    """What an answer says: an error's name, or ``accepted``."""
    where = response.headers.get("location", "")
    if response.status_code in (302, 303):
        query = parse_qs(urlsplit(where).query or urlsplit(where).fragment)
        return f"back:{query['error'][0]}" if "error" in query else f"accepted: {where[:80]}"
    if response.status_code < 400:
        return f"accepted: {response.status_code}"
    if "json" in response.headers.get("content-type", ""):
        body = response.json()
        return body.get("error") or body["code"]
    found = re.search(r'class="fault-code[^>]*>.*?<code>([^<]+)</code>', response.text, re.DOTALL)
    return found.group(1) if found else f"{response.status_code}: {response.text[:80]}"


CASES: list[Case] = []


def rows(expected, follows, /, **named):
    """One group of rows with the same expected answer."""
    for name, send in named.items():
        CASES.append(Case(name, follows, send, expected))


# ---------------------------------------------------------------- authorization

rows(
    "back:invalid_request", "RFC 6749 4.1.2.1; oidcc-response-type-missing, oidcc-ensure-registered",
    auth_two_states=lambda t: t.a.authorize(more=[("state", "another-state-123")]),
    auth_two_scopes=lambda t: t.a.authorize(more=[("scope", "openid name")]),
    auth_two_nonces=lambda t: t.a.authorize(more=[("nonce", "x" * 20)]),
    auth_two_challenges=lambda t: t.a.authorize(more=[("code_challenge", "A" * 43)]),
    auth_empty_state=lambda t: t.a.authorize(state=""),
    auth_empty_nonce=lambda t: t.a.authorize(nonce=""),
    auth_state_with_line_end=lambda t: t.a.authorize(state="abcdefgh\n"),
    auth_nonce_with_line_end=lambda t: t.a.authorize(nonce="abcdefgh\n"),
    auth_state_with_nul=lambda t: t.a.authorize(state="abc\x00def"),
    auth_nonce_too_long=lambda t: t.a.authorize(nonce="n" * 256),
    auth_nonce_in_full_width=lambda t: t.a.authorize(nonce="ｎｏｎｃｅ"),
    auth_challenge_with_padding=lambda t: t.a.authorize(code_challenge="A" * 43 + "="),
    auth_challenge_with_line_end=lambda t: t.a.authorize(code_challenge="A" * 43 + "\n"),
    auth_dpop_jkt_no_thumbprint=lambda t: t.a.authorize(dpop_jkt="short"),
    auth_strict_not_pushed=lambda t: t.strict.authorize(),
    auth_response_mode_jwt=lambda t: t.a.authorize(response_mode="jwt"),
    auth_transaction_of_another=lambda t: t.b.authorize(
        scope="openid sign", sign_transaction_id=t.transaction),
    auth_transaction_without_scope=lambda t: t.a.authorize(sign_transaction_id=t.transaction),
)  # fmt: skip
rows(
    "back:invalid_request",
    "seen: nonce in place of code_challenge (INTER-Mediator), plain PKCE",
    auth_nonce_as_challenge=lambda t: t.a.authorize(code_challenge="nonce-1234567890"),
    auth_plain_in_capitals=lambda t: t.a.authorize(code_challenge_method="s256"),
    auth_verifier_as_challenge=lambda t: t.a.authorize(code_challenge_method="plain"),
)
rows(
    "back:invalid_scope",
    "RFC 6749 3.3; oidcc-scope-*",
    auth_scope_of_public_institutions=lambda t: t.a.authorize(scope="openid resident"),
    auth_scope_of_clients_alone=lambda t: t.a.authorize(scope="openid latest_attributes"),
    auth_scope_in_capitals=lambda t: t.a.authorize(scope="OpenID"),
    auth_scope_by_comma=lambda t: t.a.authorize(scope="openid,name"),
    auth_scope_individual_number=lambda t: t.a.authorize(scope="openid individual_number"),
    auth_scope_with_nul=lambda t: t.a.authorize(scope="openid na\x00me"),
)
rows(
    "back:request_not_supported", "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    auth_request_object=lambda t: t.a.authorize(request=unsigned(t.a.assertion())),
    auth_signed_request_object=lambda t: t.a.authorize(request=t.a.assertion()),
)  # fmt: skip
rows(
    "back:unsupported_response_type",
    "OAuth 2.1: no implicit flow; oidcc-response-type-missing",
    auth_implicit=lambda t: t.a.authorize(response_type="id_token"),
    auth_none=lambda t: t.a.authorize(response_type="none"),
    auth_twice_code=lambda t: t.a.authorize(response_type="code code"),
)
rows(
    "back:login_required",
    "oidcc-prompt-none-not-logged-in",
    auth_prompt_none=lambda t: t.a.authorize(prompt="none"),
    auth_prompt_none_login=lambda t: t.a.authorize(prompt="none login"),
)
rows(
    "identity.bad-redirect", "RFC 9700 2.1, 4.1; oidcc-ensure-registered-redirect-uri",
    auth_redirect_of_another=lambda t: t.a.authorize(redirect_uri=t.b.redirect_uri),
    auth_redirect_more_path=lambda t: t.a.authorize(redirect_uri=t.a.redirect_uri + "/x"),
    auth_redirect_dots=lambda t: t.a.authorize(redirect_uri=f"{t.a.home}/x/../callback"),
    auth_redirect_query=lambda t: t.a.authorize(redirect_uri=t.a.redirect_uri + "?next=evil"),
    auth_redirect_fragment=lambda t: t.a.authorize(redirect_uri=t.a.redirect_uri + "#x"),
    auth_redirect_upper_case=lambda t: t.a.authorize(redirect_uri="https://ALPHA.example/callback"),
    auth_redirect_other_scheme=lambda t: t.a.authorize(redirect_uri="http://alpha.example/callback"),
    auth_redirect_other_port=lambda t: t.a.authorize(redirect_uri="https://alpha.example:444/callback"),
    auth_redirect_user_in_it=lambda t: t.a.authorize(redirect_uri="https://alpha.example@evil.test/callback"),
    auth_redirect_subdomain=lambda t: t.a.authorize(redirect_uri="https://x.alpha.example/callback"),
    auth_redirect_suffix=lambda t: t.a.authorize(redirect_uri="https://alpha.example.evil.test/callback"),
    auth_redirect_encoded=lambda t: t.a.authorize(redirect_uri="https://alpha.example/%63allback"),
    auth_redirect_blank=lambda t: t.a.authorize(redirect_uri=t.a.redirect_uri + " "),
    auth_redirect_nul=lambda t: t.a.authorize(redirect_uri=t.a.redirect_uri + "\x00"),
    auth_redirect_data=lambda t: t.a.authorize(redirect_uri="data:text/html,x"),
    auth_redirect_empty=lambda t: t.a.authorize(redirect_uri=""),
    auth_two_redirects=lambda t: t.a.authorize(more=[("redirect_uri", "https://evil.test/")]),
    auth_error_and_bad_redirect=lambda t: t.a.authorize(response_type="token", redirect_uri="https://evil.test/"),
)  # fmt: skip
rows(
    "identity.unknown-client",
    "RFC 6749 4.1.2.1: nobody is sent to an unproven place",
    auth_client_unknown=lambda t: t.a.authorize(client_id="RP99999999"),
    auth_client_nul=lambda t: t.a.authorize(client_id=t.a.client_id + "\x00"),
    auth_client_lower_case=lambda t: t.a.authorize(client_id=t.a.client_id.lower()),
    auth_two_clients=lambda t: t.a.authorize(more=[("client_id", t.b.client_id)]),
    auth_client_sql=lambda t: t.a.authorize(client_id="' OR '1'='1"),
    auth_client_very_long=lambda t: t.a.authorize(client_id="R" * 5000),
)

# ---------------------------------------------------------------- pushed requests

rows(
    "invalid_request", "RFC 9126 2.1, 2.3; fapi2-security-profile par-*",
    par_with_request_uri=lambda t: t.a.push(request_uri="urn:ietf:params:oauth:request_uri:x"),
    par_redirect_not_registered=lambda t: t.a.push(redirect_uri="https://evil.test/"),
    par_without_redirect=lambda t: t.a.push(redirect_uri=None),
    par_without_state=lambda t: t.a.push(state=None),
    par_without_challenge=lambda t: t.a.push(code_challenge=None),
    par_plain=lambda t: t.a.push(code_challenge_method="plain"),
    par_two_scopes=lambda t: t.a.push(more=[("scope", "openid name")]),
    par_strict_without_key=lambda t: t.strict.push(),
    par_as_json=lambda t: t.world.browser.post(
        f"{t.world.protocol}/ext/par/request", json=t.a.request() | t.a.proven()),
    par_wrong_content_type=lambda t: t.a.push(headers={"content-type": "text/plain"}),
    par_transaction_of_another=lambda t: t.b.push(
        scope="openid sign", sign_transaction_id=t.transaction),
)  # fmt: skip
rows(
    "invalid_client",
    "RFC 9126 2: the client is proven; fapi2 par-ensure-client-assertion",
    par_without_assertion=lambda t: t.a.form("ext/par/request", t.a.request()),
    par_by_another=lambda t: t.a.push(assertion=t.b.assertion()),
    par_by_another_key=lambda t: t.a.push(assertion=t.a.assertion(key=ANOTHER)),
    par_with_basic=lambda t: t.a.push(headers={"authorization": "Basic YTpi"}),
)
rows(
    "identity.bad-redirect", "RFC 9126 4: a request_uri serves once, for its client, for a minute",
    par_reference_of_another=lambda t: t.b.visit(
        {"client_id": t.b.client_id, "request_uri": t.a.push().json()["request_uri"]}),
    par_reference_twice=lambda t: _twice_visited(t),
    par_reference_late=lambda t: _late_visited(t),
    par_reference_guessed=lambda t: t.a.visit(
        {"client_id": t.a.client_id, "request_uri": "urn:ietf:params:oauth:request_uri:guess"}),
)  # fmt: skip
rows(
    "invalid_dpop_proof", "RFC 9449 10.1: dpop_jkt and the pushed proof are one key",
    par_proof_of_another_key=lambda t: t.a.push(
        dpop_jkt="A" * 43,
        headers={"dpop": t.a.proof("POST", f"{t.world.protocol}/ext/par/request")}),
    par_proof_for_token_endpoint=lambda t: t.a.push(headers={"dpop": t.a.proof("POST", t.token_url)}),
)  # fmt: skip


def _pushed(t):
    return {"client_id": t.a.client_id, "request_uri": t.a.push().json()["request_uri"]}


def _twice_visited(t):
    request = _pushed(t)
    assert t.a.visit(request).status_code == 303
    return t.a.visit(request)


def _late_visited(t):
    request = _pushed(t)
    t.world.later(seconds=61)
    return t.a.visit(request)


# ---------------------------------------------------------------- the client's assertion

rows(
    "invalid_client", "RFC 7523 3; oidcc private_key_jwt; seen: exp of a day, uniqid() as jti",
    assertion_of_a_day=lambda t: t.asserting(t.a.assertion(exp=t.now() + 86400)),
    assertion_expired=lambda t: t.asserting(t.a.assertion(exp=t.now() - 1)),
    assertion_without_exp=lambda t: t.asserting(t.a.assertion(exp=None)),
    assertion_exp_as_text=lambda t: t.asserting(t.a.assertion(exp=str(t.now() + 60))),
    assertion_exp_true=lambda t: t.asserting(t.a.assertion(exp=True)),
    assertion_exp_nan=lambda t: t.asserting(t.a.assertion(exp=float("nan"))),
    assertion_exp_endless=lambda t: t.asserting(t.a.assertion(exp=float("inf"))),
    assertion_exp_huge=lambda t: t.asserting(t.a.assertion(exp=10**400)),
    assertion_exp_before_christ=lambda t: t.asserting(t.a.assertion(exp=-(10**11))),
    assertion_nbf_later=lambda t: t.asserting(t.a.assertion(nbf=t.now() + 600)),
    assertion_short_jti=lambda t: t.asserting(t.a.assertion(jti="1")),
    assertion_jti_number=lambda t: t.asserting(t.a.assertion(jti=12345678)),
    assertion_jti_long=lambda t: t.asserting(t.a.assertion(jti="j" * 256)),
    assertion_jti_nul=lambda t: t.asserting(t.a.assertion(jti="jti-jti-\x00-jti")),
    assertion_jti_half_character=lambda t: t.asserting(t.a.assertion(jti="jti-jti-\ud800")),
    assertion_issuer_nul=lambda t: t.asserting(t.a.assertion(iss="RP\x00")),
    assertion_issuer_half_character=lambda t: t.asserting(t.a.assertion(iss="RP\ud800")),
    assertion_issuer_list=lambda t: t.asserting(t.a.assertion(iss=[t.a.client_id])),
    assertion_subject_of_another=lambda t: t.asserting(t.a.assertion(sub=t.b.client_id)),
    assertion_audience_userinfo=lambda t: t.asserting(t.a.assertion(aud=t.userinfo_url)),
    assertion_audience_origin=lambda t: t.asserting(t.a.assertion(aud=t.world.origin)),
    assertion_audience_slash=lambda t: t.asserting(t.a.assertion(aud=t.world.issuer + "/")),
    assertion_audience_two=lambda t: t.asserting(
        t.a.assertion(aud=[t.world.issuer, "https://elsewhere.test"])),
    assertion_audience_none=lambda t: t.asserting(t.a.assertion(aud=[])),
    assertion_audience_object=lambda t: t.asserting(t.a.assertion(aud={"a": 1})),
    assertion_twice=lambda t: _assertion_twice(t),
    assertion_twice_at_two_endpoints=lambda t: _assertion_at_two(t),
)  # fmt: skip
rows(
    "invalid_client", "RFC 8725 2.1, 3.1: algorithm confusion",
    assertion_alg_none=lambda t: t.asserting(unsigned(t.a.assertion())),
    assertion_hmac_of_public_pem=lambda t: t.asserting(
        t.a.assertion(key=t.a.key.as_pem(private=False), header={"alg": "HS256"})),
    assertion_hmac_of_empty=lambda t: t.asserting(t.a.assertion(key=b"", header={"alg": "HS256"})),
    assertion_rs256=lambda t: t.asserting(t.a.assertion(key=RSA, header={"alg": "RS256"})),
    assertion_ps256_other_key=lambda t: t.asserting(t.a.assertion(key=RSA, header={"alg": "PS256"})),
    assertion_es384=lambda t: t.asserting(t.a.assertion(key=P384, header={"alg": "ES384"})),
    assertion_signature_cut=lambda t: t.asserting(t.a.assertion()[:-4]),
    assertion_signature_empty=lambda t: t.asserting(t.a.assertion().rsplit(".", 1)[0] + "."),
    assertion_signature_zero=lambda t: t.asserting(
        t.a.assertion().rsplit(".", 1)[0] + "." + raw(bytes(64))),
    assertion_signature_der=lambda t: t.asserting(_in_der(t.a.assertion(), t.a.key)),
    assertion_claims_exchanged=lambda t: t.asserting(_exchanged(t.a.assertion(), t.a.assertion(exp=t.now() + 200))),
)  # fmt: skip
rows(
    "invalid_client", "RFC 7515 4.1; RFC 8725 3.10: keys named in a header are not believed",
    assertion_jwk_in_header=lambda t: t.asserting(
        t.a.assertion(key=ANOTHER, header={"jwk": ANOTHER.as_dict(private=False)})),
    assertion_jku=lambda t: t.asserting(
        t.a.assertion(key=ANOTHER, header={"jku": "https://evil.test/jwks.json"})),
    assertion_x5u=lambda t: t.asserting(t.a.assertion(key=ANOTHER, header={"x5u": "https://evil.test/c.pem"})),
    assertion_kid_of_another=lambda t: t.asserting(t.a.assertion(key=t.b.key, header={"kid": t.b.key.kid})),
    assertion_kid_path=lambda t: t.asserting(t.a.assertion(header={"kid": "../../../dev/null"})),
    assertion_kid_sql=lambda t: t.asserting(t.a.assertion(header={"kid": "' OR 1=1 --"})),
    assertion_crit_unknown=lambda t: t.asserting(t.a.assertion(header={"crit": ["x-other"], "x-other": 1})),
    assertion_crit_b64=lambda t: t.asserting(t.a.assertion(header={"crit": ["b64"], "b64": False})),
    assertion_crit_empty=lambda t: t.asserting(t.a.assertion(header={"crit": []})),
)  # fmt: skip
rows(
    "invalid_client", "RFC 6749 2.3: one way, one client",
    assertion_missing=lambda t: t.a.form("token", {"grant_type": "client_credentials", "scope": "sign"}),
    assertion_of_another_client=lambda t: t.asserting(t.a.assertion(), client_id=t.b.client_id),
    assertion_with_secret=lambda t: t.asserting(t.a.assertion(), client_secret="s"),
    assertion_type_saml=lambda t: t.asserting(
        t.a.assertion(), client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
    assertion_by_basic=lambda t: t.a.token(
        headers={"authorization": "Basic YTpi"}, grant_type="client_credentials", scope="sign"),
    assertion_deeply_nested=lambda t: t.asserting(_nested(t.a.key)),
    assertion_list_as_claims=lambda t: t.asserting(encoded({"alg": "ES256"}, [], t.a.key)),
    assertion_four_parts=lambda t: t.asserting(t.a.assertion() + ".x"),
    assertion_full_width=lambda t: t.asserting("ａ.ｂ.ｃ"),
    assertion_is_a_dpop_proof=lambda t: t.asserting(t.a.proof("POST", t.token_url, key=t.a.key)),
    assertion_is_an_id_token=lambda t: t.asserting(t.tokens["id_token"]),
)  # fmt: skip


def _assertion_twice(t):
    once = t.a.assertion()
    assert t.asserting(once).is_success
    return t.asserting(once)


def _assertion_at_two(t):
    once = t.a.assertion()
    assert t.a.push(assertion=once).status_code == 201
    return t.asserting(once)


def _exchanged(one, other):
    head, _, signature = one.split(".")
    return f"{head}.{other.split('.')[1]}.{signature}"


def _in_der(token, key):
    """The same signature in the form of X.509, which JWS does not have."""
    content = token.rsplit(".", 1)[0]
    return f"{content}.{raw(key.private_key.sign(content.encode(), ec.ECDSA(hashes.SHA256())))}"


def _nested(key):
    return encoded({"alg": "ES256"}, b"[" * 60000 + b"]" * 60000, key)


# ---------------------------------------------------------------- codes

rows(
    "invalid_grant",
    "RFC 6749 4.1.3, 10.5; RFC 9700 4.5: code injection; oidcc-codereuse",
    code_with_verifier_of_another_session=lambda t: t.a.redeem(t.a.code()[0], t.a.code()[1]),
    code_with_challenge_as_verifier=lambda t: t.a.redeem(*_with_challenge(t)),
    code_with_longer_verifier=lambda t: t.a.redeem(*_with(t, lambda v: v + "A")),
    code_with_line_end=lambda t: t.a.redeem(*_with(t, lambda v: v + "\n")),
    code_with_full_width_verifier=lambda t: t.a.redeem(t.a.code()[0], "ａ" * 43),
    code_without_verifier=lambda t: t.a.redeem(t.a.code()[0], None),
    code_of_another_party=lambda t: t.b.redeem(*t.a.code(), redirect_uri=t.a.redirect_uri),
    code_of_another_party_own_redirect=lambda t: t.b.redeem(*t.a.code()),
    code_with_redirect_of_another=lambda t: t.a.redeem(*t.a.code(), redirect_uri=t.b.redirect_uri),
    code_without_redirect=lambda t: t.a.redeem(*t.a.code(), redirect_uri=None),
    code_twice=lambda t: _code_twice(t),
    code_after_a_wrong_try=lambda t: _after_wrong(t),
    code_late=lambda t: _late_code(t),
    code_guessed=lambda t: t.a.redeem("guess", "A" * 43),
    code_nul=lambda t: t.a.redeem("\x00", "A" * 43),
    code_is_an_access_token=lambda t: t.a.redeem(t.tokens["access_token"], "A" * 43),
    code_is_a_refresh_token=lambda t: t.a.redeem(t.tokens["refresh_token"], "A" * 43),
    code_is_a_request_uri=lambda t: t.a.redeem(_pushed(t)["request_uri"], "A" * 43),
)
rows(
    "invalid_dpop_proof", "RFC 9449 10: a code that is bound needs its key",
    code_bound_without_proof=lambda t: t.a.redeem(*t.a.code(dpop_jkt=t.a.dpop.thumbprint())),
    code_bound_to_another_key=lambda t: t.a.redeem(
        *t.a.code(dpop_jkt=t.a.dpop.thumbprint()),
        headers={"dpop": t.a.proof("POST", t.token_url, key=ANOTHER)}),
    code_of_strict_without_proof=lambda t: t.strict.token(
        grant_type="authorization_code", code="x", code_verifier="A" * 43),
)  # fmt: skip
rows(
    "invalid_request", "RFC 6749 3.2: parameters once, in a form",
    token_two_codes=lambda t: t.a.token(more=[("code", "x"), ("code", "y")], grant_type="authorization_code"),
    token_two_grant_types=lambda t: t.a.token(
        more=[("grant_type", "refresh_token")], grant_type="authorization_code"),
    token_two_assertions=lambda t: t.a.token(
        more=[("client_assertion", t.a.assertion())], grant_type="client_credentials", scope="sign"),
    token_without_grant_type=lambda t: t.a.token(),
    token_as_json=lambda t: t.world.browser.post(t.token_url, json={"grant_type": "client_credentials"}),
    token_as_plain_text=lambda t: t.a.token(
        headers={"content-type": "text/plain"}, grant_type="client_credentials", scope="sign"),
    token_without_type=lambda t: t.world.browser.post(t.token_url, content=b"grant_type=x"),
    token_as_multipart=lambda t: t.world.browser.post(
        t.token_url, files={"grant_type": (None, "client_credentials")}),
)  # fmt: skip
rows(
    "unsupported_grant_type", "OAuth 2.1: no password, no implicit; device flow not offered",
    token_password=lambda t: t.a.token(grant_type="password", username="a", password="b"),
    token_device=lambda t: t.a.token(grant_type="urn:ietf:params:oauth:grant-type:device_code"),
    token_jwt_bearer=lambda t: t.a.token(
        grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=t.a.assertion()),
    token_nul=lambda t: t.a.token(grant_type="client_credentials\x00"),
)  # fmt: skip
rows(
    "unauthorized_client", "RFC 6749 5.2; handles are for public institutions",
    token_exchange=lambda t: t.a.token(
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token=t.tokens["access_token"],
        subject_token_type="urn:ietf:params:oauth:token-type:access_token",
        audience="city:141003"),
    token_refresh_not_registered=lambda t: Relying(t.world, "delta", scope="openid name").refresh("x"),
)  # fmt: skip
rows(
    "invalid_scope", "RFC 6749 3.3",
    token_own_openid=lambda t: t.a.token(grant_type="client_credentials", scope="openid"),
    token_own_attributes=lambda t: t.a.token(grant_type="client_credentials", scope="sign name"),
    token_own_nothing=lambda t: t.a.token(grant_type="client_credentials"),
    refresh_for_more=lambda t: t.a.refresh(
        t.a.login(scope="openid offline_access")["refresh_token"], scope="openid name"),
)  # fmt: skip


def _with_challenge(t):
    parameters = t.a.request()
    code = t.world.answer_of(t.a.visit(parameters))["code"]
    return code, parameters["code_challenge"]


def _with(t, change):
    code, verifier = t.a.code()
    return code, change(verifier)


def _code_twice(t):
    code, verifier = t.a.code()
    assert t.a.redeem(code, verifier).is_success
    return t.a.redeem(code, verifier)


def _after_wrong(t):
    code, verifier = t.a.code()
    t.a.redeem(code, "A" * 43)
    return t.a.redeem(code, verifier)


def _late_code(t):
    code, verifier = t.a.code()
    t.world.later(seconds=60)
    return t.a.redeem(code, verifier)


# ---------------------------------------------------------------- refresh

rows(
    "invalid_grant",
    "RFC 9700 4.14; oidcc-refresh-token",
    refresh_twice=lambda t: _refresh_twice(t),
    refresh_of_the_family_after_theft=lambda t: _family(t),
    refresh_of_another=lambda t: t.b.refresh(_refresh_token(t)),
    refresh_guessed=lambda t: t.a.refresh("guess"),
    refresh_nothing=lambda t: t.a.refresh(None),
    refresh_nul=lambda t: t.a.refresh("\x00"),
    refresh_is_an_access_token=lambda t: t.a.refresh(t.tokens["access_token"]),
    refresh_is_a_code=lambda t: t.a.refresh(t.a.code()[0]),
    refresh_after_sign_out=lambda t: _after_sign_out(t),
    refresh_after_code_reuse=lambda t: _after_code_reuse(t),
)
rows(
    "invalid_dpop_proof", "RFC 9449 5: a bound refresh token needs its key",
    refresh_bound_without_proof=lambda t: t.a.refresh(_bound_refresh(t)),
    refresh_bound_to_another_key=lambda t: t.a.refresh(
        _bound_refresh(t), headers={"dpop": t.a.proof("POST", t.token_url, key=ANOTHER)}),
    refresh_bearer_with_a_key=lambda t: t.a.refresh(
        _refresh_token(t), headers={"dpop": t.a.proof("POST", t.token_url)}),
)  # fmt: skip


def _refresh_token(t):
    return t.a.login(scope="openid offline_access")["refresh_token"]


def _bound_refresh(t):
    return t.a.bound(scope="openid offline_access")["refresh_token"]


def _refresh_twice(t):
    token = _refresh_token(t)
    assert t.a.refresh(token).is_success
    return t.a.refresh(token)


def _family(t):
    """The thief was first; the owner's try ends what the thief got too."""
    token = _refresh_token(t)
    stolen = t.a.refresh(token).json()["refresh_token"]
    t.a.refresh(token)
    return t.a.refresh(stolen)


def _after_sign_out(t):
    tokens = t.a.login(scope="openid offline_access")
    t.world.browser.get(f"{t.world.protocol}/logout", params={"id_token_hint": tokens["id_token"]})
    return t.a.refresh(tokens["refresh_token"])


def _after_code_reuse(t):
    code, verifier = t.a.code(scope="openid offline_access")
    token = t.a.redeem(code, verifier).json()["refresh_token"]
    t.a.redeem(code, verifier)
    return t.a.refresh(token)


# ---------------------------------------------------------------- DPoP

rows(
    "invalid_dpop_proof", "RFC 9449 4.3, checks 1 to 12",
    dpop_other_method=lambda t: t.showing("POST"),
    dpop_method_lower_case=lambda t: t.showing("get"),
    dpop_other_url=lambda t: t.showing(url=t.token_url),
    dpop_url_of_another_host=lambda t: t.showing(url="https://evil.test/userinfo"),
    dpop_url_with_slash=lambda t: t.showing(url=t.userinfo_url + "/"),
    dpop_old=lambda t: t.showing(iat=t.now() - 61),
    dpop_future=lambda t: t.showing(iat=t.now() + 61),
    dpop_without_iat=lambda t: t.showing(iat=None),
    dpop_iat_text=lambda t: t.showing(iat=str(t.now())),
    dpop_iat_true=lambda t: t.showing(iat=True),
    dpop_iat_nan=lambda t: t.showing(iat=float("nan")),
    dpop_iat_before_christ=lambda t: t.showing(iat=-99999999999),
    dpop_iat_huge=lambda t: t.showing(iat=10**400),
    dpop_without_jti=lambda t: t.showing(jti=None),
    dpop_jti_short=lambda t: t.showing(jti="x"),
    dpop_jti_nul=lambda t: t.showing(jti="jti-jti-\x00"),
    dpop_jti_half_character=lambda t: t.showing(jti="jti-jti-\ud800"),
    dpop_without_ath=lambda t: t.showing(token=""),
    dpop_ath_of_another_token=lambda t: t.showing(token=t.tokens["access_token"]),
    dpop_key_of_another=lambda t: t.showing(key=ANOTHER),
    dpop_signed_by_another=lambda t: t.showing(key=ANOTHER, header={"jwk": t.a.dpop.as_dict(private=False)}),
    dpop_typ_jwt=lambda t: t.showing(header={"typ": "JWT"}),
    dpop_without_typ=lambda t: t.showing(header={"typ": None}),
    dpop_without_jwk=lambda t: t.showing(header={"jwk": None}),
    dpop_jwk_by_kid=lambda t: t.showing(header={"jwk": None, "kid": "1"}),
    dpop_private_jwk=lambda t: t.showing(header={"jwk": t.a.dpop.as_dict(private=True)}),
    dpop_symmetric=lambda t: t.proving(
        key=b"secret", header={"alg": "HS256", "jwk": {"kty": "oct", "k": raw(b"secret")}}),
    dpop_none=lambda t: t.a.userinfo(
        t.bound["access_token"], "DPoP", unsigned(t.a.proof("GET", t.userinfo_url, t.bound["access_token"]))),
    dpop_es384=lambda t: t.proving(key=P384, header={"alg": "ES384"}),
    dpop_rs256=lambda t: t.proving(key=RSA, header={"alg": "RS256"}),
    dpop_short_rsa=lambda t: t.proving(key=SHORT_RSA, header={"alg": "PS256"}),
    dpop_crit=lambda t: t.showing(header={"crit": ["x"], "x": 1}),
    dpop_no_jwt=lambda t: t.a.userinfo(t.bound["access_token"], "DPoP", "no.jwt"),
    dpop_point_off_the_curve=lambda t: t.proving(header={"jwk": {
        "kty": "EC", "crv": "P-256", "x": raw(b"\x01" * 32), "y": raw(b"\x01" * 32)}}),
    dpop_is_an_assertion=lambda t: t.a.userinfo(t.bound["access_token"], "DPoP", t.a.assertion()),
    dpop_deeply_nested=lambda t: t.a.userinfo(
        t.bound["access_token"], "DPoP", raw(b"[" * 5000) + ".x.y"),
    dpop_twice=lambda t: _proof_twice(t),
    dpop_two_in_one_request=lambda t: _two_proofs(t),
    dpop_at_token_for_another_method=lambda t: t.a.token(
        headers={"dpop": t.a.proof("GET", t.token_url)}, grant_type="client_credentials", scope="sign"),
)  # fmt: skip


def _proof_twice(t):
    token = t.bound["access_token"]
    proof = t.a.proof("GET", t.userinfo_url, token)
    assert t.a.userinfo(token, "DPoP", proof).is_success
    return t.a.userinfo(token, "DPoP", proof)


def _two_proofs(t):
    token = t.bound["access_token"]
    proofs = [("dpop", t.a.proof("GET", t.userinfo_url, token)) for _ in range(2)]
    headers = [("authorization", f"DPoP {token}"), *proofs]
    return t.world.browser.get(t.userinfo_url, headers=headers)


# ---------------------------------------------------------------- userinfo and tokens presented

rows(
    "invalid_token", "RFC 6750 3.1; RFC 9449 7.2; oidcc-userinfo-*",
    userinfo_without=lambda t: t.world.browser.get(t.userinfo_url),
    userinfo_guess=lambda t: t.a.userinfo("guess"),
    userinfo_nul_escaped=lambda t: t.a.userinfo("%00"),
    userinfo_in_the_query=lambda t: t.world.browser.get(
        t.userinfo_url, params={"access_token": t.tokens["access_token"]}),
    userinfo_basic=lambda t: t.a.userinfo(t.tokens["access_token"], "Basic"),
    userinfo_no_scheme=lambda t: t.world.browser.get(
        t.userinfo_url, headers={"authorization": t.tokens["access_token"]}),
    userinfo_by_refresh_token=lambda t: t.a.userinfo(t.tokens["refresh_token"]),
    userinfo_by_id_token=lambda t: t.a.userinfo(t.tokens["id_token"]),
    userinfo_by_code=lambda t: t.a.userinfo(t.a.code()[0]),
    userinfo_by_clients_own=lambda t: t.a.userinfo(t.a.own()),
    userinfo_by_registration_secret=lambda t: t.a.userinfo(t.a.registered["registration_access_token"]),
    userinfo_bound_as_bearer=lambda t: t.a.userinfo(t.bound["access_token"]),
    userinfo_bound_without_proof=lambda t: t.a.userinfo(t.bound["access_token"], "DPoP"),
    userinfo_bound_as_bearer_with_proof=lambda t: t.a.userinfo(
        t.bound["access_token"], "Bearer", t.a.proof("GET", t.userinfo_url, t.bound["access_token"])),
    userinfo_bearer_as_bound=lambda t: t.a.userinfo(
        t.tokens["access_token"], "DPoP", t.a.proof("GET", t.userinfo_url, t.tokens["access_token"])),
    userinfo_bound_in_the_body=lambda t: t.a.form("userinfo", {"access_token": t.bound["access_token"]}),
    userinfo_after_sign_out=lambda t: _userinfo_after_sign_out(t),
    userinfo_after_code_reuse=lambda t: _userinfo_after_code_reuse(t),
    sign_without=lambda t: t.world.browser.post(f"{t.world.origin}/api/sign-transactions", json={}),
    sign_by_a_persons_token=lambda t: t.a.deposit(token=t.tokens["access_token"]),
    sign_by_another_scope=lambda t: t.a.deposit(token=t.a.own("latest_attributes")),
    sign_by_registration_secret=lambda t: t.a.deposit(token=t.a.registered["registration_access_token"]),
    sign_by_expired_token=lambda t: _expired(t),
)  # fmt: skip


def _userinfo_after_sign_out(t):
    tokens = t.a.login(scope="openid name")
    t.world.browser.get(f"{t.world.protocol}/logout", params={"id_token_hint": tokens["id_token"]})
    return t.a.userinfo(tokens["access_token"])


def _userinfo_after_code_reuse(t):
    code, verifier = t.a.code(scope="openid name")
    token = t.a.redeem(code, verifier).json()["access_token"]
    t.a.redeem(code, verifier)
    return t.a.userinfo(token)


def _expired(t):
    token = t.a.own()
    t.world.later(minutes=5)
    return t.a.deposit(token=token)


# ---------------------------------------------------------------- signing transactions

rows(
    "identity.unknown-sign-transaction",
    "IDOR: authority comes from the token alone",
    sign_result_of_another=lambda t: t.b.result(t.transaction),
    sign_result_unknown=lambda t: t.a.result("11111111-1111-4111-8111-111111111111"),
    sign_result_no_number=lambda t: t.a.result("x"),
    sign_result_nul=lambda t: t.a.result("%00"),
)
rows(
    "identity.not-signed",
    "nothing before the card",
    sign_result_before_the_tap=lambda t: t.a.result(t.transaction),
)
rows(
    "identity.bad-document", "no signature without readable words (identity §6.6)",
    sign_empty=lambda t: t.a.deposit(document=b"{}"),
    sign_a_digest=lambda t: t.a.deposit(document=bytes(32)),
    sign_no_words=lambda t: t.a.deposit(document=b'{"title":{"ja":"a","en":"a"},"lines":[]}'),
    sign_name_twice=lambda t: t.a.deposit(
        document=t.world.document().replace(b'"lines"', b'"title":{"ja":"x","en":"x"},"lines"')),
    sign_no_base64=lambda t: _deposit_raw(t, "***"),
    sign_nested=lambda t: t.a.deposit(document=b"[" * 9000),
    sign_too_long=lambda t: _deposit_raw(t, pki.b64(b" " * 70000)),
    sign_audience_unknown=lambda t: t.a.deposit(audiences=["nobody"]),
    sign_latin_1=lambda t: t.a.deposit(document="{\"title\":\"é\"}".encode("latin-1")),
)  # fmt: skip
rows(
    "exchange.unreadable",
    "bodies are JSON of the declared form",
    sign_no_json=lambda t: _posted(t, b"{"),
    sign_unknown_member=lambda t: t.a.deposit(extra=1),
    sign_list=lambda t: _posted(t, b"[]"),
    sign_audiences_no_list=lambda t: t.a.deposit(audiences="city:141003"),
    sign_as_a_form=lambda t: _posted(t, b"document=x", FORM),
    sign_half_character=lambda t: _posted(t, b'{"document":"\\ud800","audiences":[]}'),
    sign_wrong_charset=lambda t: _posted(t, '{"document":"x"}'.encode("utf-16")),
)


def _posted(t, body, kind="application/json"):
    headers = {"authorization": f"Bearer {t.a.own()}", "content-type": kind}
    url = f"{t.world.origin}/api/sign-transactions"
    return t.world.browser.post(url, content=body, headers=headers)


def _deposit_raw(t, text):
    return _posted(t, json.dumps({"document": text, "audiences": []}).encode())


# ---------------------------------------------------------------- latest attributes, evidence, proofs

NOBODYS = "11111111-1111-4111-8111-111111111111"


def _latest(t, path, token=None, method="POST", **body):
    headers = {"authorization": f"Bearer {token or t.a.own('latest_attributes')}"}
    url = f"{t.world.origin}/api/{path}"
    return t.world.browser.request(method, url, json=body, headers=headers)


rows(
    "invalid_token", "RFC 6750 3.1: each interface has its own scope, and no person's token opens it",
    sign_verify_by_another_scope=lambda t: _latest(t, "sign-transactions/verify"),
    latest_consents_by_another_scope=lambda t: _latest(t, "latest-attributes/consents", t.a.own()),
    latest_status_by_another_scope=lambda t: _latest(t, "latest-attributes/status", t.a.own()),
    latest_give_by_a_persons_token=lambda t: _latest(
        t, "latest-attributes/give", t.tokens["access_token"]),
    latest_changes_by_guess=lambda t: _latest(t, "latest-attributes/changes", "guess"),
    latest_end_by_another_scope=lambda t: _latest(
        t, f"latest-attributes/consents/{NOBODYS}", t.a.own(), "DELETE"),
    sign_proof_by_another_scope=lambda t: _latest(t, f"proofs/{NOBODYS}", t.a.own(), "GET"),
)  # fmt: skip
rows(
    "exchange.unreadable", "bodies are JSON of the declared form",
    latest_no_item=lambda t: _latest(
        t, "latest-attributes/consents", items=[], purpose="legal-duty", months=12),
    latest_item_individual_number=lambda t: _latest(
        t, "latest-attributes/consents", items=["individual_number"], purpose="legal-duty", months=12),
    latest_purpose_of_its_own=lambda t: _latest(
        t, "latest-attributes/consents", items=["name"], purpose="marketing", months=12),
    latest_term_without_end=lambda t: _latest(
        t, "latest-attributes/consents", items=["name"], purpose="legal-duty", months=61),
    latest_status_of_nothing=lambda t: _latest(t, "latest-attributes/status", certificate_ids=[]),
    latest_status_by_serial=lambda t: _latest(t, "latest-attributes/status", certificate_ids=["12345678"]),
    latest_end_without_number=lambda t: _latest(t, "latest-attributes/consents/x", None, "DELETE"),
)  # fmt: skip
rows(
    "identity.bad-document",
    "only the service writes consents (identity §3)",
    sign_a_forged_consent=lambda t: t.a.deposit(document=_forged_consent()),
)
rows(
    "identity.unknown-evidence", "IDOR: evidence is the party's own",
    sign_verify_nobodys=lambda t: _latest(
        t, "sign-transactions/verify", t.a.own(), evidence_id=NOBODYS, document="e30="),
    sign_verify_of_another=lambda t: _latest(
        t, "sign-transactions/verify", t.b.own(), evidence_id=t.signed["evidence_id"],
        document=pki.b64(t.world.document())),
)  # fmt: skip
rows(
    "identity.unknown-record", "IDOR: a proof is told to its party alone",
    sign_proof_of_another=lambda t: _latest(
        t, f"proofs/{t.proof_of_a}", t.b.own("events"), "GET"),
    sign_proof_of_nothing=lambda t: _latest(t, f"proofs/{NOBODYS}", t.a.own("events"), "GET"),
)  # fmt: skip


def _forged_consent():
    return json.dumps({
        "title": {"ja": "同意", "en": "Consent"},
        "lines": [{"label_ja": "a", "label_en": "a", "value": "a"}],
        "data": {"form": " Attribute-Consent/1"},
    }).encode()  # fmt: skip


# ---------------------------------------------------------------- registration


def _register(t, **changes):
    return Relying.register(t.world, **changes)


def _with_key(t, **changes):
    key = {**ANOTHER.as_dict(private=False), "kid": "k"} | changes
    return _register(t, jwks={"keys": [{k: v for k, v in key.items() if v is not None}]})


rows(
    "invalid_redirect_uri", "RFC 7591 3.2.2; RFC 9700 2.1; oidcc-registration-*",
    register_http=lambda t: _register(t, redirect_uris=["http://gamma.example/callback"]),
    register_fragment=lambda t: _register(t, redirect_uris=["https://gamma.example/callback#x"]),
    register_wildcard=lambda t: _register(t, redirect_uris=["https://*.example/callback"]),
    register_user=lambda t: _register(t, redirect_uris=["https://a@gamma.example/callback"]),
    register_script=lambda t: _register(t, redirect_uris=["javascript:alert(1)"]),
    register_own_scheme=lambda t: _register(t, redirect_uris=["com.example.app:/callback"]),
    register_address=lambda t: _register(t, redirect_uris=["https://" + "192.0.2.1/callback"]),
    register_dots=lambda t: _register(t, redirect_uris=["https://gamma.example/a/../callback"]),
    register_like_localhost=lambda t: _register(t, redirect_uris=["http://localhost.evil.test/"]),
    register_decimal_localhost=lambda t: _register(t, redirect_uris=["http://" + "2130706433/"]),
    register_line_end=lambda t: _register(t, redirect_uris=["https://gamma.example/callback\n"]),
    register_nul=lambda t: _register(t, redirect_uris=["https://gamma.example/\x00"]),
    register_backslash=lambda t: _register(t, redirect_uris=["https://gamma.example\\@evil.test/"]),
    register_too_long=lambda t: _register(t, redirect_uris=["https://gamma.example/" + "x" * 255]),
    register_bad_port=lambda t: _register(t, redirect_uris=["https://gamma.example:99999/"]),
    register_japanese_host=lambda t: _register(t, redirect_uris=["https://例え.example/"]),
    register_none=lambda t: _register(t, redirect_uris=[]),
    register_eleven=lambda t: _register(
        t, redirect_uris=[f"https://gamma.example/{n}" for n in range(11)]),
    register_bad_goodbye=lambda t: _register(t, post_logout_redirect_uris=["http://evil.test/"]),
)  # fmt: skip
rows(
    "invalid_client_metadata", "RFC 7591 3.2.2; identity §6",
    register_nothing=lambda t: t.world.browser.post(
        f"{t.world.issuer}/clients-registrations/openid-connect", content=b""),
    register_no_json=lambda t: t.world.browser.post(
        f"{t.world.issuer}/clients-registrations/openid-connect", content=b"["),
    register_a_list=lambda t: t.world.browser.post(
        f"{t.world.issuer}/clients-registrations/openid-connect", json=[]),
    register_unknown_member=lambda t: _register(t, redirect_uri="https://gamma.example/"),
    register_choosing_its_id=lambda t: _register(t, client_id="RP00000001"),
    register_choosing_its_mode=lambda t: _register(t, mode="live"),
    register_as_public=lambda t: _register(t, public_institution=True),
    register_with_secret=lambda t: _register(t, token_endpoint_auth_method="client_secret_basic"),
    register_public_subject=lambda t: _register(t, subject_type="public"),
    register_implicit=lambda t: _register(t, response_types=["id_token"]),
    register_rs256=lambda t: _register(t, id_token_signed_response_alg="RS256"),
    register_resident=lambda t: _register(t, scope="openid resident"),
    register_number=lambda t: _register(t, scope="openid individual_number"),
    register_private_key=lambda t: _register(t, jwks={"keys": [{**ANOTHER.as_dict(private=True), "kid": "k"}]}),
    register_symmetric_key=lambda t: _register(t, jwks={"keys": [{"kty": "oct", "k": "AAAA", "kid": "k"}]}),
    register_short_rsa=lambda t: _register(t, jwks={"keys": [{**SHORT_RSA.as_dict(private=False), "kid": "k"}]}),
    register_p384=lambda t: _register(t, jwks={"keys": [{**P384.as_dict(private=False), "kid": "k"}]}),
    register_off_the_curve=lambda t: _with_key(t, x=raw(b"\x01" * 32), y=raw(b"\x01" * 32)),
    register_key_without_name=lambda t: _with_key(t, kid=None),
    register_key_name_nul=lambda t: _with_key(t, kid="k\x00"),
    register_encryption_key=lambda t: _with_key(t, use="enc"),
    register_no_key=lambda t: _register(t, jwks={"keys": []}),
    register_jwks_no_set=lambda t: _register(t, jwks={"keys": "x"}),
    register_same_key_name_twice=lambda t: _register(
        t, jwks={"keys": [{**ANOTHER.as_dict(private=False), "kid": "k"}] * 2}),
    register_two_hosts=lambda t: _register(
        t, redirect_uris=["https://gamma.example/c", "https://other.example/c"]),
    register_events_elsewhere=lambda t: _register(t, events_uri="https://evil.test/events"),
    register_logout_elsewhere=lambda t: _register(t, backchannel_logout_uri="https://evil.test/bye"),
    register_purpose_of_nothing=lambda t: _register(t, scope="openid", purposes={"name": ["a", "b"]}),
    register_name_nul=lambda t: _register(t, client_name="Gam\x00ma"),
    register_name_turned_round=lambda t: _register(t, client_name="Bank \u202egnikaM"),
    register_name_lines=lambda t: _register(t, client_name="Bank\nDigital Agency"),
    register_name_blank=lambda t: _register(t, client_name="   "),
    register_name_long=lambda t: _register(t, client_name="G" * 61),
    register_contact_nul=lambda t: _register(t, contact="a\x00b"),
    register_colour=lambda t: _register(t, colour="red"),
    register_sector_elsewhere=lambda t: t.a.manage(
        "PUT", json=Relying.metadata("moved", t.a.key)),
)  # fmt: skip
rows(
    "identity.not-your-registration", "RFC 7592 3; IDOR between relying parties",
    manage_read_another=lambda t: t.a.manage(of=t.b),
    manage_change_another=lambda t: t.a.manage("PUT", of=t.b, json=Relying.metadata("beta", t.a.key)),
    manage_delete_another=lambda t: t.a.manage("DELETE", of=t.b),
    manage_review_another=lambda t: t.a.manage("POST", of=t.b, path="/review"),
    manage_see_reviews_of_another=lambda t: t.a.manage(of=t.b, path="/review"),
    manage_invite_to_another=lambda t: t.a.manage("POST", of=t.b, path="/team"),
    manage_without_secret=lambda t: t.a.manage(token="guess"),
    manage_by_access_token=lambda t: t.a.manage(token=t.a.own()),
    manage_by_persons_token=lambda t: t.a.manage(token=t.tokens["access_token"]),
    manage_an_institution=lambda t: t.world.browser.get(
        f"{t.world.issuer}/clients-registrations/openid-connect/portal",
        headers={"authorization": "Bearer x"}),
    manage_nul=lambda t: t.world.browser.get(
        f"{t.world.issuer}/clients-registrations/openid-connect/%00",
        headers={"authorization": "Bearer x"}),
)  # fmt: skip

# ---------------------------------------------------------------- sign-out


def _out(t, **parameters):
    return t.world.browser.get(f"{t.world.protocol}/logout", params=parameters)


rows(
    "identity.bad-logout", "OpenID Connect RP-Initiated Logout 1.0; oidcc-rp-initiated-logout-*",
    logout_without_hint=lambda t: _out(t),
    logout_no_token=lambda t: _out(t, id_token_hint="x"),
    logout_forged=lambda t: _out(t, id_token_hint=encoded(
        {"alg": "ES256"}, {"aud": t.a.client_id, "sid": "x"}, ANOTHER)),
    logout_unsigned=lambda t: _out(t, id_token_hint=unsigned(t.others["id_token"])),
    logout_by_assertion=lambda t: _out(t, id_token_hint=t.a.assertion()),
    logout_by_access_token=lambda t: _out(t, id_token_hint=t.others["access_token"]),
    logout_by_logout_token=lambda t: _out(t, id_token_hint=t.by_service("logout+jwt")),
    logout_by_event=lambda t: _out(t, id_token_hint=t.by_service("secevent+jwt")),
    logout_to_unregistered=lambda t: _out(
        t, id_token_hint=t.others["id_token"], post_logout_redirect_uri="https://evil.test/"),
    logout_to_the_callback=lambda t: _out(
        t, id_token_hint=t.others["id_token"], post_logout_redirect_uri=t.b.redirect_uri),
    logout_to_another_party=lambda t: _out(
        t, id_token_hint=t.others["id_token"], post_logout_redirect_uri=f"{t.a.home}/bye"),
    logout_to_with_query=lambda t: _out(
        t, id_token_hint=t.others["id_token"], post_logout_redirect_uri=f"{t.b.home}/bye?x"),
    logout_of_another_client=lambda t: _out(
        t, id_token_hint=t.others["id_token"], client_id=t.a.client_id),
)  # fmt: skip
