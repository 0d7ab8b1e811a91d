"""The person's own pages at the service: links, consents, what was released and why it was believed."""

from typing import Final
from uuid import UUID

import httpx
from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.faults import UNREACHABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values import readable
from kazasu.foundation.web import Site, get, post, public, signed_in
from kazasu.identity import scopes
from kazasu.identity.consents import words
from kazasu.identity.consents.service import Links
from kazasu.identity.consents.store import Release
from kazasu.identity.consents.words import ACTIONS, ASSURANCE, OUTCOMES, Question
from kazasu.identity.faults import DOCUMENT_GONE, UNKNOWN_RECORD
from kazasu.identity.latest.document import ITEMS, PURPOSES, replaces
from kazasu.identity.service import document as documents
from kazasu.identity.service.context import SELF, IdentityContext
from kazasu.identity.services import Services
from kazasu.kit.levels import accepted
from kazasu.kit.openid import OpenId, Person, RelyingParty
from kazasu.kit.signin import Admission, SignIn

CLIENT: Final = "account"
RESIDENT: Final = signed_in("resident")
EVERYWHERE: Final = "/signed-out-everywhere"


def person_of_session(request: Request) -> str:
    """Who signed in here; only on pages with access ``RESIDENT``."""
    return str(request.state.session.data["person_ref"])


def sign_in_of(site: Site, desk: IdentityContext, http: httpx.Client, links: Links) -> SignIn:
    """The service's own pages are one of its relying parties: the same tap, the same checks."""
    callback = f"{desk.origin}/signin/callback"

    def admit(_: Request, person: Person) -> Admission:
        person_ref = links.person_of(SELF, person.subject)
        return Admission(
            "resident", person.subject, {"person_ref": person_ref, "proof": person.proof}
        )

    return SignIn(
        site,
        openid=OpenId(desk.issuer, http, desk.clock),
        party=lambda _: RelyingParty(CLIENT, callback, desk.institution.client_key),
        admit=admit,
        clock=desk.clock,
        scopes=("openid",),
        levels=accepted("identity.account"),
        home="/account",
    )


class Account:
    """Routes of the person's own pages."""

    def __init__(self, site: Site, services: Services) -> None:
        self._site = site
        self._links = services.links
        self._clients = services.clients
        self._passkeys = services.passkeys
        self._latest = services.latest
        self._signings = services.signings

    @get("/account", RESIDENT)
    def home(self, request: Request) -> Response:
        person_ref = person_of_session(request)
        return self._site.render(
            request,
            "account/home.html",
            linked=self._links.of(person_ref),
            passkeys=self._passkeys.of(person_ref),
            done=request.state.kept.told.get("done", ""),
        )

    @get("/account/parties/{client_id}", RESIDENT)
    def party(self, request: Request) -> Response:
        person_ref, client_id = person_of_session(request), request.path_params["client_id"]
        one = self._links.party(person_ref, client_id)
        now = self._site.clock.now()
        try:
            standing = [
                given for given in self._latest.consents_of(person_ref).consents
                if given.party == client_id and not given.ended_at and given.until > now
            ]  # fmt: skip
        except Refusal as refusal:
            if refusal.fault is not UNREACHABLE:
                raise
            standing = None  # the page says that it cannot be told at present
        return self._site.render(
            request, "account/party.html", one=one, learns=scopes.LEARNS, actions=ACTIONS,
            standing=standing, items=ITEMS, payments=self._links.payments(person_ref),
        )  # fmt: skip

    # ------------------------------------------------------------ asked before anything ends

    def _ask(self, request: Request, question: Question, back: str, about: str = "") -> Response:
        return self._site.render(
            request, "account/confirm.html", question=question.question, effect=question.effect,
            act=question.act, kind=question.kind, back=back, about=about,
        )  # fmt: skip

    @get("/account/parties/{client_id}/end-consent", RESIDENT)
    def ask_end_consent(self, request: Request) -> Response:
        return self._ask_of_party(request, words.END_CONSENT)

    @get("/account/parties/{client_id}/unlink", RESIDENT)
    def ask_unlink(self, request: Request) -> Response:
        return self._ask_of_party(request, words.UNLINK)

    def _ask_of_party(self, request: Request, question: Question) -> Response:
        client_id = request.path_params["client_id"]
        party = self._links.party(person_of_session(request), client_id).party
        name = party.name_ja if request.state.language == "ja" else party.name_en
        return self._ask(request, question, f"/account/parties/{client_id}", name)

    @get("/account/latest/{consent_id}/end", RESIDENT)
    def ask_withdraw(self, request: Request) -> Response:
        person_ref = person_of_session(request)
        for one in self._latest.consents_of(person_ref).consents:
            if str(one.consent_id) == request.path_params["consent_id"]:
                client = self._clients.get(one.party)
                name = client.name.to(request.state.language) if client else one.party
                return self._ask(request, words.WITHDRAW, "/account/latest", name)
        raise Refusal(UNKNOWN_RECORD)

    @get("/account/passkeys/{credential_id}/end", RESIDENT)
    def ask_end_passkey(self, request: Request) -> Response:
        return self._ask(request, words.END_PASSKEY, "/account")

    @get("/account/sign-out-everywhere", RESIDENT)
    def ask_sign_out_everywhere(self, request: Request) -> Response:
        return self._ask(request, words.EVERYWHERE, "/account")

    @post("/account/parties/{client_id}/end-consent", RESIDENT)
    def end_consent(self, request: Request) -> Response:
        client_id = request.path_params["client_id"]
        self._links.end_consent(person_of_session(request), client_id)
        return self._site.tell(request, f"/account/parties/{client_id}", done="consent-ended")

    @post("/account/parties/{client_id}/unlink", RESIDENT)
    def unlink(self, request: Request) -> Response:
        party = self._links.unlink(person_of_session(request), request.path_params["client_id"])
        return self._site.tell(
            request, "/account", unlinked="pushed" if party.events_uri else "kept"
        )

    @get("/account/records/{release_id}", RESIDENT)
    def record(self, request: Request) -> Response:
        """How one record was proven: in plain words, and for engineers; which document was signed."""
        record = self._record(request)
        client = self._clients.get(record.client_id)
        content = self._signings.document_of(record.client_id, record.sign_transaction_id)
        return self._site.render(
            request, "account/record.html", record=record, client=client, learns=scopes.LEARNS,
            actions=ACTIONS, assurance=ASSURANCE, plain=words.plain_steps(record), number=words.evidence_number(record), here=content is not None,
            paid=self._links.payments(person_of_session(request)).get(record.release_id),
        )  # fmt: skip

    @get("/account/records/{release_id}/document", RESIDENT)
    def document(self, request: Request) -> Response:
        """The document that was signed, as it was read, while it is here."""
        record, content = self._document(request)
        return self._site.render(
            request, "account/document.html", record=record, document=documents.read(content)
        )

    @get("/account/records/{release_id}/document.json", RESIDENT)
    def document_file(self, request: Request) -> Response:
        """Its very bytes, whose SHA-256 the record says."""
        record, content = self._document(request)
        headers = {
            "content-disposition": f'attachment; filename="{record.document_digest[:16]}.json"'
        }
        return Response(content, media_type="application/json", headers=headers)

    def _record(self, request: Request) -> Release:
        """Raises Refusal ``identity.unknown-record``."""
        try:
            number = UUID(request.path_params["release_id"])
        except ValueError:
            raise Refusal(UNKNOWN_RECORD) from None
        return self._links.release(person_of_session(request), number)

    def _document(self, request: Request) -> tuple[Release, bytes]:
        """Raises Refusal ``identity.unknown-record``, ``identity.document-gone``."""
        record = self._record(request)
        content = self._signings.document_of(record.client_id, record.sign_transaction_id)
        if content is None:
            raise Refusal(DOCUMENT_GONE)
        return record, content

    @post("/account/sign-out-everywhere", RESIDENT)
    def sign_out_everywhere(self, request: Request) -> Response:
        """Here and everywhere; the page after it is nobody's any more."""
        unreached = self._links.sign_out_everywhere(person_of_session(request))
        self._site.sign_out(request)
        names = [[one.name_ja, one.name_en] for one in unreached]
        return self._site.tell(request, EVERYWHERE, unreached=names)

    @get(EVERYWHERE, public("nobody is signed in any more"))
    def signed_out_everywhere(self, request: Request) -> Response:
        """What was done, and where it could not be; opened anew it is only the first page."""
        if "unreached" not in request.state.kept.told:
            return self._site.redirect("/")
        return self._site.render(request, "account/everywhere.html")

    # ------------------------------------------------------------ latest attributes

    @get("/account/latest", RESIDENT)
    def latest(self, request: Request) -> Response:
        """Who is told of changes of one's address, and each time that they asked."""
        person_ref = person_of_session(request)
        self._links.note_reading(person_ref)
        standing = self._latest.consents_of(person_ref).consents
        replaced = [
            one.consent_id for one in standing for newer in standing if replaces(newer, one)
        ]
        clients = {one.party: self._clients.get(one.party) for one in standing}
        return self._site.render(
            request, "account/latest.html", standing=standing, clients=clients, items=ITEMS,
            replaced=replaced, consent_number=lambda one: readable.of(one, "CO"), purposes=PURPOSES, outcomes=OUTCOMES, now=self._site.clock.now(),
            done=request.state.kept.told.get("done", ""),
        )  # fmt: skip

    @post("/account/latest/{consent_id}/end", RESIDENT)
    def withdraw(self, request: Request) -> Response:
        """Effective at J-LIS when this returns; then the party is told."""
        try:
            consent_id = UUID(request.path_params["consent_id"])
        except ValueError:
            raise Refusal(UNKNOWN_RECORD) from None
        person_ref = person_of_session(request)
        ended = self._latest.withdraw(person_ref, consent_id)
        self._links.tell_withdrawn(person_ref, ended.party, consent_id)
        return self._site.tell(request, "/account/latest", done="withdrawn")

    # ------------------------------------------------------------ trials

    @get("/team/{code}", RESIDENT)
    def invitation(self, request: Request) -> Response:
        client_id = request.state.kept.told.get("joined")
        if client_id:
            client = self._clients.get(client_id)
            return self._site.render(request, "account/joined.html", client=client)
        return self._site.render(
            request, "account/invitation.html", code=request.path_params["code"]
        )

    @post("/team/{code}", RESIDENT)
    def join(self, request: Request) -> Response:
        code = request.path_params["code"]
        client = self._clients.join(code, person_of_session(request))
        return self._site.tell(request, f"/team/{code}", joined=client.client_id)
