"""Codes and refresh tokens."""

from tests.identity.parties import Relying
from tests.identity.refused.authorization import pushed
from tests.identity.refused.table import ANOTHER, Case, rows

CASES: list[Case] = []

CASES += rows(
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
    code_is_a_request_uri=lambda t: t.a.redeem(pushed(t)["request_uri"], "A" * 43),
)
CASES += rows(
    "invalid_dpop_proof", "RFC 9449 10: a code that is bound needs its key",
    code_bound_without_proof=lambda t: t.a.redeem(*t.a.code(dpop_jkt=t.a.dpop.thumbprint())),
    code_bound_to_another_key=lambda t: t.a.redeem(
        *t.a.code(dpop_jkt=t.a.dpop.thumbprint()),
        headers={"dpop": t.a.proof("POST", t.token_url, key=ANOTHER)}),
    code_of_strict_without_proof=lambda t: t.strict.token(
        grant_type="authorization_code", code="x", code_verifier="A" * 43),
)  # fmt: skip
CASES += rows(
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
CASES += rows(
    "unsupported_grant_type", "OAuth 2.1: no password, no implicit; device flow not offered",
    token_password=lambda t: t.a.token(grant_type="password", username="a", password="b"),
    token_device=lambda t: t.a.token(grant_type="urn:ietf:params:oauth:grant-type:device_code"),
    token_jwt_bearer=lambda t: t.a.token(
        grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=t.a.assertion()),
    token_nul=lambda t: t.a.token(grant_type="client_credentials\x00"),
)  # fmt: skip
CASES += rows(
    "unauthorized_client", "RFC 6749 5.2; handles are for public institutions",
    token_exchange=lambda t: t.a.token(
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token=t.tokens["access_token"],
        subject_token_type="urn:ietf:params:oauth:token-type:access_token",
        audience="city:141003"),
    token_refresh_not_registered=lambda t: Relying(t.world, "delta", scope="openid name").refresh("x"),
)  # fmt: skip
CASES += rows(
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


CASES += rows(
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
CASES += rows(
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
    """After somebody went on with what it gave; before that the same answer is given again (``test_refresh``)."""
    token = _refresh_token(t)
    after = t.a.refresh(token).json()["refresh_token"]
    assert t.a.refresh(after).is_success
    return t.a.refresh(token)


def _family(t):
    """The thief was first; the owner's try ends what the thief got too."""
    token = _refresh_token(t)
    stolen = t.a.refresh(token).json()["refresh_token"]
    stolen = t.a.refresh(stolen).json()["refresh_token"]
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
