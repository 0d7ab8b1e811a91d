"""The first page, and the list of every access to one's data."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.directory import Directory
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import EARLIEST, LATEST
from kazasu.foundation.web import Site, get, public
from kazasu.kit.signin import SignIn
from kazasu.portal.looks import looked_themselves
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
        """``before``: older ones; ``own``: also one's own looking at this page."""
        own = bool(request.query_params.get("own"))
        looks = self._moves.accesses(
            request.state.session.subject,
            lambda who: self._signin.handle_for(request, who),
            _instant(request.query_params.get("before", "")),
        )
        return self._site.render(
            request,
            "accesses.html",
            entries=[one for one in looks.entries if own or not looked_themselves(one)],
            hidden=not own and any(map(looked_themselves, looks.entries)),
            older=looks.older.isoformat() if looks.older else "",
            own=own,
            silent=[self._name_of(one) for one in dict.fromkeys(looks.silent)],
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


def _instant(text: str) -> datetime | None:
    """None where nothing, or no instant, was asked for: then the latest are shown."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo and EARLIEST <= at <= LATEST else None
