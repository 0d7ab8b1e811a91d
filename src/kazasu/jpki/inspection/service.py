"""The nightly re-audit: is everything that was issued what it should be, and does somebody else sign in our name?

Every certificate is read again: an authority of ours signed it, it is to the profile, it says what the register
says, no two share a key, no two RSA keys share a prime. A certificate that one of our authorities signed and the
register does not know means that somebody has its key: it is found when it is shown (see ``validation``) and reported
here until the authority is replaced.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa

from kazasu.foundation.actions import action
from kazasu.foundation.alarms.kinds import KEY_TWICE
from kazasu.foundation.alarms.ringing import ring
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.values.names import CARD
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates.lint import Case, lint
from kazasu.jpki.certificates.profile import spki
from kazasu.jpki.certificates.weak_keys import with_shared_factors
from kazasu.jpki.inspection import store as inspection_store
from kazasu.jpki.inspection.store import IssuedRow
from kazasu.jpki.terms import CertificateKind

log = structlog.get_logger()

EVERY: Final = timedelta(days=1)
_AT_ONCE: Final = 1000
_COPIES: Final = frozenset({"shared-factor", "other-key"})
"""Somebody else can have the key: it rings, and is not only a line of the report."""
_INSPECT: Final = action(
    "jpki.certificate.inspect", "system", Text("発行済み証明書の再検査", "Nightly re-audit"),
    itself="inspection", shows="nobody", why="every certificate of the country each night, by machine; nobody sees one",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. No data of the holder."""

    kind: str
    serial: int
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    held_at: datetime
    checked: int
    findings: tuple[Finding, ...]


class Inspection:
    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    def when_due(self) -> None:
        """A tick: once a night is enough, and twice harmless."""

        def last(tx: Transaction) -> bool:
            held = inspection_store.last_held(tx)
            return held is None or tx.now - held >= EVERY

        if self._database.glance(last):
            self.hold()

    def hold(self) -> Outcome:
        """Look at everything, and write down what was found."""
        findings: list[Finding] = []
        moduli: dict[int, tuple[str, int]] = {}
        checked = 0
        for row in self._rows():
            checked += 1
            findings += self._examined(row, moduli)
        for shared in with_shared_factors(list(moduli)) if moduli else ():
            findings.append(Finding(*moduli[shared], "shared-factor"))

        def note(tx: Transaction) -> Outcome:
            for kind, serial in inspection_store.rogues(tx):
                findings.append(Finding(kind, serial, "rogue"))
            for one in findings:
                if one.what in _COPIES:
                    cause = f"{one.kind} {one.serial}"
                    facts = {"where": "inspection", "certificate": cause, "what": one.what}
                    ring(tx, KEY_TWICE.key, cause, facts, room=self._database.room)
            inspection_store.note_held(tx, checked, [asdict(one) for one in findings])
            return Outcome(tx.now, checked, tuple(findings))

        return self._database.run("jpki.inspected", note, access=_INSPECT.by())

    def _rows(self) -> Iterator[IssuedRow]:
        """In portions, so that nothing is locked for long."""
        after: tuple[str, int] = ("", 0)
        while portion := self._portion(after):
            yield from portion
            after = portion[-1].kind, portion[-1].serial

    def _portion(self, after: tuple[str, int]) -> Sequence[IssuedRow]:
        return self._database.read(
            "jpki.inspect",
            lambda tx: inspection_store.issued_after(tx, after, _AT_ONCE),
            access=_INSPECT.by(),
        )

    def _examined(self, row: IssuedRow, moduli: dict[int, tuple[str, int]]) -> list[Finding]:
        def found(what: str) -> Finding:
            return Finding(row.kind, row.serial, what)

        try:
            certificate = x509.load_der_x509_certificate(row.der)
        except ValueError:
            return [found("unreadable")]
        key = certificate.public_key()
        findings = []
        issuer = self._issuer(certificate, row.kind)
        if issuer is None:
            findings.append(found("issuer"))
        else:
            case = Case(certificate, row.kind, issuer, letters=CARD.has)
            findings += [found(f"profile:{one.rule.name}") for one in lint(case)]
        said = certificate.serial_number, certificate.not_valid_before_utc, certificate.not_valid_after_utc  # fmt: skip
        if said != (row.serial, row.not_before, row.not_after):
            findings.append(found("not-as-recorded"))
        if hashlib.sha256(spki(key)).digest() != row.key_hash:  # type: ignore[arg-type]
            findings.append(found("other-key"))
        if isinstance(key, rsa.RSAPublicKey):
            moduli[key.public_numbers().n] = row.kind, row.serial
        return findings

    def _issuer(
        self, certificate: x509.Certificate, kind: CertificateKind
    ) -> x509.Certificate | None:
        for authority in self._authorities.trusted(kind):
            try:
                certificate.verify_directly_issued_by(authority)
            except (ValueError, TypeError, InvalidSignature):
                continue
            return authority
        return None


def note_rogue(database: Database, kind: CertificateKind, der: bytes, asker: str) -> None:
    """Our own signature under a certificate that we did not issue: somebody else has the key.

    Call it once the transaction that met the certificate is over: that one is rolled back.
    """
    log.error("rogue certificate", kind=kind, asker=asker)
    certificate = x509.load_der_x509_certificate(der)
    database.run(
        "jpki.rogue", lambda tx: inspection_store.add_rogue(tx, kind, certificate, der, asker)
    )
