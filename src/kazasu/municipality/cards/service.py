"""Continued use of cards (継続利用) after an arrival: a queue of its own, so that a standstill of the
card system never blocks registration (municipal §9, 2025-04-04).

The city sends the browser to the terminal; the terminal brings which card it is and a new key; J-LIS
answers with write commands that the card itself checks; the card comes back before the page does.
"""

import secrets
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kazasu.card.challenge import challenge_bytes
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.cards import CardOrder, ContinueCard
from kazasu.contracts.terminal import TapReceipt, TapRequest, TapResult, TapStanding
from kazasu.exchange.taps import TAP_TYP
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.values.names import CARD, substitute
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.cards import store as card_store
from kazasu.municipality.cards.faults import CARD_TAP_OVER, CARD_TOO_LATE
from kazasu.municipality.cards.store import CardTap
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, desk, own
from kazasu.municipality.hall.faults import UNKNOWN_CASE
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import MOVERS_CARDS, MoversCards, WaitingCard
from kazasu.municipality.institution import INSTITUTION
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import SEX_CODE

DESK: Final = Text("カード窓口", "Card desk")
CONTINUING: Final = Text("カードの継続利用", "Updating the card")
LIST: Final = desk("card.list", Text("カードの継続利用の待ち一覧", "Cards waiting to be continued"))
BEGIN: Final = desk("card.begin", CONTINUING, role="counter")
FINISH: Final = desk("card.finish", CONTINUING, role="counter")
READ: Final = own("card.read", CONTINUING)
LOST: Final = own("card.lost", CONTINUING)
TAP_LIFE: Final = timedelta(minutes=10)
_ACTION: Final = "continue-card"
_NO_HANDLE: Final = ""


class CardDesk:
    """カード窓口."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    @property
    def _movers(self) -> MoversCards:
        return self._city.ports.use(MOVERS_CARDS)

    def waiting(self, tenant: str, clerk: Clerk) -> list[WaitingCard]:
        return self._city.act(LIST, self._movers.waiting, tenant=tenant, clerk=clerk)

    def count(self, tx: Transaction, _: date) -> int:
        return self._movers.count(tx)

    def begin(self, tenant: str, clerk: Clerk, case_id: str, token: UUID) -> str:
        """Returns where the browser goes: the terminal, with a request that the city signed.

        Raises Refusal ``municipality.card-too-late``, ``municipality.unknown-case``.
        """
        request_id = secrets.token_urlsafe(24)

        def work(tx: Transaction) -> tuple[str, str]:
            card = self._movers.find(tx, case_id, token)
            if card is None:
                raise Refusal(UNKNOWN_CASE)
            if civil(tx.now) > card.until:
                raise Refusal(CARD_TOO_LATE, until=card.until)
            life = tx.now + TAP_LIFE
            card_store.add_tap(
                tx, CardTap(request_id, case_id, token, clerk.staff_id, life, _NO_HANDLE)
            )
            return card.name, with_reading(card.name, card.kana)

        names = self._city.act(BEGIN, work, tenant=tenant, clerk=clerk, case=case_id)
        return self._request(tenant, request_id, *names)

    def _request(self, tenant: str, request_id: str, name: str, name_en: str) -> str:
        entry = self._city.entry(tenant)
        challenge = challenge_bytes(_ACTION, entry.origin, secrets.token_urlsafe(24), request_id)
        request = TapRequest(
            request_id=request_id,
            issuer=entry.id,
            expires_at=self._city.clock.now() + TAP_LIFE,
            action="continue-card",
            asker_ja=f"{entry.name.ja} {DESK.ja}",
            asker_en=f"{entry.name.en}, card desk",
            asker_origin=entry.origin,
            colour=INSTITUTION.colour,
            mark=INSTITUTION.mark_of(tenant),
            purpose_ja=f"カードの住所の書きかえ（継続利用、{name} さん）",
            purpose_en=f"Update the card of {name_en}",
            learns_ja=("カードの番号", "署名用電子証明書のあるカードでは、新しい署名用の公開鍵"),
            learns_en=(
                "The card's number",
                "If the card has a signing certificate: a new public key for signing",
            ),
            challenge=base64_text(challenge),
            respond_to=f"{entry.origin}/card-tap/evidence",
            continue_at=f"{entry.origin}/card-tap/return",
            cancel_at=f"{entry.origin}/desk/cards",
            again_at=f"{entry.origin}/desk/cards",
        )
        institution = self._city.house.institution(entry.id)
        return institution.sign(request.model_dump_json().encode(), TAP_TYP)

    def receive(self, tenant: str, result: TapResult) -> TapReceipt:
        """From the terminal: which card, and its new key. Returns the card's write commands.

        Raises Refusal ``municipality.card-tap-over``, or J-LIS's reason.
        """
        if result.failure is not None:
            fault = CATALOGUE.get(result.failure.code)
            raise Refusal(
                fault if fault is not None and "{" not in fault.title.ja else CARD_TAP_OVER
            )

        tap, order = self._city.act_itself(
            READ, lambda tx: self._order(tx, result.request_id), tenant=tenant
        )
        script = self._city.inquirer(tenant).ask(
            ContinueCard(
                order=order,
                card_id=result.card_record,
                signing_public_key=result.signing_public_key,
            ),
            of="jpki",
            purpose=CONTINUING,
        )
        handle = secrets.token_urlsafe(32)
        self._city.database.run(
            "card.handle",
            lambda tx: card_store.set_tap_handle(tx, tap.request_id, handle),
            tenant=tenant,
        )
        return TapReceipt(handle=handle, script=script.script)

    def standing(self, tenant: str, request_id: str) -> TapStanding:
        """How a tap's request stands; one that the clerk came back from is over, and the list says what became of the card."""
        tap = self._city.database.read(
            "card.standing", lambda tx: card_store.tap(tx, request_id), tenant=tenant
        )
        if tap is None:
            return TapStanding(state="gone")
        return TapStanding(state="answered" if tap.handle != _NO_HANDLE else "open")

    def _order(self, tx: Transaction, request_id: str) -> tuple[CardTap, CardOrder]:
        """What J-LIS is to write: the person as the register has them now, in letters of a card."""
        tap = card_store.tap(tx, request_id)
        if tap is None or tap.expires_at < tx.now:
            raise Refusal(CARD_TAP_OVER)
        card = self._movers.find(tx, tap.case_id, tap.token)
        resident = register_store.by_id(tx, card.resident_id) if card else None
        if resident is None or resident.birth_date is None:
            raise Refusal(UNKNOWN_CASE)
        city = hall_store.city(tx)
        return tap, CardOrder(
            resident_record_code=resident.record_code,
            municipality_code=MunicipalityCode(tx.tenant),
            prefecture=city.prefecture_roman,
            city=f"{city.city_en}-shi",
            attributes=FourAttributes(
                name=substitute(resident.name, CARD).text,
                address=substitute(resident.address, CARD).text,
                birth_date=resident.birth_date,
                sex=SEX_CODE[resident.sex],
            ),
        )

    def finish(self, tenant: str, clerk: Clerk, handle: str) -> None:
        """The browser is back: the card has written what it was told.

        Raises Refusal ``municipality.card-tap-over``.
        """

        def work(tx: Transaction) -> None:
            tap = card_store.take_tap(tx, handle, clerk.staff_id)
            if tap is None:
                raise Refusal(CARD_TAP_OVER)
            card = self._movers.find(tx, tap.case_id, tap.token)  # whose card it is, for the record
            self._movers.settle(tx, tap.case_id, tap.token, "continued")
            read = with_reading(card.name, card.kana) if card else ""
            whose = Text(f"{card.name}のカード", f"The card of {read}") if card else None
            self._city.send_progress(tx, tap.case_id, "card-continued", DESK, whose)

        self._city.act(FINISH, work, tenant=tenant, clerk=clerk)

    def note_lost(self, tenant: str, today: date) -> int:
        """Cards that nobody had continued in time lapse (municipal §1.2: 90 days). Returns of how many cases."""

        def late(tx: Transaction) -> list[str]:
            return list(
                dict.fromkeys(c.case_id for c in self._movers.waiting(tx) if today > c.until)
            )

        def work(tx: Transaction, case_id: str) -> int:
            waiting = self._movers.waiting(tx)
            gone = [one for one in waiting if one.case_id == case_id and today > one.until]
            for card in gone:
                self._movers.settle(tx, card.case_id, card.token, "lost")
            if gone:
                self._city.send_progress(tx, case_id, "card-lost", DESK)
            return len(gone)

        return self._city.each_itself(LOST, late, work, tenant=tenant)
