"""最新の利用者情報（4情報）提供 and 現況確認: current status, "changed since?", give.

What a party may not be told is decided by one query and told by one refusal (``jpki.nothing-supplied``).
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography import x509

from kazasu.contracts.jpki.latest import (
    AttributesChanged,
    AttributesGiven,
    CertificateStates,
    ConsentChange,
    ConsentChanges,
    GiveAttributes,
    PartyCertificate,
    PartyCertificates,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.jpki.certificates import profile
from kazasu.jpki.faults import (
    CONSENT_ENDED,
    NOTHING_SUPPLIED,
)
from kazasu.jpki.latest import model
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.latest.access import access_of, audit_persons
from kazasu.jpki.register import person_store

CHECK: Final = action("jpki.status.check", "institution", shows="found")
ASK_CHANGED: Final = action("jpki.attributes.ask-changed", "institution", shows="found")
SUPPLY: Final = action("jpki.attributes.give", "institution", shows="found")


class Supplying:
    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------ current status

    def states(self, inquiry: CertificateStates, asked: Asked) -> PartyCertificates:
        """現況確認, one or ten thousand; an id that is not this party's is UNKNOWN, no matter whose it is."""
        access = access_of(asked, CHECK)

        def work(tx: Transaction) -> PartyCertificates:
            found = {
                row.certificate_id: row
                for row in latest_store.states(tx, inquiry.party, inquiry.certificate_ids)
            }
            audit_persons(
                tx, access, (row.person_id for row in found.values()), str(asked.inquiry_id)
            )
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
        access = access_of(asked, ASK_CHANGED)

        def work(tx: Transaction) -> ConsentChanges:
            live = {
                row.consent_id: row
                for row in latest_store.standing(tx, inquiry.party, inquiry.consent_ids)
            }
            state = {number: model.change_of(row.held, row.current) for number, row in live.items()}
            audit_persons(
                tx, access, (row.person_id for row in live.values()), str(asked.inquiry_id)
            )
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
        access = access_of(asked, SUPPLY)

        def work(tx: Transaction) -> AttributesGiven | None:
            row = latest_store.to_supply(tx, inquiry.party, inquiry.consent_id)
            if row is None:
                raise Refusal(CONSENT_ENDED)
            items = model.wanted(row.items, inquiry.items)
            audit_persons(tx, access, [row.person_id], str(row.consent_id), items)
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


def _certificate(
    number: UUID, row: latest_store.StateRow | None, now: datetime
) -> PartyCertificate:
    if row is None:
        return PartyCertificate(certificate_id=number, state="UNKNOWN")
    state, reason = model.certificate_state(
        now, revoked_at=row.revoked_at, reason=row.reason, held=row.held, not_after=row.not_after
    )
    return PartyCertificate(certificate_id=number, state=state, reason=reason)
