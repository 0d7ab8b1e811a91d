"""Is this signature by a certificate of ours, made for this, by a key that is good now?

Pure: authorities, status and time come as arguments. Verification raises, with the reason as a
fault; it never answers with a boolean (design §3.6). The result carries its steps, for the proof
narrative.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from kazasu.foundation.algorithms import verify
from kazasu.foundation.clock import civil
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.faults import (
    BAD_CERTIFICATE,
    BAD_SIGNATURE,
    EXPIRED,
    LAPSED_BY_CHANGE,
    NOT_RECORDED,
    NOT_YET_VALID,
    REVOKED,
    UNKNOWN_ISSUER,
    WRONG_CHALLENGE,
    WRONG_PURPOSE,
)
from kazasu.jpki.terms import POLICY, CertificateKind

BY_CHANGE = "affiliation_changed"


@dataclass(frozen=True, slots=True)
class Status:
    """What the register says of a certificate. ``revoked_at`` None: not revoked."""

    revoked_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken and passed."""

    what: Text


@dataclass(frozen=True, slots=True)
class Validated:
    certificate: x509.Certificate
    steps: tuple[Step, ...]


StatusSource = Callable[[CertificateKind, int], Status | None]
"""(kind, serial) → status; None when no such certificate was ever recorded."""


def validate(
    *,
    unverified_certificate: bytes,
    signed: bytes,
    expected: bytes,
    signature: bytes,
    kind: CertificateKind,
    authorities: Sequence[x509.Certificate],
    status: StatusSource,
    at: datetime,
) -> Validated:
    """The certificate, proven.

    Steps: 1 the certificate reads; 2 the right thing was signed; 3 an authority of ours issued it;
    4 for this purpose; 5 its key made the signature; 6 it was valid at ``at``; 7 its issue is
    recorded; 8 it was not revoked at ``at``.

    Raises:
        Refusal: ``jpki.…``, one fault for each step's failure.
    """
    certificate = _parsed(unverified_certificate)  # 1
    if signed != expected:  # 2
        raise Refusal(WRONG_CHALLENGE)
    issuer = _issuer(certificate, authorities)  # 3
    _check_purpose(certificate, kind)  # 4
    _check_signature(certificate, signature, signed)  # 5
    if at < certificate.not_valid_before_utc:  # 6
        raise Refusal(NOT_YET_VALID)
    if at > certificate.not_valid_after_utc:
        raise Refusal(EXPIRED, expired_on=civil(certificate.not_valid_after_utc).isoformat())
    found = status(kind, certificate.serial_number)  # 7
    if found is None:
        raise Refusal(NOT_RECORDED)
    if found.revoked_at is not None and found.revoked_at <= at:  # 8
        raise Refusal(LAPSED_BY_CHANGE if found.reason == BY_CHANGE else REVOKED)
    return Validated(certificate, _steps(kind, issuer, certificate))


def _parsed(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.subject
    except ValueError as error:
        raise Refusal(BAD_CERTIFICATE) from error
    return certificate


def _issuer(
    certificate: x509.Certificate, authorities: Sequence[x509.Certificate]
) -> x509.Certificate:
    """By signature, not by name: generations share one name (card §1)."""
    for authority in authorities:
        try:
            certificate.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return authority
    raise Refusal(UNKNOWN_ISSUER)


def _check_purpose(certificate: x509.Certificate, kind: CertificateKind) -> None:
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise Refusal(WRONG_PURPOSE) from None
    named = {policy.policy_identifier.dotted_string for policy in policies}
    if named != {POLICY[kind]} or usage.content_commitment != (kind == "signing"):
        raise Refusal(WRONG_PURPOSE)


def _check_signature(certificate: x509.Certificate, signature: bytes, signed: bytes) -> None:
    try:
        verify(certificate.public_key(), signature, signed)
    except InvalidSignature:
        raise Refusal(BAD_SIGNATURE) from None


_KIND = {
    "signing": Text("署名用電子証明書", "signing certificate"),
    "authentication": Text("利用者証明用電子証明書", "user-authentication certificate"),
}


def _steps(
    kind: CertificateKind, issuer: x509.Certificate, certificate: x509.Certificate
) -> tuple[Step, ...]:
    name = _KIND[kind]
    until = civil(certificate.not_valid_after_utc).isoformat()
    authority = issuer.subject.rfc4514_string()
    return (
        Step(
            Text("この手続きのために署名されたことを確認", "It was signed for this very procedure")
        ),
        Step(
            Text(f"{name.ja}の発行者を確認: {authority}", f"Issuer of the {name.en}: {authority}")
        ),
        Step(
            Text("署名を証明書の公開鍵で検証", "The signature verifies with the certificate's key")
        ),
        Step(
            Text(f"有効期間内であることを確認（{until} まで）", f"Within its validity (to {until})")
        ),
        Step(
            Text(
                "発行の記録があり、失効していないことを確認", "Recorded as issued, and not revoked"
            )
        ),
    )
