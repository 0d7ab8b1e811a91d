"""A person with a card, a relying party, and consents between them."""

import json
from datetime import timedelta
from uuid import uuid4

import psycopg

from kazasu.contracts.jpki.latest import (
    AttributeConsentsOf,
    AttributesChanged,
    CertificateStates,
    ConsentTerms,
    EndAttributeConsent,
    GiveAttributeConsent,
    GiveAttributes,
    SetSubscription,
)
from kazasu.contracts.jpki.people import PersonChanged, ProtectionChanged
from kazasu.contracts.jpki.validation import ReverifySignature, TapEvidence, ValidateSignature
from tests.jpki.test_service import HANAKO, OTHER, PERSON, World, asked
from tests.support import pki

BANK, SHOP = "RP00000001", "RP00000002"
SAPPORO = HANAKO.model_copy(update={"address": "北海道札幌市中央区北１条西２丁目"})


class LatestWorld(World):
    """Keys 1 and 2 are on the person's card; 3 on, whatever a test needs."""

    def __init__(self, databases, clock):
        super().__init__(databases, clock)
        self.issued = self.services.issuing.issue(self.order())

    # ------------------------------------------------------------ signing

    def evidence(self, document, number=2, certificate=None):
        return TapEvidence(
            certificate=pki.b64(certificate or self.issued.signing),
            signed=pki.b64(document),
            signature=pki.b64(pki.sign(number, document)),
        )

    def signed_for(self, party, document=b"document", number=2, certificate=None, who="identity"):
        inquiry = ValidateSignature(
            evidence=self.evidence(document, number, certificate),
            expected=pki.b64(document),
            party=party,
        )
        return self.services.validation.validate_signature(inquiry, asked(who))

    # ------------------------------------------------------------ consent

    def terms(self, **changes):
        values = {
            "request_id": uuid4(),
            "party": BANK,
            "items": ("name", "address"),
            "purpose": "keep-customer-data",
            "until": self.clock.now() + timedelta(days=365),
        }
        return ConsentTerms(**values | changes)

    @staticmethod
    def document(terms, **changes):
        content = {
            "title": {"ja": "情報提供への同意", "en": "Consent"},
            "lines": [{"label_ja": "項目", "label_en": "Items", "value": "氏名"}],
            "data": terms.model_dump(mode="json"),
        }
        return json.dumps(content | changes, ensure_ascii=False).encode()

    def consent(self, terms=None, *, document=None, number=2, certificate=None, evidence=None, **changes):  # fmt: skip
        terms = terms or self.terms(**changes)
        document = document or self.document(terms)
        inquiry = GiveAttributeConsent(
            evidence=evidence or self.evidence(document, number, certificate),
            expected=pki.b64(document),
            terms=terms,
        )
        return self.services.consents.give_consent(inquiry, asked("identity"))

    def end(self, consent_id, **by):
        inquiry = EndAttributeConsent(consent_id=consent_id, **(by or {"party": BANK}))
        return self.services.consents.end_consent(inquiry, asked("identity"))

    def subscribe(self, consent_id, party=BANK, *, on=True):
        return self.services.consents.subscribe(
            SetSubscription(party=party, consent_id=consent_id, on=on), asked("identity")
        )

    def consents(self, person_ref):
        return self.services.consents.consents_of(
            AttributeConsentsOf(person_ref=person_ref), asked("identity")
        ).consents

    # ------------------------------------------------------------ use

    def states(self, *certificate_ids, party=BANK):
        inquiry = CertificateStates(party=party, certificate_ids=certificate_ids)
        return [
            (one.state, one.reason)
            for one in self.services.supplying.states(inquiry, asked("identity")).states
        ]

    def changes(self, *consent_ids, party=BANK):
        inquiry = AttributesChanged(party=party, consent_ids=consent_ids)
        return [
            one.state for one in self.services.supplying.changes(inquiry, asked("identity")).answers
        ]

    def give(self, consent_id, items=None, party=BANK):
        return self.services.supplying.give(
            GiveAttributes(party=party, consent_id=consent_id, items=items), asked("identity")
        )

    def reverify(self, certificate_id, signature, at, document=b"document", party=BANK):
        inquiry = ReverifySignature(
            party=party, certificate_id=certificate_id, document=pki.b64(document),
            signature=pki.b64(signature), at=at,
        )  # fmt: skip
        return self.services.reverifying.reverify(inquiry, asked("identity"))

    # ------------------------------------------------------------ what happens to the person

    def later(self, **amount):
        self.clock.advance(timedelta(**(amount or {"hours": 1})))

    def moves(self, number=4, attributes=SAPPORO, *, reissue=True):
        """The address changes; at the counter the card gets a new signing certificate."""
        self.later()
        self.changed()
        self.later()
        if reissue:
            return self.reissued(number, attributes)
        return None

    def reissued(self, number=4, attributes=SAPPORO):
        order = self.order(
            attributes=attributes, address_flags="0" * len(attributes.address),
            authentication_key=None, signing_key=pki.public(number),
        )  # fmt: skip
        return self.services.issuing.issue(order).signing

    def somebody_else(self, signing=8):
        return self.services.issuing.issue(
            self.order(
                card_id="000000000000002", resident_record_code=OTHER,
                authentication_key=pki.public(7), signing_key=pki.public(signing),
            )
        ).signing  # fmt: skip

    def lapse(self, person, what="address", city="141003", epoch=None):
        """The register's letter about anybody."""
        letter = PersonChanged(
            resident_record_code=person, what=what, municipality_code=city, at=self.clock.now(),
            epoch=epoch,
        )  # fmt: skip
        self.database.run("test", lambda tx: self.services.life.person_changed(tx, letter, None))

    def protect(self, protected=True, city="141003", at=None, person=PERSON):
        letter = ProtectionChanged(
            resident_record_code=person, protected=protected, municipality_code=city,
            at=at or self.clock.now(),
        )  # fmt: skip
        self.database.run(
            "test.protect",
            lambda tx: self.services.protection.protection_changed(tx, letter, None),
        )

    # ------------------------------------------------------------ what was written

    def rows(self, query, parameters=()):
        """As the database's administrator would see it."""
        with psycopg.connect(self.url) as connection:
            connection.execute("SET search_path TO jpki, public")
            return connection.execute(query, parameters).fetchall()
