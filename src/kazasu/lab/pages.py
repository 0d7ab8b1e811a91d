"""The workshop's pages on the integrators' desk: requests, faults to try, conformance runs and their reports."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.web_addresses import place_of
from kazasu.foundation.web import Form, Site, get, post
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.foundation.web.forms import WebAddress, asked
from kazasu.identity.clients.model import Client
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.events.model import FIRST_RETRY, KINDS, LONGEST_RETRY
from kazasu.identity.hooks import Hooks
from kazasu.identity.integrators.pages import INTEGRATOR
from kazasu.identity.service.context import IdentityContext
from kazasu.lab.conformance.model import SCENARIOS
from kazasu.lab.conformance.service import Conformance
from kazasu.lab.inspector.service import Inspector, steps
from kazasu.lab.personas.model import FAULTS
from kazasu.lab.snippets import CHECK, LOGIN, home_of
from kazasu.lab.wording import ENDPOINTS, STATES, as_text

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


class RunForm(Form):
    start_url: WebAddress = asked("サインインが始まるアドレス", "Where a login begins", most=500)
    check_url: WebAddress = asked(
        "サインインした人だけに開くアドレス", "A page open to the signed in only", most=500
    )


ELSEWHERE: Final = Text(
    "あなたの登録した戻り先のホスト（{hosts}）のアドレスを入れてください",
    "Enter an address on a host of your redirect addresses ({hosts})",
)


class LabPages:
    """Pages of the workshop."""

    def __init__(
        self,
        site: Site,
        hooks: Hooks,
        own: Callable[[Request], Client],
        desk: IdentityContext,
        inspector: Inspector,
        conformance: Conformance,
        deliveries: Deliveries,
    ) -> None:
        self._site = site
        self._hooks = hooks
        self._own = own
        self._desk = desk
        self._inspector = inspector
        self._conformance = conformance
        self._deliveries = deliveries

    def _render(self, request: Request, template: str, client: Client, **facts: Any) -> Response:
        beside = self._hooks.beside(client)
        return self._site.render(request, template, client=client, beside=beside, **facts)

    # ------------------------------------------------------------ inspector, faults

    @get("/integrators/requests", INTEGRATOR)
    def requests(self, request: Request) -> Response:
        client = self._own(request)
        rows = self._inspector.newest(client.client_id)
        if not rows:
            self._site.nothing_yet(request)
        only = request.query_params.get("only", "")
        wanted = request.query_params.get("q", "").strip()[:100]
        if only == "failed":
            rows = [row for row in rows if row.code]
        if wanted:
            rows = [row for row in rows if row.matches(wanted)]
        return self._render(
            request, "lab/requests.html", client, rows=rows, only=only, wanted=wanted,
            endpoints=ENDPOINTS,
        )  # fmt: skip

    @get("/integrators/requests/{request_id}", INTEGRATOR)
    def request(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``: unknown, over, or another party's: one answer."""
        client = self._own(request)
        row = self._inspector.one(client.client_id, request.path_params["request_id"])
        if row is None:
            raise Refusal(NOT_FOUND)
        return self._render(
            request, "lab/request.html", client, row=row, steps=steps(row, client.redirect_uris),
            states=STATES, endpoints=ENDPOINTS,
        )  # fmt: skip

    @get("/integrators/faults", INTEGRATOR)
    def faults(self, request: Request) -> Response:
        """Each with a link whose redirect brings the party that error."""
        client = self._own(request)
        return self._render(
            request, "lab/faults.html", client, faults=list(FAULTS.values()),
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

    @get("/integrators/events", INTEGRATOR)
    def events(self, request: Request) -> Response:
        """What the party was told or should have been: when, how often, with which answer; and what it must answer."""
        client = self._own(request)
        return self._render(
            request, "lab/events.html", client, kinds=list(KINDS.items()),
            rows=[(one, as_text(self._deliveries.claims(one)))
                  for one in self._deliveries.log(client.client_id)],
            first=FIRST_RETRY, longest=LONGEST_RETRY,
        )  # fmt: skip

    # ------------------------------------------------------------ conformance

    @post("/integrators/conformance", INTEGRATOR)
    def run(self, request: Request) -> Response:
        """Plays the whole run and leads to its report."""
        client, form = self._own(request), RunForm.read(request)
        for name, url in (("start_url", form.start_url), ("check_url", form.check_url)):
            if not self._conformance.may_ask(client, url):
                raise form.wrong(
                    name,
                    ELSEWHERE.fill(
                        hosts=", ".join(dict.fromkeys(map(place_of, client.redirect_uris)))
                    ),
                )
        kept = self._conformance.run(client, form.start_url, form.check_url)
        return self._site.redirect(f"/integrators/conformance/{kept.run_id}")

    @get("/integrators/conformance", INTEGRATOR)
    def conformance(self, request: Request) -> Response:
        """Where to begin, and past reports."""
        client = self._own(request)
        home = home_of(client)
        return self._render(
            request, "lab/conformance.html", client, scenarios=SCENARIOS,
            reports=self._conformance.reports(client.client_id),
            form=RunForm.show(request, start_url=f"{home}{LOGIN}", check_url=f"{home}{CHECK}"),
        )  # fmt: skip

    @get("/integrators/conformance/{run_id}", INTEGRATOR)
    def report(self, request: Request) -> Response:
        client = self._own(request)
        kept = self._conformance.report(client.client_id, request.path_params["run_id"])
        return self._render(
            request, "lab/report.html", client, kept=kept, report=kept.report,
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
