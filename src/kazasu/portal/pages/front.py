"""The first page, and the list of every access to one's data."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.directory import Directory
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, public
from kazasu.kit.signin import SignIn
from kazasu.portal.pages import RESIDENT
from kazasu.portal.service import Moves

ACTORS = {
    "resident": Text("あなた", "you"),
    "customer": Text("あなた", "you"),
    "clerk": Text("窓口の職員", "a clerk at the counter"),
}


class Front:
    """Both pages."""

    def __init__(self, site: Site, moves: Moves, signin: SignIn, directory: Directory) -> None:
        self._site = site
        self._moves = moves
        self._signin = signin
        self._directory = directory

    @get("/", public("where one begins; shows one's own cases once signed in"))
    def front(self, request: Request) -> Response:
        session = request.state.session
        own = self._moves.moves(session.subject) if session.kind == "resident" else None
        under_way = next((move for move in own or () if not move.over), None)
        return self._site.render(request, "front.html", moves=own, under_way=under_way)

    @get("/accesses", RESIDENT)
    def accesses(self, request: Request) -> Response:
        entries, silent = self._moves.accesses(
            request.state.session.subject, lambda who: self._signin.handle_for(request, who)
        )
        return self._site.render(
            request,
            "accesses.html",
            entries=entries[:300],
            silent=[self._name_of(one) for one in dict.fromkeys(silent)],
            name_of=self._name_of,
            actor_of=self._actor_of,
        )

    def _name_of(self, institution: str) -> Text:
        if institution in self._directory:
            return self._directory.entry(institution).name
        return Text(institution, institution)

    def _actor_of(self, actor: str) -> Text:
        if actor in ACTORS:
            return ACTORS[actor]
        kind, _, who = actor.partition(":")
        if kind == "institution":
            return self._name_of(who)
        return Text("システム", "the system") if kind == "system" else Text(actor, actor)
