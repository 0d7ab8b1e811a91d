"""Continued use of cards (継続利用) after an arrival: a queue of its own, so that a standstill of the
card system never blocks registration (municipal §9, 2025-04-04).

The city sends the browser to the terminal; the terminal brings which card it is and a new key; J-LIS
answers with write commands that the card itself checks; the card comes back before the page does.
"""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kazasu.card.challenge import challenge_bytes
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.cards import CardNotContinued, CardOrder, ContinueCard
from kazasu.contracts.terminal import TapReceipt, TapRequest, TapResult, TapStanding
from kazasu.exchange.taps import TAP_TYP
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.values.names import CARD, substitute
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.municipality.cards import corrected
from kazasu.municipality.cards import store as card_store
from kazasu.municipality.cards.faults import CARD_REFUSED, CARD_TAP_OVER, CARD_TOO_LATE
from kazasu.municipality.cards.left import each_once
from kazasu.municipality.cards.store import CardTap
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, desk, own
from kazasu.municipality.hall.faults import UNKNOWN_CASE
from kazasu.municipality.hall.model import REGISTER, Clerk
from kazasu.municipality.hall.ports import MOVERS_CARDS, MoversCards, WaitingCard
from kazasu.municipality.institution import INSTITUTION
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import SEX_CODE
from kazasu.municipality.register.service.moved import read_on

DESK: Final = Text("カード窓口", "Card desk")
CONTINUING: Final = Text("カードの書きかえ", "Updating the card")
LIST: Final = desk(
    "card.list", Text("カードの書きかえの待ち一覧", "Cards waiting to be updated"), role=REGISTER
)
BEGIN: Final = desk("card.begin", CONTINUING, role="counter")
FINISH: Final = desk("card.finish", CONTINUING, role="counter")
READ: Final = own("card.read", CONTINUING)
LOST: Final = own(
    "card.lost",
    Text("期限内に書きかえなかったカードの失効", "A card that was not updated in time ends"),
)
DUE: Final = own(
    "card.due", Text("期限の過ぎたカードの確認", "Looking for cards whose time is over"),
    shows="nobody", why="case numbers and days alone",
)  # fmt: skip
TAP_LIFE: Final = timedelta(minutes=10)
_ACTION: Final = "continue-card"
_MOST_IN_A_LINE: Final = 400
"""Letters that a tap's purpose may have (:data:`kazasu.contracts.base.Line`)."""
_NO_HANDLE: Final = ""


class CardDesk:
    """カード窓口."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    @property
    def _movers(self) -> MoversCards:
        return self._city.ports.use(MOVERS_CARDS)

    def waiting(self, tenant: str, clerk: Clerk) -> list[WaitingCard]:
        """All that are to be updated, each card once, the most urgent first: whatever it waits for, one update is for everything."""

        def work(tx: Transaction) -> list[WaitingCard]:
            return each_once([*self._movers.waiting(tx), *corrected.waiting(tx)])

        return self._city.act(LIST, work, tenant=tenant, clerk=clerk)

    def of_family(self, tenant: str, clerk: Clerk, case_id: str) -> tuple[list[WaitingCard], int]:
        """Those of one move alone that wait here, the eldest first, and how many have moved on since: nobody else is looked at."""
        return self._city.act(
            LIST,
            lambda tx: (self._movers.of_case(tx, case_id), self._movers.moved_on(tx, case_id)),
            tenant=tenant,
            clerk=clerk,
            case=case_id,
        )

    def count(self, tx: Transaction, _: date) -> int:
        return len({*self._movers.holders(tx), *corrected.holders(tx)})

    def _find(self, tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
        return self._movers.find(tx, case_id, token) or corrected.find(tx, case_id, token)

    def begin(
        self,
        tenant: str,
        clerk: Clerk,
        case_id: str,
        token: UUID,
        *,
        after: WaitingCard | None = None,
    ) -> str:
        """Returns where the browser goes: the terminal, with a request that the city signed.

        Args:
            after: a card of the same move that was updated just before: the reader says that it is done.

        Raises Refusal ``municipality.card-too-late``, ``municipality.unknown-case``.
        """
        request_id = secrets.token_urlsafe(24)

        def work(tx: Transaction) -> tuple[str, Text]:
            card = self._find(tx, case_id, token)
            if card is None:
                raise Refusal(UNKNOWN_CASE)
            if card.ends and civil(tx.now) > card.until:
                raise Refusal(CARD_TOO_LATE, until=card.until, **_named(card))
            life = tx.now + TAP_LIFE
            card_store.add_tap(
                tx, CardTap(request_id, case_id, token, clerk.staff_id, life, _NO_HANDLE)
            )
            return request_id, _purpose(card, after)

        asked = self._city.act(BEGIN, work, tenant=tenant, clerk=clerk, case=case_id)
        return self._request(tenant, *asked)

    def _request(self, tenant: str, request_id: str, purpose: Text) -> str:
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
            purpose_ja=purpose.ja,
            purpose_en=purpose.en,
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

        Raises Refusal ``municipality.card-tap-over``, or ``municipality.card-refused`` with whose card it is and J-LIS's reason.
        """
        if result.failure is not None:
            fault = CATALOGUE.get(result.failure.code)
            raise Refusal(
                fault if fault is not None and "{" not in fault.title.ja else CARD_TAP_OVER
            )

        handle = secrets.token_urlsafe(32)

        def taken(tx: Transaction) -> tuple[CardOrder, WaitingCard]:
            """One answer for one tap: a second post of it has no second certificate made, and leaves the first its way back."""
            ordered = self._order(tx, result.request_id)
            if not card_store.set_tap_handle(tx, result.request_id, handle, before=_NO_HANDLE):
                raise Refusal(CARD_TAP_OVER)
            return ordered

        order, card = self._city.act_itself(READ, taken, tenant=tenant)
        try:
            script = self._city.inquirer(tenant).ask(
                ContinueCard(
                    order=order,
                    card_id=result.card_record,
                    signing_public_key=result.signing_public_key,
                ),
                of="jpki",
                purpose=CONTINUING,
            )
        except Refusal as refusal:
            self._city.database.run(
                "card.handle",
                lambda tx: card_store.set_tap_handle(
                    tx, result.request_id, _NO_HANDLE, before=handle
                ),
                tenant=tenant,
            )
            if not refusal.fault.code.startswith("jpki."):
                raise  # nothing about the card
            title, todo = refusal.title, refusal.todo
            raise Refusal(
                CARD_REFUSED, **_named(card),
                why_ja=title.ja, why_en=title.en, todo_ja=todo.ja, todo_en=todo.en,
            ) from refusal  # fmt: skip
        return TapReceipt(handle=handle, script=script.script)

    def standing(self, tenant: str, request_id: str) -> TapStanding:
        """How a tap's request stands; one that the clerk came back from is over, and the list says what became of the card."""
        tap = self._city.database.read(
            "card.standing", lambda tx: card_store.tap(tx, request_id), tenant=tenant
        )
        if tap is None:
            return TapStanding(state="gone")
        return TapStanding(state="answered" if tap.handle != _NO_HANDLE else "open")

    def _order(self, tx: Transaction, request_id: str) -> tuple[CardOrder, WaitingCard]:
        """What J-LIS is to write: the person as the register has them now, in letters of a card. And whose it is."""
        tap = card_store.tap(tx, request_id)
        if tap is None or tap.expires_at < tx.now:
            raise Refusal(CARD_TAP_OVER)
        card = self._find(tx, tap.case_id, tap.token)
        resident = register_store.by_id(tx, card.resident_id) if card else None
        if card is None or resident is None or resident.birth_date is None:
            raise Refusal(UNKNOWN_CASE)
        city = hall_store.city(tx)
        order = CardOrder(
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
            as_of=tx.now,
        )
        return order, card

    def finish(self, tenant: str, clerk: Clerk, handle: str) -> WaitingCard | None:
        """The browser is back: the card has written what it was told. Returns which; None: a colleague held it, and was told.

        Raises Refusal ``municipality.card-tap-over``.
        """

        def work(tx: Transaction) -> WaitingCard | None:
            tap = card_store.take_tap(tx, handle, clerk.staff_id)
            if tap is None:
                raise Refusal(CARD_TAP_OVER)
            card = self._find(tx, tap.case_id, tap.token)
            if card is not None:
                self._updated(tx, card)
            return card

        return self._city.act(FINISH, work, tenant=tenant, clerk=clerk)

    def _updated(self, tx: Transaction, card: WaitingCard) -> None:
        """It says now what the register says, whatever it waited for: no other case waits for it."""
        moves = self._movers.of_resident(tx, card.resident_id)
        for case in moves:
            self._movers.settle(tx, case.case_id, case.token, "continued")
        tell = [one.case_id for one in moves]
        self._movers.goes_on(tx, card.resident_id)
        if corrected.forget(tx, card.resident_id):
            tell.append(self._read_on(tx, card))
        for case_id in dict.fromkeys(one for one in tell if one):
            self._city.send_progress(tx, case_id, "card-continued", DESK, _whose([card]))

    def _read_on(self, tx: Transaction, card: WaitingCard) -> str:
        """The case on which who follows it reads of a card that a correction made wait; empty: on none."""
        with tx.unseen():
            resident = register_store.by_id(tx, card.resident_id)
            return read_on(tx, self._city.ports, resident, card.name) if resident else ""

    def note_lost(self, tenant: str, today: date) -> int:
        """Cards that nobody had continued in time end (municipal §1.2: 90 days; 番号法施行令 14条), and J-LIS ends them: what the
        resident reads is so. Returns of how many cases."""

        def work(tx: Transaction, case_id: str) -> int:
            gone = [
                one
                for one in self._movers.of_case(tx, case_id)
                if one.ends and today > periods.card_continuation_until(one.since)
            ]
            for card in gone:
                self._movers.settle(tx, card.case_id, card.token, "lost")
                self._end(tx, card)
            self._movers.close(tx, case_id, today)
            if gone:
                self._city.send_progress(tx, case_id, "card-lost", DESK, _whose(gone))
            return len(gone)

        late = self._city.look_itself(
            DUE, lambda tx: self._movers.overdue(tx, today), tenant=tenant
        )
        return each(
            late,
            lambda case_id: self._city.act_itself(
                LOST, lambda tx: work(tx, case_id), tenant=tenant, case=case_id
            ),
        )

    def _end(self, tx: Transaction, card: WaitingCard) -> None:
        resident = register_store.by_id(tx, card.resident_id)
        if resident is None:
            return
        letter = CardNotContinued(
            resident_record_code=resident.record_code,
            municipality_code=MunicipalityCode(tx.tenant),
            notified_on=card.since,
            registered_at=card.registered_at,
        )
        self._city.post(tx).send(tx, letter, to="jpki", case=card.case_id)


def _named(card: WaitingCard) -> dict[str, str]:
    """Whose it is, for a refusal: several cards of a household lie on the desk."""
    return {"name": card.name, "name_en": with_reading(card.name, card.kana)}


def _purpose(card: WaitingCard, after: WaitingCard | None = None) -> Text:
    """As the terminal tells it, behind what was done just before. 継続利用 is of an arrival from another city alone (番号法施行令 14条); else what stands on the card is
    changed (番号法 17条8項)."""
    what = "カードの住所の書きかえ（継続利用" if card.ends else "カードの書きかえ（券面記載事項変更"
    read = with_reading(card.name, card.kana)
    said = Text(f"{what}、{card.name} さん）", f"Update the card of {read}")
    if after is None:
        return said
    done = with_reading(after.name, after.kana)
    both = Text(
        f"{after.name} さんのカードは終わりました。次は、{said.ja}",
        f"The card of {done} is done. Next: {said.en}",
    )
    return both if max(len(both.ja), len(both.en)) <= _MOST_IN_A_LINE else said


def _whose(cards: Sequence[WaitingCard]) -> Text:
    read = ", ".join(with_reading(one.name, one.kana) for one in cards)
    names = "、".join(one.name for one in cards)
    return Text(f"{names}のカード", f"The card of {read}")
