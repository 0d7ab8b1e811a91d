"""The desk for integrators at ``/integrators``: register, look, change keys, ask for review, see requests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, SIGNED_IN, Site
from kazasu.foundation.web.faults import SIGNED_OUT
from kazasu.foundation.web.security import RateLimit
from kazasu.identity.clients.model import Client, Mode
from kazasu.identity.clients.service import Clients
from kazasu.identity.faults import NOT_YOUR_REGISTRATION
from kazasu.identity.hooks import Hooks
from kazasu.identity.integrators import forms
from kazasu.identity.integrators.forms import PartyForm
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.desk import Desk

KIND: Final = "integrator"
INTEGRATOR: Final = SIGNED_IN(KIND)
SIGN_IN_PATH: Final = "/integrators/signin"
LONGEST: Final = timedelta(hours=1)
"""Of a session, however busy; idle ones end with the site's own limit."""
GUESSES_PER_MINUTE: Final = 40
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
        Text("審査のあと。だれでも使えます。PAR と DPoP が要ります", "After a review; everybody. PAR and DPoP are required"),
    ),
}  # fmt: skip
REVIEW_ASKED: Final = Text("審査を申し込みました", "The review has been asked for")
KEYS_KEPT: Final = Text("変更しました", "Changed")


class IntegratorPages:
    """Routes of the desk, entered at once."""

    def __init__(self, site: Site, desk: Desk, clients: Clients, hooks: Hooks) -> None:
        self._site = site
        self._desk = desk
        self._clients = clients
        self._hooks = hooks
        guesses = RateLimit(GUESSES_PER_MINUTE)
        public = PUBLIC("whoever wants to connect a service begins here")
        proof = PUBLIC("the registration's token is the proof")
        routes: tuple[tuple[str, tuple[str, ...], Any, Callable[[Request], Response]], ...] = (
            ("/integrators", ("GET",), public, self.front),
            ("/integrators/register", ("GET", "POST"), public, self.register),
            ("/integrators/client", ("GET",), INTEGRATOR, self.client),
            ("/integrators/client/change", ("GET", "POST"), INTEGRATOR, self.change),
            ("/integrators/client/review", ("POST",), INTEGRATOR, self.review),
            ("/integrators/client/invite", ("POST",), INTEGRATOR, self.invite),
            ("/integrators/signout", ("POST",), INTEGRATOR, self.sign_out),
        )
        for path, methods, access, page in routes:
            site.route(path, methods=methods, access=access)(page)
        site.route(SIGN_IN_PATH, methods=("GET",), access=proof)(self.sign_in_form)
        site.route(SIGN_IN_PATH, methods=("POST",), access=proof, limit=guesses)(self.sign_in)

    # ------------------------------------------------------------ before

    def front(self, request: Request) -> Response:
        return self._site.render(
            request, "integrators/front.html", modes=MODES, issuer=self._desk.issuer,
            beside=self._hooks.beside(None),
        )  # fmt: skip

    def register(self, request: Request) -> Response:
        """The form; then everything that one needs, with the token for this once."""
        form = PartyForm(request)
        if request.method == "POST" and form.validate():
            given = form.registration(request)
            if given is not None:
                try:
                    client, token = self._clients.register(given)
                except OAuthError as error:
                    form.refuse(error)
                else:
                    self._open(request, client)
                    return self._site.render(
                        request,
                        "integrators/registered.html",
                        client=client,
                        token=token,
                        issuer=self._desk.issuer,
                        beside=self._hooks.beside(client),
                        first=True,
                    )
        return self._form(request, form, None)

    def _form(self, request: Request, form: PartyForm, client: Client | None) -> Response:
        return self._site.render(
            request,
            "integrators/form.html",
            form=form,
            client=client,
            items=[(item, forms.LEARNS[item]) for item in forms.ITEMS],
            purposes=forms.typed_purposes(request, client),
        )

    # ------------------------------------------------------------ sign-in

    def sign_in_form(self, request: Request) -> Response:
        return self._site.render(
            request, "integrators/signin.html", next=_local(request.query_params.get("next", "")),
            client_id="", refused=False,
        )  # fmt: skip

    def sign_in(self, request: Request) -> Response:
        form = request.state.form
        client_id = str(form.get("client_id", "")).strip()
        onward = _local(str(form.get("next", "")))
        try:
            client = self._clients.speak_for(client_id, str(form.get("token", "")).strip())
        except Refusal as refusal:
            if refusal.fault is not NOT_YOUR_REGISTRATION:
                raise
            return self._site.render(
                request, "integrators/signin.html", status=refusal.fault.status, next=onward,
                client_id=client_id, refused=True,
            )  # fmt: skip
        self._open(request, client)
        return self._site.redirect(onward)

    def _open(self, request: Request, client: Client) -> None:
        until = int((self._desk.clock.now() + LONGEST).timestamp())
        self._site.sign_in(request, kind=KIND, subject=client.client_id, data={"until": until})

    def sign_out(self, request: Request) -> Response:
        self._site.sign_out(request)
        return self._site.redirect("/integrators")

    def own(self, request: Request) -> Client:
        """The party of this session. Raises Refusal ``web.signed-out``: over, or deleted meanwhile."""
        session = request.state.session
        client = self._clients.get(session.subject)
        if client is None or session.data.get("until", 0) < self._desk.clock.now().timestamp():
            self._site.sign_out(request)
            raise Refusal(SIGNED_OUT)
        return client

    # ------------------------------------------------------------ one's own registration

    def client(self, request: Request) -> Response:
        return self._overview(request, self.own(request))

    def _overview(
        self, request: Request, client: Client, done: Text | None = None, invitation: str = ""
    ) -> Response:
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
            done=done,
            invitation=invitation,
        )

    def change(self, request: Request) -> Response:
        """Everything but the sector; two keys at once while one replaces the other."""
        client = self.own(request)
        form = forms.filled(request, client, self._clients.contact(client.client_id))
        if request.method == "POST" and form.validate():
            given = form.registration(
                request,
                colour=client.colour,
                require_pushed_authorization_requests=client.strict,
            )
            if given is not None:
                try:
                    changed = self._clients.change(client, given)
                    return self._overview(request, changed, KEYS_KEPT)
                except OAuthError as error:
                    form.refuse(error)
        return self._form(request, form, client)

    def review(self, request: Request) -> Response:
        client = self.own(request)
        wanted: Mode = "team" if request.state.form.get("wanted") == "team" else "live"
        self._clients.ask_review(client, wanted)
        return self._overview(request, client, REVIEW_ASKED)

    def invite(self, request: Request) -> Response:
        client = self.own(request)
        code = self._clients.invite(client)
        return self._overview(request, client, invitation=f"{self._desk.origin}/team/{code}")


def _local(path: str) -> str:
    """A page of this desk and nothing else."""
    return path if path.startswith("/integrators/") and "\\" not in path else "/integrators/client"
