"""Authorization requests, in the address and pushed beforehand."""

from tests.identity.parties import unsigned
from tests.identity.refused.table import ANOTHER, Case, rows

CASES: list[Case] = []

CASES += rows(
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
CASES += rows(
    "back:invalid_request",
    "seen: nonce in place of code_challenge (INTER-Mediator), plain PKCE",
    auth_nonce_as_challenge=lambda t: t.a.authorize(code_challenge="nonce-1234567890"),
    auth_plain_in_capitals=lambda t: t.a.authorize(code_challenge_method="s256"),
    auth_verifier_as_challenge=lambda t: t.a.authorize(code_challenge_method="plain"),
)
CASES += rows(
    "back:invalid_scope",
    "RFC 6749 3.3; oidcc-scope-*",
    auth_scope_of_public_institutions=lambda t: t.a.authorize(scope="openid resident"),
    auth_scope_of_clients_alone=lambda t: t.a.authorize(scope="openid latest_attributes"),
    auth_scope_in_capitals=lambda t: t.a.authorize(scope="OpenID"),
    auth_scope_by_comma=lambda t: t.a.authorize(scope="openid,name"),
    auth_scope_quoted=lambda t: t.a.authorize(scope='openid "name"'),
    auth_scope_with_nul=lambda t: t.a.authorize(scope="openid na\x00me"),
)
CASES += rows(
    "back:request_not_supported", "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    auth_request_object=lambda t: t.a.authorize(request=unsigned(t.a.assertion())),
    auth_signed_request_object=lambda t: t.a.authorize(request=t.a.assertion()),
)  # fmt: skip
CASES += rows(
    "back:unsupported_response_type",
    "OAuth 2.1: no implicit flow; oidcc-response-type-missing",
    auth_implicit=lambda t: t.a.authorize(response_type="id_token"),
    auth_none=lambda t: t.a.authorize(response_type="none"),
    auth_twice_code=lambda t: t.a.authorize(response_type="code code"),
)
CASES += rows(
    "back:login_required",
    "oidcc-prompt-none-not-logged-in",
    auth_prompt_none=lambda t: t.a.authorize(prompt="none"),
    auth_prompt_none_twice=lambda t: t.a.authorize(prompt="none none"),
)
CASES += rows(
    "back:invalid_request",
    "OpenID Connect Core 3.1.2.1: none has no other value beside it",
    auth_prompt_none_login=lambda t: t.a.authorize(prompt="none login"),
    auth_prompt_login_none=lambda t: t.a.authorize(prompt="login none"),
)
CASES += rows(
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
CASES += rows(
    "identity.unknown-client",
    "RFC 6749 4.1.2.1: nobody is sent to an unproven place",
    auth_client_unknown=lambda t: t.a.authorize(client_id="RP99999999"),
    auth_client_nul=lambda t: t.a.authorize(client_id=t.a.client_id + "\x00"),
    auth_client_lower_case=lambda t: t.a.authorize(client_id=t.a.client_id.lower()),
    auth_two_clients=lambda t: t.a.authorize(more=[("client_id", t.b.client_id)]),
    auth_client_sql=lambda t: t.a.authorize(client_id="' OR '1'='1"),
    auth_client_very_long=lambda t: t.a.authorize(client_id="R" * 5000),
)


CASES += rows(
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
CASES += rows(
    "invalid_client",
    "RFC 9126 2: the client is proven; fapi2 par-ensure-client-assertion",
    par_without_assertion=lambda t: t.a.form("ext/par/request", t.a.request()),
    par_by_another=lambda t: t.a.push(assertion=t.b.assertion()),
    par_by_another_key=lambda t: t.a.push(assertion=t.a.assertion(key=ANOTHER)),
    par_with_basic=lambda t: t.a.push(headers={"authorization": "Basic YTpi"}),
)
CASES += rows(
    "identity.pushed-over", "RFC 9126 4: a request_uri serves for one code, for its client, for a minute",
    par_reference_of_another=lambda t: t.b.visit(
        {"client_id": t.b.client_id, "request_uri": t.a.push().json()["request_uri"]}),
    par_reference_late=lambda t: _late_visited(t),
    par_reference_guessed=lambda t: t.a.visit(
        {"client_id": t.a.client_id, "request_uri": "urn:ietf:params:oauth:request_uri:guess"}),
)  # fmt: skip
CASES += rows(
    "invalid_dpop_proof", "RFC 9449 10.1: dpop_jkt and the pushed proof are one key",
    par_proof_of_another_key=lambda t: t.a.push(
        dpop_jkt="A" * 43,
        headers={"dpop": t.a.proof("POST", f"{t.world.protocol}/ext/par/request")}),
    par_proof_for_token_endpoint=lambda t: t.a.push(headers={"dpop": t.a.proof("POST", t.token_url)}),
)  # fmt: skip


def pushed(t):
    return {"client_id": t.a.client_id, "request_uri": t.a.push().json()["request_uri"]}


def _late_visited(t):
    request = pushed(t)
    t.world.later(seconds=61)
    return t.a.visit(request)
