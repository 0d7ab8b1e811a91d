"""OCSP answers (RFC 6960), signed by a delegated responder of each authority.

A certificate that was signed but never recorded is answered ``unknown``: a rogue signature alone
makes nothing good (reliability §2, DigiNotar).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kazasu.jpki.keyring import Authority
from kazasu.jpki.terms import CertificateKind
from kazasu.jpki.validator import StatusSource

FRESH = timedelta(seconds=60)
_REASONS = {
    "affiliation_changed": x509.ReasonFlags.affiliation_changed,
    "superseded": x509.ReasonFlags.superseded,
    "cessation_of_operation": x509.ReasonFlags.cessation_of_operation,
    "key_compromise": x509.ReasonFlags.key_compromise,
    "certificate_hold": x509.ReasonFlags.certificate_hold,
}


@dataclass(frozen=True)
class Responder:
    kind: CertificateKind
    issuer: x509.Certificate
    signer: Authority


def answer(
    request_der: bytes, responders: Sequence[Responder], status: StatusSource, now: datetime
) -> bytes:
    """The DER answer to a DER request; malformed or foreign requests get the protocol's errors."""
    try:
        request = ocsp.load_der_ocsp_request(request_der)
    except ValueError:
        return _failure(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    responder = next((one for one in responders if _issued_by(request, one.issuer)), None)
    if responder is None:
        return _failure(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    found = status(responder.kind, request.serial_number)
    at = now.replace(microsecond=0)
    state, revoked_at, reason = ocsp.OCSPCertStatus.UNKNOWN, None, None
    if found is not None and found.revoked_at is None:
        state = ocsp.OCSPCertStatus.GOOD
    elif found is not None and found.revoked_at is not None:
        state = ocsp.OCSPCertStatus.REVOKED
        revoked_at = found.revoked_at.replace(microsecond=0)
        reason = _REASONS.get(found.reason, x509.ReasonFlags.unspecified)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            request.issuer_name_hash,
            request.issuer_key_hash,
            request.serial_number,
            request.hash_algorithm,
            state,
            at,
            at + FRESH,
            revoked_at,
            reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.signer.certificate)
        .certificates([responder.signer.certificate])
    )
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, critical=False)
    signed = builder.sign(responder.signer.key, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


def _issued_by(request: ocsp.OCSPRequest, issuer: x509.Certificate) -> bool:
    mine = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, request.hash_algorithm).build()
    return (mine.issuer_name_hash, mine.issuer_key_hash) == (
        request.issuer_name_hash,
        request.issuer_key_hash,
    )


def _failure(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
