"""What becomes of certificates after their issue: suspension, revocation, and the answer about their state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kazasu.contracts.identity import CertificateChange
from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.actions import Action, action
from kazasu.foundation.database import (
    LOST_RACE,
    Database,
    Transaction,
    out_of_reach,
    out_of_space,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.faults import NETWORK_SILENT, NOT_HELD, UNKNOWN_CARD
from kazasu.jpki.latest import protection
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import (
    CardRow,
    CertificateRow,
    Holder,
    Lifted,
    Status,
    StatusUnavailable,
)
from kazasu.jpki.status.model import LAPSES_AUTHENTICATION, LAPSES_SIGNING, check_reason
from kazasu.jpki.terms import CertificateKind

ANSWER: Final = action(
    "jpki.status.answer", "system", Text("失効の確認", "Status check"),
    itself="ocsp", shows="nobody", why="asked by serial number alone, it says good or revoked; whose it is is not read",
)  # fmt: skip
LAPSE: Final = action(
    "jpki.certificate.lapse", "system",
    Text("住所・氏名などの変更による失効", "Revocation after a change of data"),
    itself="register", shows="found",
)  # fmt: skip
NOT_CONTINUED: Final = action(
    "jpki.card.not-continued", "system",
    Text("期限内に継続利用しなかったカードの失効", "End of a card that was not updated in time"),
    itself="register", shows="found",
)  # fmt: skip
SUSPEND: Final = action(
    "jpki.certificate.suspend", "system", Text("紛失による一時停止", "Suspension: lost"),
    itself="revocation", shows="found",
)  # fmt: skip
RELEASE: Final = action(
    "jpki.certificate.release", "system", Text("一時停止の解除", "End of the suspension"),
    itself="revocation", shows="found",
)  # fmt: skip
END: Final = action(
    "jpki.card.end", "system", Text("カードの失効", "End of the card"),
    itself="revocation", shows="found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Released:
    """``certificates`` work again; ``still_held``: of those on phones, which their owner stopped."""

    certificates: int
    still_held: int


def _holder(card: CardRow) -> Holder:
    return "phone" if card.media == "phone" else "card"


class LifeCycle:
    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    def status(self, kind: CertificateKind, serial: int) -> Status | None:
        """For the OCSP responder. Raises :class:`StatusUnavailable`: the register is out of reach."""
        try:
            return self._database.read(
                "jpki.status",
                lambda tx: register_store.status(tx, kind, serial),
                access=ANSWER.by(),
            )
        except Exception as error:
            if isinstance(error, LOST_RACE) or out_of_reach(error) or out_of_space(error):
                raise StatusUnavailable from error
            raise

    # ------------------------------------------------------------ the register's letter

    def person_changed(self, tx: Transaction, letter: PersonChanged, _: Received) -> None:
        """Revoke what lapses by the change, and note where the person lives now. Idempotent: a repetition changes nothing: the first revocation stays."""
        tx.audit(LAPSE.by())
        person_id = person_store.person_of(tx, letter.resident_record_code)
        if person_id is None:
            return  # nobody with a card: nothing to revoke
        protection.registered(tx, person_id, letter)
        kinds: list[CertificateKind] = ["signing"]
        reason = LAPSES_SIGNING[letter.what]
        if letter.card_ends or (letter.what in LAPSES_AUTHENTICATION and not letter.card_goes_on):
            kinds.append("authentication")
            reason = "cessation_of_operation"
        lapsed = [
            row.kind
            for kind in kinds
            # One with data of after the change stays, however late this letter comes. What is printed in it says
            # nothing: a certificate is good from noon, and in whole seconds.
            for row in register_store.live_as_of(tx, person_id, kind, letter.at)
            if register_store.revoke(tx, kind, row.serial, tx.now, reason)
        ]
        if lapsed:
            self._events.tell(tx, person_id, "revoked", lapsed)
            if letter.what == "death":
                self._events.tell(tx, person_id, "deceased")
        tx.shown((person_id,))

    # ------------------------------------------------------------ a city's letter

    def not_continued(self, tx: Transaction, letter: CardNotContinued, _: Received) -> None:
        """The card ends, with everything on it and on its phones. Idempotent. Of who has moved on since, the city that writes says
        nothing any more: the letter changes nothing.

        Raises Refusal ``jpki.network-silent``: it is about an arrival of which the network has not told yet, and waits for its word.
        """
        tx.audit(NOT_CONTINUED.by())
        person_id = person_store.person_of(tx, letter.resident_record_code)
        if person_id is None:
            return
        if letter.epoch is not None and person_store.epoch_of(tx, person_id) < letter.epoch:
            raise Refusal(NETWORK_SILENT)
        if person_store.registered_in(tx, person_id) != letter.municipality_code:
            return
        tx.shown((person_id,))
        ended = [
            row.kind
            for card in register_store.cards_made_before(
                tx, person_id, letter.notified_on, letter.registered_at
            )
            for row in register_store.certificates_of_card(tx, card.card_id)
            if register_store.revoke(tx, row.kind, row.serial, tx.now, "cessation_of_operation")
        ]
        if ended:
            self._events.tell(tx, person_id, "revoked", ended)

    # ------------------------------------------------------------ suspension

    def suspend(self, card_id: str) -> int:
        """The card is lost: everything on it, and on the phones that hang on it, is held at once. A phone's own name holds that phone alone.

        At any hour, on the holder's word; idempotent. Returns how many certificates work no longer by it.

        Raises Refusal ``jpki.unknown-card``.
        """

        def hold(tx: Transaction, card: CardRow, row: CertificateRow) -> bool:
            return register_store.hold(tx, row.kind, row.serial, _holder(card))

        return self._each(card_id, SUSPEND, hold, "held")

    def release(self, card_id: str) -> Released:
        """The card was found, and the holder came with it to the counter. What its loss held is free; a phone that its owner stopped
        stays so, until its owner finds it.

        Raises Refusal ``jpki.unknown-card``, ``jpki.not-held``.
        """
        lifted: list[Lifted] = []
        still = [0]

        def release(tx: Transaction, card: CardRow, row: CertificateRow) -> bool:
            lifted.append(register_store.release(tx, row.kind, row.serial, _holder(card)))
            still[0] = register_store.held_on_phones(tx, card_id)
            return lifted[-1] == "free"

        free = self._each(card_id, RELEASE, release, "released")
        if all(one == "not-held" for one in lifted):
            raise Refusal(NOT_HELD)
        return Released(free, still[0])

    def end_card(self, card_id: str, reason: str = "cessation_of_operation") -> int:
        """The card is returned or void: its certificates end, and those of its phones.

        Raises Refusal ``jpki.unknown-card``, ``jpki.unknown-reason``.
        """
        check_reason(reason)
        return self._each(
            card_id, END,
            lambda tx, _, row: register_store.revoke(tx, row.kind, row.serial, tx.now, reason), "revoked",
        )  # fmt: skip

    def _each(
        self,
        card_id: str,
        done: Action,
        change: Callable[[Transaction, CardRow, CertificateRow], bool],
        event: CertificateChange,
    ) -> int:
        def work(tx: Transaction) -> int:
            card = register_store.card(tx, card_id)
            if card is None:
                raise Refusal(UNKNOWN_CARD)
            changed = [
                row.kind
                for row in register_store.certificates_of_card(tx, card_id)
                if change(tx, card, row)
            ]
            if changed:
                self._events.tell(tx, card.person_id, event, changed)
            return len(changed)

        return self._database.run(done.name, work, access=done.by())
