"""A person named to another institution: who may ask, and the record before it leaves."""

from collections.abc import Mapping
from typing import Any, Final

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.jpki.validation import AddressPerson
from kazasu.exchange.handles import seal_subject
from kazasu.exchange.street import institution
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import store as consents_store
from kazasu.identity.oauth import token as wrong
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.context import SELF, IdentityContext
from kazasu.identity.store import grants
from kazasu.identity.store.grants import Grant

ACCESS_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
HANDLE_TYPE: Final = "urn:kazasu:params:oauth:token-type:person-handle"
"""Of our own: a JWE that names a person to one institution (:mod:`kazasu.exchange.handles`)."""
HANDLE_SECONDS: Final = 600
KNOWN_AS: Final = action("identity.handle.subject", "institution", Text("ほかの機関での自分の識別子の確認", "Finding the name that another institution has for you"))  # fmt: skip
NAME: Final = action("identity.handle.issue", "institution")
NAMING: Final = Text("{institution}に、あなたがだれかを伝えた", "Told {institution} who you are")


class Handles:
    """Token exchange (RFC 8693), for public institutions."""

    def __init__(self, desk: IdentityContext) -> None:
        self._desk = desk

    def exchange(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        """The person of an access token, named to another institution. Raises OAuthError."""
        if not client.public_institution:
            raise OAuthError(wrong.NOT_PUBLIC)
        if form.get("subject_token_type") != ACCESS_TOKEN_TYPE or "actor_token" in form:
            raise OAuthError(wrong.SUBJECT_TYPE)
        if form.get("requested_token_type", HANDLE_TYPE) != HANDLE_TYPE:
            raise OAuthError(wrong.HANDLES_ONLY)
        audience = form.get("audience", "")
        if audience not in self._desk.directory:
            raise OAuthError(wrong.AUDIENCE)
        grant = self._grant_of(form.get("subject_token", ""))
        if grant is None or grant.client_id != client.client_id:
            raise OAuthError(wrong.BAD_SUBJECT)
        return {
            "access_token": self.name(grant.person_ref, client, audience),
            "issued_token_type": HANDLE_TYPE,
            "token_type": "N_A",
            "expires_in": HANDLE_SECONDS,
        }

    def name(self, person_ref: str, client: Client, audience: str) -> str:
        """Names the person to ``audience``; the record is written before it leaves."""
        name = self._desk.directory.entry(audience).name
        purpose = Text(NAMING.ja.format(institution=name.ja), NAMING.en.format(institution=name.en))
        access = NAME.by(
            f"institution:{client.institution}",
            subjects=(person_ref,),
            fields=(audience,),
            purpose=purpose,
        )
        self._desk.database.run("identity.handle", lambda _: None, access=access)
        if institution(InstitutionId(audience).kind).by_record_code:
            inquiry = AddressPerson(person_ref=person_ref, audience=audience)
            asker = f"institution:{client.institution}"
            return self._desk.inquirer.ask(inquiry, of="jpki", purpose=purpose, actor=asker).handle
        subject = person_ref if audience == SELF else self._known_as(person_ref, client, audience)
        return seal_subject(self._desk.institution, subject, audience, self._desk.clock)

    def _known_as(self, person_ref: str, client: Client, audience: str) -> str:
        """Under which subject that institution knows the person; empty: it does not, and is told nothing new.

        In the record it is who asked that had it looked up.
        """
        asker = f"institution:{client.institution}"
        access = KNOWN_AS.by(asker, subjects=(person_ref,), fields=(audience,))
        return self._desk.database.run(
            "identity.known-as",
            lambda tx: consents_store.known_as(tx, person_ref, audience),
            access=access,
        )

    def _grant_of(self, token: str) -> Grant | None:
        def work(tx: Transaction) -> Grant | None:
            found = grants.access_token(tx, token)
            grant = grants.grant(tx, found.grant_id) if found and found.grant_id else None
            return grant if grant and grant.revoked_at is None else None

        return self._desk.database.read("identity.access-token", work) if token else None
