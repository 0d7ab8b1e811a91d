"""The first page, and the list of every access to one's data."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.directory import Directory
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, Site
from kazasu.kit.signin import SignIn
from kazasu.portal.pages import RESIDENT
from kazasu.portal.service import Moves

ACTORS = {
    "resident": Text("あなた", "you"),
    "clerk": Text("窓口の職員", "a clerk at the counter"),
}


def enter(site: Site, moves: Moves, signin: SignIn, directory: Directory) -> None:
    def name_of(institution: str) -> Text:
        if institution in directory:
            return directory.entry(institution).name
        return Text(institution, institution)

    def actor_of(actor: str) -> Text:
        if actor in ACTORS:
            return ACTORS[actor]
        kind, _, who = actor.partition(":")
        if kind == "institution":
            return name_of(who)
        return Text("システム", "the system") if kind == "system" else Text(actor, actor)

    @site.route("/", access=PUBLIC("where one begins; shows one's own cases once signed in"))
    def front(request: Request) -> Response:
        session = request.state.session
        own = moves.moves(session.subject) if session.kind == "resident" else None
        return site.render(request, "front.html", moves=own)

    @site.route("/accesses", access=RESIDENT)
    def accesses(request: Request) -> Response:
        entries, silent = moves.accesses(
            request.state.session.subject, lambda who: signin.handle_for(request, who)
        )
        return site.render(
            request,
            "accesses.html",
            entries=entries[:300],
            silent=[name_of(one) for one in dict.fromkeys(silent)],
            name_of=name_of,
            actor_of=actor_of,
        )
