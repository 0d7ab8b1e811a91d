"""What a resident sees of the service's own records about them."""

import json

from kazasu.contracts.base import AccessEntry, AccessList
from kazasu.contracts.identity import AccessesOf
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.faults import BAD_HANDLE, STALE_HANDLE
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.identity.service.context import SELF, IdentityContext
from kazasu.identity.service.handles import OWN_HANDLE_TYP


class Accesses:
    def __init__(self, desk: IdentityContext) -> None:
        self._desk = desk

    def accesses_of(self, inquiry: AccessesOf, asked: Asked) -> AccessList:
        """Raises Refusal ``exchange.bad-handle``, ``exchange.stale-handle``."""
        person_ref = self._person(inquiry.handle)
        access = Access(
            f"institution:{asked.asker}", "identity.accesses.read", asked.purpose, (person_ref,)
        )
        rows = self._desk.database.read(
            "identity.accesses-of", lambda tx: audit.accesses(tx, person_ref), access=access
        )
        return AccessList(entries=tuple(map(_entry, rows)))

    def _person(self, handle: str) -> str:
        """The reference inside a handle that this service gave out for itself."""
        try:
            _, content = self._desk.institution.open(handle, OWN_HANDLE_TYP, signer=SELF)
            claims = json.loads(content)
            person_ref, until = str(claims["person_ref"]), int(claims["exp"])
        except (Refusal, ValueError, KeyError) as error:
            raise Refusal(BAD_HANDLE) from error
        if until < self._desk.clock.now().timestamp():
            raise Refusal(STALE_HANDLE)
        return person_ref


def _entry(row: audit.AuditRow) -> AccessEntry:
    return AccessEntry(
        at=row.at,
        institution=SELF,
        actor=row.actor,
        action=row.action,
        purpose_ja=row.purpose_ja,
        purpose_en=row.purpose_en,
        fields=tuple(row.fields),
        record_id=str(row.id),
    )
