"""What J-LIS tells about certificates, and what follows here: sign-ins end, parties are told."""

from collections.abc import Sequence
from typing import Final

from kazasu.contracts.identity import CertificateEvent
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.identity.consents import store as consents_store
from kazasu.identity.consents.store import Party
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.events.model import Kind
from kazasu.identity.events.signed_in import end_sign_ins
from kazasu.identity.latest import store as latest_store
from kazasu.identity.passkeys import store as passkeys_store

HEAR: Final = action(
    "identity.certificate.event", "institution",
    Text("電子証明書の変化の知らせ", "Word of a change of your certificates"),
)  # fmt: skip


class Certificates:
    """Handles the letter. What a party is told is no more than it needs:

    - that the credential with which somebody signs in ended, or came anew; hold and revocation are one,
      and a signing certificate that lapses by a move is told to nobody;
    - that attributes changed, or that the person died: to parties with a live consent for them alone;
    - never when: private parties hear of it on the next day, each at a moment of its own (design §3.16).
    """

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    def changed(self, tx: Transaction, letter: CertificateEvent, received: Received) -> None:
        person = letter.person_ref
        actor = f"institution:{received.sender}"
        tx.audit(HEAR.by(actor, subjects=(person,), fields=(letter.event,)))
        links = {link.sector: link.sub for link in consents_store.links(tx, person)}
        parties = consents_store.parties(tx, list(links))
        if letter.event in ("revoked", "held") and letter.signs_in:
            # also what a lost card began
            end_sign_ins(tx, self._deliveries, person, parties, links, everywhere=True)
            self._tell(tx, parties, links, "credential-revoked")
        elif letter.event in ("reissued", "released") and letter.signs_in:
            self._tell(tx, parties, links, "credential-reissued")
        elif letter.event == "deceased":
            passkeys_store.end(tx, person, None, "deceased")
            end_sign_ins(tx, self._deliveries, person, parties, links, everywhere=True)
        if letter.event in ("attributes-changed", "deceased"):
            self._tell_consenting(tx, letter, parties, links)

    def _tell_consenting(
        self,
        tx: Transaction,
        letter: CertificateEvent,
        parties: Sequence[Party],
        links: dict[str, str],
    ) -> None:
        kind: Kind = "person-deceased" if letter.event == "deceased" else "attributes-changed"
        by_id = {party.client_id: party for party in parties}
        for consent_id in letter.consents:
            party = by_id.get(latest_store.client_of_consent(tx, consent_id) or "")
            if party is not None:
                sub = links[party.sector]
                self._deliveries.event(
                    tx, party, sub, kind, everywhere=True, consent_id=str(consent_id)
                )

    def _tell(
        self, tx: Transaction, parties: Sequence[Party], links: dict[str, str], kind: Kind
    ) -> None:
        for party in parties:
            self._deliveries.event(tx, party, links[party.sector], kind, everywhere=True)
