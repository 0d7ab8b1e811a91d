"""The client's assertion at the token endpoint."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.identity.parties import encoded, raw, unsigned
from tests.identity.refused.table import ANOTHER, P384, RSA, Case, rows

CASES: list[Case] = []

CASES += rows(
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
CASES += rows(
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
CASES += rows(
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
CASES += rows(
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
