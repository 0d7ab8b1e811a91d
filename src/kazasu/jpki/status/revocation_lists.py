"""Revocation lists (RFC 5280 §5): one for each municipality of each generation of an authority, and deltas.

A full list is good for a day, a delta for ten minutes; each is signed once, when it is first wanted, and kept. Who asks decides
nothing: not of which place there is a list (the register knows), not what stands in it, not how many are signed. Lists of one
municipality are small, whatever the country's size. Expired certificates leave the next full list.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.foundation.actions import action
from kazasu.foundation.algorithms import hash_for
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.certificates.profile import distribution_point
from kazasu.jpki.faults import NO_LIST
from kazasu.jpki.status import store as list_store
from kazasu.jpki.status.model import REASONS, Listed
from kazasu.jpki.status.store import Signed
from kazasu.jpki.terms import CertificateKind

FULL_LIFE: Final = timedelta(days=1)
DELTA_LIFE: Final = timedelta(minutes=10)
_SIGN: Final = action(
    "jpki.revocation-list.sign", "system",
    Text("失効リストの作成", "Signing of revocation lists"),
    itself="crl", shows="nobody", why="serial numbers that are revoked; whose they are is not read",
)  # fmt: skip


class RevocationLists:
    """Returns the current lists; keys are the authorities' own."""

    def __init__(
        self, database: Database, authorities: dict[tuple[CertificateKind, int], Authority]
    ) -> None:
        """``authorities`` by kind and generation."""
        self._database = database
        self._authorities = authorities

    def full(self, kind: CertificateKind, generation: int, municipality: str) -> Signed:
        """The current one. Raises Refusal ``jpki.no-list``: no such authority or municipality, or it never certified anybody there."""
        place = canonical(municipality)
        return self._database.run(
            "jpki.crl", lambda tx: self._full(tx, kind, generation, place), access=_SIGN.by()
        )

    def delta(self, kind: CertificateKind, generation: int, municipality: str) -> Signed:
        """What changed since the current full list. Raises as :meth:`full`."""
        place = canonical(municipality)

        def work(tx: Transaction) -> Signed:
            base = self._full(tx, kind, generation, place)
            kept = list_store.newest(tx, kind, generation, place, delta_of=base.number)
            if kept is not None and tx.now < kept.next_at:
                return kept
            entries = list_store.changed(tx, kind, generation, place, base.issued_at)
            return self._sign(tx, kind, generation, place, entries, base.number)

        return self._database.run("jpki.delta-crl", work, access=_SIGN.by())

    def _full(
        self, tx: Transaction, kind: CertificateKind, generation: int, municipality: str
    ) -> Signed:
        kept = list_store.newest(tx, kind, generation, municipality)
        if kept is not None and tx.now < kept.next_at:
            return kept
        entries = list_store.revoked(tx, kind, generation, municipality)
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
        place = list_store.place(tx, kind, generation, municipality)
        if authority is None or place is None:
            raise Refusal(NO_LIST)
        number = list_store.next_number(tx, kind, generation, municipality)
        at = tx.now.replace(microsecond=0)
        next_at = at + (FULL_LIFE if base is None else DELTA_LIFE)
        point = distribution_point(authority.certificate.subject, place.prefecture, place.city)
        der = sign_list(authority, point, number, at, next_at, entries, base)
        made = Signed(number, base, at, next_at, der)
        list_store.keep(tx, kind, generation, municipality, made)
        return made


def canonical(municipality: str) -> MunicipalityCode:
    """The one name of a place's lists: six digits of which the last is right. Raises Refusal ``jpki.no-list``."""
    try:
        return MunicipalityCode(municipality)
    except Refusal:
        raise Refusal(NO_LIST) from None


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
