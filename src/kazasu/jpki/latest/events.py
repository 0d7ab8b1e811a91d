"""What the identity service is told when certificates change: a letter, in the transaction of the change."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from kazasu.contracts.identity import CertificateChange, CertificateEvent
from kazasu.exchange.carrier.letters import Post
from kazasu.foundation.database import Transaction
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.register import person_store
from kazasu.jpki.terms import CertificateKind

IDENTITY: Final = "identity"


class Events:
    """Only about persons whom the identity service knows, under its own name for them."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def tell(
        self,
        tx: Transaction,
        person_id: UUID,
        event: CertificateChange,
        kinds: Iterable[CertificateKind] = (),
    ) -> None:
        """Something happened to the person's certificates of these kinds.

        Of a protected person's new ones nothing is told.
        """
        if event == "reissued" and latest_store.is_protected(tx, person_id):
            return
        consents = latest_store.live_consents(tx, person_id) if event == "deceased" else ()
        self._send(tx, person_id, event, tuple(consents), signs_in="authentication" in set(kinds))

    def tell_news(self, tx: Transaction, person_id: UUID) -> None:
        """To the parties with a subscription, if there is something newer than what they have."""
        consents = latest_store.subscribed_with_news(tx, person_id)
        if consents:
            self._send(tx, person_id, "attributes-changed", tuple(consents))

    def _send(
        self,
        tx: Transaction,
        person_id: UUID,
        event: CertificateChange,
        consents: tuple[UUID, ...],
        *,
        signs_in: bool = False,
    ) -> None:
        reference = person_store.known_as(tx, IDENTITY, person_id)
        if reference is None:
            return
        letter = CertificateEvent(
            person_ref=reference, event=event, at=tx.now, signs_in=signs_in, consents=consents
        )
        self._post.send(tx, letter, to=IDENTITY, case=f"certificates-{reference}")
