"""OCSP answers (RFC 6960, RFC 5019, RFC 9654), signed by a delegated responder of each authority.

A certificate that was signed but never recorded is answered ``unknown``: a rogue signature alone
makes nothing good (reliability §2, DigiNotar). Whatever comes in gets an answer of the protocol.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from asn1crypto import algos, core, crl
from asn1crypto import ocsp as asn1
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kazasu.foundation.algorithms import Algorithm, algorithm_of, sign
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.authorities.keys import Responder
from kazasu.jpki.register.model import Status, StatusSource, StatusUnavailable
from kazasu.jpki.status.model import REASONS
from kazasu.jpki.status.ocsp_request import MOST_ASKED, Asked, CertId, Malformed, read_request

log = structlog.get_logger()

FRESH: Final = timedelta(seconds=60)
MOST_KEPT: Final = 20_000
LONGEST_KEPT: Final = 300
_SIGNATURE: Final[dict[Algorithm, str]] = {
    "RSA-2048": "1.2.840.113549.1.1.11",
    "P-256": "1.2.840.10045.4.3.2",
    "P-384": "1.2.840.10045.4.3.3",
    "Ed25519": "1.3.101.112",
    "ML-DSA-65": "2.16.840.1.101.3.4.3.18",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in DER. Without ``until`` it is this asker's alone, or an error: nobody keeps it."""

    der: bytes
    at: datetime
    until: datetime | None = None


def answer(
    request_der: bytes, responders: Sequence[Responder], status: StatusSource, now: datetime
) -> bytes:
    """The DER answer to a DER request; malformed or foreign requests get the protocol's errors."""
    return told(request_der, responders, status, now).der


def told(
    request_der: bytes, responders: Sequence[Responder], status: StatusSource, now: datetime
) -> Told:
    """As :func:`answer`, with how long it is good."""
    at = now.replace(microsecond=0)
    try:
        asked = read_request(request_der)
    except Malformed as why:
        log.info("ocsp malformed", why=str(why))
        return Told(_failure("malformed_request"), at)
    responder = _responder(asked, responders)
    if responder is None:
        return Told(_failure("unauthorized"), at)
    try:
        states = [_status(one, responder, status) for one in asked.certificates]
    except StatusUnavailable:
        return Told(_failure("try_later"), at)
    singles = [
        _single(one, state, at) for one, state in zip(asked.certificates, states, strict=True)
    ]
    der = _signed(responder.signer, singles, asked.nonce, at)
    # Of what was never issued anybody can think out as many as they like: such answers are not worth a place.
    keeps = asked.plain and len(request_der) < LONGEST_KEPT and None not in states
    return Told(der, at, at + FRESH if keeps else None)


def _responder(asked: Asked, responders: Sequence[Responder]) -> Responder | None:
    """The one of the authority that issued what is asked about.

    Each is delegated by one generation of one authority (RFC 6960 §4.2.2.2), so it speaks for no other: what two of ours issued is
    asked in two requests. Of an issuer that is not ours it says ``unknown`` (§2.2), unless there is nothing else.
    """
    if len(asked.certificates) > MOST_ASKED:
        return None
    ours = [
        one
        for one in responders
        if any(certificate.issued_by(one.issuer) for certificate in asked.certificates)
    ]
    return ours[0] if len(ours) == 1 else None


def _status(asked: CertId, responder: Responder, status: StatusSource) -> Status | None:
    if not asked.issued_by(responder.issuer):
        return None
    found = status(responder.kind, asked.serial)
    if found is not None and found.generation not in (0, responder.signer.generation):
        return None  # another generation issued that serial number
    return found


def _single(asked: CertId, status: Status | None, at: datetime) -> asn1.SingleResponse:
    state: Any = asn1.CertStatus("unknown", core.Null())
    if status is not None and status.revoked_at is None:
        state = asn1.CertStatus("good", core.Null())
    elif status is not None and status.revoked_at is not None:
        state = asn1.CertStatus(
            "revoked",
            asn1.RevokedInfo(
                {
                    "revocation_time": status.revoked_at.replace(microsecond=0),
                    "revocation_reason": crl.CRLReason(
                        status.reason if status.reason in REASONS else "unspecified"
                    ),
                }
            ),
        )
    return asn1.SingleResponse(
        {
            "cert_id": asked.encoded,
            "cert_status": state,
            "this_update": at,
            "next_update": at + FRESH,
        }
    )


def _signed(
    signer: Authority, singles: list[asn1.SingleResponse], nonce: bytes | None, at: datetime
) -> bytes:
    certificate = asn1_x509.Certificate.load(signer.certificate.public_bytes(Encoding.DER))
    data: dict[str, Any] = {
        "responder_id": asn1.ResponderId("by_key", _key_hash(signer)),
        "produced_at": at,
        "responses": singles,
    }
    if nonce is not None:
        data["response_extensions"] = [
            {"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(nonce)}
        ]
    content = asn1.ResponseData(data)
    algorithm = algorithm_of(signer.certificate.public_key())
    named: dict[str, Any] = {"algorithm": _SIGNATURE[algorithm]}
    if algorithm == "RSA-2048":
        named["parameters"] = core.Null()
    basic = asn1.BasicOCSPResponse(
        {
            "tbs_response_data": content,
            "signature_algorithm": algos.SignedDigestAlgorithm(named),
            "signature": sign(signer.key, content.dump()),
            "certs": [certificate],
        }
    )
    whole = asn1.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": core.ParsableOctetString(basic.dump()),
            },
        }
    )
    der: bytes = whole.dump()
    return der


def _key_hash(signer: Authority) -> bytes:
    """SHA-1 of the bits of the responder's key (RFC 6960 §4.2.1)."""
    spki = signer.certificate.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    digest = hashes.Hash(hashes.SHA1())  # noqa: S303 - the protocol's
    digest.update(core.Sequence.load(spki)[1].contents[1:])
    return digest.finalize()


@dataclass(slots=True)
class _Kept:
    told: Told
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
        return self.told(request_der).der

    def told(self, request_der: bytes) -> Told:
        now = self._now()
        kept = self._kept.get(request_der)
        if kept is not None and abs(now - kept.signed_at) < FRESH / 2:
            kept.asked_at = now
            return kept.told
        made = told(request_der, self._responders, self._status, now)
        if made.until is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[request_der] = _Kept(made, now, now)
        return made

    def ahead(self) -> None:
        """A tick: sign anew what was asked within the last minute, and forget the rest."""
        now = self._now()
        for request, kept in list(self._kept.items()):
            if abs(now - kept.asked_at) > FRESH:
                self._kept.pop(request, None)
            elif abs(now - kept.signed_at) > FRESH / 4:
                made = told(request, self._responders, self._status, now)
                if made.until is not None:  # else the one before lasts as long as it said
                    self._kept[request] = _Kept(made, now, kept.asked_at)


def _failure(status: str) -> bytes:
    der: bytes = asn1.OCSPResponse({"response_status": status}).dump()
    return der
