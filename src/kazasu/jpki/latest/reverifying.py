"""Kept signatures: a party asks years later, with its own name for the certificate that lies here."""

from typing import Final

from kazasu.contracts.jpki.validation import Reverified, ReverifySignature, ReverifyStep
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.encoding import sent_bytes
from kazasu.jpki.faults import UNKNOWN_CERTIFICATE_ID
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.latest.access import access_of, audit_persons
from kazasu.jpki.register import store as register_store
from kazasu.jpki.validation import validator
from kazasu.jpki.validation.report import POLICIES, Step

REVERIFY: Final = action("jpki.signature.reverify", "institution", shows="found")


class Reverifying:
    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    def reverify(self, inquiry: ReverifySignature, asked: Asked) -> Reverified:
        """A signature of years ago, judged as of when it was made, with the certificate that lies here.

        Raises Refusal ``jpki.unknown-certificate-id``.
        """
        access = access_of(asked, REVERIFY)
        document, signature = sent_bytes(inquiry.document), sent_bytes(inquiry.signature)

        def work(tx: Transaction) -> Reverified:
            kept = latest_store.kept_certificate(tx, inquiry.party, inquiry.certificate_id)
            if kept is None:
                raise Refusal(UNKNOWN_CERTIFICATE_ID)
            audit_persons(tx, access, [kept.person_id], "")
            report = validator.examine(
                unverified_certificate=kept.der,
                signed=document,
                expected=document,
                signature=signature,
                kind="signing",
                authorities=self._authorities.trusted("signing"),
                status=lambda kind, serial: register_store.status_at(tx, kind, serial, inquiry.at),
                at=inquiry.at,
                policy=POLICIES["archive"],
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


def _step(step: Step) -> ReverifyStep:
    return ReverifyStep(
        name=step.name,
        ja=step.what.ja,
        en=step.what.en,
        good=None if step.warning else step.refusal is None,
        fault=step.refusal.fault.code if step.refusal else "",
    )
