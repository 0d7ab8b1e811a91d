"""Revocation by the thousand: a maker's bad keys, a stolen batch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.text import Text
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import store as register_store
from kazasu.jpki.status.model import check_reason
from kazasu.jpki.terms import CertificateKind

AT_ONCE: Final = 500
"""Certificates in one transaction of a bulk revocation."""
_REVOKE: Final = action(
    "jpki.certificate.revoke-many", "system", Text("一括失効", "Bulk revocation"),
    itself="revocation", shows="found",
)  # fmt: skip

Named = tuple[CertificateKind, int]
"""A certificate by kind and serial number."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk revocation is. ``unknown`` were never issued, ``before`` revoked already."""

    done: int = 0
    before: int = 0
    unknown: int = 0


class BulkRevocation:
    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    def revoke_many(
        self,
        named: Iterable[Named],
        reason: str,
        *,
        dry_run: bool = False,
        tell: Callable[[Progress], None] = lambda _: None,
    ) -> Progress:
        """In portions, each whole; killed in the middle and begun again it ends the same. ``dry_run`` counts only.

        Raises Refusal ``jpki.unknown-reason``.
        """
        check_reason(reason)
        total = Progress()
        for portion in _portions(named):
            total = self._database.run(
                "jpki.revoke-many",
                lambda tx, p=portion, t=total: self._revoke(tx, p, reason, t, dry_run=dry_run),  # type: ignore[misc]
                access=_REVOKE.by(),
            )
            tell(total)
        return total

    def _revoke(
        self,
        tx: Transaction,
        portion: Sequence[Named],
        reason: str,
        so_far: Progress,
        *,
        dry_run: bool,
    ) -> Progress:
        revoked: dict[UUID, set[CertificateKind]] = {}
        done, before, unknown = so_far.done, so_far.before, so_far.unknown
        for kind, serial in portion:
            row = register_store.certificate(tx, kind, serial)
            if row is None:
                unknown += 1
            elif row.revoked_at is not None:
                before += 1
            else:
                done += 1
                if not dry_run:
                    register_store.revoke_with_phones(tx, kind, serial, reason)
                    revoked.setdefault(row.person_id, set()).add(kind)
        for person_id in sorted(revoked):
            self._events.tell(tx, person_id, "revoked", revoked[person_id])
        return Progress(done, before, unknown)


def _portions(named: Iterable[Named]) -> Iterator[list[Named]]:
    rest = iter(named)
    while portion := list(islice(rest, AT_ONCE)):
        yield portion
