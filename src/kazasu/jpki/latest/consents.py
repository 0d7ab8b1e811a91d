"""Consents to the latest four attributes: given by a signature, subscribed to, ended by either side."""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from kazasu.contracts.jpki.latest import (
    AttributeConsentsOf,
    ConsentEnded,
    ConsentGiven,
    EndAttributeConsent,
    GiveAttributeConsent,
    Pull,
    SetSubscription,
    StandingConsent,
    StandingConsents,
    SubscriptionSet,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.jpki.encoding import sent_bytes
from kazasu.jpki.faults import (
    BAD_CONSENT,
    CONSENT_ENDED,
    UNKNOWN_PERSON,
)
from kazasu.jpki.latest import model
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.latest.access import access_of, audit_persons
from kazasu.jpki.register import person_store
from kazasu.jpki.validation.service import Validation

GIVE: Final = action("jpki.consent.give", "institution", shows="found")
END: Final = action("jpki.consent.end", "institution", shows="found")
SUBSCRIBE: Final = action("jpki.consent.subscribe", "institution", shows="found")
READ: Final = action("jpki.consent.read", "institution", shows="found")


class Consents:
    def __init__(self, database: Database, validation: Validation) -> None:
        self._database = database
        self._validation = validation

    def give_consent(self, inquiry: GiveAttributeConsent, asked: Asked) -> ConsentGiven:
        """The signature is proven first, then what it was for; consent and evidence are one transaction.

        The same document by the same person again is the same consent, while it lives. Another one for the same party,
        items and purpose replaces the one before: who ends what they see has ended all there is.

        Raises Refusal: ``jpki.…`` of the signature; ``jpki.bad-consent``; ``jpki.consent-ended``.
        """
        access = access_of(asked, GIVE)
        terms, document = inquiry.terms, sent_bytes(inquiry.expected)

        def work(tx: Transaction) -> ConsentGiven:
            person, row = self._validation.proven_person(
                tx, "signing", inquiry.evidence, inquiry.expected, None, asked, terms.party
            )
            model.check_terms(terms, tx.now)
            model.check_document(document, terms)
            digest = hashlib.sha256(document).digest()
            before = latest_store.consent_of_document(tx, terms.party, digest)
            if before is not None:
                if before.person_id != row.person_id:
                    raise Refusal(BAD_CONSENT, why="document")
                if not before.live(tx.now):
                    raise Refusal(CONSENT_ENDED)
                return ConsentGiven(person=person, consent_id=before.consent_id)
            new = latest_store.NewConsent(
                consent_id=uuid4(),
                party=terms.party,
                person_id=row.person_id,
                signed_serial=row.serial,
                items=list(terms.items),
                purpose=terms.purpose,
                document_digest=digest,
                document=document,
                signature=sent_bytes(inquiry.evidence.signature),
                certificate=sent_bytes(inquiry.evidence.certificate),
                evidence_id=UUID(person.evidence_id),
                until=terms.until,
            )
            latest_store.replace(tx, new)
            latest_store.add_consent(tx, new)
            return ConsentGiven(person=person, consent_id=new.consent_id)

        with self._validation.watching("signing", inquiry.evidence, asked):
            return self._database.run("jpki.give-consent", work, access=access)

    def end_consent(self, inquiry: EndAttributeConsent, asked: Asked) -> ConsentEnded:
        """Effective with this transaction: a give that runs is waited for, none comes after. Idempotent: a repetition changes nothing.

        Raises Refusal ``jpki.consent-ended`` (unknown, or another's), ``jpki.bad-consent``, ``jpki.unknown-person``.
        """
        if (inquiry.party is None) == (inquiry.person_ref is None):
            raise Refusal(BAD_CONSENT, why="party")
        by: latest_store.Ender = "party" if inquiry.party else "person"
        access = access_of(asked, END)

        def work(tx: Transaction) -> ConsentEnded:
            person_id = self._person(tx, asked, inquiry.person_ref) if by == "person" else None
            named = {"party": inquiry.party, "person_id": person_id}
            ended = latest_store.end(tx, inquiry.consent_id, by, **named)  # type: ignore[arg-type]
            consent = latest_store.named_consent(tx, inquiry.consent_id, **named)  # type: ignore[arg-type]
            if consent is None:
                raise Refusal(CONSENT_ENDED)
            if ended:
                audit_persons(tx, access, [consent.person_id], str(consent.consent_id))
            return ConsentEnded(ended_at=consent.ended_at or consent.until, party=consent.party)

        # Not serializable: it would lose against a party that asks without end. The row's lock suffices.
        return self._database.run(
            "jpki.end-consent", work, access=access, isolation="READ COMMITTED"
        )

    def subscribe(self, inquiry: SetSubscription, asked: Asked) -> SubscriptionSet:
        """Raises Refusal ``jpki.consent-ended``."""
        access = access_of(asked, SUBSCRIBE)

        def work(tx: Transaction) -> SubscriptionSet:
            if not latest_store.subscribe(tx, inquiry.consent_id, inquiry.party, on=inquiry.on):
                raise Refusal(CONSENT_ENDED)
            return SubscriptionSet(on=inquiry.on)

        return self._database.run("jpki.subscribe", work, access=access)

    def consents_of(self, inquiry: AttributeConsentsOf, asked: Asked) -> StandingConsents:
        """For the resident's page. Raises Refusal ``jpki.unknown-person``."""
        access = access_of(asked, READ)

        def work(tx: Transaction) -> StandingConsents:
            person_id = self._person(tx, asked, inquiry.person_ref)
            audit_persons(tx, access, [person_id], "")
            pulls = latest_store.pulls_of(tx, person_id)
            return StandingConsents(
                consents=tuple(
                    _standing(row, [pull for pull in pulls if pull.consent_id == row.consent_id])
                    for row in latest_store.consents_of(tx, person_id)
                )
            )

        return self._database.read("jpki.consents-of", work, access=access)

    @staticmethod
    def _person(tx: Transaction, asked: Asked, person_ref: str | None) -> UUID:
        person_id = person_store.person_by_ref(tx, asked.asker, person_ref or "")
        if person_id is None:
            raise Refusal(UNKNOWN_PERSON)
        return person_id


def _standing(
    row: latest_store.ConsentRow, pulls: Sequence[latest_store.PullRow]
) -> StandingConsent:
    return StandingConsent(
        consent_id=row.consent_id,
        party=row.party,
        items=tuple(row.items),
        purpose=row.purpose,
        given_at=row.given_at,
        until=row.until,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        subscription=row.subscription,
        evidence_id=str(row.evidence_id),
        document_digest=row.document_digest.hex(),
        pulls=tuple(
            Pull(at=pull.at, what=pull.what, items=tuple(pull.items), outcome=pull.outcome)
            for pull in pulls
        ),
    )
