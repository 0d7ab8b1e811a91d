"""What the register does: one transaction each.

A refusal is committed with its audit row too: it tells the asker something about the person.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar, get_args
from uuid import UUID

from kazasu.contracts import jukinet as contract
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.carrier.letters import Received
from kazasu.exchange.directory import Directory
from kazasu.foundation.actions import Action, action
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.jukinet import model, store
from kazasu.jukinet.faults import (
    NOT_YOURS,
    NUMBER_OF_ANOTHER,
    PERSON_TAKEN,
    TRANSFER_ALREADY_OPEN,
    TRANSFER_CONSUMED_ELSEWHERE,
    TRANSFER_DIFFERS,
    TRANSFER_EXPIRED,
    TRANSFER_UNKNOWN,
)
from kazasu.jukinet.life import TRANSFER
from kazasu.jukinet.model import Claim, Registration, Transfer
from kazasu.jukinet.news import News
from kazasu.jukinet.numbers import Numbers, index, numbers, of_person, serial_of

T = TypeVar("T")


SELF: Final = "jukinet"
_LAPSING: Final = {"death", "address", "name", "birth-date", "sex", "emigration"}
"""Changes by which a signing certificate lapses (公的個人認証法 12条)."""

OPEN: Final = action(
    "jukinet.transfer.open", "institution",
    Text("転出の届出の受付", "Accepting a notice of moving out"),
)  # fmt: skip
END: Final = action(
    "jukinet.registration.end", "institution",
    Text("転出日による除票", "Closing the old record on the day of departure"),
)  # fmt: skip
CHANGE: Final = {
    what: action(
        f"jukinet.registration.{what}", "institution",
        Text("本人確認情報の更新", "Updating the identification data"),
    )
    for what in get_args(contract.RegistrationChanged.model_fields["what"].annotation)
}  # fmt: skip
EXPIRE: Final = action(
    "jukinet.transfer.expire", "system",
    Text("特例転入の期限切れの処理", "Closing transfers whose time is over"),
    itself="transfer-expiry", shows="found",
)  # fmt: skip


class Register:
    """The national register of who lives where."""

    def __init__(self, database: Database, news: News, directory: Directory) -> None:
        self._database = database
        self._news = news
        self._directory = directory

    # ------------------------------------------------------------ inquiries

    def where_registered(self, person: str, access: Access) -> Registration:
        """Raises Refusal ``jukinet.in-transit``, ``jukinet.moved-abroad``, ``jukinet.not-registered``."""

        def work(tx: Transaction) -> Registration:
            return model.registered_now(
                store.latest_registration(tx, person),
                store.latest_transfer_of(tx, person),
                civil(tx.now),
                store.last_step(tx, person),
            )

        return self._decided("jukinet.where-registered", work, access)

    def municipalities(self, person: str, access: Access) -> list[str]:
        """Codes of the cities that hold, held or await the person."""
        return self._database.run(
            "jukinet.municipalities", lambda tx: store.municipalities(tx, person), access=access
        )

    def open_transfer_of(self, person: str, access: Access) -> Transfer:
        """By which they can arrive with their card alone. Raises Refusal ``jukinet.transfer-unknown``, ``jukinet.transfer-expired``."""

        def work(tx: Transaction) -> Transfer:
            found = store.open_transfer_of(tx, person) or store.latest_transfer_of(tx, person)
            if found is None or found.state not in ("OPEN", "EXPIRED"):
                raise Refusal(TRANSFER_UNKNOWN)
            if found.state == "EXPIRED" or found.is_over(civil(tx.now)):
                raise Refusal(TRANSFER_EXPIRED, expires_on=found.expires_on.isoformat())
            return found

        return self._decided("jukinet.open-transfer-of", work, access)

    def consume(
        self,
        movers: Sequence[contract.MoverTransfer],
        city: str,
        moved_on: date,
        by: str,
        access: Access,
        *,
        by_paper: bool = False,
    ) -> list[Transfer]:
        """Register the arrival of all movers in the city that asks, and use up their tokens; or of none.

        In one transaction, for each: the token becomes CONSUMED, the old registration ends, the new one begins, J-LIS's
        public-key service and the old city are told. Who was registered under the same ``request_id`` before stays as they
        are, so that a repetition finds what it did and changes nothing.

        Raises:
            Refusal: of the first who cannot, with the place in ``movers`` as its fact ``mover``: ``jukinet.transfer-cancelled``, ``-expired``,
                ``-consumed-elsewhere``, ``-unknown``, ``-of-other-person``, ``-to-same-city``,
                ``jukinet.moved-in-future``, ``jukinet.date-before-registration``. Nobody is registered then.
        """

        def one(tx: Transaction, place: int, mover: contract.MoverTransfer) -> Transfer:
            try:
                return settled(tx, mover)
            except Refusal as refusal:
                # Whose it is decides what the desk does next.
                raise Refusal(refusal.fault, **refusal.facts, mover=place) from None

        def settled(tx: Transaction, mover: contract.MoverTransfer) -> Transfer:
            transfer = store.transfer_by_token(tx, mover.token)
            if transfer is None:
                raise Refusal(TRANSFER_UNKNOWN)
            if transfer.state == "CONSUMED":
                return self._repeated(transfer, mover, by)
            return self._arrive(tx, transfer, mover, city, moved_on, by, by_paper=by_paper)

        return self._decided(
            "jukinet.consume-transfer",
            lambda tx: [one(tx, place, mover) for place, mover in enumerate(movers)],
            access,
        )

    def cancel(
        self, tokens: Sequence[UUID], request_id: UUID, by: str, access: Access
    ) -> list[Transfer]:
        """Cancel the move of all who have not arrived, in one transaction. Returns the tokens as they then are.

        A record that the planned departure had closed is open again, also where the token has run out since. Tokens that nobody
        has opened yet are left out: their letter is on its way, or waits for an earlier transfer of the person.

        Raises Refusal ``jukinet.not-your-transfer``: of any of them; nothing is cancelled then.
        """

        def one(tx: Transaction, transfer: Transfer) -> Transfer:
            if by != f"city:{transfer.from_municipality}":
                raise Refusal(NOT_YOURS)
            if transfer.state in ("OPEN", "EXPIRED"):
                store.settle(tx, transfer, "cancel", by=by, request_id=request_id)
                self._stay(tx, transfer, by)
            return store.transfer_by_token(tx, transfer.token) or transfer

        def work(tx: Transaction) -> list[Transfer]:
            found = [store.transfer_by_token(tx, token) for token in tokens]
            return [one(tx, transfer) for transfer in found if transfer is not None]

        return self._decided("jukinet.cancel-transfer", work, access)

    def give_paper(self, tokens: Sequence[UUID], by: str, access: Access) -> list[Transfer]:
        """Open the tokens of all who have neither arrived nor been cancelled for an arrival with a paper certificate, in one
        transaction. Returns the tokens as they then are; those that nobody has opened yet are left out.

        One that ran out is opened only while nothing else came after it: the person's last registration is the one that this
        departure left, and no other transfer of theirs is open.

        Raises Refusal ``jukinet.not-your-transfer``: of any of them; nothing is opened then.
        """

        def one(tx: Transaction, transfer: Transfer) -> Transfer:
            if by != f"city:{transfer.from_municipality}":
                raise Refusal(NOT_YOURS)
            if transfer.state == "OPEN" or (
                transfer.state == "EXPIRED" and self._last(tx, transfer)
            ):
                store.give_paper(tx, transfer)
            return store.transfer_by_token(tx, transfer.token) or transfer

        def work(tx: Transaction) -> list[Transfer]:
            found = [store.transfer_by_token(tx, token) for token in tokens]
            return [one(tx, transfer) for transfer in found if transfer is not None]

        return self._decided("jukinet.give-paper", work, access)

    def last_registration(
        self, person: str, asker: str, access: Access
    ) -> tuple[contract.LastKnown, Registration | None]:
        """Where they are, or were last, and whether anything but a move abroad ended it."""

        def work(tx: Transaction) -> tuple[contract.LastKnown, Registration | None]:
            latest = store.latest_registration(tx, person)
            claim = store.claim_of(tx, person)
            if claim is not None and InstitutionId.of("city", claim.municipality_code) != asker:
                return "registered", Registration(person, 0, claim.municipality_code, civil(tx.now))
            return model.last_known(latest, store.last_step(tx, person), civil(tx.now)), latest

        return self._database.run("jukinet.last-registration", work, access=access)

    def give_numbers(
        self, request_id: UUID, city: str, access: Access, *, same_person: str = ""
    ) -> Numbers:
        """Of somebody whom no register ever held. They are registered nowhere by it: that the city's letter does.

        Two notices of one person, at whatever desks, are given the same numbers.

        Raises Refusal ``jukinet.person-taken``, ``jukinet.person-known``: by another notice they are registered already.
        """

        def work(tx: Transaction) -> Numbers:
            key = store.numbering_key(tx)
            place, before = store.place_of_request(
                tx, request_id, city, of_person(key, same_person)
            )
            given = numbers(key, place)
            tx.shown((given.code,))
            if before:
                self._must_be_free(tx, given.code, city, "birth", own=True)
            return given

        return self._decided("jukinet.give-numbers", work, access)

    def claim(self, claim: contract.ClaimPerson, access: Access) -> None:
        """The person is this city's to register from here on: no other city is told so until its letter came, or it gave them back.

        Raises Refusal ``jukinet.person-taken``, ``jukinet.person-known``, ``jukinet.number-of-another``.
        """
        person, city = claim.resident_record_code, claim.municipality_code

        def work(tx: Transaction) -> None:
            held = store.claim_of(tx, person)
            if held is not None and held.request_id == claim.request_id:
                return
            if held is not None:
                raise self._taken(held.municipality_code)
            self._must_be_free(tx, person, city, claim.what)
            index = self._own_number(tx, person, claim.individual_number)
            store.put_claim(tx, Claim(person, claim.request_id, city, claim.what, tx.now, index))

        self._decided("jukinet.claim-person", work, access)

    def release(self, person: str, request_id: UUID, city: str, access: Access) -> bool:
        """The city did not register them after all. False: it did, or has given them back before."""

        def work(tx: Transaction) -> bool:
            held = store.claim_of(tx, person)
            if held is None or (held.request_id, held.municipality_code) != (request_id, city):
                return False
            store.end_claim(tx, held)
            return True

        return self._database.run("jukinet.release-person", work, access=access)

    # ------------------------------------------------------------ letters

    def open_transfer(
        self, tx: Transaction, letter: contract.TransferOpened, received: Received
    ) -> None:
        """A notice of moving out was accepted. A repetition changes nothing; another notice waits
        while one is open."""
        person = letter.resident_record_code
        tx.audit(_told(received, OPEN, person))
        new = Transfer(
            resident_record_code=person,
            token=letter.token,
            case_id=letter.case_id,
            from_municipality=letter.from_municipality,
            to_municipality=letter.to_municipality,
            planned_date=letter.planned_date,
            expires_on=letter.expires_on,
            on_paper=letter.by_paper,
        )
        known = store.transfer_by_token(tx, letter.token)
        if known is not None:
            if not known.same_notice(new):
                raise Refusal(TRANSFER_DIFFERS)
            return
        last = store.last_step(tx, person)
        model.check_may_leave(store.latest_registration(tx, person), letter.from_municipality, last)
        if store.open_transfer_of(tx, person) is not None:
            raise Refusal(TRANSFER_ALREADY_OPEN)
        store.insert_transfer(tx, new)
        if last == "death":  # its letter came before this one: nobody arrives by it
            store.settle(tx, new, "record-closed", by=received.sender)

    def depart(
        self, tx: Transaction, letter: contract.DepartureEffective, received: Received
    ) -> None:
        """The planned day came, and the record is closed: J-LIS hears of it, as the certificate for signing loses its effect with the
        record (公的個人認証法 12条1項2号, 15条1項2号). After an arrival or a cancellation it is acknowledged only."""
        person = letter.resident_record_code
        tx.audit(_told(received, END, person))
        transfer = store.transfer(tx, person, letter.token)
        if transfer is None or transfer.from_municipality != letter.municipality_code:
            raise Refusal(TRANSFER_UNKNOWN)
        latest = (
            model.check_latest_at(store.latest_registration(tx, person), letter.municipality_code)
            if transfer.state in ("OPEN", "EXPIRED")
            else None
        )
        if latest is None or latest.until is not None:
            return
        model.check_not_before(latest, letter.on)
        store.end_registration(tx, latest, letter.on)
        _step(tx, person, "departure", letter.municipality_code, letter.on, received.sender,
              letter.token)  # fmt: skip
        self._news.changed(
            tx, person, "departure", letter.municipality_code, received.case, received.sent_at,
            card_ends=letter.ex_officio,
        )  # fmt: skip

    def change(
        self, tx: Transaction, letter: contract.RegistrationChanged, received: Received
    ) -> None:
        """Birth, death, migration, or a change of the identification data in a city.

        Of who was registered elsewhere in the same instant a change of their data is acknowledged only, and a death is passed on to the city
        that has them now (住民基本台帳法 9条2項).
        """
        person, city = letter.resident_record_code, letter.municipality_code
        tx.audit(_told(received, CHANGE[letter.what], person))
        latest = store.latest_registration(tx, person)
        epoch = store.epoch(tx, person) + 1
        if self._moved_on(tx, person, city, latest):
            if letter.what == "death":
                self._pass_on(tx, letter, latest, received)
                return
            if letter.what in model.OF_DATA:
                return
        if letter.what in model.OPENING:
            claim = store.claim_of(tx, person)
            if claim is not None and claim.municipality_code != city:
                raise self._taken(claim.municipality_code)
            model.check_may_open(latest, letter.on)
            store.open_registration(tx, Registration(person, epoch, city, letter.on))
            if claim is not None:
                store.end_claim(tx, claim)
                if claim.number_index is not None:
                    store.hold(tx, claim.number_index, person)
        else:
            latest = model.check_latest_at(latest, city)
            # Who died before the day from which they are registered never moved: that registration ends on the day on which it began.
            end = max(letter.on, latest.since) if letter.what == "death" else letter.on
            model.check_not_before(latest, end)
            if letter.what in model.CLOSING and latest.until is None:
                store.end_registration(tx, latest, end)
        if letter.what in model.CLOSING and (moving := store.open_transfer_of(tx, person)):
            store.settle(tx, moving, "record-closed", by=received.sender)
        _step(tx, person, letter.what, city, letter.on, received.sender)
        # Of who comes from abroad J-LIS hears in which city they are: the card is written anew there.
        if letter.what == "immigration":
            self._news.changed(tx, person, "address", city, received.case, received.sent_at)
        if letter.what in _LAPSING:
            self._news.changed(
                tx, person, letter.what, city, received.case, received.sent_at,
                card_goes_on=letter.card_goes_on,
            )  # fmt: skip

    @staticmethod
    def _moved_on(tx: Transaction, person: str, city: str, latest: Registration | None) -> bool:
        """Were they registered in this city, and are another one's since?"""
        elsewhere = latest is not None and latest.municipality_code != city
        return elsewhere and store.lived_in(tx, person, city)

    def _pass_on(
        self, tx: Transaction, letter: contract.RegistrationChanged, latest: Registration | None,
        received: Received,
    ) -> None:  # fmt: skip
        """To the city that has them, or is about to: its desk enters it. Of who is registered nowhere it is entered here, so that they come back
        nowhere and J-LIS hears of it."""
        person, on = letter.resident_record_code, letter.on
        claim = store.claim_of(tx, person)
        standing = model.last_known(latest, store.last_step(tx, person), civil(tx.now))
        if standing == "dead" or latest is None:
            return
        if claim is None and standing == "abroad":
            _step(tx, person, "death", letter.municipality_code, on, received.sender)
            self._news.changed(
                tx, person, "death", letter.municipality_code, received.case, received.sent_at
            )
            return
        to = claim.municipality_code if claim else latest.municipality_code
        self._news.died(
            tx, person, told_by=letter.municipality_code, to=to, on=on, case=received.case
        )

    def _must_be_free(
        self, tx: Transaction, person: str, city: str, what: contract.Opening, *, own: bool = False
    ) -> None:
        """``own``: also who is this city's.

        Raises Refusal ``jukinet.person-taken``, ``jukinet.person-known``."""
        claim = store.claim_of(tx, person)
        latest = store.latest_registration(tx, person)
        standing = model.last_known(latest, store.last_step(tx, person), civil(tx.now))
        holder = claim.municipality_code if claim else ""
        if not holder and standing == "registered" and latest is not None:
            holder = latest.municipality_code
        if own and holder == city:
            return
        if holder:
            raise self._taken(holder)
        model.check_may_claim(what, standing)

    @staticmethod
    def _own_number(tx: Transaction, person: str, number: IndividualNumber | None) -> bytes | None:
        """What is kept of it. Raises Refusal ``jukinet.number-of-another``."""
        if number is None:
            return None
        key = store.numbering_key(tx)
        found = index(key, number)
        holder, serial = store.holder_of(tx, found), serial_of(key, number)
        if holder is None and serial is not None and store.is_given(tx, serial):
            holder = numbers(key, serial).code
        if holder is not None and holder != person:
            raise Refusal(NUMBER_OF_ANOTHER)
        return found

    def _taken(self, city: str) -> Refusal:
        name = self._directory.entry(InstitutionId.of("city", city)).name
        return Refusal(PERSON_TAKEN, municipality_ja=name.ja, municipality_en=name.en)

    # ------------------------------------------------------------ the clock

    def expire_due(self) -> int:
        """Expire open tokens whose last day is past. Returns how many. Without any it costs one
        look at an index."""

        tokens = self._database.glance(lambda tx: store.due(tx, civil(tx.now)))
        return each(tokens, self._expire)

    def _expire(self, token: UUID) -> bool:
        def work(tx: Transaction) -> bool:
            transfer = store.transfer_by_token(tx, token)
            if (
                transfer is None
                or not TRANSFER.can(transfer.state, "ran-out")
                or not transfer.is_over(civil(tx.now))
            ):
                return False
            return store.settle(tx, transfer, "ran-out", by=SELF)

        return self._database.run("jukinet.expire-transfer", work, access=EXPIRE.by())

    # ------------------------------------------------------------ steps

    def _repeated(self, transfer: Transfer, mover: contract.MoverTransfer, by: str) -> Transfer:
        same = transfer.request_id == mover.request_id and transfer.settled_by == by
        if same and transfer.resident_record_code == mover.resident_record_code:
            return transfer
        name = self._directory.entry(str(transfer.settled_by)).name
        raise Refusal(TRANSFER_CONSUMED_ELSEWHERE, municipality_ja=name.ja, municipality_en=name.en)

    def _arrive(
        self,
        tx: Transaction,
        transfer: Transfer,
        mover: contract.MoverTransfer,
        city: str,
        moved_on: date,
        by: str,
        *,
        by_paper: bool,
    ) -> Transfer:
        person = mover.resident_record_code
        today = civil(tx.now)
        model.check_usable(
            transfer, person=person, municipality=city, today=today, by_paper=by_paper
        )
        old = model.check_latest_at(
            store.latest_registration(tx, person), transfer.from_municipality
        )
        end = model.end_by_arrival(old, moved_on, today)
        epoch = store.epoch(tx, person) + 1
        if not store.settle(
            tx, transfer, "arrive", by=by, request_id=mover.request_id, epoch=epoch
        ):
            raise AssertionError("an open token was settled inside this transaction")
        if end != old.until:
            store.end_registration(tx, old, end)
        store.open_registration(tx, Registration(person, epoch, city, moved_on))
        _step(tx, person, "arrival", city, moved_on, by, transfer.token)
        self._news.changed(tx, person, "address", city, transfer.case_id, tx.now)
        done = replace(
            transfer,
            state="CONSUMED",
            settled_by=by,
            settled_at=tx.now,
            request_id=mover.request_id,
            epoch=epoch,
        )
        self._news.consumed(tx, done, moved_on)
        return done

    @staticmethod
    def _last(tx: Transaction, transfer: Transfer) -> bool:
        """Did nothing come after the departure of this token?"""
        person = transfer.resident_record_code
        latest = store.latest_registration(tx, person)
        if latest is None or latest.municipality_code != transfer.from_municipality:
            return False
        left = latest.until is None or store.closed_by(tx, person) == transfer.token
        return left and store.open_transfer_of(tx, person) is None

    @staticmethod
    def _stay(tx: Transaction, transfer: Transfer, by: str) -> None:
        """The registration that a planned departure closed goes on. Of a token that ran out: its own departure, if nothing came after."""
        person = transfer.resident_record_code
        latest = store.latest_registration(tx, person)
        if latest is None or latest.until is None:
            return
        mine = transfer.state == "OPEN" or store.closed_by(tx, person) == transfer.token
        if mine and latest.municipality_code == transfer.from_municipality:
            store.end_registration(tx, latest, None)
            _step(tx, person, "cancelled-departure", transfer.from_municipality, latest.until, by,
                  transfer.token)  # fmt: skip

    def _decided(self, label: str, work: Callable[[Transaction], T], access: Access) -> T:
        """Run ``work``; a refusal undoes its writes, keeps the audit row and is raised after."""

        def outcome(tx: Transaction) -> T | Refusal:
            try:
                with tx.savepoint():
                    return work(tx)
            except Refusal as refusal:
                return refusal

        result = self._database.run(label, outcome, access=access)
        if isinstance(result, Refusal):
            raise result
        return result


def _step(
    tx: Transaction,
    person: str,
    what: model.What,
    city: str,
    on: date,
    told_by: str,
    token: UUID | None = None,
) -> None:
    epoch = store.epoch(tx, person) + 1
    store.take_step(tx, store.Step(person, epoch, what, city, on, told_by, token))


def _told(received: Received, done: Action, person: str) -> Access:
    return done.by(f"institution:{received.sender}", subjects=(person,), case=received.case)
