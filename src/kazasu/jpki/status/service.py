"""What happens to certificates after their issue: renewal, suspension, revocation of one or of very many."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, get_args
from uuid import UUID

from kazasu.contracts.identity import CertificateChange
from kazasu.foundation.audit import Access
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.certificates.terms import CertificateKind
from kazasu.jpki.faults import CARD_OF_OTHER, NOT_HELD, TOO_EARLY, UNKNOWN_CARD, UNKNOWN_REASON
from kazasu.jpki.issuing.model import Order, renewable_from
from kazasu.jpki.issuing.service import CertificationService, Issued
from kazasu.jpki.register import store
from kazasu.jpki.register.store import CertificateRow
from kazasu.jpki.status.ocsp import REASONS

AT_ONCE: Final = 500
"""Certificates in one transaction of a bulk revocation."""
_KINDS: Final[tuple[CertificateKind, ...]] = get_args(CertificateKind)

Named = tuple[CertificateKind, int]
"""A certificate by kind and serial number."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk revocation is. ``unknown`` were never issued, ``before`` revoked already."""

    done: int = 0
    before: int = 0
    unknown: int = 0


class LifeCycle:
    def __init__(self, database: Database, service: CertificationService) -> None:
        self._database = database
        self._service = service

    # ------------------------------------------------------------ renewal

    def renew(self, order: Order, algorithm: str = "RSA-2048") -> Issued:
        """New certificates for the same card before the old ones end; the old ones end with it.

        Raises Refusal ``jpki.unknown-card``, ``jpki.card-of-other-person``, ``jpki.too-early``,
        ``jpki.weak-key``.
        """
        access = _access("jpki.certificate.renew", Text("電子証明書の更新", "Renewal"))
        old = self._database.run(
            "jpki.renewable", lambda tx: self._renewable(tx, order, algorithm), access=access
        )
        issued = self._service.issue(order)

        def end_old(tx: Transaction) -> None:
            for row in old:
                end_with_phones(tx, row.kind, row.serial, "superseded")
            for person_id in {row.person_id for row in old}:
                self._service.events.tell_news(tx, person_id)

        self._database.run("jpki.supersede", end_old, access=access)
        return issued

    @staticmethod
    def _renewable(tx: Transaction, order: Order, algorithm: str) -> list[CertificateRow]:
        card = store.card(tx, order.card_id)
        if card is None:
            raise Refusal(UNKNOWN_CARD)
        if store.person_of(tx, order.resident_record_code) != card.person_id:
            raise Refusal(CARD_OF_OTHER)
        wanted = {"authentication": order.authentication_key, "signing": order.signing_key}
        old = [
            row for row in store.certificates_of_card(tx, order.card_id)
            if wanted[row.kind] and row.card_id == order.card_id
        ]  # fmt: skip
        for row in old:
            first = renewable_from(row.not_after, algorithm)
            if civil(tx.now) < first:
                raise Refusal(TOO_EARLY, first=first.isoformat())
        return old

    # ------------------------------------------------------------ suspension

    def suspend(self, card_id: str) -> int:
        """The card is lost: everything on it, and on the phones that hang on it, is held at once.

        At any hour, on the holder's word; twice is once. Gives how many certificates are now held.

        Raises Refusal ``jpki.unknown-card``.
        """
        return self._each(
            card_id, "jpki.certificate.suspend", Text("紛失による一時停止", "Suspension: lost"),
            lambda tx, row: store.hold(tx, row.kind, row.serial), "held",
        )  # fmt: skip

    def release(self, card_id: str) -> int:
        """The card was found, and the holder came with it to the counter.

        Raises Refusal ``jpki.unknown-card``, ``jpki.not-held``.
        """
        released = self._each(
            card_id, "jpki.certificate.release", Text("一時停止の解除", "End of the suspension"),
            lambda tx, row: store.release(tx, row.kind, row.serial), "released",
        )  # fmt: skip
        if not released:
            raise Refusal(NOT_HELD)
        return released

    def end_card(self, card_id: str, reason: str = "cessation_of_operation") -> int:
        """The card is returned or void: its certificates end, and those of its phones.

        Raises Refusal ``jpki.unknown-card``, ``jpki.unknown-reason``.
        """
        _check_reason(reason)
        return self._each(
            card_id, "jpki.certificate.revoke", Text("カードの失効", "End of the card"),
            lambda tx, row: store.revoke(tx, row.kind, row.serial, tx.now, reason), "revoked",
        )  # fmt: skip

    def _each(
        self,
        card_id: str,
        action: str,
        purpose: Text,
        change: Callable[[Transaction, CertificateRow], bool],
        event: CertificateChange,
    ) -> int:
        access = _access(action, purpose)

        def work(tx: Transaction) -> int:
            card = store.card(tx, card_id)
            if card is None:
                raise Refusal(UNKNOWN_CARD)
            tx.audit(replace(access, subjects=(str(card.person_id),)))
            changed = [
                row.kind for row in store.certificates_of_card(tx, card_id) if change(tx, row)
            ]
            if changed:
                self._service.events.tell(tx, card.person_id, event, changed)
            return len(changed)

        return self._database.run(action, work, access=access)

    # ------------------------------------------------------------ very many

    def revoke_many(
        self,
        named: Iterable[Named],
        reason: str,
        *,
        dry_run: bool = False,
        tell: Callable[[Progress], None] = lambda _: None,
    ) -> Progress:
        """Revoke certificates by the thousand: a maker's bad keys, a stolen batch.

        In portions, each whole; killed in the middle and begun again it ends the same. ``dry_run`` counts only.

        Raises Refusal ``jpki.unknown-reason``.
        """
        _check_reason(reason)
        access = _access("jpki.certificate.revoke", Text("一括失効", "Bulk revocation"))
        total = Progress()
        for portion in _portions(named):
            total = self._database.run(
                "jpki.revoke-many",
                lambda tx, p=portion, t=total: self._revoke(tx, p, reason, t, dry_run=dry_run),  # type: ignore[misc]
                access=access,
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
            row = store.certificate(tx, kind, serial)
            if row is None:
                unknown += 1
            elif row.revoked_at is not None:
                before += 1
            else:
                done += 1
                if not dry_run:
                    end_with_phones(tx, kind, serial, reason)
                    revoked.setdefault(row.person_id, set()).add(kind)
        for person_id in sorted(revoked):
            self._service.events.tell(tx, person_id, "revoked", revoked[person_id])
        return Progress(done, before, unknown)


def end_with_phones(tx: Transaction, kind: CertificateKind, serial: int, reason: str) -> None:
    """Revoke a certificate and what hangs on it: a phone's ends with its card's, kind by kind.

    The phone's reason is that what it stood on is gone (``cessation_of_operation``): its own key is not
    said to be compromised, its holder's data not to have changed.
    """
    for row in store.phone_certificates(tx, kind, serial):
        store.revoke(tx, kind, row.serial, tx.now, "cessation_of_operation")
    store.revoke(tx, kind, serial, tx.now, reason)


def _portions(named: Iterable[Named]) -> Iterator[list[Named]]:
    rest = iter(named)
    while portion := list(islice(rest, AT_ONCE)):
        yield portion


def _check_reason(reason: str) -> None:
    if reason not in REASONS:
        raise Refusal(UNKNOWN_REASON, given=reason, known=", ".join(REASONS))


def _access(action: str, purpose: Text) -> Access:
    return Access("system:revocation", action, purpose)
