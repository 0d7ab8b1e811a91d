"""The desk for integrators at ``/integrators``: register, look, change keys, ask for review, see requests."""

from datetime import timedelta
from typing import Final, Literal

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, get, post, public, signed_in
from kazasu.foundation.web.faults import SIGNED_OUT
from kazasu.foundation.web.forms import Plain, Shown, asked
from kazasu.identity.clients.model import Client, Mode
from kazasu.identity.clients.service import Clients
from kazasu.identity.faults import NOT_YOUR_REGISTRATION
from kazasu.identity.hooks import Hooks
from kazasu.identity.integrators import forms
from kazasu.identity.integrators.forms import PartyForm
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.context import IdentityContext

KIND: Final = "integrator"
INTEGRATOR: Final = signed_in(KIND)
ANYBODY: Final = public("whoever wants to connect a service begins here")
PROVEN: Final = public("the registration's token is the proof")
SIGN_IN_PATH: Final = "/integrators/signin"
LONGEST: Final = timedelta(hours=1)
"""Of a session, however busy; idle ones end with the site's own limit."""
GUESSES_PER_MINUTE: Final = 40
REGISTRATIONS_PER_MINUTE: Final = 240
MODES: Final[dict[Mode, tuple[Text, Text]]] = {
    "test": (
        Text("試験", "Test"),
        Text("登録してすぐ。体験環境の人だけが使えます", "At once; people of the sandbox only"),
    ),
    "team": (
        Text("招待制", "Team"),
        Text("審査のあと。招待した20人までが、自分のカードで使えます", "After a review; up to 20 people whom you invite, with their own cards"),
    ),
    "live": (
        Text("本番", "Live"),
        Text("審査のあと。だれでも使えます。PAR と DPoP が必要です", "After a review; everybody. PAR and DPoP are required"),
    ),
}  # fmt: skip
DONE: Final = {
    "review": Text("審査を申し込みました", "The review has been asked for"),
    "changed": Text("変更しました", "Changed"),
    "changed-to-test": Text(
        "変更しました。審査で確かめたものが変わったので、試験の段階に戻りました",
        "Changed. What was reviewed is another now, so the party is back in test mode",
    ),
}


WRONG_TOKEN: Final = Text(
    "client_id か登録の鍵が違います", "The client_id or the registration token is wrong"
)


class SignInForm(Form):
    client_id: Plain = asked("クライアントの番号（client_id）", "Client number (client_id)")
    token: SecretStr = asked("登録の鍵", "Registration token")
    next: str = ""


class ReviewForm(Form):
    wanted: Literal["team", "live"]


class IntegratorPages:
    """Pages of the desk."""

    def __init__(self, site: Site, desk: IdentityContext, clients: Clients, hooks: Hooks) -> None:
        self._site = site
        site.sign_outs[KIND] = "/integrators/signout"
        self._desk = desk
        self._clients = clients
        self._hooks = hooks

    # ------------------------------------------------------------ before

    @get("/integrators", ANYBODY)
    def front(self, request: Request) -> Response:
        return self._site.render(
            request, "integrators/front.html", modes=MODES, issuer=self._desk.issuer,
            beside=self._hooks.beside(None),
        )  # fmt: skip

    @get("/integrators/register", ANYBODY)
    def register_form(self, request: Request) -> Response:
        return self._form(request, PartyForm.show(request), None)

    @post("/integrators/register", ANYBODY, per_minute=REGISTRATIONS_PER_MINUTE)
    def register(self, request: Request) -> Response:
        form = PartyForm.read(request)
        form.check_addresses(sandbox=self._desk.sandbox, inside=self._desk.inside)
        try:
            client, token = self._clients.register(form.registration())
        except OAuthError as error:
            raise form.refused(error) from error
        self._open(request, client)
        return self._site.tell(request, "/integrators/registered", token=token)

    @get("/integrators/registered", INTEGRATOR)
    def registered(self, request: Request) -> Response:
        """Everything that one needs, with the token: to the browser that registered, for a while."""
        token = request.state.kept.told.get("token")
        if token is None:
            return self._site.redirect("/integrators/client")
        client = self.own(request)
        return self._site.render(
            request,
            "integrators/registered.html",
            client=client,
            token=token,
            issuer=self._desk.issuer,
            beside=self._hooks.beside(client),
            first=True,
        )

    def _form(self, request: Request, form: Shown, client: Client | None) -> Response:
        return self._site.render(
            request,
            "integrators/form.html",
            form=form,
            client=client,
            items=[(item, forms.LEARNS[item]) for item in forms.ITEMS],
            purposes=forms.typed_purposes(request, client),
            compatible=self._desk.sandbox and (client is None or client.mode == "test"),
        )

    # ------------------------------------------------------------ sign-in

    @get(SIGN_IN_PATH, PROVEN)
    def sign_in_form(self, request: Request) -> Response:
        return self._site.render(
            request, "integrators/signin.html", next=_local(request.query_params.get("next", ""))
        )

    @post(SIGN_IN_PATH, PROVEN, per_minute=GUESSES_PER_MINUTE)
    def sign_in(self, request: Request) -> Response:
        form = SignInForm.read(request)
        try:
            client = self._clients.speak_for(form.client_id, form.token.get_secret_value().strip())
        except Refusal as refusal:
            if refusal.fault is not NOT_YOUR_REGISTRATION:
                raise
            raise form.wrong("token", WRONG_TOKEN) from refusal
        self._open(request, client)
        return self._site.redirect(_local(form.next))

    def _open(self, request: Request, client: Client) -> None:
        until = int((self._desk.clock.now() + LONGEST).timestamp())
        self._site.sign_in(request, kind=KIND, subject=client.client_id, data={"until": until})

    @post("/integrators/signout", INTEGRATOR)
    def sign_out(self, request: Request) -> Response:
        return self._site.signed_out(request, "/integrators")

    def own(self, request: Request) -> Client:
        """The party of this session. Raises Refusal ``web.signed-out``: over, or deleted meanwhile."""
        session = request.state.session
        client = self._clients.get(session.subject)
        if client is None or session.data.get("until", 0) < self._desk.clock.now().timestamp():
            self._site.sign_out(request)
            raise Refusal(SIGNED_OUT)
        return client

    # ------------------------------------------------------------ one's own registration

    @get("/integrators/client", INTEGRATOR)
    def client(self, request: Request) -> Response:
        client, told = self.own(request), request.state.kept.told
        return self._site.render(
            request,
            "integrators/client.html",
            client=client,
            mode=MODES[client.mode],
            modes=MODES,
            learns=forms.LEARNS,
            issuer=self._desk.issuer,
            reviews=self._clients.reviews(client.client_id),
            beside=self._hooks.beside(client),
            first=False,
            done=DONE.get(told.get("done", "")),
            invitation=told.get("invitation", ""),
        )

    @get("/integrators/client/change", INTEGRATOR)
    def change_form(self, request: Request) -> Response:
        client = self.own(request)
        contact = self._clients.contact(client.client_id)
        return self._form(request, forms.filled(request, client, contact), client)

    @post("/integrators/client/change", INTEGRATOR)
    def change(self, request: Request) -> Response:
        """Everything but the sector; two keys at once while one replaces the other. What has no field here stays as programs set it."""
        client, form = self.own(request), PartyForm.read(request)
        form.check_addresses(sandbox=self._desk.sandbox, inside=self._desk.inside)
        given = form.registration(**forms.without_field(client))
        try:
            changed = self._clients.change(client, given)
        except OAuthError as error:
            raise form.refused(error) from error
        done = "changed" if changed.mode == client.mode else "changed-to-test"
        return self._site.tell(request, "/integrators/client", done=done)

    @post("/integrators/client/review", INTEGRATOR)
    def review(self, request: Request) -> Response:
        client = self.own(request)
        self._clients.ask_review(client, ReviewForm.read(request).wanted)
        return self._site.tell(request, "/integrators/client", done="review")

    @post("/integrators/client/invite", INTEGRATOR)
    def invite(self, request: Request) -> Response:
        code = self._clients.invite(self.own(request))
        return self._site.tell(
            request, "/integrators/client", invitation=f"{self._desk.origin}/team/{code}"
        )


def _local(path: str) -> str:
    """A page of this desk and nothing else."""
    return path if path.startswith("/integrators/") and "\\" not in path else "/integrators/client"
