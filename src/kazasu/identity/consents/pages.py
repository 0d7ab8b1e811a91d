"""The person's own pages at the service: links, consents, what was released and why it was believed."""

from typing import Final
from uuid import UUID

import httpx
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, post, signed_in
from kazasu.identity import model, scopes
from kazasu.identity.consents.service import Links
from kazasu.identity.faults import UNKNOWN_RECORD
from kazasu.identity.latest.document import ITEMS, PURPOSES
from kazasu.identity.service.context import SELF, IdentityContext
from kazasu.identity.services import Services
from kazasu.kit.levels import accepted
from kazasu.kit.openid import OpenId, Person, RelyingParty
from kazasu.kit.signin import Admission, SignIn

CLIENT: Final = "account"
RESIDENT: Final = signed_in("resident")
ACTIONS: Final = {
    "authenticate": Text("サインイン・本人確認", "Sign-in, confirmation"),
    "sign": Text("電子署名", "Signature"),
}
OUTCOMES: Final = {
    "unchanged": Text("変わりなし", "nothing had changed"),
    "changed": Text("変わっていると答えた", "told that something changed"),
    "pending": Text("答えられることがなかった", "there was nothing to tell"),
    "supplied": Text("新しい情報を渡した", "the new data were passed on"),
    "nothing": Text("何も渡していない", "nothing was passed on"),
}
"""What came of a pull (``contracts.jpki.latest.Pull``)."""
ASSURANCE: Final = {
    model.AAL3: Text(
        "いちばん高い確かさ（カードまたはスマートフォンと暗証番号）",
        "The highest (card or phone, with its PIN)",
    ),
    model.AAL2: Text(
        "二番目の確かさ（暗証番号なしのカード、またはパスキー）",
        "The second (card without a PIN, or a passkey)",
    ),
}


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

    @get("/account", RESIDENT)
    def home(self, request: Request) -> Response:
        person_ref = person_of_session(request)
        return self._site.render(
            request,
            "account/home.html",
            linked=self._links.of(person_ref),
            passkeys=self._passkeys.of(person_ref),
            done=request.query_params.get("done", ""),
        )

    @get("/account/parties/{client_id}", RESIDENT)
    def party(self, request: Request) -> Response:
        one = self._links.party(person_of_session(request), request.path_params["client_id"])
        return self._site.render(
            request, "account/party.html", one=one, learns=scopes.LEARNS, actions=ACTIONS
        )

    @post("/account/parties/{client_id}/end-consent", RESIDENT)
    def end_consent(self, request: Request) -> Response:
        client_id = request.path_params["client_id"]
        self._links.end_consent(person_of_session(request), client_id)
        return self._site.redirect(f"/account/parties/{client_id}")

    @post("/account/parties/{client_id}/unlink", RESIDENT)
    def unlink(self, request: Request) -> Response:
        self._links.unlink(person_of_session(request), request.path_params["client_id"])
        return self._site.redirect("/account?done=unlinked")

    @get("/account/records/{release_id}", RESIDENT)
    def record(self, request: Request) -> Response:
        """The proof narrative of one record."""
        try:
            number = UUID(request.path_params["release_id"])
        except ValueError:
            raise Refusal(UNKNOWN_RECORD) from None
        record = self._links.release(person_of_session(request), number)
        client = self._clients.get(record.client_id)
        return self._site.render(
            request, "account/record.html", record=record, client=client, learns=scopes.LEARNS,
            actions=ACTIONS, assurance=ASSURANCE,
        )  # fmt: skip

    @post("/account/sign-out-everywhere", RESIDENT)
    def sign_out_everywhere(self, request: Request) -> Response:
        self._links.sign_out_everywhere(person_of_session(request))
        return self._site.redirect("/account?done=signed-out")

    # ------------------------------------------------------------ latest attributes

    @get("/account/latest", RESIDENT)
    def latest(self, request: Request) -> Response:
        """Who is told of changes of one's address, and each time that they asked."""
        person_ref = person_of_session(request)
        self._links.note_reading(person_ref)
        standing = self._latest.consents_of(person_ref).consents
        clients = {one.party: self._clients.get(one.party) for one in standing}
        return self._site.render(
            request, "account/latest.html", standing=standing, clients=clients, items=ITEMS,
            purposes=PURPOSES, outcomes=OUTCOMES, now=self._site.clock.now(),
            done=request.query_params.get("done", ""),
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
        return self._site.redirect("/account/latest?done=withdrawn")

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
