"""Whose cards are left to be updated, after a move or a correction of the register, each person once.

Offered as :data:`~kazasu.municipality.hall.ports.CARDS_LEFT`: the lines of a case and one's own household say it.
"""

from collections.abc import Iterable
from dataclasses import replace

from kazasu.foundation.database import Transaction
from kazasu.municipality.cards import corrected
from kazasu.municipality.hall.ports import MOVERS_CARDS, Ports, WaitingCard


class CardsLeftHere:
    """In this city."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def of_case(self, tx: Transaction, case_id: str) -> list[WaitingCard]:
        movers = self._ports.use(MOVERS_CARDS)
        again = corrected.of(tx, movers.registered_by(tx, case_id))
        return each_once([*movers.of_case(tx, case_id), *again])

    def of_resident(self, tx: Transaction, resident_id: str) -> WaitingCard | None:
        movers = self._ports.use(MOVERS_CARDS)
        found = [*movers.of_resident(tx, resident_id), *corrected.of(tx, [resident_id])]
        return next(iter(each_once(found)), None)


def each_once(cards: Iterable[WaitingCard]) -> list[WaitingCard]:
    """A line for each card, by the earliest day, with whatever else it waits for; a card that ends after one of its days ends after
    that one."""
    found: dict[str, list[WaitingCard]] = {}
    for one in sorted(cards, key=lambda card: card.until):
        found.setdefault(one.resident_id, []).append(one)
    return [replace(first, others=tuple(more)) for first, *more in found.values()]
