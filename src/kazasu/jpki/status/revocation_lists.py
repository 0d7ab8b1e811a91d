"""Revocation lists (RFC 5280 §5): one for each municipality of each generation of an authority, and deltas.

A full list is good for a day, a delta for ten minutes; each is signed when first asked for and kept. Lists of one
municipality are small, whatever the country's size. Expired certificates leave the next full list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.foundation.algorithms import hash_for
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.certificates.profile import distribution_point
from kazasu.jpki.certificates.terms import CertificateKind
from kazasu.jpki.faults import NO_LIST
from kazasu.jpki.status.ocsp import REASONS
from kazasu.jpki.validation.validator import HOLD

FULL_LIFE: Final = timedelta(days=1)
DELTA_LIFE: Final = timedelta(minutes=10)
_ACCESS: Final = Access(
    "system:crl",
    "jpki.revocation-list.sign",
    Text("失効リストの作成", "Signing of revocation lists"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry. ``reason`` empty: no longer revoked (a suspension that was lifted)."""

    serial: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Signed:
    number: int
    base_number: int | None
    issued_at: datetime
    next_at: datetime
    der: bytes


@dataclass(frozen=True, slots=True)
class _Place:
    prefecture: str
    city: str


class RevocationLists:
    """Gives the current lists; keys are the authorities' own."""

    def __init__(
        self, database: Database, authorities: dict[tuple[CertificateKind, int], Authority]
    ) -> None:
        """``authorities`` by kind and generation."""
        self._database = database
        self._authorities = authorities

    def full(self, kind: CertificateKind, generation: int, municipality: str) -> bytes:
        """DER. Raises Refusal ``jpki.no-list``: no such authority, or it never certified anybody there."""
        return self._database.run(
            "jpki.crl",
            lambda tx: self._full(tx, kind, generation, municipality).der,
            access=_ACCESS,
        )

    def delta(self, kind: CertificateKind, generation: int, municipality: str) -> bytes:
        """What changed since the current full list."""

        def work(tx: Transaction) -> bytes:
            base = self._full(tx, kind, generation, municipality)
            kept = _newest(tx, kind, generation, municipality, delta_of=base.number)
            if kept is not None and tx.now < kept.next_at:
                return kept.der
            entries = _changed(tx, kind, generation, municipality, base.issued_at)
            return self._sign(tx, kind, generation, municipality, entries, base.number).der

        return self._database.run("jpki.delta-crl", work, access=_ACCESS)

    def _full(
        self, tx: Transaction, kind: CertificateKind, generation: int, municipality: str
    ) -> Signed:
        kept = _newest(tx, kind, generation, municipality)
        if kept is not None and tx.now < kept.next_at:
            return kept
        entries = _revoked(tx, kind, generation, municipality)
        return self._sign(tx, kind, generation, municipality, entries, None)

    def _sign(
        self,
        tx: Transaction,
        kind: CertificateKind,
        generation: int,
        municipality: str,
        entries: Sequence[Listed],
        base: int | None,
    ) -> Signed:
        authority = self._authorities.get((kind, generation))
        place = tx.maybe(
            _Place,
            """SELECT prefecture, city FROM certificate WHERE kind = %s AND generation = %s
                 AND left(municipality_code, 5) = left(%s, 5) ORDER BY recorded_at DESC LIMIT 1""",
            (kind, generation, municipality),
        )
        if authority is None or place is None:
            raise Refusal(NO_LIST)
        number = 1 + int(
            tx.value(
                """SELECT coalesce(max(number), 0) FROM revocation_list
                    WHERE kind = %s AND generation = %s AND municipality_code = %s""",
                (kind, generation, municipality),
            )
        )
        at = tx.now.replace(microsecond=0)
        next_at = at + (FULL_LIFE if base is None else DELTA_LIFE)
        point = distribution_point(authority.certificate.subject, place.prefecture, place.city)
        der = sign_list(authority, point, number, at, next_at, entries, base)
        tx.execute(
            """INSERT INTO revocation_list (kind, generation, municipality_code, number, base_number,
                                            issued_at, next_at, der)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            (kind, generation, municipality, number, base, at, next_at, der),
        )
        return Signed(number, base, at, next_at, der)


def sign_list(
    authority: Authority,
    point: x509.Name,
    number: int,
    at: datetime,
    next_at: datetime,
    entries: Sequence[Listed],
    base: int | None = None,
) -> bytes:
    """One list in DER; with ``base`` a delta to the list of that number (RFC 5280 §5.2.4)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(next_at)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .add_extension(
            x509.IssuingDistributionPoint(
                full_name=[x509.DirectoryName(point)],
                relative_name=None,
                only_contains_user_certs=True,
                only_contains_ca_certs=False,
                only_some_reasons=None,
                indirect_crl=False,
                only_contains_attribute_certs=False,
            ),
            critical=True,
        )
    )
    if base is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(base), critical=True)
    for entry in entries:
        reason = REASONS[entry.reason] if entry.reason else x509.ReasonFlags.remove_from_crl
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(entry.serial)
            .revocation_date(entry.at.replace(microsecond=0))
            .add_extension(x509.CRLReason(reason), critical=False)
            .build()
        )
    return builder.sign(authority.key, hash_for(authority.key)).public_bytes(Encoding.DER)


# ---------------------------------------------------------------- SQL

_STATE: Final = """
SELECT serial, coalesce(revoked_at, open_hold.held_at, status_changed_at) AS at,
       CASE WHEN revoked_at IS NOT NULL THEN reason
            WHEN open_hold.held_at IS NOT NULL THEN %s ELSE '' END AS reason
  FROM certificate
  LEFT JOIN LATERAL (
    SELECT held_at FROM certificate_hold AS h
     WHERE h.kind = certificate.kind AND h.serial = certificate.serial AND released_at IS NULL
  ) AS open_hold ON true
 WHERE kind = %s AND generation = %s AND left(municipality_code, 5) = left(%s, 5)
   AND der IS NOT NULL
"""


def _revoked(
    tx: Transaction, kind: CertificateKind, generation: int, municipality: str
) -> list[Listed]:
    """Everything that is revoked or held, and not expired anyway."""
    return tx.all(
        Listed,
        f"SELECT * FROM ({_STATE} AND not_after > %s) AS state WHERE reason <> '' ORDER BY serial",
        (HOLD, kind, generation, municipality, tx.now),
    )


def _changed(
    tx: Transaction, kind: CertificateKind, generation: int, municipality: str, since: datetime
) -> list[Listed]:
    """Whose state changed since, with the state that it has now; lifted suspensions as such."""
    return tx.all(
        Listed,
        f"{_STATE} AND status_changed_at >= %s ORDER BY serial",
        (HOLD, kind, generation, municipality, since),
    )


def _newest(
    tx: Transaction,
    kind: CertificateKind,
    generation: int,
    municipality: str,
    *,
    delta_of: int | None = None,
) -> Signed | None:
    return tx.maybe(
        Signed,
        """SELECT number, base_number, issued_at, next_at, der FROM revocation_list
            WHERE kind = %s AND generation = %s AND municipality_code = %s
              AND base_number IS NOT DISTINCT FROM %s
            ORDER BY number DESC LIMIT 1""",
        (kind, generation, municipality, delta_of),
    )
