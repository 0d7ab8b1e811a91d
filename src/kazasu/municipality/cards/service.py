"""Continued use of cards (継続利用) after an arrival: a queue of its own, so that a standstill of the
card system never blocks registration (municipal §9, 2025-04-04).

The city sends the browser to the terminal; the terminal brings which card it is and a new key; J-LIS
answers with write commands that the card itself checks; the card comes back before the page does.
"""

import base64
import secrets
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kazasu.card.challenge import challenge_bytes
from kazasu.contracts.base import FourAttributes, InstitutionId
from kazasu.contracts.jpki.cards import CardOrder, ContinueCard
from kazasu.contracts.terminal import TapReceipt, TapRequest, TapResult
from kazasu.exchange.taps import TAP_TYP
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.names import CARD, substitute
from kazasu.foundation.text import Text
from kazasu.municipality.faults import CARD_TAP_OVER, CARD_TOO_LATE, UNKNOWN_CASE
from kazasu.municipality.hall.context import CARD_DESK, Clerk, Hall, city_id, system_access
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.moving.store.cases import CardTap
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register

CONTINUING: Final = Text("カードの継続利用", "Continuing the card")
TAP_LIFE: Final = timedelta(minutes=10)
_ACTION: Final = "continue-card"
_NO_HANDLE: Final = ""


class CardDesk:
    """カード窓口."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def begin(self, tenant: str, clerk: Clerk, case_id: str, token: UUID) -> str:
        """Where the browser goes: the terminal, with a request that the city signed.

        Raises Refusal ``municipality.card-too-late``, ``municipality.unknown-case``.
        """
        clerk.needs("counter")
        request_id = secrets.token_urlsafe(24)

        def work(tx: Transaction) -> str:
            case = moving.arrival(tx, case_id)
            found = [a for a in moving.arrivers(tx, case_id) if a.token == token]
            if case is None or not found or found[0].card != "pending":
                raise Refusal(UNKNOWN_CASE)
            until = periods.card_continuation_until(case.notified_on or civil(tx.now))
            if civil(tx.now) > until:
                raise Refusal(CARD_TOO_LATE, until=until)
            life = tx.now + TAP_LIFE
            moving.add_card_tap(
                tx, CardTap(request_id, case_id, token, clerk.staff_id, life, _NO_HANDLE)
            )
            return found[0].mover.name

        name = self._hall.database.run(
            "card.begin",
            work,
            tenant=tenant,
            access=clerk.access("card.begin", CONTINUING, case=case_id),
        )
        return self._request(tenant, request_id, name)

    def _request(self, tenant: str, request_id: str, name: str) -> str:
        entry = self._hall.directory.entry(InstitutionId.of("city", tenant))
        challenge = challenge_bytes(_ACTION, entry.origin, secrets.token_urlsafe(24), request_id)
        request = TapRequest(
            request_id=request_id,
            issuer=entry.id,
            expires_at=self._hall.clock.now() + TAP_LIFE,
            action="continue-card",
            asker_ja=f"{entry.name.ja} カード窓口",
            asker_en=f"{entry.name.en}, card desk",
            asker_origin=entry.origin,
            purpose_ja=f"カードの継続利用（{name} さん）",
            purpose_en=f"Continue the card of {name}",
            learns_ja=("カードの番号", "新しい署名用の公開鍵"),
            learns_en=("The card's number", "A new public key for signing"),
            challenge=_b64(challenge),
            respond_to=f"{entry.origin}/card-tap/evidence",
            continue_at=f"{entry.origin}/card-tap/return",
            cancel_at=f"{entry.origin}/desk/cards",
        )
        institution = self._hall.house.institution(entry.id)
        return institution.sign(request.model_dump_json().encode(), TAP_TYP)

    def receive(self, tenant: str, result: TapResult) -> TapReceipt:
        """From the terminal: which card, and its new key. Gives the card's write commands.

        Raises Refusal ``municipality.card-tap-over``, or J-LIS's reason.
        """
        if result.failure is not None:
            fault = CATALOGUE.get(result.failure.code)
            raise Refusal(
                fault if fault is not None and "{" not in fault.title.ja else CARD_TAP_OVER
            )

        def read(tx: Transaction) -> tuple[CardTap, CardOrder]:
            tap = moving.card_tap(tx, result.request_id)
            if tap is None or tap.expires_at < tx.now:
                raise Refusal(CARD_TAP_OVER)
            found = [a for a in moving.arrivers(tx, tap.case_id) if a.token == tap.token]
            resident = register.by_id(tx, found[0].resident_id) if found else None
            if resident is None or resident.birth_date is None:
                raise Refusal(UNKNOWN_CASE)
            city = register.city(tx)
            order = CardOrder(
                resident_record_code=resident.record_code,
                municipality_code=tenant,
                prefecture=city.prefecture_roman,
                city=f"{city.city_en}-shi",
                attributes=FourAttributes(
                    name=substitute(resident.name, CARD).text,
                    address=substitute(resident.address, CARD).text,
                    birth_date=resident.birth_date,
                    sex=model.SEX_CODE[resident.sex],
                ),
            )
            return tap, order

        tap, order = self._hall.database.run(
            "card.read", read, tenant=tenant, access=system_access("card.continue", CONTINUING)
        )
        script = self._hall.house.inquirer(city_id(tenant)).ask(
            ContinueCard(
                order=order,
                card_id=result.card_record,
                signing_public_key=result.signing_public_key,
            ),
            of="jpki",
            purpose=CONTINUING,
        )
        handle = secrets.token_urlsafe(32)
        self._hall.database.run(
            "card.handle",
            lambda tx: moving.set_card_tap_handle(tx, tap.request_id, handle),
            tenant=tenant,
        )
        return TapReceipt(handle=handle, script=script.script)

    def finish(self, tenant: str, clerk: Clerk, handle: str) -> None:
        """The browser is back: the card has written what it was told.

        Raises Refusal ``municipality.card-tap-over``.
        """

        def work(tx: Transaction) -> None:
            tap = moving.take_card_tap(tx, handle, clerk.staff_id)
            if tap is None:
                raise Refusal(CARD_TAP_OVER)
            for one in moving.arrivers(tx, tap.case_id):
                if one.token == tap.token:
                    moving.set_arriver(
                        tx, one, included=one.included, resident_id=one.resident_id,
                        card="continued",
                    )  # fmt: skip
            self._hall.tell(tx, tap.case_id, "card-continued", CARD_DESK)

        self._hall.database.run(
            "card.finish", work, tenant=tenant, access=clerk.access("card.finish", CONTINUING)
        )

    def note_lost(self, tenant: str, today: date) -> int:
        """Cards that nobody had continued in time lapse (municipal §1.2: 90 days)."""

        def work(tx: Transaction) -> int:
            late = [
                row
                for row in moving.cards_waiting(tx)
                if today > periods.card_continuation_until(row.notified_on)
            ]
            for row in late:
                for one in moving.arrivers(tx, row.case_id):
                    if one.token == row.token:
                        moving.set_arriver(
                            tx, one, included=True, resident_id=one.resident_id, card="lost"
                        )
            for case_id in dict.fromkeys(row.case_id for row in late):
                self._hall.tell(tx, case_id, "card-lost", CARD_DESK)
            return len(late)

        return self._hall.database.run(
            "card.lost", work, tenant=tenant, access=system_access("card.lost", CONTINUING)
        )


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
