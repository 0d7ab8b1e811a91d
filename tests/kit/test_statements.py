"""A statement about a signature, as a private party's program takes it: of whom, of what, by whom."""

import hashlib
from datetime import UTC, datetime

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from kazasu.foundation.faults import Refusal
from kazasu.kit.openid import OpenId, RelyingParty, digest_of

ISSUER = "http://id.localhost:8000"
DOCUMENT = b'{"title": 1}'
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()
CLIENT, SERVICE, OTHER = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(3))
PARTY = RelyingParty("shop", "http://shop.localhost:8000/signin/callback", CLIENT)
TYP = "kazasu-signature-evidence+jws"
AT = 1_780_000_020


def taken(clock, *, typ=TYP, key=SERVICE, evidence_id="e-1", text=None, digest=DIGEST, **changes):
    claims = {
        "iss": ISSUER, "aud": "shop", "sub": "s-1", "jti": "e-1", "iat": AT, "document_sha256": DIGEST, "acr": "aal3",
        "verdict": "good", "status": {"method": "OCSP", "at": AT}, "signed_at": AT,
    } | changes  # fmt: skip
    header = {"alg": "ES256", "kid": SERVICE.kid} | ({"typ": typ} if typ else {})
    statement = jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, key)
    result = {"statement": statement if text is None else text, "evidence_id": evidence_id, "certificate_id": "c-1"}  # fmt: skip
    answers = {
        "/.well-known/openid-configuration": {
            "issuer": ISSUER, "token_endpoint": f"{ISSUER}/token", "sign_transactions_endpoint": f"{ISSUER}/signs",
            "signature_statements_jwks_uri": f"{ISSUER}/statements",
        },
        "/statements": {"keys": [SERVICE.as_dict(private=False)]},
        "/token": {"access_token": "a", "expires_in": 60},
        "/signs/7/result": result,
    }  # fmt: skip
    transport = httpx.MockTransport(lambda r: httpx.Response(200, json=answers[r.url.path]))
    openid = OpenId(ISSUER, httpx.Client(transport=transport), clock)
    return openid.evidence(PARTY, "7", digest, "s-1"), statement


def test_what_is_kept_is_the_statement_under_its_number(clock):
    evidence, statement = taken(clock)
    assert (evidence.evidence_id, evidence.certificate_id, evidence.subject) == (
        "e-1",
        "c-1",
        "s-1",
    )
    assert evidence.signed_at == datetime.fromtimestamp(AT, UTC)
    assert evidence.over(DOCUMENT) == statement
    with pytest.raises(Refusal, match=r"signin\.other-document"):
        evidence.over(DOCUMENT + b" ")
    assert digest_of(DOCUMENT) == DIGEST


def test_a_document_of_the_services_own_is_not_known_beforehand(clock):
    assert taken(clock, digest="", document_sha256="0" * 64)[0].evidence_id == "e-1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "http://other"}, {"aud": "bank"}, {"sub": "s-2"}, {"sub": None}, {"document_sha256": "0" * 64},
        {"document_sha256": None}, {"verdict": "not-confirmed"}, {"verdict": None}, {"signed_at": None},
        {"signed_at": "soon"}, {"jti": "e-2"}, {"evidence_id": "e-2"}, {"key": OTHER}, {"typ": "JWT"}, {"typ": ""},
        {"typ": "logout+jwt"}, {"text": ""}, {"text": "x.y.z"},
    ],
    ids=lambda one: str({name: "another" if name == "key" else value for name, value in one.items()}),
)  # fmt: skip
def test_a_statement_is_taken_only_if_it_says_what_it_must(clock, wrong):
    with pytest.raises(Refusal, match=r"signin\.not-genuine"):
        taken(clock, **wrong)
