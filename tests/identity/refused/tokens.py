"""Tokens presented: proofs of possession (DPoP), userinfo."""

from tests.identity.parties import raw, unsigned
from tests.identity.refused.table import ANOTHER, P384, RSA, SHORT_RSA, Case, rows

CASES: list[Case] = []

CASES += rows(
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


CASES += rows(
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
