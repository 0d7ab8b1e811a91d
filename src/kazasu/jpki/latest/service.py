"""Use cases of the latest-attributes service: consent, current status, "changed since?", give, end.

Every use writes an audit row that names the person, in the transaction of the use, so that it stands in their
list at once; what a party may not be told is decided by one query and told by one refusal (``jpki.nothing-supplied``).
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID, uuid4

from cryptography import x509

from kazasu.contracts.jpki.latest import (
    AttributeConsentsOf,
    AttributesChanged,
    AttributesGiven,
    CertificateStates,
    ConsentChange,
    ConsentChanges,
    ConsentEnded,
    ConsentGiven,
    EndAttributeConsent,
    GiveAttributeConsent,
    GiveAttributes,
    PartyCertificate,
    PartyCertificates,
    Pull,
    SetSubscription,
    StandingConsent,
    StandingConsents,
    SubscriptionSet,
)
from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.contracts.jpki.validation import Reverified, ReverifySignature, ReverifyStep
from kazasu.exchange.inquiries import Asked
from kazasu.exchange.letters import Received
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.faults import (
    BAD_CERTIFICATE,
    BAD_CONSENT,
    CONSENT_ENDED,
    NOTHING_SUPPLIED,
    UNKNOWN_CERTIFICATE_ID,
    UNKNOWN_PERSON,
)
from kazasu.jpki.latest import model
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.validation import validator
from kazasu.jpki.validation.service import Validation

SUBJECTS_AT_ONCE: Final = 100
"""Persons in one audit row of a bulk question: a row is read whole by each of them."""
_PROTECTION: Final = Text("支援措置の記録", "Recording a protective measure")


class LatestAttributes:
    """最新の利用者情報（4情報）提供 and 現況確認."""

    def __init__(
        self,
        database: Database,
        authorities: Authorities,
        validation: Validation,
        events: Events,
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._validation = validation
        self._events = events

    # ------------------------------------------------------------ consent

    def give_consent(self, inquiry: GiveAttributeConsent, asked: Asked) -> ConsentGiven:
        """The signature is proven first, then what it was for; consent and evidence are one transaction.

        The same document by the same person again is the same consent, while it lives.

        Raises Refusal: ``jpki.…`` of the signature; ``jpki.bad-consent``; ``jpki.consent-ended``.
        """
        access = _access(asked, "jpki.consent.give")
        terms, document = inquiry.terms, _bytes(inquiry.expected)

        def work(tx: Transaction) -> ConsentGiven:
            person, row = self._validation.proven_person(
                tx, "signing", inquiry.evidence, inquiry.expected, None, asked, access, terms.party
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
                serial=row.serial,
                items=list(terms.items),
                purpose=terms.purpose,
                digest=digest,
                document=document,
                signature=_bytes(inquiry.evidence.signature),
                certificate=_bytes(inquiry.evidence.certificate),
                evidence_id=UUID(person.evidence_id),
                until=terms.until,
            )
            latest_store.add_consent(tx, new)
            return ConsentGiven(person=person, consent_id=new.consent_id)

        with self._validation.watching("signing", inquiry.evidence, asked):
            return self._database.run("jpki.give-consent", work, access=access)

    def end_consent(self, inquiry: EndAttributeConsent, asked: Asked) -> ConsentEnded:
        """Effective with this transaction: a give that runs is waited for, none comes after. Twice is once.

        Raises Refusal ``jpki.consent-ended`` (unknown, or another's), ``jpki.bad-consent``, ``jpki.unknown-person``.
        """
        if (inquiry.party is None) == (inquiry.person_ref is None):
            raise Refusal(BAD_CONSENT, why="party")
        by: latest_store.Ender = "party" if inquiry.party else "person"
        access = _access(asked, "jpki.consent.end")

        def work(tx: Transaction) -> ConsentEnded:
            person_id = self._person(tx, asked, inquiry.person_ref) if by == "person" else None
            named = {"party": inquiry.party, "person_id": person_id}
            ended = latest_store.end(tx, inquiry.consent_id, by, **named)  # type: ignore[arg-type]
            consent = latest_store.named_consent(tx, inquiry.consent_id, **named)  # type: ignore[arg-type]
            if consent is None:
                raise Refusal(CONSENT_ENDED)
            if ended:
                _audit(tx, access, [consent.person_id], str(consent.consent_id))
            return ConsentEnded(ended_at=consent.ended_at or consent.until, party=consent.party)

        # Not serializable: it would lose against a party that asks without end. The row's lock suffices.
        return self._database.run(
            "jpki.end-consent", work, access=access, isolation="READ COMMITTED"
        )

    def subscribe(self, inquiry: SetSubscription, asked: Asked) -> SubscriptionSet:
        """Raises Refusal ``jpki.consent-ended``."""
        access = _access(asked, "jpki.consent.subscribe")

        def work(tx: Transaction) -> SubscriptionSet:
            if not latest_store.subscribe(tx, inquiry.consent_id, inquiry.party, on=inquiry.on):
                raise Refusal(CONSENT_ENDED)
            return SubscriptionSet(on=inquiry.on)

        return self._database.run("jpki.subscribe", work, access=access)

    def consents_of(self, inquiry: AttributeConsentsOf, asked: Asked) -> StandingConsents:
        """For the resident's page. Raises Refusal ``jpki.unknown-person``."""
        access = _access(asked, "jpki.consent.read")

        def work(tx: Transaction) -> StandingConsents:
            person_id = self._person(tx, asked, inquiry.person_ref)
            _audit(tx, access, [person_id], "")
            pulls = latest_store.pulls_of(tx, person_id)
            return StandingConsents(
                consents=tuple(
                    _standing(row, [pull for pull in pulls if pull.consent_id == row.consent_id])
                    for row in latest_store.consents_of(tx, person_id)
                )
            )

        return self._database.run("jpki.consents-of", work, access=access)

    # ------------------------------------------------------------ current status

    def states(self, inquiry: CertificateStates, asked: Asked) -> PartyCertificates:
        """現況確認, one or ten thousand; an id that is not this party's is UNKNOWN, whoever's it is."""
        access = _access(asked, "jpki.status.check")

        def work(tx: Transaction) -> PartyCertificates:
            found = {
                row.certificate_id: row
                for row in latest_store.states(tx, inquiry.party, inquiry.certificate_ids)
            }
            _audit(tx, access, (row.person_id for row in found.values()), str(asked.inquiry_id))
            return PartyCertificates(
                checked_at=tx.now,
                states=tuple(
                    _certificate(number, found.get(number), tx.now)
                    for number in inquiry.certificate_ids
                ),
            )

        return self._database.run(
            "jpki.certificate-states", work, access=access, isolation="READ COMMITTED"
        )

    # ------------------------------------------------------------ changes and giving

    def changes(self, inquiry: AttributesChanged, asked: Asked) -> ConsentChanges:
        """ "Changed since?", without the attributes themselves."""
        access = _access(asked, "jpki.attributes.ask-changed")

        def work(tx: Transaction) -> ConsentChanges:
            live = {
                row.consent_id: row
                for row in latest_store.standing(tx, inquiry.party, inquiry.consent_ids)
            }
            state = {number: model.change_of(row.held, row.current) for number, row in live.items()}
            _audit(tx, access, (row.person_id for row in live.values()), str(asked.inquiry_id))
            latest_store.add_pulls(tx, "changes", [(number, (), state[number]) for number in live])
            return ConsentChanges(
                as_of=tx.now,
                answers=tuple(
                    ConsentChange(consent_id=number, state=state.get(number, "ended"))
                    for number in inquiry.consent_ids
                ),
            )

        return self._database.run("jpki.attributes-changed", work, access=access)

    def give(self, inquiry: GiveAttributes, asked: Asked) -> AttributesGiven:
        """The attributes of the newest good signing certificate, item by item.

        Refused or not, the same statements run and a pull is written: neither content nor size nor time tells
        a protected person from one who died or has not been to the counter yet.

        Raises Refusal ``jpki.consent-ended``, ``jpki.not-consented``, ``jpki.nothing-supplied``.
        """
        access = _access(asked, "jpki.attributes.give")

        def work(tx: Transaction) -> AttributesGiven | None:
            row = latest_store.to_supply(tx, inquiry.party, inquiry.consent_id)
            if row is None:
                raise Refusal(CONSENT_ENDED)
            items = model.wanted(row.items, inquiry.items)
            _audit(tx, access, [row.person_id], str(row.consent_id), items)
            outcome = "nothing" if row.current is None else "supplied"
            latest_store.add_pulls(tx, "give", [(row.consent_id, items, outcome)])
            latest_store.set_held(
                tx, row.consent_id, row.held if row.current is None else row.current
            )
            if row.current is None or row.der is None:
                return None
            if row.current != row.held:
                latest_store.note(tx, row.consent_id, "supplied", "party")
            attributes = profile.attributes_of(x509.load_der_x509_certificate(row.der))
            return AttributesGiven(
                attributes=model.supplied(attributes, items),
                certificate_id=person_store.certificate_id(
                    tx, inquiry.party, "signing", row.current
                ),
                as_of=tx.now,
            )

        given = self._database.run("jpki.give-attributes", work, access=access)
        if given is None:  # only now: a refused pull is on record, too
            raise Refusal(NOTHING_SUPPLIED)
        return given

    # ------------------------------------------------------------ kept signatures

    def reverify(self, inquiry: ReverifySignature, asked: Asked) -> Reverified:
        """A signature of years ago, judged as of when it was made, with the certificate that lies here.

        Raises Refusal ``jpki.unknown-certificate-id``.
        """
        access = _access(asked, "jpki.signature.reverify")
        document, signature = _bytes(inquiry.document), _bytes(inquiry.signature)

        def work(tx: Transaction) -> Reverified:
            kept = latest_store.kept_certificate(tx, inquiry.party, inquiry.certificate_id)
            if kept is None:
                raise Refusal(UNKNOWN_CERTIFICATE_ID)
            _audit(tx, access, [kept.person_id], "")
            report = validator.examine(
                unverified_certificate=kept.der,
                signed=document,
                expected=document,
                signature=signature,
                kind="signing",
                authorities=self._authorities.trusted("signing"),
                status=lambda kind, serial: register_store.status_at(tx, kind, serial, inquiry.at),
                at=inquiry.at,
                policy=validator.POLICIES["archive"],
            )
            return Reverified(
                good=report.refusal is None,
                policy=report.policy.name,
                at=inquiry.at,
                checked_at=tx.now,
                sentence_ja=report.sentence().ja,
                sentence_en=report.sentence().en,
                steps=tuple(map(_step, report.steps)),
            )

        return self._database.run("jpki.reverify", work, access=access)

    # ------------------------------------------------------------ protection

    def protection_changed(self, tx: Transaction, letter: ProtectionChanged, _: Received) -> None:
        """支援措置 begins or ends; the latest word counts."""
        access = Access("system:register", "jpki.person.protect", _PROTECTION)
        tx.audit(access)
        person_id = person_store.ensure_person(tx, letter.resident_record_code)
        _audit(tx, access, [person_id], "")
        counted = latest_store.protect(
            tx, person_id, letter.at, letter.municipality_code, protected=letter.protected
        )
        if counted and not letter.protected:
            self._events.tell_news(tx, person_id)

    # ------------------------------------------------------------ small things

    @staticmethod
    def _person(tx: Transaction, asked: Asked, person_ref: str | None) -> UUID:
        person_id = person_store.person_by_ref(tx, asked.asker, person_ref or "")
        if person_id is None:
            raise Refusal(UNKNOWN_PERSON)
        return person_id


def _access(asked: Asked, action: str) -> Access:
    return Access(f"institution:{asked.asker}", action, asked.purpose)


def _audit(
    tx: Transaction, access: Access, persons: Iterable[UUID], case: str, fields: Sequence[str] = ()
) -> None:
    """Audit rows that name these persons, each once."""
    names = iter(dict.fromkeys(map(str, persons)))
    while portion := tuple(islice(names, SUBJECTS_AT_ONCE)):
        tx.audit(Access(access.actor, access.action, access.purpose, portion, case, tuple(fields)))


def _certificate(
    number: UUID, row: latest_store.StateRow | None, now: datetime
) -> PartyCertificate:
    if row is None:
        return PartyCertificate(certificate_id=number, state="UNKNOWN")
    state, reason = model.certificate_state(
        now, revoked_at=row.revoked_at, reason=row.reason, held=row.held, not_after=row.not_after
    )
    return PartyCertificate(certificate_id=number, state=state, reason=reason)


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


def _step(step: validator.Step) -> ReverifyStep:
    return ReverifyStep(
        name=step.name,
        ja=step.what.ja,
        en=step.what.en,
        good=None if step.warning else step.refusal is None,
        fault=step.refusal.fault.code if step.refusal else "",
    )


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(BAD_CERTIFICATE) from error
