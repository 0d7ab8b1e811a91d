"""Registration of clients, and sign-out."""

from tests.identity.parties import Relying, encoded, raw, unsigned
from tests.identity.refused.table import ANOTHER, P384, SHORT_RSA, Case, rows

CASES: list[Case] = []


def _register(t, **changes):
    return Relying.register(t.world, **changes)


def _with_key(t, **changes):
    key = {**ANOTHER.as_dict(private=False), "kid": "k"} | changes
    return _register(t, jwks={"keys": [{k: v for k, v in key.items() if v is not None}]})


CASES += rows(
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
CASES += rows(
    "invalid_client_metadata", "RFC 7591 3.2.2; identity §6",
    register_nothing=lambda t: t.world.browser.post(
        f"{t.world.issuer}/clients-registrations/openid-connect", content=b""),
    register_no_json=lambda t: t.world.browser.post(
        f"{t.world.issuer}/clients-registrations/openid-connect", content=b"["),
    register_a_list=lambda t: t.world.browser.post(
        f"{t.world.issuer}/clients-registrations/openid-connect", json=[]),
    register_with_secret=lambda t: _register(t, token_endpoint_auth_method="client_secret_basic"),
    register_public_subject=lambda t: _register(t, subject_type="public"),
    register_implicit=lambda t: _register(t, response_types=["id_token"]),
    register_ps256=lambda t: _register(t, id_token_signed_response_alg="PS256"),
    register_unsigned=lambda t: _register(t, id_token_signed_response_alg="none"),
    register_rs256_assertions=lambda t: _register(t, token_endpoint_auth_signing_alg="RS256"),
    register_resident=lambda t: _register(t, scope="openid resident"),
    register_private_key=lambda t: _register(t, jwks={"keys": [{**ANOTHER.as_dict(private=True), "kid": "k"}]}),
    register_symmetric_key=lambda t: _register(t, jwks={"keys": [{"kty": "oct", "k": "AAAA", "kid": "k"}]}),
    register_short_rsa=lambda t: _register(t, jwks={"keys": [{**SHORT_RSA.as_dict(private=False), "kid": "k"}]}),
    register_p384=lambda t: _register(t, jwks={"keys": [{**P384.as_dict(private=False), "kid": "k"}]}),
    register_off_the_curve=lambda t: _with_key(t, x=raw(b"\x01" * 32), y=raw(b"\x01" * 32)),
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
CASES += rows(
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


def _out(t, **parameters):
    return t.world.browser.get(f"{t.world.protocol}/logout", params=parameters)


CASES += rows(
    "identity.bad-logout", "OpenID Connect RP-Initiated Logout 1.0; oidcc-rp-initiated-logout-*",
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
