"""The nightly re-audit: is everything that was issued what it should be, and does somebody else sign in our name?

Every certificate is read again: an authority of ours signed it, it is to the profile, it says what the register
says, no two share a key, no two RSA keys share a prime. A certificate that one of our authorities signed and the
register does not know means that somebody has its key: it is found when it is shown (see ``service``) and reported
here until the authority is replaced.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg.types.json import Jsonb

from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.names import CARD
from kazasu.foundation.text import Text
from kazasu.jpki.authorities import Authorities
from kazasu.jpki.lint import Case, lint
from kazasu.jpki.profile import spki
from kazasu.jpki.terms import CertificateKind
from kazasu.jpki.weak_keys import with_shared_factors

EVERY: Final = timedelta(days=1)
_AT_ONCE: Final = 1000
_ACCESS: Final = Access(
    "system:inspection",
    "jpki.certificate.inspect",
    Text("発行済み証明書の再検査", "Nightly re-audit"),
)


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


@dataclass(frozen=True, slots=True)
class _Row:
    kind: CertificateKind
    serial: int
    der: bytes
    key_hash: bytes
    not_before: datetime
    not_after: datetime


class Inspection:
    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    def when_due(self) -> None:
        """A tick: once a night is enough, and twice harmless."""

        def last(tx: Transaction) -> bool:
            held = tx.value("SELECT max(held_at) FROM inspection")
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
            for kind, serial in _rogues(tx):
                findings.append(Finding(kind, serial, "rogue"))
            told = Jsonb([asdict(one) for one in findings])
            tx.execute("INSERT INTO inspection VALUES (%s, %s, %s)", (tx.now, checked, told))
            return Outcome(tx.now, checked, tuple(findings))

        return self._database.run("jpki.inspected", note, access=_ACCESS)

    def _rows(self) -> Iterator[_Row]:
        """In portions, so that nothing is locked for long."""
        after: tuple[str, int] = ("", 0)
        while portion := self._portion(after):
            yield from portion
            after = portion[-1].kind, portion[-1].serial

    def _portion(self, after: tuple[str, int]) -> Sequence[_Row]:
        return self._database.read(
            "jpki.inspect",
            lambda tx: tx.all(
                _Row,
                """SELECT kind, serial, der, key_hash, not_before, not_after FROM certificate
                    WHERE der IS NOT NULL AND (kind, serial) > (%s, %s)
                    ORDER BY kind, serial LIMIT %s""",
                (*after, _AT_ONCE),
            ),
            access=_ACCESS,
        )

    def _examined(self, row: _Row, moduli: dict[int, tuple[str, int]]) -> list[Finding]:
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


def note_rogue(
    tx: Transaction, kind: CertificateKind, certificate: x509.Certificate, der: bytes, asker: str
) -> None:
    """A certificate of ours that the register does not know was shown."""
    tx.execute(
        """INSERT INTO rogue (fingerprint, kind, serial, der, first_seen, asker)
           VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
        (hashlib.sha256(der).digest(), kind, certificate.serial_number, der, tx.now, asker),
    )


def _rogues(tx: Transaction) -> Sequence[tuple[str, int]]:
    names = tx.column("SELECT kind || ' ' || serial FROM rogue ORDER BY first_seen")
    return [(kind, int(serial)) for kind, _, serial in (name.partition(" ") for name in names)]
