"""What a person sees of their links and consents, and how they end any of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity.consents import model, payment, store
from kazasu.identity.consents.payment import Payment
from kazasu.identity.consents.store import Consent, Link, Party, Release
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.events.signed_in import end_sign_ins
from kazasu.identity.faults import NOT_LINKED, PUBLIC_LINK, UNKNOWN_RECORD

T = TypeVar("T")

SELF: Final = "identity"
"""The service's own sector: these very pages, which are no link to anybody else."""
READ: Final = action(
    "identity.links.read", "resident", Text("自分のつながりの確認", "Looking at one's own links"),
    shows="found",
)  # fmt: skip
PROVE: Final = action(
    "identity.proof.read", "client", Text("確認の記録の照会", "Looking up how it was proven"),
    shows="found",
)  # fmt: skip
END: Final = action(
    "identity.links.end", "resident",
    Text("同意・つながりの取りやめ", "Ending a consent or a link"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkedParty:
    """One party that knows the person."""

    party: Party
    since: datetime | None
    consents: Sequence[Consent]
    """Newest first."""
    releases: Sequence[Release]
    now: datetime

    @property
    def live(self) -> Consent | None:
        return next((c for c in self.consents if c.ended_at is None and c.until > self.now), None)

    @property
    def continued(self) -> bool:
        """Does the party keep something until the person ends it?"""
        return self.live is not None and model.continued(self.live.items)

    @property
    def last_used(self) -> datetime | None:
        return self.releases[0].at if self.releases else None


class Links:
    """The person's own view. ``person_ref`` is the person who signed in, never what a page sent."""

    def __init__(
        self, database: Database, deliveries: Deliveries, unseal: Callable[[str], bytes]
    ) -> None:
        """``unseal``: what is sealed to the service."""
        self._database = database
        self._deliveries = deliveries
        self._unseal = unseal

    def person_of(self, sector: str, sub: str) -> str:
        """Raises Refusal ``identity.not-linked``."""
        found = self._database.read(
            "identity.person-of-subject",
            lambda tx: _shown(tx, store.person_of(tx, sector, sub)),
            access=READ.by("resident"),
        )
        if found is None:
            raise Refusal(NOT_LINKED)
        return found

    def of(self, person_ref: str) -> list[LinkedParty]:
        """Every party that knows the person, latest use first."""

        def work(tx: Transaction) -> list[LinkedParty]:
            links = {link.sector: link for link in store.links(tx, person_ref)}
            consents, releases = store.of_person(tx, person_ref), store.releases(tx, person_ref)
            return [
                _linked(party, links[party.sector], consents, releases, tx.now)
                for party in store.parties(tx, [sector for sector in links if sector != SELF])
            ]

        found = self._database.read(
            "identity.links", work, access=READ.by("resident", subjects=(person_ref,))
        )
        used = [one for one in found if one.releases]
        return sorted(used, key=lambda one: one.releases[0].at, reverse=True)

    def party(self, person_ref: str, client_id: str) -> LinkedParty:
        """Raises Refusal ``identity.not-linked``."""
        for one in self.of(person_ref):
            if one.party.client_id == client_id:
                return one
        raise Refusal(NOT_LINKED)

    def release(self, person_ref: str, release_id: UUID) -> Release:
        """One of the person's own records. Raises Refusal ``identity.unknown-record``."""

        def work(tx: Transaction) -> Release | None:
            return store.release_of(tx, release_id, person_ref)

        found = self._database.read(
            "identity.release", work, access=READ.by("resident", subjects=(person_ref,))
        )
        if found is None:
            raise Refusal(UNKNOWN_RECORD)
        return found

    def payments(self, person_ref: str) -> dict[UUID, Payment]:
        """What the person approved, by the record of it; the details of a year."""
        found = self._database.read(
            "identity.payments", lambda tx: store.payments(tx, person_ref),
            access=READ.by("resident", subjects=(person_ref,)),
        )  # fmt: skip
        return {one.release_id: payment.approved(self._unseal(one.sealed)) for one in found}

    def proof(self, client_id: str, release_id: str) -> Release:
        """The record behind an ID token (``txn``), for the party that got it: no attributes, no person.

        Raises Refusal ``identity.unknown-record``: also for another party's.
        """
        access = PROVE.by(f"client:{client_id}")
        try:
            number = UUID(release_id)
        except ValueError:
            raise Refusal(UNKNOWN_RECORD) from None
        found = self._database.read(
            "identity.proof", lambda tx: store.release(tx, number), access=access
        )
        if found is None or found.client_id != client_id:
            raise Refusal(UNKNOWN_RECORD)
        return found

    # ------------------------------------------------------------ ending

    def end_consent(self, person_ref: str, client_id: str) -> None:
        """Effective at once: tokens end in the same transaction, the party is told.

        Ending twice is ending once. Raises Refusal ``identity.not-linked``.
        """

        def work(tx: Transaction) -> None:
            party, link = _found(tx, person_ref, client_id)
            if store.end(tx, person_ref, client_id, "resident"):
                self._deliveries.event(tx, party, link.sub, "consent-withdrawn")
            end_sign_ins(tx, self._deliveries, person_ref, [party], {link.sector: link.sub})

        self._run("identity.end-consent", work, person_ref)

    def unlink(self, person_ref: str, client_id: str) -> Party:
        """The link ends with all that hangs on it, and its parties are told. Who comes again is known as before.

        Raises Refusal ``identity.not-linked``, ``identity.public-link``.
        """

        def work(tx: Transaction) -> Party:
            party, link = _found(tx, person_ref, client_id)
            if party.public_institution:
                raise Refusal(PUBLIC_LINK)
            # Parties of one sector share the subject, so the link ends for all of them.
            together = store.parties(tx, [party.sector])
            for one in together:
                store.end(tx, person_ref, one.client_id, "unlinked")
                self._deliveries.event(tx, one, link.sub, "link-ended")
            end_sign_ins(tx, self._deliveries, person_ref, together, {link.sector: link.sub})
            store.unlink(tx, person_ref, party.sector)
            return party

        return self._run("identity.unlink", work, person_ref)

    def note_reading(self, person_ref: str) -> None:
        """The record of somebody looking at what other institutions keep for them."""
        access = READ.by("resident", subjects=(person_ref,))
        self._database.run("identity.note-reading", lambda _: None, access=access)

    def tell_withdrawn(self, person_ref: str, client_id: str, consent_id: UUID) -> None:
        """The party learns that its consent for the latest attributes has ended."""

        def work(tx: Transaction) -> None:
            party, link = _found(tx, person_ref, client_id)
            self._deliveries.event(
                tx, party, link.sub, "consent-withdrawn", consent_id=str(consent_id)
            )

        self._run("identity.tell-withdrawn", work, person_ref)

    def sign_out_everywhere(self, person_ref: str) -> list[Party]:
        """End every sign-in everywhere, these very pages included; links and consents stay.

        Returns:
            Private parties that have no back channel: what was begun there goes on until it ends there.
        """

        def work(tx: Transaction) -> list[Party]:
            subjects = {one.sector: one.sub for one in store.links(tx, person_ref)}
            parties = store.parties(tx, list(subjects))
            return end_sign_ins(
                tx, self._deliveries, person_ref, parties, subjects, everywhere=True
            )

        return self._run("identity.sign-out-everywhere", work, person_ref)

    def _run(self, label: str, work: Callable[[Transaction], T], person_ref: str) -> T:
        return self._database.run(label, work, access=END.by("resident", subjects=(person_ref,)))


def _found(tx: Transaction, person_ref: str, client_id: str) -> tuple[Party, Link]:
    for link in store.links(tx, person_ref):
        for party in store.parties(tx, [link.sector]):
            if party.client_id == client_id:
                return party, link
    raise Refusal(NOT_LINKED)


def _linked(
    party: Party,
    link: Link,
    consents: Sequence[Consent],
    releases: Sequence[Release],
    now: datetime,
) -> LinkedParty:
    return LinkedParty(
        party=party,
        since=link.since,
        consents=[c for c in consents if c.client_id == party.client_id],
        releases=[r for r in releases if r.client_id == party.client_id],
        now=now,
    )


def _shown(tx: Transaction, person_ref: str | None) -> str | None:
    """Whoever turned out to be meant is named in the record."""
    tx.shown((person_ref,))
    return person_ref
