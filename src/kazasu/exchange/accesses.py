"""Who looked, answered for every room: its audit rows that name whom the handle names.

A room says under which names its records know that person, if these are not the handle's own (``room_of(names=…)``); a
service with identifiers of its own has them from the kit's tables (``names_of``). Nothing else is left to it.
"""

from collections.abc import Callable, Iterable
from typing import Final

from kazasu.contracts.accesses import AccessesOf
from kazasu.contracts.base import AccessEntry, AccessList
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import Named, open_name
from kazasu.exchange.room import RoomContext, tenant_of
from kazasu.foundation import audit
from kazasu.foundation.actions import action
from kazasu.foundation.audit import AuditRow
from kazasu.foundation.database import Transaction

Names = Callable[[Transaction, Named], Iterable[str]]
"""Under which names the room's audit rows know somebody."""


def person_of(case: str) -> str:
    """As audit rows name somebody who is known by their case alone."""
    return f"case:{case}"


READ: Final = action("exchange.accesses.read", "institution", shows="found")


def who_looked(
    house: RoomContext, names: Names | None
) -> Callable[[AccessesOf, Asked], AccessList]:
    """The handler. It raises Refusal ``exchange.bad-handle``, ``exchange.stale-handle``."""

    def answer(inquiry: AccessesOf, asked: Asked) -> AccessList:
        named = open_name(house.institution(asked.institution), inquiry.handle, house.clock)

        def work(tx: Transaction) -> AccessList:
            by_case = (person_of(case) for case in inquiry.cases)
            known = tuple(dict.fromkeys([*(names or own_names)(tx, named), *by_case]))
            tx.shown(known)
            rows = audit.accesses(tx, known, before=inquiry.before)
            return AccessList(entries=tuple(entry(row, asked.institution) for row in rows))

        access = READ.by(f"institution:{asked.asker}", purpose=asked.purpose)
        tenant = tenant_of(asked.institution)
        return house.database.read("accesses.read", work, tenant=tenant, access=access)

    return answer


def own_names(tx: Transaction, named: Named) -> Iterable[str]:
    """What the handle says, and the identifiers of the room's own that hang on it."""
    if named.subject:
        yield from tx.column("SELECT names_of(%s)", (named.subject,))
    if named.resident_record_code:
        yield named.resident_record_code


def entry(row: AuditRow, institution: str) -> AccessEntry:
    """As residents read it: posts and systems, not clerks' names."""
    return AccessEntry(
        at=row.at,
        institution=institution,
        actor="clerk" if row.actor.startswith("clerk:") else row.actor,
        action=row.action,
        purpose_ja=row.purpose_ja,
        purpose_en=row.purpose_en,
        fields=tuple(one for one in row.fields if not one.startswith(audit.AGREED_BY)),
        record_id=str(row.id),
    )
