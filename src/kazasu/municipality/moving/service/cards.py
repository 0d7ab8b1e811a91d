"""The cards of those who moved here, as the card desk may ask for them; their residence cards, on which this counter writes the address."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal
from uuid import UUID

from kazasu.contracts.municipality import CardContinuedBefore, CardToUpdate
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.municipality.hall.context import CityContext, city_id, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import WaitingCard
from kazasu.municipality.moving.faults import NO_RESIDENCE_CARD
from kazasu.municipality.moving.model import IN_DESK, Arriver, cards_until
from kazasu.municipality.moving.rules import lapsing
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import arrivals, notices, queues
from kazasu.municipality.moving.store.arrivals import CardRow
from kazasu.municipality.register.model import Resident

RESIDENCE_CARD: Final = desk(
    "arrival.residence-card",
    Text("在留カードへの新しい住所の記載", "Writing the new address on a residence card"),
    role="counter",
)
MOVED_ON: Final = Text(
    "カードの住所は、いま登録のある市区町村で書きかえます",
    "The address on cards is updated in the city where they are registered now",
)


class CardsOfArrivals:
    """Offered as :data:`~kazasu.municipality.hall.ports.MOVERS_CARDS`."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def waiting(self, tx: Transaction) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_waiting(tx)]

    def holders(self, tx: Transaction) -> list[str]:
        return queues.card_holders(tx)

    def find(self, tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
        row = arrivals.card_waiting(tx, case_id, token)
        return _card(row) if row else None

    def of_case(self, tx: Transaction, case_id: str) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_of_case(tx, case_id)]

    def moved_on(self, tx: Transaction, case_id: str) -> int:
        return arrivals.cards_moved_on(tx, case_id)

    def of_resident(self, tx: Transaction, resident_id: str) -> list[WaitingCard]:
        return [_card(row) for row in arrivals.cards_of_resident(tx, resident_id)]

    def registered_by(self, tx: Transaction, case_id: str) -> list[str]:
        return arrivals.registered_by(tx, case_id)

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

    def goes_on(self, tx: Transaction, resident_id: str) -> None:
        for leaver in notices.leavers_with(tx, resident_id):
            letter = CardContinuedBefore(
                case_id=leaver.case_id,
                from_municipality=MunicipalityCode(tx.tenant),
                tokens=(leaver.token,),
            )
            for city in notices.cities_with_data(tx, leaver.case_id):
                self._city.post(tx).send(tx, letter, to=city_id(city), case=leaver.case_id)

    def close(self, tx: Transaction, case_id: str, today: date) -> None:
        over = [
            one.notified_on
            for one in arrivals.cards_unsettled(tx)
            if one.case_id == case_id and today > periods.card_continuation_until(one.notified_on)
        ]
        arrivals.forget_cards_of(tx, case_id, over)


class ResidenceCards:
    """在留カード・特別永住者証明書: the same counter writes the new address on them (入管法 19条の7〜19条の9, 入管特例法 10条)."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def written(self, tenant: str, clerk: Clerk, case_id: str, token: UUID) -> None:
        """The clerk has written it. Pressed again it changes nothing.

        Raises Refusal ``municipality.unknown-case``, ``municipality.no-residence-card``, ``kit.not-your-role``.
        """

        def work(tx: Transaction) -> None:
            case = cases.arrival(tx, case_id)
            people = arrivals.arrivers(tx, case_id)
            one = next((one for one in people if one.token == token), None)
            if one is None or one.residence_card == "none":
                raise Refusal(NO_RESIDENCE_CARD)
            if one.residence_card == "written":
                return
            arrivals.note_residence_card(tx, one)
            note = Text(one.mover.name, with_reading(one.mover.name, one.mover.kana))
            left = residence_cards_left([other for other in people if other is not one])
            self._city.send_progress(
                tx, case.case_id, "residence-card-written", IN_DESK, note, residence_cards=left
            )

        self._city.act(RESIDENCE_CARD, work, tenant=tenant, clerk=clerk, case=case_id, way="in")


def residence_cards_left(people: Sequence[Arriver]) -> list[CardToUpdate]:
    """Of a case, with the last day for it: fourteen days after moving."""
    return [
        CardToUpdate(name=one.mover.name, until=periods.moving_in_until(one.moved_on), ends=False)
        for one in people
        if one.residence_card == "pending" and one.moved_on is not None
    ]


def moved_on(city: CityContext, tx: Transaction, gone: Resident) -> None:
    """Who has arrived elsewhere has their card updated there: every case of this city that waited for it ends, and where it was
    the last card of a case the resident reads so. A card that was not continued here since they came from another city has ended with it; the
    city of the arrival, which knew it, tells J-LIS."""
    for case_id in arrivals.lose_cards(tx, gone.resident_id):
        city.send_progress(
            tx, case_id, "card-lost", IN_DESK, lapsing.left_without(gone.name, gone.kana)
        )
    for case_id in arrivals.forget_cards(tx, gone.resident_id):
        if not arrivals.cards_of_case(tx, case_id):
            city.send_progress(tx, case_id, "closed", IN_DESK, MOVED_ON)


def _card(row: CardRow) -> WaitingCard:
    within = row.kind == "within-city"
    until = cards_until(row.kind, row.moved_on, row.notified_on, row.leaves_on)
    return WaitingCard(
        row.case_id, row.token, row.resident_id, row.name, row.notified_on, until, row.kana,
        ends=not within, registered_at=row.registered_at,
    )  # fmt: skip
