"""Which certificates are revoked, in memory: exact, about two bytes a revoked certificate, for look-ups in bulk.

Compressed bitmaps (Roaring) of serial numbers, one for each kind. A look-up tells "revoked or held" and nothing
more: reason and time are the register's. A new index is built aside and put in place by one assignment, so
nobody waits; changes since then are followed by what changed last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, get_args

from pyroaring import BitMap

from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.text import Text
from kazasu.jpki.terms import CertificateKind

_KINDS: Final[tuple[CertificateKind, ...]] = get_args(CertificateKind)
_INDEX: Final = action(
    "jpki.status.index", "system", Text("失効状態の写し", "Copy of the revocation status"),
    itself="status", shows="nobody", why="serial numbers that are revoked; whose they are is not read",
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """The state at one time. Immutable as a whole: it is replaced, not changed."""

    as_of: datetime
    revoked: dict[CertificateKind, BitMap] = field(
        default_factory=lambda: {kind: BitMap() for kind in _KINDS}
    )

    def is_revoked(self, kind: CertificateKind, serial: int) -> bool:
        return serial in self.revoked[kind]

    def among(self, kind: CertificateKind, serials: Iterable[int]) -> BitMap:
        """Which of these are revoked."""
        return self.revoked[kind] & BitMap(serials)

    def size(self) -> int:
        """Bytes that the bitmaps take, as they would be written."""
        return sum(len(one.serialize()) for one in self.revoked.values())


@dataclass(frozen=True, slots=True)
class _Changed:
    kind: CertificateKind
    serial: int
    revoked: bool
    at: datetime


class RevocationIndex:
    """Keeps a snapshot that follows the register."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot:
        """Built at the first call."""
        return self._snapshot or self.rebuild()

    def rebuild(self) -> Snapshot:
        """From the register, whole."""

        def work(tx: Transaction) -> Snapshot:
            made = Snapshot(tx.now)
            for kind in _KINDS:
                made.revoked[kind].update(
                    tx.column(
                        """SELECT serial FROM certificate WHERE kind = %s AND revoked_at IS NOT NULL
                           UNION SELECT serial FROM certificate_hold
                            WHERE kind = %s AND released_at IS NULL""",
                        (kind, kind),
                    )
                )
                made.revoked[kind].run_optimize()
            return made

        self._snapshot = self._database.read("jpki.index", work, access=_INDEX.by())
        return self._snapshot

    def follow(self) -> Snapshot:
        """What changed since the snapshot, applied to a copy that then takes its place."""
        before = self.current()

        def work(tx: Transaction) -> tuple[datetime, Sequence[_Changed]]:
            return tx.now, tx.all(
                _Changed,
                """SELECT kind, serial, status_changed_at AS at, revoked_at IS NOT NULL OR EXISTS (
                            SELECT FROM certificate_hold AS h WHERE h.kind = certificate.kind
                               AND h.serial = certificate.serial AND released_at IS NULL) AS revoked
                     FROM certificate WHERE status_changed_at >= %s""",
                (before.as_of,),
            )

        now, changed = self._database.read("jpki.index-follow", work, access=_INDEX.by())
        after = Snapshot(now, dict(before.revoked))
        for kind in {one.kind for one in changed}:
            after.revoked[kind] = BitMap(before.revoked[kind])
            mine = [one for one in changed if one.kind == kind]
            after.revoked[kind].update(one.serial for one in mine if one.revoked)
            after.revoked[kind] -= BitMap(one.serial for one in mine if not one.revoked)
        self._snapshot = after
        return after
