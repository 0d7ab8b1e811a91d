"""Fixtures for projects that work with My Number Cards: a card, or a whole reader, in one argument.

``pip install kazasu`` is all: pytest finds this module by itself. The fixtures:

=================== ====================================================================================
card_bench          a :class:`~kazasu.workbench.bench.Workbench` for the run: authorities, OCSP, revocation
my_number_card      a fresh plastic card in this process, as a :class:`CardInHand`
make_card           makes cards of other kinds: ``make_card("android")``
card_table          a virtual reader for any PC/SC program; skips where pcscd and vpcd are missing
=================== ====================================================================================
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from kazasu.card.chip.image import CardImage
from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient
from kazasu.card.transports.virtual import ChipReader
from kazasu.foundation.faults import Refusal
from kazasu.workbench.bench import Workbench
from kazasu.workbench.table import CardTable

PIN: Final = "1234"
PASSWORD: Final = "ABC123"  # noqa: S105 - of every synthetic card
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class CardInHand:
    """A virtual card and the ways to it."""

    chip: Card
    """For a reader: ``card_table.insert(card.chip)``."""
    client: CardClient
    """For programs in Python."""
    pin: str = PIN
    password: str = PASSWORD

    @property
    def image(self) -> CardImage:
        """Everything on the card, counters included."""
        return self.chip.image


@pytest.fixture(scope="session")
def card_bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("workbench"))


@pytest.fixture
def make_card(card_bench: Workbench) -> Callable[[str], CardInHand]:
    def make(kind: str = "plastic") -> CardInHand:
        image = card_bench.make(f"{kind}-{next(_COUNT)}", kind)
        chip = Card(image, card_bench.box.save)
        return CardInHand(chip, CardClient(ChipReader(chip)))

    return make


@pytest.fixture
def my_number_card(make_card: Callable[[str], CardInHand]) -> CardInHand:
    return make_card("plastic")


@pytest.fixture(scope="session")
def card_table() -> Iterator[CardTable]:
    try:
        table = CardTable()
    except Refusal as refusal:
        pytest.skip(f"{refusal.title.en} {refusal.todo.en}")
    with table:
        yield table
