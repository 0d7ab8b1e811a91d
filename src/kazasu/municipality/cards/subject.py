"""The card desk: cards that carry an address of before are continued."""

from kazasu.foundation.text import Text
from kazasu.municipality.cards import corrected
from kazasu.municipality.cards.left import CardsLeftHere
from kazasu.municipality.cards.pages import CardPages
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.ports import CARD_DIFFERS, CARDS_LEFT
from kazasu.municipality.hall.subject import Link, Queue, Subject


def open_subject(city: CityContext) -> Subject:
    cards = CardDesk(city)
    city.ports.offer(CARD_DIFFERS, corrected.differs)
    city.ports.offer(CARDS_LEFT, CardsLeftHere(city.ports))
    return Subject(
        pages=lambda desk: desk.site.enter(CardPages(desk, cards)),
        nav=[Link("/desk/cards", Text("カード", "Cards"))],
        queues=[
            Queue("/desk/cards", Text("カードの書きかえ", "Cards to update"), count=cards.count)
        ],
        by_date=[cards.note_lost],
    )
