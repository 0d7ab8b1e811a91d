"""Taking a move back. After acceptance, cancellation and arrival race; the network decides (T4)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from kazasu.contracts.jukinet import CancelTransfers
from kazasu.contracts.municipality import (
    CertificateCancelled,
)
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.hall.context import CityContext, city_id, desk, own
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import CARD_DIFFERS
from kazasu.municipality.moving.faults import NOBODY_TO_COME, TRANSFER_NOT_OPENED
from kazasu.municipality.moving.life import LEAVER, OutState
from kazasu.municipality.moving.model import OUT_DESK, Leaver, MovingOut
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import heads
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import REASON_NEEDED
from kazasu.municipality.register.model import Resident

CANCELLING = Text("転出の取消し", "Cancelling the move")
CANCEL_AT_DESK: Final = desk("moving-out.cancel-at-desk", CANCELLING, role="decider", reasoned=True)  # fmt: skip
LEAVERS: Final = own("moving-out.leavers", CANCELLING)
CANCEL: Final = own("moving-out.cancel", CANCELLING)
ANEW: Final = Text(
    "住民票が一度閉じられたので、署名用の電子証明書は失効しています。カードを持ってこの市区町村の窓口へ来ると、新しくできます（無料）",
    "The record had been closed, and certificates for signing ended with it. Bring the card to a counter of this city for a new one (no fee)",
)
TO_BE_ASKED: Final = (
    "転出を取り消しました。世帯主が出る前の人ではないため、続柄が住民票からは分かりません。"
    "本人に確かめて、職権修正で直すか、世帯変更届（世帯分離）を受け付けてください（{names}）"
)
"""As a note among the staff, which is in Japanese as all of them are."""


class Cancelling:
    """転出の取消し."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def withdraw(self, tx: Transaction, case: MovingOut, at: datetime) -> None:
        """The resident took the notice back at this instant. After acceptance the race is decided at jukinet."""
        if not case.may("take-back"):
            return
        after = cases.turn(tx, case, "take-back", at=at)
        if after.state == OutState.WITHDRAWN:
            self._city.send_progress(tx, case.case_id, "withdrawn", OUT_DESK)
        elif after.state == OutState.ACCEPTED:
            self._city.house.jobs.enqueue(tx, "cancel-move", case_id=case.case_id)
        else:
            self._city.send_progress(tx, case.case_id, "cancel-refused", OUT_DESK)

    def cancel_at_desk(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, because: str
    ) -> None:
        """They did not move after all, and say so at the desk: the same race, also after the special route (標準仕様書 4.6.0.1).

        Raises Refusal ``municipality.reason-needed``, ``municipality.nobody-to-come``, ``municipality.changed-meanwhile``,
        ``municipality.wrong-state``, ``kit.not-your-role``.
        """
        if not seen(because):
            raise Refusal(REASON_NEEDED)

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, "cancel-at-desk", clerk)
            if not any(one.on_the_way for one in notices.leavers(tx, case_id)):
                raise Refusal(NOBODY_TO_COME)
            cases.turn(tx, case, "cancel-at-desk", by=clerk.staff_id)
            casework_store.write(tx, "out", case_id, clerk.staff_id, "note", because)
            self._city.house.jobs.enqueue(tx, "cancel-move", case_id=case_id)

        self._city.act(
            CANCEL_AT_DESK,
            work,
            tenant=tenant,
            clerk=clerk,
            case=case_id,
            way="out",
            reason=because,
        )
        # What the network cannot answer now the job asks again.
        with suppress(Refusal):
            self.cancel(tenant, case_id=case_id)

    def cancel(self, tenant: str, *, case_id: str) -> None:
        """Job: cancel the transfers of all who have not arrived, by one compare-and-set, then reverse what was won.

        Who arrived first stays arrived; repeating the job changes nothing.

        Raises Refusal ``municipality.transfer-not-opened``: the network has not heard of all of them; tried again until it has.
        """
        case, leavers = self._city.look_itself(
            LEAVERS,
            lambda tx: (cases.notice(tx, case_id), notices.leavers(tx, case_id)),
            tenant=tenant,
            case=case_id,
        )
        if not case.may("cancelled"):
            return
        going = {one.token: one for one in leavers if LEAVER.can(one.state, "cancelled")}
        won, unheard = list[Leaver](), False
        if going:
            answer = self._city.inquirer(tenant).ask(
                CancelTransfers(
                    tokens=tuple(going), request_id=uuid5(NAMESPACE_URL, f"cancel:{case_id}")
                ),
                of="jukinet",
                purpose=CANCELLING,
            )
            # The arrival was first, and its notice is on its way here (design §3.11).
            won = [going[one.token] for one in answer.movers if one.state != "CONSUMED"]
            unheard = len(answer.movers) < len(going)
        self._city.act_itself(
            CANCEL,
            lambda tx: self._reverse(tx, case_id, won, unheard=unheard),
            tenant=tenant,
            subjects=[one.resident_id for one in won],
            case=case_id,
        )
        if unheard:
            raise Refusal(TRANSFER_NOT_OPENED)

    def _reverse(
        self, tx: Transaction, case_id: str, won: Sequence[Leaver], *, unheard: bool
    ) -> None:
        """The records of those who stay are open again, and their data are taken back wherever they were sent.

        Where others of the case had arrived, the move goes on as theirs: the resident is told that it cannot be cancelled as a
        whole, and for how many it was.
        """
        case = notices.find(tx, case_id)
        if case is None or not case.may("cancelled"):
            return
        if not won:
            if not unheard:
                self._city.send_progress(tx, case_id, "cancel-refused", OUT_DESK)
            return
        self._restore(tx, case, won)
        anew = self._certificates_anew(tx, case_id, won)
        for leaver in won:
            notices.turn_leaver(tx, leaver, "cancelled", notified_at=None, revision=0)
        letter = CertificateCancelled(
            case_id=case_id, tokens=tuple(one.token for one in won), at=tx.now
        )
        for city in notices.cities_with_data(tx, case_id):
            self._city.post(tx).send(tx, letter, to=city_id(city), case=case_id)
        if all(one.state in ("cancelled", "died") for one in notices.leavers(tx, case_id)):
            cases.turn(tx, case, "cancelled")
            self._city.send_progress(tx, case_id, "cancelled", OUT_DESK, anew)
            return
        if unheard:
            return  # the others follow, and then the resident is told
        cases.close_if_all_are_gone(self._city, tx, case_id)
        note = Text(
            f"転入が済んでいなかった{len(won)}人の転出は取り消しました",
            f"Cancelled for those who had not arrived: {len(won)}",
        )
        if anew is not None:
            note = Text(f"{note.ja}。{anew.ja}", f"{note.en}. {anew.en}")
        self._city.send_progress(tx, case_id, "cancel-refused", OUT_DESK, note)

    def _certificates_anew(
        self, tx: Transaction, case_id: str, won: Sequence[Leaver]
    ) -> Text | None:
        """Of whose record had been closed the certificate for signing has ended, and an end is an end (公的個人認証法 12条1項2号, 15条): their cards wait at the
        desk for a new one. Nobody below fifteen has one. None: nothing of it is to be said."""
        closed = [one.resident_id for one in won if one.state == "departed"]
        people = [
            one
            for one in register_store.several(tx, closed)
            if one.has_card and not periods.too_young(one.birth_text, civil(tx.now))
        ]
        for resident in people:
            self._city.ports.use(CARD_DIFFERS)(tx, resident.resident_id, case_id)
        return ANEW if people else None

    @staticmethod
    def _restore(tx: Transaction, case: MovingOut, won: Sequence[Leaver]) -> None:
        """異動の取消し（増）: new versions as they were before the notice; each household has its head of before again, where that one
        is there, and everybody stands to the head of that day.

        Who became head because of the notice gives it back (municipal §1.3). They live where their household does: its address may have
        been corrected while they were away.
        """
        back = [
            one
            for leaver in won
            if (one := register_store.by_id(tx, leaver.resident_id)) is not None
        ]
        for household in dict.fromkeys(one.household_number for one in back):
            of_it = [one for one in back if one.household_number == household]
            found = heads.restored(tx, household, [_before(tx, one) for one in of_it])
            heads.put_back_heads(tx, household, found, {one.resident_id for one in of_it})
            home = register_store.home(tx, household)
            for resident in sorted(of_it, key=lambda one: one.resident_id == found.head):
                register_store.change(
                    tx, resident, state="resident", reason="異動の取消し（増）",
                    is_head=resident.resident_id == found.head,
                    relationship=found.relationship(resident.resident_id),
                    planned_to="", planned_on=None, changed_on=civil(tx.now), case_id="",
                    processed_at=tx.now, processed_by="system", **home,
                )  # fmt: skip
            people = register_store.several(tx, list(found.asked))
            cases.note_who_is_asked(
                tx, case, TO_BE_ASKED, [(one, found.asked[one.resident_id]) for one in people]
            )


def _before(tx: Transaction, resident: Resident) -> Resident:
    """Their record as it was before the notice that moves them."""
    return next(
        one
        for one in register_store.history(tx, resident.resident_id)
        if one.state == "resident" and one.case_id != resident.case_id
    )
