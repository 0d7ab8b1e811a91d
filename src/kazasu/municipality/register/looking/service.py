"""For what this clerk looks at this person now: said in a search, by the case in hand, or when it was asked for.

It is read from the records that the person reads, so no page, address or session can say otherwise. The standard specification has each look
logged with who did it (住民記録システム標準仕様書 20: 操作ログ, 照会の記録); that it says what for is simulated (threat 19).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kazasu.foundation.actions import ACTIONS
from kazasu.foundation.audit import Opened
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import REGISTER, Clerk
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import UNKNOWN_RESIDENT
from kazasu.municipality.register.service.records import READ, SEARCH

SAY: Final = desk("resident.purpose", Text("住民を見る理由の記録", "Saying what a look at a resident is for"), role=REGISTER, reasoned=True)  # fmt: skip
LASTS: Final = timedelta(hours=2)
"""From the last look under it. Who goes on later, or another day, says it again."""
SAYING: Final = (SAY, SEARCH, READ)
"""Whose records say what for, each behind its own purpose; whoever a record's page showed with them may be opened under the same."""
_ENTERED: Final = "municipality.birth.enter"
"""The child whose record this clerk has just written."""


@dataclass(frozen=True, slots=True)
class _Said:
    action: str
    purpose_ja: str
    purpose_en: str
    case_id: str


class Purposes:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def said(self, tenant: str, clerk: Clerk, resident_id: str) -> Text | None:
        """What it is for, as it stands on record; None: it has to be said."""

        def work(tx: Transaction) -> Text | None:
            found = tx.all(
                _Said,
                """SELECT a.action, a.purpose_ja, a.purpose_en, a.case_id
                   FROM audit_subject s JOIN audit_log a ON a.tenant = s.tenant AND a.id = s.audit_id
                   WHERE s.tenant = %s AND s.subject = %s AND a.actor = %s AND a.at > %s
                     AND (a.case_id <> '' OR a.action = ANY(%s))
                   ORDER BY a.id DESC LIMIT 20""",
                (tx.tenant, resident_id, f"clerk:{clerk.staff_id}", tx.now - LASTS, [*_names(), _ENTERED]),
            )  # fmt: skip
            if said := next(filter(None, map(_reason, found)), None):
                return said
            # As the record of that look is written: whoever it is open to needs no other reason.
            look = tx.maybe(
                Opened,
                "SELECT look_id, agreed_by, told, reason_ja, reason_en FROM emergency_open(%s, %s, %s)",
                (clerk.staff_id, resident_id, tx.now),
            )
            return Text(look.reason_ja, look.reason_en) if look else None

        return self._city.database.read("resident.purpose-asked", work, tenant=tenant)

    def say(self, tenant: str, clerk: Clerk, resident_id: str, reason: Text) -> None:
        """On record, before anything is shown; the person reads it.

        Raises Refusal ``actions.reason-needed``, ``municipality.unknown-resident``.
        """

        def work(tx: Transaction) -> None:
            with tx.unseen():
                if not register_store.history(tx, resident_id):
                    raise Refusal(UNKNOWN_RESIDENT)

        self._city.act(
            SAY, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=reason
        )


def _names() -> list[str]:
    return [one.name for one in SAYING]


def _reason(record: _Said) -> Text | None:
    """Behind the action's own purpose; None: this record says none."""
    if record.case_id:
        return Text(f"受付番号 {record.case_id}", f"case {record.case_id}")
    own = ACTIONS[record.action].purpose
    if own is None or record.action == _ENTERED:
        return own
    ja, en = record.purpose_ja.removeprefix(own.ja), record.purpose_en.removeprefix(own.en)
    return Text(ja[1:-1], en[2:-1]) if ja and en else None
