"""What the register tells others, in the transaction of the change: J-LIS's public-key service, and the city that was left."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.contracts.jukinet import DeathTold, TransferConsumed
from kazasu.exchange.carrier.letters import Post
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.text import Text
from kazasu.jukinet import store
from kazasu.jukinet.model import Transfer

TELL: Final = action(
    "jukinet.transfer.tell", "system",
    Text("転入の登録を、転出元の市区町村に知らせる", "Telling the old city of an arrival"),
    itself="transfer-news", shows="found",
)  # fmt: skip


class News:
    def __init__(self, database: Database, post: Post) -> None:
        self._database = database
        self._post = post
        self._all_told = False

    def changed(
        self, tx: Transaction, person: str, what: str, city: str, case: str, at: datetime,
        *, card_goes_on: bool = False, card_ends: bool = False,
    ) -> None:  # fmt: skip
        """To the public-key service: a signing certificate lapses by it. After the step that it tells of.

        Args:
            at: when the city wrote it into its register: what that city had certified since has the new data already.
        """
        letter = PersonChanged.model_validate(
            {
                "resident_record_code": person,
                "what": what,
                "municipality_code": city,
                "at": min(at, tx.now),
                "epoch": store.epoch(tx, person),
                "card_goes_on": card_goes_on,
                "card_ends": card_ends,
            }
        )
        self._post.send(tx, letter, to="jpki", case=case)

    def consumed(self, tx: Transaction, transfer: Transfer, moved_on: date) -> None:
        """To the old city: who consumed the token, with which epoch. It closes its record on no other word alone."""
        letter = TransferConsumed.model_validate(
            {
                "token": transfer.token,
                "case_id": transfer.case_id,
                "resident_record_code": transfer.resident_record_code,
                "from_municipality": transfer.from_municipality,
                "consumed_by": InstitutionId(str(transfer.settled_by)).tenant,
                "epoch": transfer.epoch,
                "on": moved_on,
            }
        )
        old_city = InstitutionId.of("city", transfer.from_municipality)
        self._post.send(tx, letter, to=old_city, case=transfer.case_id)

    def died(
        self, tx: Transaction, person: str, *, told_by: str, to: str, on: date, case: str
    ) -> None:
        """To the city that has them now: another one entered their death."""
        letter = DeathTold.model_validate(
            {"resident_record_code": person, "told_by": told_by, "on": on}
        )
        self._post.send(tx, letter, to=InstitutionId.of("city", to), case=case)

    def catch_up(self) -> int:
        """Tell the old cities of arrivals from before this letter was there. Returns how many.

        Without any it costs one look at an empty table, once in a process.
        """
        if self._all_told:
            return 0
        untold = self._database.glance(store.untold)
        self._all_told = not untold  # no further ones come
        return each(untold, self._catch_up)

    def _catch_up(self, token: UUID) -> bool:
        def work(tx: Transaction) -> bool:
            transfer = store.transfer_by_token(tx, token)
            if transfer is None or transfer.epoch is None or not store.no_longer_untold(tx, token):
                return False
            person = transfer.resident_record_code
            opened = store.registration_of(tx, person, transfer.epoch)
            self.consumed(tx, transfer, opened.since)
            return True

        return self._database.run("jukinet.tell-transfer", work, access=TELL.by())
