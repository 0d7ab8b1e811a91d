"""The desk for integrators at ``/integrators``: register, look, change keys, ask for review, see requests."""

from datetime import timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, SIGNED_IN, Form, Site, get, post
from kazasu.foundation.web.faults import NOT_FOUND, SIGNED_OUT
from kazasu.foundation.web.forms import Shown, asked
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
ANYBODY: Final = PUBLIC("whoever wants to connect a service begins here")
PROVEN: Final = PUBLIC("the registration's token is the proof")
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
DONE: Final = {
    "review": Text("審査を申し込みました", "The review has been asked for"),
    "changed": Text("変更しました", "Changed"),
}


WRONG_TOKEN: Final = Text(
    "client_id か登録の鍵が違います", "The client_id or the registration token is wrong"
)


class SignInForm(Form):
    client_id: str = asked("クライアントの番号（client_id）", "Client number (client_id)")
    token: SecretStr = asked("登録の鍵", "Registration token")
    next: str = ""


class ReviewForm(Form):
    wanted: Literal["team", "live"]


class RunForm(Form):
    start_url: str = asked("サインインが始まるアドレス", "Where a login begins", most=500)
    check_url: str = asked(
        "サインインした人だけに開くアドレス", "A page open to the signed in only", most=500
    )


class IntegratorPages:
    """Pages of the desk."""

    def __init__(self, site: Site, desk: Desk, services: Services) -> None:
        self._site = site
        self._desk = desk
        self._clients = services.clients
        self._inspector = services.inspector
        self._conformance = services.conformance

    # ------------------------------------------------------------ before

    @get("/integrators", ANYBODY)
    def front(self, request: Request) -> Response:
        return self._site.render(
            request, "integrators/front.html", modes=MODES, issuer=self._desk.issuer
        )

    @get("/integrators/register", ANYBODY)
    def register_form(self, request: Request) -> Response:
        return self._form(request, PartyForm.show(request), None)

    @post("/integrators/register", ANYBODY)
    def register(self, request: Request) -> Response:
        form = PartyForm.read(request)
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
        client = self._own(request)
        return self._site.render(
            request,
            "integrators/registered.html",
            client=client,
            token=token,
            issuer=self._desk.issuer,
            snippets=snippets(client, self._desk.issuer, self._desk.origin),
        )

    def _form(self, request: Request, form: Shown, client: Client | None) -> Response:
        return self._site.render(
            request,
            "integrators/form.html",
            form=form,
            client=client,
            items=[(item, forms.LEARNS[item]) for item in forms.ITEMS],
            purposes=forms.typed_purposes(request, client),
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

    @get("/integrators/client", INTEGRATOR)
    def client(self, request: Request) -> Response:
        client, told = self._own(request), request.state.kept.told
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
            done=DONE.get(told.get("done", "")),
            invitation=told.get("invitation", ""),
        )

    @get("/integrators/client/change", INTEGRATOR)
    def change_form(self, request: Request) -> Response:
        client = self._own(request)
        contact = self._clients.contact(client.client_id)
        return self._form(request, forms.filled(request, client, contact), client)

    @post("/integrators/client/change", INTEGRATOR)
    def change(self, request: Request) -> Response:
        """Everything but the sector; two keys at once while one replaces the other."""
        client, form = self._own(request), PartyForm.read(request)
        given = form.registration(
            colour=client.colour, require_pushed_authorization_requests=client.strict
        )
        try:
            self._clients.change(client, given)
        except OAuthError as error:
            raise form.refused(error) from error
        return self._site.tell(request, "/integrators/client", done="changed")

    @post("/integrators/client/review", INTEGRATOR)
    def review(self, request: Request) -> Response:
        client = self._own(request)
        self._clients.ask_review(client, ReviewForm.read(request).wanted)
        return self._site.tell(request, "/integrators/client", done="review")

    @post("/integrators/client/invite", INTEGRATOR)
    def invite(self, request: Request) -> Response:
        code = self._clients.invite(self._own(request))
        return self._site.tell(
            request, "/integrators/client", invitation=f"{self._desk.origin}/team/{code}"
        )

    # ------------------------------------------------------------ inspector, faults

    @get("/integrators/requests", INTEGRATOR)
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

    @get("/integrators/requests/{request_id}", INTEGRATOR)
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

    @get("/integrators/faults", INTEGRATOR)
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

    @post("/integrators/conformance", INTEGRATOR)
    def run(self, request: Request) -> Response:
        """Plays the whole run and leads to its report."""
        client, form = self._own(request), RunForm.read(request)
        kept = self._conformance.run(client, form.start_url, form.check_url)
        return self._site.redirect(f"/integrators/conformance/{kept.run_id}")

    @get("/integrators/conformance", INTEGRATOR)
    def conformance(self, request: Request) -> Response:
        """Where to begin, and past reports."""
        client = self._own(request)
        return self._site.render(
            request, "integrators/conformance.html", client=client, scenarios=SCENARIOS,
            reports=self._conformance.reports(client.client_id),
            home=client.redirect_uris[0].partition("://")[2].partition("/")[0],
            scheme=client.redirect_uris[0].partition("://")[0],
        )  # fmt: skip

    @get("/integrators/conformance/{run_id}", INTEGRATOR)
    def report(self, request: Request) -> Response:
        client = self._own(request)
        kept = self._conformance.report(client.client_id, request.path_params["run_id"])
        return self._site.render(
            request, "integrators/report.html", client=client, kept=kept, report=kept.report,
            verdicts=VERDICTS, expectations=EXPECTED,
        )  # fmt: skip

    @get("/integrators/conformance/{run_id}/report.jws", INTEGRATOR)
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
