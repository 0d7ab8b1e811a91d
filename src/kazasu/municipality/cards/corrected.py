"""Cards whose holder's record was corrected: they say what the register said before, and their signing certificate has ended.

Offered as :data:`~kazasu.municipality.hall.ports.CARD_DIFFERS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID, uuid4

from kazasu.foundation.database import Transaction
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.hall.ports import WaitingCard

_HERE: Final = """FROM corrected_card k JOIN resident r USING (municipality_code, resident_id)
    WHERE k.municipality_code = %s AND r.state IN ('resident', 'leaving')"""


@dataclass(frozen=True, slots=True)
class CorrectedCard:
    PERSON: ClassVar = "resident_id"

    case_id: str
    token: UUID
    resident_id: str
    name: str
    kana: str
    since: date


_CARDS: Final = f"SELECT k.case_id, k.token, k.resident_id, r.name, r.kana, k.since {_HERE}"


def differs(tx: Transaction, resident_id: str, case_id: str) -> None:
    """It waits from now on; after a further correction, for that one."""
    tx.upsert(
        "corrected_card",
        key=("municipality_code", "resident_id"),
        municipality_code=tx.tenant,
        resident_id=resident_id,
        token=uuid4(),
        case_id=case_id,
        since=civil(tx.now),
    )


def waiting(tx: Transaction) -> list[WaitingCard]:
    """The oldest first."""
    return [
        _card(row)
        for row in tx.all(CorrectedCard, f"{_CARDS} ORDER BY k.since, k.resident_id", (tx.tenant,))
    ]


def holders(tx: Transaction) -> list[str]:
    """宛名番号 of whose cards wait, for counting."""
    return tx.column(f"SELECT k.resident_id {_HERE}", (tx.tenant,))


def find(tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
    row = tx.maybe(
        CorrectedCard,
        f"{_CARDS} AND k.case_id = %s AND k.token = %s",
        (tx.tenant, case_id, token),
    )
    return _card(row) if row else None


def of(tx: Transaction, residents: Sequence[str]) -> list[WaitingCard]:
    """Those of these people that wait."""
    rows = tx.all(
        CorrectedCard,
        f"{_CARDS} AND k.resident_id = ANY(%s) ORDER BY k.resident_id",
        (tx.tenant, list(residents)),
    )
    return [_card(row) for row in rows]


def forget(tx: Transaction, resident_id: str) -> bool:
    """It waits no longer. Returns whether it did."""
    return (
        tx.execute(
            "DELETE FROM corrected_card WHERE municipality_code = %s AND resident_id = %s",
            (tx.tenant, resident_id),
        )
        == 1
    )


def _card(row: CorrectedCard) -> WaitingCard:
    until = periods.card_update_until(row.since)
    return WaitingCard(
        row.case_id, row.token, row.resident_id, row.name, row.since, until, row.kana,
        ends=False, told=False,
    )  # fmt: skip
