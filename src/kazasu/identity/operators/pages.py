"""The operator's pages: what waits, what is late, one party with its findings, decisions with their reasons."""

from datetime import timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.actions import Action
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, get, post, signed_in
from kazasu.foundation.web.forms import asked
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import Clients
from kazasu.identity.faults import ALREADY_DECIDED, OVER_A_PROBLEM, UNKNOWN_CLIENT
from kazasu.identity.institution import INSTITUTION
from kazasu.identity.integrators.forms import LEARNS
from kazasu.identity.integrators.pages import MODES
from kazasu.identity.operators.service import Operating
from kazasu.identity.service.context import IdentityContext
from kazasu.kit.openid import Person
from kazasu.kit.signin import Admission, SignIn

KIND: Final = "operator"
OPERATOR: Final = signed_in(KIND)
WAYS: Final = (
    ("/operator", Text("サービスの審査", "Review of services")),
    ("/operator/letters", Text("滞留している通知", "Letters that wait")),
    ("/operator/alarms", Text("警報", "Alarms")),
)
"""The operators' pages."""
LATE_AFTER: Final = timedelta(days=5)
MEASURES: Final = {
    "suspended": Text("止めた", "suspended"),
    "lifted": Text("再開した", "lifted"),
}


class DecisionForm(Form):
    decision: Literal["grant", "refuse"]
    reason: str = asked("理由", "Reason", most=1000, lines=True)
    over: tuple[Annotated[str, Field(max_length=16)], ...] = asked(
        "問題があっても認める", "Granted although there are problems", default=()
    )
    """The problems over which it is granted, each named."""


class MeasureForm(Form):
    why: str = asked("理由", "Reason", most=1000)


class OperatorPages:
    """Routes of ``/operator``."""

    def __init__(
        self,
        site: Site,
        desk: IdentityContext,
        signin: SignIn,
        clients: Clients,
        operating: Operating,
    ) -> None:
        self._site = site
        self._desk = desk
        self._clients = clients
        self._operating = operating
        signin.also(INSTITUTION.sessions[KIND], self._admit, home="/operator", card_only=True)

    # ------------------------------------------------------------ who

    def _admit(self, _: Request, person: Person) -> Admission:
        """The card says who, the post says whether."""
        self._operating.check(person.subject)
        return Admission(KIND, person.subject)

    def _operator(self, request: Request) -> str:
        """Asked each time: a post may end while somebody is signed in."""
        return self._operating.check(request.state.session.subject)

    def by(self, request: Request, what: Action, letter: str) -> Access:
        """The record of what an operator does about letters. Raises Refusal ``identity.not-an-operator``."""
        return what.by(f"operator:{self._operator(request)}", case=letter)

    def by_reason(self, request: Request, what: Action, alarm: str, reason: str) -> Access:
        """The same about alarms. Raises Refusal ``identity.not-an-operator``, ``actions.reason-needed``."""
        return what.by(f"operator:{self._operator(request)}", case=alarm, reason=reason)

    # ------------------------------------------------------------ pages

    @get("/operator", OPERATOR)
    def queue(self, request: Request) -> Response:
        self._operator(request)
        now = self._desk.clock.now()
        waiting = [
            (review, client, now - review.asked_at > LATE_AFTER)
            for review, client in self._clients.waiting()
        ]
        show = request.query_params.get("show", "")
        registered = self._clients.all()
        trials = [c for c in registered if c.stands_for]
        everybody = [c for c in registered if not c.stands_for]
        chosen = [
            c for c in everybody if show in ("", c.mode) or (show == "suspended" and c.suspended_at)
        ]
        return self._site.render(
            request,
            "operator/queue.html",
            late=[one for one in waiting if one[2]],
            waiting=[one for one in waiting if not one[2]],
            parties=trials if show == "trials" else chosen,
            trials=len(trials),
            counts={mode: sum(c.mode == mode for c in everybody) for mode in MODES},
            suspended=sum(c.suspended_at is not None for c in everybody),
            show=show,
            modes=MODES,
            ways=WAYS,
        )

    @get("/operator/parties/{client_id}", OPERATOR)
    def party(self, request: Request) -> Response:
        self._operator(request)
        client_id = request.path_params["client_id"]
        client = self._private(client_id)
        reviews = self._clients.reviews(client_id)
        findings = self._operating.findings(client)
        return self._site.render(
            request,
            "operator/party.html",
            client=client,
            findings=findings,
            form=DecisionForm.show(request),
            problems=[(one.mark, one.words) for one in findings if one.state == "bad"],
            reviews=reviews,
            open=next((one for one in reviews if one.granted is None), None),
            measures=self._operating.measures(client_id),
            words=MEASURES,
            modes=MODES,
            learns=LEARNS,
        )

    def _private(self, client_id: str) -> Client:
        """Institutions are not registered here and not decided about here."""
        client = self._clients.get(client_id)
        if client is None or client.institution:
            raise Refusal(UNKNOWN_CLIENT)
        return client

    @post("/operator/reviews/{review_id}", OPERATOR)
    def decide(self, request: Request) -> Response:
        operator = self._operator(request)
        form = DecisionForm.read(request)
        try:
            review_id = UUID(request.path_params["review_id"])
        except ValueError:
            raise Refusal(ALREADY_DECIDED) from None
        with form.at({OVER_A_PROBLEM: "over"}):
            client_id = self._operating.decide(
                review_id,
                operator,
                granted=form.decision == "grant",
                reason=form.reason,
                over=form.over,
            )
        return self._site.redirect(f"/operator/parties/{client_id}")

    @post("/operator/parties/{client_id}/suspend", OPERATOR)
    def suspend(self, request: Request) -> Response:
        operator = self._operator(request)
        client = self._private(request.path_params["client_id"])
        self._operating.suspend(
            client.client_id,
            operator,
            suspended=client.suspended_at is None,
            reason=MeasureForm.read(request).why,
        )
        return self._site.redirect(f"/operator/parties/{client.client_id}")
