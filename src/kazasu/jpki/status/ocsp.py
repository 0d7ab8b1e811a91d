"""OCSP answers (RFC 6960), signed by a delegated responder of each authority.

A certificate that was signed but never recorded is answered ``unknown``: a rogue signature alone
makes nothing good (reliability §2, DigiNotar).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kazasu.jpki.authorities.keys import Responder
from kazasu.jpki.register.model import StatusSource
from kazasu.jpki.status.model import REASONS

FRESH: Final = timedelta(seconds=60)
MOST_KEPT: Final = 20_000
LONGEST_KEPT: Final = 300


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
    if found is not None and found.generation not in (0, responder.signer.generation):
        found = None  # another generation issued that serial number
    at = now.replace(microsecond=0)
    state, revoked_at, reason = ocsp.OCSPCertStatus.UNKNOWN, None, None
    if found is not None and found.revoked_at is None:
        state = ocsp.OCSPCertStatus.GOOD
    elif found is not None and found.revoked_at is not None:
        state = ocsp.OCSPCertStatus.REVOKED
        revoked_at = found.revoked_at.replace(microsecond=0)
        reason = REASONS.get(found.reason, x509.ReasonFlags.unspecified)
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


@dataclass(slots=True)
class _Kept:
    der: bytes
    signed_at: datetime
    asked_at: datetime


class Answers:
    """Answers signed ahead: what was asked lately without a nonce is kept ready, never older than half of FRESH.

    A nonce is answered with a signature of its own.
    """

    def __init__(
        self, responders: Sequence[Responder], status: StatusSource, now: Callable[[], datetime]
    ) -> None:
        self._responders = responders
        self._status = status
        self._now = now
        self._kept: dict[bytes, _Kept] = {}

    def answer(self, request_der: bytes) -> bytes:
        now = self._now()
        kept = self._kept.get(request_der)
        if kept is not None and abs(now - kept.signed_at) < FRESH / 2:
            kept.asked_at = now
            return kept.der
        der = answer(request_der, self._responders, self._status, now)
        if keeps(request_der):
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[request_der] = _Kept(der, now, now)
        return der

    def ahead(self) -> None:
        """A tick: sign anew what was asked within the last minute, and forget the rest."""
        now = self._now()
        for request, kept in list(self._kept.items()):
            if abs(now - kept.asked_at) > FRESH:
                self._kept.pop(request, None)
            elif abs(now - kept.signed_at) > FRESH / 4:
                der = answer(request, self._responders, self._status, now)
                self._kept[request] = _Kept(der, now, kept.asked_at)


def keeps(request_der: bytes) -> bool:
    """Only what reads, asks without a nonce and is short: a guest's request is not a place to store things."""
    try:
        request = ocsp.load_der_ocsp_request(request_der)
        return len(request_der) < LONGEST_KEPT and not list(request.extensions)
    except ValueError:
        return False


def _issued_by(request: ocsp.OCSPRequest, issuer: x509.Certificate) -> bool:
    mine = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, request.hash_algorithm).build()
    return (mine.issuer_name_hash, mine.issuer_key_hash) == (
        request.issuer_name_hash,
        request.issuer_key_hash,
    )


def _failure(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
