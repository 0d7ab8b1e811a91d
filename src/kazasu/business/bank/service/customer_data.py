"""A customer's data stay right: consent, events, the daily question, and what follows from them.

Nothing is asked without a live consent; "changed since?" comes before "give"; only what the customer
agreed to is taken; a consent that ends is ended at once, wherever that was said.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from kazasu.business.bank import model, retention
from kazasu.business.bank.faults import CONSENT_NOT_SIGNED, PROOF_INCOMPLETE, UNKNOWN_CONSENT
from kazasu.business.bank.model import Consent
from kazasu.business.bank.service.context import (
    CLIENT_ID,
    BankContext,
    identifiers,
    must_have,
)
from kazasu.business.bank.store import customers
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST, today
from kazasu.foundation.values import names
from kazasu.kit import events
from kazasu.kit.events import Receiver, SecurityEvent
from kazasu.kit.faults import (
    CONSENT_ENDED,
    LATEST_FAILED,
    LATEST_UNREACHABLE,
    NOTHING_SUPPLIED,
)
from kazasu.kit.latest import ConsentDocument, Given
from kazasu.kit.openid import Person, SignedEvidence
from kazasu.kit.sql import SqlLinks, first_time, forget_events

_IDENTITY: Final = "institution:identity"


class CustomerData:
    """Consents, events, updates, retention."""

    def __init__(self, desk: BankContext) -> None:
        self._desk = desk
        self._receiver = Receiver(desk.openid.issuer, CLIENT_ID, desk.openid.keys)
        self._done_on: date | None = None

    # ------------------------------------------------------------ consent

    def ask_consent(self) -> ConsentDocument:
        """The document to be signed in a tap of its own. Raises the kit's refusals."""
        return self._desk.latest.ask_consent(
            model.CONSENT_ITEMS, model.CONSENT_PURPOSE, model.CONSENT_MONTHS
        )

    def take_consent(self, customer_number: str, signature: SignedEvidence) -> None:
        """The customer signed it. One before, for the same, has ended with it, which the service says; where it cannot be
        asked now, a job asks.

        Raises Refusal ``bank.consent-not-signed``.
        """
        given = signature.consent
        items = list(given.get("items", ()))
        wanted = set(items) <= set(model.CONSENT_ITEMS) and items
        if not wanted or not given.get("consent_id") or not signature.certificate_id:
            raise Refusal(CONSENT_NOT_SIGNED)
        until = _end_of(str(given["until"]))

        def work(tx: Transaction) -> list[Consent]:
            consent = Consent(
                str(given["consent_id"]), customer_number, signature.certificate_id, items,
                str(given.get("purpose", "")), until, tx.now, "", None, None, "",
            )  # fmt: skip
            before = [one for one in customers.live_consents(tx, customer_number)
                      if one.for_the_same(consent)]  # fmt: skip
            if customers.add_consent(tx, consent):
                names = [model.ITEMS[item] for item in items]
                customers.happened(tx, customer_number, "consent-given",
                                   ja="・".join(n.ja for n in names),
                                   en=", ".join(n.en for n in names))  # fmt: skip
                self._desk.house.jobs.enqueue(tx, "subscribe", consent_id=consent.consent_id)
                if before:
                    self._desk.house.jobs.enqueue(tx, "refresh", customer_number=customer_number)
            return before

        if before := self._desk.as_customer(customer_number, "consent.take", work):
            try:
                self._look(before)
            except Refusal as refusal:
                if refusal.fault not in (LATEST_UNREACHABLE, LATEST_FAILED):
                    raise

    def decline(self, customer_number: str) -> None:
        """No is an answer too, and changes nothing."""
        self._desk.as_customer(
            customer_number,
            "consent.decline",
            lambda tx: customers.happened(tx, customer_number, "consent-declined"),
        )

    def withdraw(self, customer_number: str, consent_id: str) -> None:
        """The customer ends it here; the service is told. Raises Refusal ``bank.unknown-consent``."""

        def work(tx: Transaction) -> None:
            own = [c for c in customers.live_consents(tx, customer_number)
                   if c.consent_id == consent_id]  # fmt: skip
            if not own:
                raise Refusal(UNKNOWN_CONSENT)
            self._end(tx, own[0], "customer")
            self._desk.house.jobs.enqueue(tx, "give-up", consent_id=consent_id)

        self._desk.as_customer(customer_number, "consent.withdraw", work)

    def subscribe(self, *, consent_id: str, **_: str) -> None:
        """Job: ask to be told of changes."""
        try:
            self._desk.latest.subscribe(consent_id, on=True)
        except Refusal as refusal:
            if refusal.fault is not CONSENT_ENDED:  # ended before it began: nothing to be told of
                raise

    def give_up(self, *, consent_id: str, **_: str) -> None:
        """Job: tell the service that the consent is no longer needed."""
        self._desk.latest.give_up(consent_id)

    def tell(self, customer_number: str, person: Person) -> bool:
        """The customer tells name and address with the card, without any consent. Returns: did anything change?

        Raises Refusal ``bank.proof-incomplete``: the card gave no address, or another date of birth.
        """

        def work(tx: Transaction) -> bool:
            customer = must_have(tx, customer_number)
            if not person.name or not person.address or person.birth_date != customer.birthdate:
                raise Refusal(PROOF_INCOMPLETE)
            changed = False
            for item, old, new in (
                ("name", customer.name, person.name),
                ("address", customer.address, person.address),
            ):
                if new != old:
                    changed = True
                    proof = f"tap {person.proof}"
                    customers.set_item(tx, customer_number, item, new)
                    customers.add_change(
                        tx, customer_number, item, old, new, person.auth_time, proof
                    )
                    name = model.ITEMS[item]
                    customers.happened(tx, customer_number, "told", item_ja=name.ja,
                                       item_en=name.en.lower(), old=old, new=new)  # fmt: skip
            return changed

        return self._desk.as_customer(customer_number, "data.told", work)

    def set_reading(self, customer_number: str, kana: str) -> None:
        """How the customer's name is read, as they say; empty takes it away. Raises Refusal ``names.bad-kana``."""
        reading = names.katakana(kana)
        self._desk.as_customer(
            customer_number, "data.reading",
            lambda tx: customers.set_kana(tx, customer_number, reading),
        )  # fmt: skip

    # ------------------------------------------------------------ events

    def receive(self, token: str) -> None:
        """A pushed event, verified, in effect once.

        Raises Refusal ``kit.bad-event``, ``kit.event-differs``.
        """
        event = self._receiver.verified(token, self._desk.clock.now())

        def work(tx: Transaction) -> None:
            if not first_time(tx, event):
                return
            number = SqlLinks(tx).own_id(event.subject)
            if number:  # else: somebody who is no customer any more
                self._apply(tx, number, event)

        self._desk.as_system("event.receive", work, (event.subject,), _IDENTITY)

    def _apply(self, tx: Transaction, number: str, event: SecurityEvent) -> None:
        live = customers.live_consents(tx, number)
        if event.kind == events.REVOKED:
            customers.happened(tx, number, "credential-revoked")
        elif event.kind in (events.CHANGED, events.REISSUED):
            if live:
                self._desk.house.jobs.enqueue(tx, "refresh", customer_number=number)
        elif event.kind == events.DECEASED:
            if customers.restrict(tx, number, "deceased"):
                customers.happened(tx, number, "deceased")
                customers.for_staff(tx, number, "deceased")
        elif event.kind == events.WITHDRAWN:
            named = str(event.facts.get("consent_id") or "")
            for consent in live:
                if named in ("", consent.consent_id):
                    self._end(tx, consent, "withdrawn")
        elif event.kind == events.LINK_ENDED:
            for consent in live:
                self._end(tx, consent, "link-ended")
            identifiers(tx).end(event.subject, _IDENTITY, "link-ended")
            customers.happened(tx, number, "link-ended")
            tx.execute("DELETE FROM web_session WHERE tenant = '' AND subject = %s", (number,))

    # ------------------------------------------------------------ updating

    def refresh(self, *, customer_number: str, **_: str) -> None:
        """Job: one customer, because an event said so."""
        self._look(self._live(customer_number))

    def check(self, customer_number: str) -> set[str]:
        """The same because the customer wants to know: ``changed``, ``unchanged``, ``pending`` or ``ended``, of each consent."""
        return self._look(self._live(customer_number))

    def ask_changes(self, **_: str) -> None:
        """Job: everybody who agreed, in bulk."""
        self._look(self._live(""))

    def _live(self, customer_number: str) -> list[Consent]:
        subjects = (customer_number,) if customer_number else ()
        return self._desk.as_system(
            "consent.live", lambda tx: customers.live_consents(tx, customer_number),
            subjects,
        )  # fmt: skip

    def _look(self, consents: list[Consent]) -> set[str]:
        """Ask what changed, then take it. Each answer is worked off by itself. Returns what came of them."""
        if not consents:
            return set()
        found: set[str] = set()
        states = self._desk.latest.changes([consent.consent_id for consent in consents])
        for consent in consents:
            state = states.get(consent.consent_id, "pending")
            if state == "changed":
                found.add(self._give(consent))
            else:
                self._note(consent, state)
                found.add(state)
        return found

    def _give(self, consent: Consent) -> str:
        try:
            given = self._desk.latest.give(consent.consent_id)
        except Refusal as refusal:
            state = {CONSENT_ENDED: "ended", NOTHING_SUPPLIED: "pending"}.get(refusal.fault)
            if state is None:
                raise
            self._note(consent, state)
            return state
        self._for(consent, lambda tx: self._update(tx, consent, given))
        return "changed"

    def _note(self, consent: Consent, state: str) -> None:
        def work(tx: Transaction) -> None:
            if state == "ended":
                others = customers.live_consents(tx, consent.customer_number)
                newer = any(one.for_the_same(consent) for one in others)
                self._end(tx, consent, "replaced" if newer else "ended")
            elif customers.set_state(tx, consent.consent_id, state) and state == "pending":
                customers.happened(tx, consent.customer_number, "not-updated")

        self._for(consent, work)

    def _update(self, tx: Transaction, consent: Consent, given: Given) -> None:
        """Take over what differs; wrong person is the worst failure, so the birth date decides."""
        number = consent.customer_number
        customer = customers.customer(tx, number)
        live = [c.consent_id for c in customers.live_consents(tx, number)]
        if customer is None or customer.closed_at or consent.consent_id not in live:
            return
        customers.set_state(tx, consent.consent_id, "unchanged")
        if given.birth_date not in (None, customer.birthdate):
            customers.happened(tx, number, "differs")
            customers.for_staff(tx, number, "differs")
            return
        customers.set_certificate(tx, consent.consent_id, given.certificate_id)
        for item, old, new in (
            ("name", customer.name, given.name),
            ("address", customer.address, given.address),
        ):
            if item in consent.items and new and new != old:
                self._change(tx, consent, item, old, new, given.as_of)

    @staticmethod
    def _change(
        tx: Transaction, consent: Consent, item: str, old: str, new: str, as_of: datetime
    ) -> None:
        number = consent.customer_number
        customers.set_item(tx, number, item, new)
        customers.add_change(tx, number, item, old, new, as_of, f"consent {consent.consent_id}")
        name = model.ITEMS[item]
        customers.happened(tx, number, "updated", item_ja=name.ja, item_en=name.en.lower(),
                           old=old, new=new)  # fmt: skip

    @staticmethod
    def _end(tx: Transaction, consent: Consent, why: str) -> None:
        if customers.end_consent(tx, consent.consent_id, why):
            kind = "consent-replaced" if why == "replaced" else "consent-ended"
            customers.happened(tx, consent.customer_number, kind)

    def _for(self, consent: Consent, work: Callable[[Transaction], None]) -> None:
        self._desk.as_system("customer.keep", work, (consent.customer_number,))

    # ------------------------------------------------------------ every day

    def daily(self) -> None:
        """Tick: once a day ask what changed, and delete what is no longer kept."""
        day = today(self._desk.clock)
        if day == self._done_on:
            return

        def work(tx: Transaction) -> None:
            if customers.first_today(tx, "daily", day):
                self._desk.house.jobs.enqueue(tx, "ask-changes")
                self._forget(tx)

        self._desk.as_system("daily", work)
        self._done_on = day

    @staticmethod
    def _forget(tx: Transaction) -> None:
        gone = customers.closed_before(tx, retention.before(retention.IDENTIFICATION, tx.now))
        customers.forget_customers(tx, gone)
        customers.forget_ended(tx, retention.before(retention.CONSENTS, tx.now))
        customers.forget_begun(tx, retention.before(retention.BEGUN, tx.now))
        forget_events(tx, retention.EVENTS.period or timedelta.max)


def _end_of(until: str) -> datetime:
    """An instant; a mere date means the end of that day in Japan."""
    found = datetime.fromisoformat(until)
    return found if found.tzinfo else datetime.combine(found.date(), time.max, JST)
