"""Is this signature by a certificate of ours, made for this, by a key that is good now (or was then)?

Pure: authorities, status and time come as arguments. :func:`validate` raises, with the reason as a fault; it never
answers with a boolean (design §3.6). :func:`examine` looks at everything and reports on three levels: a sentence,
the steps with their evidence, and JSON. Three things are kept apart in it: is the content *intact*, is the
certificate *valid*, is its issuer *trusted*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from kazasu.foundation.algorithms import verify
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.names import CARD
from kazasu.jpki.certificates.lint import Case, lint
from kazasu.jpki.faults import (
    BAD_CERTIFICATE,
    BAD_SIGNATURE,
    EXPIRED,
    LAPSED_BY_CHANGE,
    NOT_RECORDED,
    NOT_YET_VALID,
    OFF_PROFILE,
    ON_HOLD,
    REVOKED,
    STATUS_UNKNOWN,
    UNKNOWN_ISSUER,
    WRONG_CHALLENGE,
    WRONG_PURPOSE,
)
from kazasu.jpki.register.model import HOLD, StatusSource, StatusUnavailable
from kazasu.jpki.terms import CertificateKind, policies_for
from kazasu.jpki.validation.report import ONLINE, Policy, Question, Report, Step

BY_CHANGE: Final = "affiliation_changed"


@dataclass(frozen=True, slots=True)
class Validated:
    certificate: x509.Certificate
    steps: tuple[Step, ...]


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
    policy: Policy = ONLINE,
) -> Validated:
    """The certificate, proven.

    Raises:
        Refusal: ``jpki.…``, one fault for each step's failure; the first one in the order of :func:`examine`.
    """
    report = examine(
        unverified_certificate=unverified_certificate,
        signed=signed,
        expected=expected,
        signature=signature,
        kind=kind,
        authorities=authorities,
        status=status,
        at=at,
        policy=policy,
    )
    if report.refusal:
        raise report.refusal
    if report.certificate is None:
        raise Refusal(BAD_CERTIFICATE)
    return Validated(report.certificate, report.steps)


def examine(
    *,
    unverified_certificate: bytes,
    signed: bytes,
    expected: bytes,
    signature: bytes,
    kind: CertificateKind,
    authorities: Sequence[x509.Certificate],
    status: StatusSource,
    at: datetime,
    policy: Policy = ONLINE,
) -> Report:
    """Everything that can be said, also after something was wrong.

    Steps: 1 the certificate reads; 2 the right thing was signed; 3 an authority of ours issued it; 4 it is to the
    profile (if the policy asks); 5 for this purpose; 6 its key made the signature; 7 it was valid at ``at``;
    8 its issue is recorded, and it was not revoked at ``at``.
    """
    try:
        certificate = x509.load_der_x509_certificate(unverified_certificate)
        _ = certificate.extensions, certificate.subject
    except ValueError:
        step = Step("certificate", "valid", _WHAT["certificate"], refusal=Refusal(BAD_CERTIFICATE))
        return Report(policy, at, None, (step,))
    looking = _Examination(certificate, kind, at, policy)
    issuer = next((one for one in authorities if _issued(certificate, one)), None)
    looking.content(signed == expected)
    looking.issuer(issuer)
    if policy.profile and issuer is not None:
        looking.profile(issuer)
    looking.purpose()
    looking.signature(signature, signed)
    looking.time()
    if policy.status != "none":
        looking.status(status)
    return Report(policy, at, certificate, tuple(looking.steps))


_WHAT: Final = {
    "certificate": Text("証明書を読めること", "The certificate reads"),
    "content": Text(
        "この手続きのために署名されたことを確認", "It was signed for this very procedure"
    ),
    "profile": Text("プロファイルのすべての規則", "Every rule of the profile"),
    "purpose": Text("用途とポリシーを確認", "Purpose and policy"),
    "signature": Text(
        "署名を証明書の公開鍵で検証", "The signature verifies with the certificate's key"
    ),
    "status": Text(
        "発行の記録があり、失効していないことを確認", "Recorded as issued, and not revoked"
    ),
}
_KIND: Final = {
    "signing": Text("署名用電子証明書", "signing certificate"),
    "authentication": Text("利用者証明用電子証明書", "user-authentication certificate"),
}


class _Examination:
    """Collects steps about one certificate."""

    def __init__(
        self, certificate: x509.Certificate, kind: CertificateKind, at: datetime, policy: Policy
    ) -> None:
        self._certificate = certificate
        self._kind = kind
        self._at = at
        self._policy = policy
        self.steps: list[Step] = []

    def _note(
        self, name: str, question: Question, what: Text, refusal: Refusal | None, **evidence: str
    ) -> None:
        self.steps.append(Step(name, question, what, evidence, refusal))

    def content(self, same: bool) -> None:
        self._note(
            "content", "intact", _WHAT["content"], None if same else Refusal(WRONG_CHALLENGE)
        )

    def issuer(self, issuer: x509.Certificate | None) -> None:
        kind = _KIND[self._kind]
        if issuer is None:
            what = Text(f"{kind.ja}の発行者を確認", f"Issuer of the {kind.en}")
            self._note("issuer", "trusted", what, Refusal(UNKNOWN_ISSUER))
            return
        name = issuer.subject.rfc4514_string()
        what = Text(f"{kind.ja}の発行者を確認: {name}", f"Issuer of the {kind.en}: {name}")
        self._note("issuer", "trusted", what, None, issuer=name, serial=f"{issuer.serial_number:X}")

    def profile(self, issuer: x509.Certificate) -> None:
        rules = [
            one.rule.name
            for one in lint(Case(self._certificate, self._kind, issuer, letters=CARD.has))
        ]
        named = ", ".join(rules)
        refusal = Refusal(OFF_PROFILE, rules=named) if rules else None
        self._note("profile", "trusted", _WHAT["profile"], refusal, rules=named)

    def purpose(self) -> None:
        try:
            found = self._certificate.extensions
            policies = found.get_extension_for_class(x509.CertificatePolicies).value
            usage = found.get_extension_for_class(x509.KeyUsage).value
            named = {policy.policy_identifier.dotted_string for policy in policies}
            right = len(named) == 1 and named <= set(policies_for(self._kind))
            right = right and usage.content_commitment == (self._kind == "signing")
        except x509.ExtensionNotFound:
            named, right = set(), False
        refusal = None if right else Refusal(WRONG_PURPOSE)
        self._note("purpose", "valid", _WHAT["purpose"], refusal, policy=", ".join(sorted(named)))

    def signature(self, signature: bytes, signed: bytes) -> None:
        try:
            verify(self._certificate.public_key(), signature, signed)
            refusal = None
        except (InvalidSignature, ValueError):
            refusal = Refusal(BAD_SIGNATURE)
        self._note("signature", "intact", _WHAT["signature"], refusal)

    def time(self) -> None:
        start, end = self._certificate.not_valid_before_utc, self._certificate.not_valid_after_utc
        until = civil(end).isoformat()
        refusal = None
        if self._at < start:
            refusal = Refusal(NOT_YET_VALID)
        elif self._at > end:
            refusal = Refusal(EXPIRED, expired_on=until)
        what = Text(
            f"有効期間内であることを確認（{long_date(civil(end))}まで）",
            f"Within its validity (to {long_date(civil(end), 'en')})",
        )
        self._note("time", "valid", what, refusal, until=end.isoformat(), at=self._at.isoformat())

    def status(self, source: StatusSource) -> None:
        try:
            found = source(self._kind, self._certificate.serial_number)
        except StatusUnavailable:
            self._unknown()
            return
        fingerprint = self._certificate.fingerprint(hashes.SHA256())
        if found is None or found.fingerprint not in (b"", fingerprint):
            self._note("status", "valid", _WHAT["status"], Refusal(NOT_RECORDED))
            return
        as_of = found.as_of or self._at
        # What was revoked stays so, however old the answer; "not revoked" must be fresh.
        if found.revoked_at is None and as_of < self._at - self._policy.fresh:
            self._unknown(as_of.isoformat())
            return
        refusal = None
        if found.revoked_at is not None and found.revoked_at <= self._at:
            refusal = Refusal(_FAULT_OF_REASON.get(found.reason, REVOKED))
        self._note("status", "valid", _WHAT["status"], refusal, as_of=as_of.isoformat(), reason=found.reason)  # fmt: skip

    def _unknown(self, as_of: str = "") -> None:
        if self._policy.status == "soft":
            step = Step("status", "valid", _WHAT["status"], {"as_of": as_of}, warning=True)
            self.steps.append(step)
        else:
            self._note("status", "valid", _WHAT["status"], Refusal(STATUS_UNKNOWN), as_of=as_of)


_FAULT_OF_REASON: Final = {BY_CHANGE: LAPSED_BY_CHANGE, HOLD: ON_HOLD}


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """By signature, not by name: generations share one name (card §1)."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
