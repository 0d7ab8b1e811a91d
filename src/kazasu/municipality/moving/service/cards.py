"""The cards of those who moved here, as the card desk may ask for them."""

from datetime import date
from typing import Final, Literal
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.kit import periods
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.ports import WaitingCard
from kazasu.municipality.moving.model import IN_DESK
from kazasu.municipality.moving.store import arrivals, queues
from kazasu.municipality.moving.store.arrivals import CardRow

MOVED_ON: Final = Text(
    "カードの住所は、いま登録のある市区町村で書きかえます",
    "The address on cards is updated in the city where they are registered now",
)


class CardsOfArrivals:
    """Offered as :data:`~kazasu.municipality.hall.ports.MOVERS_CARDS`."""

    def waiting(self, tx: Transaction) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_waiting(tx)]

    def count(self, tx: Transaction) -> int:
        return queues.cards(tx)

    def find(self, tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
        row = arrivals.card_waiting(tx, case_id, token)
        return _card(row) if row else None

    def of_case(self, tx: Transaction, case_id: str) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_of_case(tx, case_id)]

    def of_resident(self, tx: Transaction, resident_id: str) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_of_resident(tx, resident_id)]

    def overdue(self, tx: Transaction, today: date) -> list[str]:
        cases = {
            one.case_id
            for one in arrivals.cards_unsettled(tx)
            if today > periods.card_continuation_until(one.notified_on)
        }
        return sorted(cases)

    def settle(
        self, tx: Transaction, case_id: str, token: UUID, outcome: Literal["continued", "lost"]
    ) -> None:
        arrivals.settle_card(tx, case_id, token, outcome)

    def close(self, tx: Transaction, case_id: str) -> None:
        arrivals.forget_cards_of(tx, case_id)


def moved_on(city: CityContext, tx: Transaction, resident_id: str) -> None:
    """Who has arrived elsewhere has their card updated there: every case of this city that waited for it ends, and where it was
    the last card of a case the resident reads so."""
    for case_id in arrivals.forget_cards(tx, resident_id):
        if not arrivals.cards_of_case(tx, case_id):
            city.send_progress(tx, case_id, "closed", IN_DESK, MOVED_ON)


def _card(row: CardRow) -> WaitingCard:
    within = row.kind == "within-city"
    until = (
        periods.card_update_until(row.moved_on)
        if within
        else periods.card_continuation_until(row.notified_on)
    )
    return WaitingCard(
        row.case_id, row.token, row.resident_id, row.name, row.notified_on, until, row.kana,
        ends=not within,
    )  # fmt: skip
