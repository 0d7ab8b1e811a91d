"""SQL of revocation lists: what stands in one, and which were signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.jpki.register.model import HOLD
from kazasu.jpki.status.model import Listed
from kazasu.jpki.terms import CertificateKind


@dataclass(frozen=True, slots=True)
class Signed:
    number: int
    base_number: int | None
    issued_at: datetime
    next_at: datetime
    der: bytes


@dataclass(frozen=True, slots=True)
class Place:
    prefecture: str
    city: str


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


def revoked(
    tx: Transaction, kind: CertificateKind, generation: int, municipality: str
) -> list[Listed]:
    """Everything that is revoked or held, and not expired anyway."""
    return tx.all(
        Listed,
        f"SELECT * FROM ({_STATE} AND not_after > %s) AS state WHERE reason <> '' ORDER BY serial",
        (HOLD, kind, generation, municipality, tx.now),
    )


def changed(
    tx: Transaction, kind: CertificateKind, generation: int, municipality: str, since: datetime
) -> list[Listed]:
    """Whose state changed since, with the state that it has now; lifted suspensions as such."""
    return tx.all(
        Listed,
        f"{_STATE} AND status_changed_at >= %s ORDER BY serial",
        (HOLD, kind, generation, municipality, since),
    )


def newest(
    tx: Transaction,
    kind: CertificateKind,
    generation: int,
    municipality: str,
    *,
    delta_of: int | None = None,
) -> Signed | None:
    return tx.maybe(
        Signed,
        f"""SELECT {columns(Signed)} FROM revocation_list
            WHERE kind = %s AND generation = %s AND municipality_code = %s
              AND base_number IS NOT DISTINCT FROM %s
            ORDER BY number DESC LIMIT 1""",
        (kind, generation, municipality, delta_of),
    )


def place(
    tx: Transaction, kind: CertificateKind, generation: int, municipality: str
) -> Place | None:
    """What its distribution point is named by; None: nobody there was certified by this authority."""
    return tx.maybe(
        Place,
        """SELECT prefecture, city FROM certificate WHERE kind = %s AND generation = %s
             AND left(municipality_code, 5) = left(%s, 5) ORDER BY recorded_at DESC LIMIT 1""",
        (kind, generation, municipality),
    )


def next_number(tx: Transaction, kind: CertificateKind, generation: int, municipality: str) -> int:
    found = tx.value(
        """SELECT coalesce(max(number), 0) FROM revocation_list
            WHERE kind = %s AND generation = %s AND municipality_code = %s""",
        (kind, generation, municipality),
    )
    return 1 + int(found)


def keep(
    tx: Transaction, kind: CertificateKind, generation: int, municipality: str, made: Signed
) -> None:
    tx.insert(
        "revocation_list",
        made,
        kind=kind,
        generation=generation,
        municipality_code=municipality,
    )
