"""What a relying party asks: an OpenID4VP request object with a DCQL query, signed.

OpenID4VP 1.0 §5 (request), §5.9 (client identifier prefixes), §6 (DCQL); RFC 9101 (signed request objects).

- ``x509_san_dns:<host>``: signed by the key of a certificate that an authority of the holder's list issued to that host.
- ``redirect_uri:<response_uri>``: unsigned; nobody is proven. Only a sandbox takes it.

One query for one credential; items by name, never "all". Which items may be refused is told by two claim sets: all, and
those that are needed. Simplified: between the two a holder may give any further item that was asked for; ``purpose`` in
``client_metadata`` is our own addition (the standard leaves it to the asker's page).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from kazasu.card.mdoc.formats import cose
from kazasu.card.mdoc.formats.elements import DOC_TYPE, Wanted
from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64_text

Mode = Literal["direct_post.jwt", "direct_post"]
BY_CERTIFICATE: Final = "x509_san_dns:"
BY_ADDRESS: Final = "redirect_uri:"
QUERY_ID: Final = "mnc"
TYP: Final = "oauth-authz-req+jwt"
_AUDIENCE: Final = "https://self-issued.me/v2"


class _WithCertificate(JWSRegistry):
    """The library's limit for a header is smaller than a certificate in it."""

    max_header_length = 4096


REGISTRY: Final = _WithCertificate(algorithms=["ES256"])


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, for what, why, and where the answer goes. Made by the verifier or read by :mod:`reading`."""

    client_id: str
    name: Text
    """What the asker calls itself; what is proven is :attr:`host`."""
    purpose: Text
    response_uri: str
    mode: Mode
    nonce: str
    state: str
    wanted: tuple[Wanted, ...]
    expires_at: datetime
    encryption_key: Mapping[str, Any] | None = None
    """Public JWK; for ``direct_post.jwt``."""

    @property
    def host(self) -> str:
        return urlsplit(self.response_uri).hostname or ""

    @property
    def proven(self) -> bool:
        """Is it known by a certificate that this host asks?"""
        return self.client_id.startswith(BY_CERTIFICATE)


def as_claims(request: Request, now: datetime) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "client_name": request.name.en,
        "client_name#ja": request.name.ja,
        "purpose": request.purpose.en,
        "purpose#ja": request.purpose.ja,
        "vp_formats_supported": {
            "mso_mdoc": {
                "issuerauth_alg_values": [cose.ES256],
                "deviceauth_alg_values": [cose.ES256],
            }
        },
    }
    if request.encryption_key is not None:
        metadata["jwks"] = {"keys": [dict(request.encryption_key)]}
        metadata["encrypted_response_enc_values_supported"] = ["A256GCM"]
    return {
        "aud": _AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(request.expires_at.timestamp()),
        "response_type": "vp_token",
        "response_mode": request.mode,
        "client_id": request.client_id,
        "response_uri": request.response_uri,
        "nonce": request.nonce,
        "state": request.state,
        "dcql_query": query(request.wanted),
        "client_metadata": metadata,
    }


def query(wanted: Sequence[Wanted]) -> dict[str, Any]:
    """DCQL for one mdoc (OpenID4VP 1.0 §6, Annex B.2.3)."""
    claims = [
        {"id": f"c{n}", "path": [one.namespace, one.element], "intent_to_retain": one.retain}
        for n, one in enumerate(wanted)
    ]
    needed = [f"c{n}" for n, one in enumerate(wanted) if one.required]
    credential: dict[str, Any] = {
        "id": QUERY_ID,
        "format": "mso_mdoc",
        "meta": {"doctype_value": DOC_TYPE},
        "claims": claims,
    }
    if len(needed) != len(claims):
        credential["claim_sets"] = [[claim["id"] for claim in claims], needed]
    return {"credentials": [credential]}


def sign_request(
    claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> str:
    """The request object (JWS); its certificate comes along."""
    chain = [base64_text(certificate.public_bytes(Encoding.DER))]
    header = {"alg": "ES256", "typ": TYP, "x5c": chain}
    return jws.serialize_compact(
        header, json.dumps(claims).encode(), ECKey.import_key(_pem(key)), registry=REGISTRY
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
