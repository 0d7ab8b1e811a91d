"""The desk for integrators at ``/integrators``: register, look, change keys, ask for review, see requests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, SIGNED_IN, Site
from kazasu.foundation.web.faults import NOT_FOUND, SIGNED_OUT
from kazasu.foundation.web.security import RateLimit
from kazasu.identity.clients.model import Client, Mode
from kazasu.identity.faults import NOT_YOUR_REGISTRATION
from kazasu.identity.integrators import forms
from kazasu.identity.integrators.conformance.model import SCENARIOS
from kazasu.identity.integrators.forms import PartyForm
from kazasu.identity.integrators.inspector.service import steps
from kazasu.identity.integrators.personas.model import FAULTS
from kazasu.identity.integrators.snippets import snippets
from kazasu.identity.oauth import OAuthError
from kazasu.identity.service.desk import Desk
from kazasu.identity.services import Services

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
STATES: Final = {
    "passed": Text("よし", "passed"),
    "failed": Text("ここで止まりました", "stopped here"),
    "not-reached": Text("まだ見ていません", "not reached"),
    "nothing-to-check": Text("対象なし", "nothing to check"),
}
ENDPOINTS: Final = {
    "auth": Text("認可", "Authorization"),
    "par": Text("先に送る認可（PAR）", "Pushed authorization (PAR)"),
    "token": Text("トークン", "Token"),
    "userinfo": Text("利用者情報", "Userinfo"),
    "sign": Text("署名の手続き", "Signing transaction"),
    "latest": Text("最新の4情報", "Latest attributes"),
}
VERDICTS: Final = {
    "passed": (Text("合格", "passed"), "state-good"),
    "failed": (Text("不合格", "failed"), "state-bad"),
    "warned": (Text("注意", "warning"), "state-warn"),
    "not-applicable": (Text("対象外", "not applicable"), ""),
    "could-not-run": (Text("実行できず", "could not run"), "state-bad"),
}
EXPECTED: Final = {
    "accepted": Text("サインインできる", "somebody is signed in"),
    "rejected": Text("受け入れない", "it is not accepted"),
    "told": Text("受け入れず、分かるように伝える", "it is not accepted, and the person is told"),
    "ended": Text("サインインが終わる", "the session ends"),
}
REVIEW_ASKED: Final = Text("審査を申し込みました", "The review has been asked for")
KEYS_KEPT: Final = Text("変更しました", "Changed")


class IntegratorPages:
    """Routes of the desk, entered at once."""

    def __init__(self, site: Site, desk: Desk, services: Services) -> None:
        self._site = site
        self._desk = desk
        self._clients = services.clients
        self._inspector = services.inspector
        self._conformance = services.conformance
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
            ("/integrators/requests", ("GET",), INTEGRATOR, self.requests),
            ("/integrators/requests/{request_id}", ("GET",), INTEGRATOR, self.request),
            ("/integrators/faults", ("GET",), INTEGRATOR, self.faults),
            ("/integrators/conformance", ("GET", "POST"), INTEGRATOR, self.conformance),
            ("/integrators/conformance/{run_id}", ("GET",), INTEGRATOR, self.report),
            ("/integrators/conformance/{run_id}/report.jws", ("GET",), INTEGRATOR, self.signed),
            ("/integrators/signout", ("POST",), INTEGRATOR, self.sign_out),
        )
        for path, methods, access, page in routes:
            site.route(path, methods=methods, access=access)(page)
        site.route(SIGN_IN_PATH, methods=("GET",), access=proof)(self.sign_in_form)
        site.route(SIGN_IN_PATH, methods=("POST",), access=proof, limit=guesses)(self.sign_in)

    # ------------------------------------------------------------ before

    def front(self, request: Request) -> Response:
        return self._site.render(
            request, "integrators/front.html", modes=MODES, issuer=self._desk.issuer
        )

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
                        snippets=snippets(client, self._desk.issuer, self._desk.origin),
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

    def _own(self, request: Request) -> Client:
        """The party of this session. Raises Refusal ``web.signed-out``: over, or deleted meanwhile."""
        session = request.state.session
        client = self._clients.get(session.subject)
        if client is None or session.data.get("until", 0) < self._desk.clock.now().timestamp():
            self._site.sign_out(request)
            raise Refusal(SIGNED_OUT)
        return client

    # ------------------------------------------------------------ one's own registration

    def client(self, request: Request) -> Response:
        return self._overview(request, self._own(request))

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
            snippets=snippets(client, self._desk.issuer, self._desk.origin),
            done=done,
            invitation=invitation,
        )

    def change(self, request: Request) -> Response:
        """Everything but the sector; two keys at once while one replaces the other."""
        client = self._own(request)
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
        client = self._own(request)
        wanted: Mode = "team" if request.state.form.get("wanted") == "team" else "live"
        self._clients.ask_review(client, wanted)
        return self._overview(request, client, REVIEW_ASKED)

    def invite(self, request: Request) -> Response:
        client = self._own(request)
        code = self._clients.invite(client)
        return self._overview(request, client, invitation=f"{self._desk.origin}/team/{code}")

    # ------------------------------------------------------------ inspector, faults

    def requests(self, request: Request) -> Response:
        client = self._own(request)
        rows = self._inspector.newest(client.client_id)
        only = request.query_params.get("only", "")
        if only == "failed":
            rows = [row for row in rows if row.error or row.fault]
        return self._site.render(
            request, "integrators/requests.html", client=client, rows=rows, only=only,
            endpoints=ENDPOINTS,
        )  # fmt: skip

    def request(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``: unknown, over, or another party's: one answer."""
        client = self._own(request)
        row = self._inspector.one(client.client_id, request.path_params["request_id"])
        if row is None:
            raise Refusal(NOT_FOUND)
        return self._site.render(
            request, "integrators/request.html", client=client, row=row, steps=steps(row),
            states=STATES, endpoints=ENDPOINTS,
        )  # fmt: skip

    def faults(self, request: Request) -> Response:
        """Each with a link whose redirect brings the party that error."""
        client = self._own(request)
        return self._site.render(
            request, "integrators/faults.html", client=client, faults=list(FAULTS.values()),
            tries={code: self._try(client, code) for code in FAULTS},
        )  # fmt: skip

    def _try(self, client: Client, code: str) -> str:
        """An authorization request for this fault; its state says where it comes from."""
        parameters = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uris[0],
            "scope": "openid",
            "state": f"try-{code}",
            "nonce": f"try-{code}",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  # RFC 7636 B
            "code_challenge_method": "S256",
            "login_hint": f"fault:{code};auto",
        }
        return f"{self._desk.endpoint('auth')}?{urlencode(parameters)}"

    # ------------------------------------------------------------ conformance

    def conformance(self, request: Request) -> Response:
        """Where to begin, past reports; a POST plays the whole run and leads to its report."""
        client = self._own(request)
        form = request.state.form
        if request.method == "POST" and not form.get("_lang"):
            start, check = (str(form.get(name, "")).strip() for name in ("start_url", "check_url"))
            kept = self._conformance.run(client, start, check)
            return self._site.redirect(f"/integrators/conformance/{kept.run_id}")
        return self._site.render(
            request, "integrators/conformance.html", client=client, scenarios=SCENARIOS,
            reports=self._conformance.reports(client.client_id),
            home=client.redirect_uris[0].partition("://")[2].partition("/")[0],
            scheme=client.redirect_uris[0].partition("://")[0],
        )  # fmt: skip

    def report(self, request: Request) -> Response:
        client = self._own(request)
        kept = self._conformance.report(client.client_id, request.path_params["run_id"])
        return self._site.render(
            request, "integrators/report.html", client=client, kept=kept, report=kept.report,
            verdicts=VERDICTS, expectations=EXPECTED,
        )  # fmt: skip

    def signed(self, request: Request) -> Response:
        """The report as signed, for ``kazasu rp verify``."""
        client = self._own(request)
        kept = self._conformance.report(client.client_id, request.path_params["run_id"])
        name = f"attachment; filename={client.client_id}-{kept.run_id}.jws"
        return Response(
            kept.signed, media_type="application/jose", headers={"content-disposition": name}
        )


def _local(path: str) -> str:
    """A page of this desk and nothing else."""
    return path if path.startswith("/integrators/") and "\\" not in path else "/integrators/client"
