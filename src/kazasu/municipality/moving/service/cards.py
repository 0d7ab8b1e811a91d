"""The cards of those who moved here, as the card desk may ask for them."""

from typing import Literal
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.kit import periods
from kazasu.municipality.hall.ports import WaitingCard
from kazasu.municipality.moving.store import arrivals, queues
from kazasu.municipality.moving.store.arrivals import CardRow


class CardsOfArrivals:
    """Offered as :data:`~kazasu.municipality.hall.ports.MOVERS_CARDS`."""

    def waiting(self, tx: Transaction) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_waiting(tx)]

    def count(self, tx: Transaction) -> int:
        return queues.cards(tx)

    def find(self, tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
        row = arrivals.card_waiting(tx, case_id, token)
        return _card(row) if row else None

    def settle(
        self, tx: Transaction, case_id: str, token: UUID, outcome: Literal["continued", "lost"]
    ) -> None:
        arrivals.settle_card(tx, case_id, token, outcome)


def _card(row: CardRow) -> WaitingCard:
    until = periods.card_continuation_until(row.notified_on)
    return WaitingCard(row.case_id, row.token, row.resident_id, row.name, until, row.kana)
