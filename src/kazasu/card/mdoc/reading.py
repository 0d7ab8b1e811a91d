"""A request as the holder's side reads it: only what is proven, in time and allowed to be asked reaches a person.

OpenID4VP 1.0 §5.9.3 (``x509_san_dns``: the certificate's host asks, and the same host gets the answer), RFC 9101.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kazasu.card.mdoc.checking import Authorities
from kazasu.card.mdoc.faults import (
    MALFORMED,
    NUMBER_NOT_ASKED,
    UNKNOWN_REQUEST,
    UNPROVEN_REQUEST,
    WRONG_DOCTYPE,
)
from kazasu.card.mdoc.formats import cose
from kazasu.card.mdoc.formats.elements import DOC_TYPE, Wanted, check_askable
from kazasu.card.mdoc.request import BY_ADDRESS, BY_CERTIFICATE, REGISTRY, TYP, Mode, Request
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.foundation.values.visible import seen, unseen_letter

_SHORTEST_NONCE = 22
"""128 bits in base64url."""


def read_request(
    given: str, askers: Authorities, now: datetime, *, allow_unsigned: bool = False
) -> Request:
    """A request that may be shown to the holder: by whom it says it is, in time, for items that may be asked for.

    Raises Refusal ``mdoc.unproven-request``, ``mdoc.unknown-request`` (too late), ``mdoc.number-not-asked``,
    ``mdoc.unknown-element``, ``mdoc.wrong-doctype``, ``mdoc.malformed``.
    """
    if given.lstrip().startswith("{"):
        if not allow_unsigned:
            raise Refusal(UNPROVEN_REQUEST, why="unsigned")
        request = _from_claims(_json(given))
        if request.client_id != BY_ADDRESS + request.response_uri:
            raise Refusal(UNPROVEN_REQUEST, why="client_id")
    else:
        certificate, claims = _verified(given, askers, now)
        request = _from_claims(claims)
        _check_host(request, certificate)
    if now >= request.expires_at:
        raise Refusal(UNKNOWN_REQUEST)
    return request


def _verified(
    given: str, askers: Authorities, now: datetime
) -> tuple[x509.Certificate, dict[str, Any]]:
    try:
        unverified = jws.extract_compact(given.encode(), registry=REGISTRY)
        header = unverified.headers()
        der = base64.b64decode(header["x5c"][0], validate=True)
        certificate = x509.load_der_x509_certificate(der)
    except (JoseError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal(UNPROVEN_REQUEST, why="form") from error
    if header.get("typ") != TYP or not any(_issued(certificate, one) for one in askers):
        raise Refusal(UNPROVEN_REQUEST, why="certificate")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Refusal(UNPROVEN_REQUEST, why="certificate's validity")
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not cose.is_p256(key):
        raise Refusal(UNPROVEN_REQUEST, why="key")
    try:
        pem = certificate.public_bytes(Encoding.PEM)
        proven = jws.deserialize_compact(given, ECKey.import_key(pem), registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise Refusal(UNPROVEN_REQUEST, why="signature") from error
    return certificate, _json(proven.payload)


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_host(request: Request, certificate: x509.Certificate) -> None:
    """The certificate's host asks, and gets the answer (OpenID4VP 1.0 §5.9.3)."""
    host = request.client_id.removeprefix(BY_CERTIFICATE)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        known = names.get_values_for_type(x509.DNSName)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise Refusal(UNPROVEN_REQUEST, why="certificate's names") from error
    if not request.proven or host not in known:
        raise Refusal(UNPROVEN_REQUEST, why="client_id")
    if request.host != host:
        raise Refusal(UNPROVEN_REQUEST, why="response_uri")


def _json(given: bytes | str) -> dict[str, Any]:
    try:
        content = json.loads(given)
    except ValueError as error:
        raise Refusal(MALFORMED, why="JSON") from error
    if not isinstance(content, dict):
        raise Refusal(MALFORMED, why="JSON")
    return content


def _from_claims(claims: Mapping[str, Any]) -> Request:
    try:
        metadata = claims["client_metadata"]
        mode: Mode = claims["response_mode"]
        key = _encryption_key(metadata) if mode == "direct_post.jwt" else None
        right = (
            claims["response_type"] == "vp_token"
            and mode in ("direct_post.jwt", "direct_post")
            and (key is not None) == (mode == "direct_post.jwt")
            and all(isinstance(claims[n], str) for n in ("client_id", "response_uri", "nonce"))
            and isinstance(claims["state"], str)
            and len(claims["nonce"]) >= _SHORTEST_NONCE
            and "redirect_uri" not in claims
            and all(
                _reads(metadata[n])
                for n in ("client_name#ja", "client_name", "purpose#ja", "purpose")
            )
        )
        if not right:
            raise Refusal(MALFORMED, why="request")
        return Request(
            client_id=claims["client_id"],
            name=Text(str(metadata["client_name#ja"]), str(metadata["client_name"])),
            purpose=Text(str(metadata["purpose#ja"]), str(metadata["purpose"])),
            response_uri=claims["response_uri"],
            mode=mode,
            nonce=claims["nonce"],
            state=claims["state"],
            wanted=read_query(claims["dcql_query"]),
            expires_at=_expiry(claims["exp"]),
            encryption_key=key,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refusal(MALFORMED, why="request") from error


def _expiry(seconds: object) -> datetime:
    found = instant_of(seconds)
    if found is None:
        raise ValueError("exp")
    return found


def _reads(words: object) -> bool:
    """Who asks and why is what the person agrees to: seen as it was signed."""
    return isinstance(words, str) and seen(words) and not unseen_letter(words)


def _encryption_key(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    (key,) = metadata["jwks"]["keys"]
    if (key["kty"], key["crv"], key["use"], key["alg"]) != ("EC", "P-256", "enc", "ECDH-ES"):
        raise ValueError("encryption key")
    if "d" in key or "A256GCM" not in metadata["encrypted_response_enc_values_supported"]:
        raise ValueError("encryption key")
    return {name: str(key[name]) for name in ("kty", "crv", "x", "y", "kid", "use", "alg")}


def read_query(given: Any) -> tuple[Wanted, ...]:
    """The items of a DCQL query for the one credential; nothing that could mean more than it names.

    Raises Refusal ``mdoc.number-not-asked``, ``mdoc.unknown-element``, ``mdoc.wrong-doctype``, ``mdoc.malformed``.
    """
    try:
        (credential,) = given["credentials"]
        if credential["format"] != "mso_mdoc" or credential.get("multiple", False):
            raise Refusal(MALFORMED, why="format")
        doc_type = credential["meta"]["doctype_value"]
        if doc_type != DOC_TYPE:
            raise Refusal(WRONG_DOCTYPE, given=str(doc_type)[:60])
        claims = credential.get("claims")
        if not claims:
            raise Refusal(NUMBER_NOT_ASKED)
        sets = credential.get("claim_sets")
        needed = set(sets[-1]) if sets else None
        wanted = tuple(_wanted(claim, needed) for claim in claims)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Refusal(MALFORMED, why="DCQL") from error
    if len({one.name for one in wanted}) != len(wanted):
        raise Refusal(MALFORMED, why="the same item twice")
    return wanted


def _wanted(claim: Mapping[str, Any], needed: set[str] | None) -> Wanted:
    path = claim["path"]
    if len(path) == 1 or None in path:  # a namespace alone, or null: all that is in it
        raise Refusal(NUMBER_NOT_ASKED)
    namespace, element = path
    check_askable(namespace, element)
    if "values" in claim:  # the answer's mere existence would tell a value
        raise Refusal(MALFORMED, why="values")
    return Wanted(
        namespace,
        element,
        required=needed is None or claim["id"] in needed,
        retain=bool(claim.get("intent_to_retain", False)),
    )
