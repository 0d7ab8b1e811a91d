"""“Log in now” and the people whom one can be, on the integrators' desk."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.transports.tray import Shown, read_tray
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Language, Text
from kazasu.foundation.values.romaji import romaji
from kazasu.foundation.web import Form, Site, get, post
from kazasu.foundation.web.forms import NOT_A_CHOICE, asked
from kazasu.identity.clients.model import Client
from kazasu.identity.hooks import Hooks
from kazasu.identity.integrators.pages import INTEGRATOR
from kazasu.lab.inspector.service import steps
from kazasu.lab.trying.service import ATTRIBUTES, RETURN, Trials
from kazasu.lab.wording import ENDPOINTS, STATES, as_text

PAGE: Final = "/integrators/try"


CHOOSE: Final = Text(
    "画面なしで試すときは、だれとしてかを選んでください",
    "Without a page nobody can choose at the reader: choose whom to log in as",
)


class TryForm(Form):
    persona: str = asked("だれで試すか", "Whom to log in as", default="")
    """Card of the tray; empty: the person takes one at the reader."""
    way: Literal["page", "auto"] = "page"


class TryPages:
    def __init__(
        self, site: Site, hooks: Hooks, own: Callable[[Request], Client], trials: Trials, folder: Path,
    ) -> None:  # fmt: skip
        self._site = site
        self._hooks = hooks
        self._own = own
        self._trials = trials
        self._folder = folder

    def _render(self, request: Request, template: str, client: Client, **facts: Any) -> Response:
        beside = self._hooks.beside(client)
        return self._site.render(request, template, client=client, beside=beside, **facts)

    def _people(self) -> list[Shown]:
        return [card for card in read_tray(self._folder) if not card.staff]

    @get(PAGE, INTEGRATOR)
    def page(self, request: Request) -> Response:
        """Where a login begins, and what came of the last one."""
        client = self._own(request)
        rows, told = self._trials.requests(client), request.state.kept.told
        return self._render(
            request, "lab/try.html", client, told=told,
            claims=as_text(told.get("claims")), userinfo=as_text(told.get("userinfo")),
            form=TryForm.show(request, persona=request.query_params.get("persona", "")),
            offered=offered(self._people(), request.state.language),
            rows=[(row, steps(row, client.redirect_uris)) for row in rows],
            items=[item for item in client.scopes if item in ATTRIBUTES],
            states=STATES, endpoints=ENDPOINTS,
        )  # fmt: skip

    @post(PAGE, INTEGRATOR)
    def begin(self, request: Request) -> Response:
        client, form = self._own(request), TryForm.read(request)
        persona = form.persona
        if persona and persona not in {card.card_id for card in self._people()}:
            raise form.wrong("persona", NOT_A_CHOICE)
        if form.way == "auto" and not persona:
            raise form.wrong("persona", CHOOSE)
        hint = f"persona:{persona}" if persona else ""
        hint += ";auto" if hint and form.way == "auto" else ""
        return self._site.redirect(self._trials.begin(client, hint, request.state.language))

    @get(RETURN, INTEGRATOR, takes="the state is this party's trial")
    def back(self, request: Request) -> Response:
        """The answer, as the application's own redirect address would get it."""
        client = self._own(request)

        def work() -> Response:
            try:
                outcome = self._trials.finish(client, dict(request.query_params))
            except Refusal as refusal:
                return self._site.tell(request, PAGE, refusal=refusal)
            self._site.happened("a login was tried")
            return self._site.tell(request, PAGE, claims=outcome.claims, userinfo=outcome.userinfo)

        return self._site.once(request, f"{request.state.session.token} {request.url.query}", work)

    @get("/integrators/people", INTEGRATOR)
    def people(self, request: Request) -> Response:
        if not self._people():
            self._site.nothing_yet(request)
        return self._render(request, "lab/people.html", self._own(request), people=self._people())


def offered(people: Sequence[Shown], language: Language) -> list[tuple[str, str]]:
    """Card and name, as an option can say it: the reading where the page is in English, the story beside namesakes."""
    named = [
        romaji(one.kana) or one.name if language == "en" else one.name.replace("\u3000", " ")
        for one in people
    ]
    times = Counter(named)
    return [
        (one.card_id, name if times[name] == 1 else f"{name} ({one.story.to(language)})")
        for one, name in zip(people, named, strict=True)
    ]
