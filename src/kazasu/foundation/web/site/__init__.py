"""A room's site: routes with their access, sessions, faults as pages, one look.

Pages are marked methods (:mod:`kazasu.foundation.web.routes`); they run in the thread pool. A :class:`Refusal`
raised anywhere becomes the fault's page, or an RFC 9457 problem for programs (design §3.7). What a POST refuses is
kept and shown by the page that it came from: a POST answers with a redirect (design §3.14, decision 21).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kazasu.foundation.alarms.ringing import OF_POSTS, ring_for
from kazasu.foundation.database import Database
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Health
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text, Words
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web import faults
from kazasu.foundation.web.about import PAGES as ABOUT_PAGES
from kazasu.foundation.web.about import SECURITY_TXT, About, AboutPages, Ties, security_txt
from kazasu.foundation.web.access import PageAccess
from kazasu.foundation.web.acting import Acting
from kazasu.foundation.web.acting.kept import Kept, of_another
from kazasu.foundation.web.drawings import PARTY
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.foundation.web.edge.figures import FILES, answered
from kazasu.foundation.web.edge.rates import RateLimit
from kazasu.foundation.web.edge.security import host_of
from kazasu.foundation.web.lasting import LastingPages
from kazasu.foundation.web.opinions import OpinionPages
from kazasu.foundation.web.opinions.store import Opinions
from kazasu.foundation.web.reading import chosen as reading
from kazasu.foundation.web.routes import Page, marked_pages
from kazasu.foundation.web.site.addresses import Addresses, DeclaredRoute
from kazasu.foundation.web.site.answering import Answering
from kazasu.foundation.web.site.once import Once
from kazasu.foundation.web.site.rendering import KIT, Rendering
from kazasu.foundation.web.site.signing import SignIns

__all__ = ["DeclaredRoute", "Site"]


Guard = Callable[[DeclaredRoute, Request], Response | None]
"""Asked before a page of a site, once it is known who asks for it."""


class Site:
    """One room's pages."""

    def __init__(
        self,
        *,
        room: str,
        name: Text,
        templates: Path,
        more_templates: Sequence[Path] = (),
        settings: Settings,
        clock: Clock,
        database: Database | None = None,
        colour: str = "#0017C1",
        about: About | None = None,
        ties: Ties | None = None,
        mark: str = PARTY,
        tenant_of_host: Callable[[str], str] = lambda _: "",
        origin_of_host: Callable[[str], str] = lambda _: "",
        sign_in_path: str = "/signin",
        sign_in_paths: Mapping[str, str] = MappingProxyType({}),
        form_targets: Sequence[str] = (),
        tools: Mapping[str, str] = MappingProxyType({}),
        happened: Callable[[str], None] = lambda _: None,
        context: Callable[[Request], Mapping[str, Any]] = lambda _: {},
    ) -> None:
        """
        Args:
            more_templates: further folders, where a room's subjects have their own.
            mark: key of its drawing (:mod:`kazasu.foundation.web.drawings`); templates find it as ``site_mark``.
            database: where sessions live; None keeps them in memory (terminal).
            about: what its pages on itself say; None: what is true of every site.
            ties: with whom it speaks, for its first page.
            tenant_of_host: the tenant that a host name stands for.
            origin_of_host: where browsers reach the site of this name; empty: as they say (a site without a country).
            sign_in_paths: where sessions of other kinds begin, by their kind.
            form_targets: origins that redirects after a form may lead to.
            tools: addresses of the sandbox's tools by their key, for the strip on every page; empty: there is none.
            happened: told in a sandbox which step was carried out, for its guided tours; never whose.
            context: further values for every template (a city's own name and colour).
        """
        self.room = room
        self.name = name
        self.settings = settings
        self.clock = clock
        self.colour = colour
        self.mark = mark
        self.sign_outs: dict[str, str] = {}
        """Where sessions are ended, by their kind; under the empty one those of every other kind."""
        self.fault_pages: dict[str, str] = {}
        """By code: a template of the room's own, which extends ``kit/fault.html``."""
        self.tools = dict(tools) if settings.sandbox else {}
        self.cookies = Cookies(settings)
        self.addresses = Addresses()
        self.about_pages, self.about, self.ties = ABOUT_PAGES, about, ties
        self.takes_opinions = database is not None
        self._guards: list[Guard] = []
        self._origin_of_host = origin_of_host
        self._happened = happened if settings.sandbox else _nobody
        self._signed = SignIns(settings, clock, database, self.cookies)
        self._once = Once(self._signed, clock)
        self._database = database
        self._acting = Acting(
            room, clock, lambda path: bool(self.addresses.page_at(path)), self.rings
        )
        self._answering = Answering(
            self, self._signed, self._acting, settings, tenant_of_host=tenant_of_host,
            sign_in_path=sign_in_path, sign_in_paths=sign_in_paths, form_targets=form_targets,
        )  # fmt: skip
        self._rendering = Rendering(self, (templates, *more_templates), context)
        for path, folder in (
            ("/static/kit/fonts", KIT / "fonts"),
            ("/static/kit", KIT),
            ("/static", self._rendering.own_files),
        ):
            self.addresses.files(path, folder, self._rendering.version, self._file_sent)
        if database is not None:  # before the pages on itself: its addresses are like one of theirs
            self.enter(OpinionPages(self, Opinions(database), self.addresses.page_at))
        self.enter(AboutPages(self, about))
        self.enter(LastingPages(self))

    # ------------------------------------------------------------ routes

    @property
    def routes_declared(self) -> list[DeclaredRoute]:
        return self.addresses.declared

    @property
    def on_the_way_out(self) -> set[str]:
        """Pages that a sign-out passes through: what ends there is not over when the session here is."""
        return self._signed.on_the_way_out

    def route(
        self,
        path: str,
        *,
        access: PageAccess,
        methods: Sequence[str] = ("GET",),
        api: bool = False,
        script: bool = False,
        takes: str = "",
        limit: RateLimit | None = None,
    ) -> Callable[[Page], Page]:
        """Enter a page. ``api``: for programs; faults are problems, no origin check, no session. ``script``, ``takes``: as
        :mod:`kazasu.foundation.web.routes` has them. ``limit``: of :meth:`limit`."""
        own = limit or self._answering.rates.of_page(path, api=api)

        def enter(page: Page) -> Page:
            declared = DeclaredRoute(self.room, path, tuple(methods), access, api, script, takes)
            self.addresses.enter(
                declared, self._answering.endpoint(declared, self._guarded(declared, page), own)
            )
            return page

        return enter

    def guard(self, guard: Guard) -> None:
        """Ask this before each page, whichever are entered later, too: its answer, if it has one, stands instead of the page's."""
        self._guards.append(guard)

    def _guarded(self, declared: DeclaredRoute, page: Page) -> Page:
        def answer(request: Request) -> Response:
            for guard in self._guards:
                if (instead := guard(declared, request)) is not None:
                    return instead
            return page(request)

        return answer

    def enter(self, pages: object) -> None:
        """Enter the marked methods of these pages (:mod:`kazasu.foundation.web.routes`)."""
        for mark, page in marked_pages(pages):
            self.route(
                mark.path, access=mark.access, methods=mark.methods, script=mark.script, takes=mark.takes,
                limit=self.limit(mark.per_minute) if mark.per_minute else None,
            )(page)  # fmt: skip

    def limit(self, per_minute: int) -> RateLimit:
        """So many requests a minute of one address, for whichever pages take it."""
        return self._answering.rates.of_its_own(per_minute)

    def app(self) -> Starlette:
        """The finished application; ``state.health`` is for the threads that work behind it."""
        self.addresses.routes.append(Route("/healthz", self._healthz))
        self.addresses.routes.append(Route(SECURITY_TXT, self._security_txt))
        application = Starlette(
            routes=self.addresses.routes,
            exception_handlers=dict.fromkeys((404, 405), self._answering.no_page),
        )
        # Its redirects would name the scheme in front of which a proxy stands.
        application.router.redirect_slashes = False
        application.state.health = Health()
        return application

    # ------------------------------------------------------------ for pages

    def origin(self, request: Request) -> str:
        """Where browsers reach this site: as it was founded, whatever scheme and host an inner connection has."""
        host = request.headers.get("host", "").lower()
        return self._origin_of_host(host_of(request.headers)) or f"{self.settings.scheme}://{host}"

    def render(
        self, request: Request, template: str, *, status: int = 200, **context: Any
    ) -> Response:
        """An HTML answer from a template of the room (or the kit).

        Every template knows ``refusal``, ``errors``, ``typed`` and ``told`` of what was kept for the page.
        """
        return self._rendering.page(request, template, status, context)

    def ends_at(self, request: Request) -> datetime | None:
        """Until when who is signed in stays so without doing anything; None for nobody."""
        return self._signed.ends_at(request.state.session)

    def sign_out_path(self, kind: str) -> str:
        """Where whoever is signed in signs out; empty for nobody."""
        return self.sign_outs.get(kind, self.sign_outs.get("", "")) if kind else ""

    @staticmethod
    def redirect(path: str) -> Response:
        """See another page (303): after a POST, and onward to other institutions.

        Raises Refusal ``web.too-long-address``: no server of ours, and hardly another one, would read it.
        """
        answer = RedirectResponse(path, status_code=303)
        if len(answer.headers["location"]) > MOST_ADDRESS:
            raise Refusal(faults.LONG_ADDRESS)
        return answer

    def tell(
        self, request: Request, path: str, *, refusal: Refusal | None = None, **told: Any
    ) -> Response:
        """A redirect to a page of ours that shows an outcome, until it is opened anew.

        Args:
            refusal: for another page than the form's, or after a GET from elsewhere that came to nothing.
            told: what the page's template finds as ``told``; what JSON can hold.
        """
        if refusal is not None:
            self.rings(request, refusal)
            request.state.refused = refusal.fault.status
        return self._acting.leave(request, Kept(refusal=refusal, told=told), path)

    def rings(self, request: Request, refusal: Refusal) -> None:
        """The alarm of a refusal whose fault is declared with one, once for a request (:mod:`kazasu.foundation.alarms`)."""
        if not refusal.fault.alarm or self._database is None or request.state.rung:
            return
        request.state.rung = True
        session = request.state.session
        by = (
            f"{session.kind}:{session.subject}"
            if session.kind in OF_POSTS
            else session.kind or "nobody"
        )
        route = request.scope.get("route")
        where = f"{request.method} {getattr(route, 'path', '')}"
        ring_for(self._database, request.state.tenant, refusal, by=by, where=where)

    def go_on(self, request: Request, path: str) -> Response:
        """A redirect to another page of ours, with what was typed: it is shown there before anything is done with it."""
        return self._acting.leave(request, Kept(request.state.typed), path)

    def sign_in(self, request: Request, *, kind: str, subject: str, data: dict[str, Any]) -> None:
        """A new session for the person who just proved who they are; the old one ends."""
        self._signed.begin(request, kind, subject, data)
        self.happened(f"signed in {kind}")

    @staticmethod
    def onward(request: Request, path: str, home: str) -> str:
        """Where who just signed in goes on: ``path``, or their first page where that is the step of somebody else, whose session had
        ended in this browser."""
        return home if of_another(request.state.session.data, path) else path

    def once(
        self,
        request: Request,
        secret: str,
        work: Callable[[], Response],
        within: timedelta | None = None,
    ) -> Response:
        """What a browser brings twice at once is done once, and both get that answer (:mod:`kazasu.foundation.web.site.once`).

        Args:
            secret: what this browser alone has, and brings each time.
            within: who comes later gets what ``work`` says then; None: the answer as long as it is kept (a session's idle time).
        """
        return self._once.answer(request, secret, work, within)

    def happened(self, step: str) -> None:
        """For the sandbox's guided tours: something was carried out that no route alone says."""
        self._happened(f"{self.room} {step}")

    @staticmethod
    def nothing_yet(request: Request) -> None:
        """Said by a page that has nothing to show so far: to have opened it is no step of a tour."""
        request.state.nothing_yet = True

    def signed_out(self, request: Request, path: str) -> Response:
        """End the session and go to ``path``, be it at the identity service: the first page that the browser then
        opens here tells that it was done."""
        self.sign_out(request)
        answer = RedirectResponse(path, 303)
        self._signed.to_be_told(answer)
        return answer

    def end_of_card(self, request: Request, subject: str, sign_in: str, until: datetime) -> int:
        """The sessions here that this subject of the identity service began. Returns how many.

        Args:
            sign_in: of this sign-in alone; empty: of all, in every browser.
            until: those begun by then.
        """
        return self._signed.sessions.end_of_card(request.state.tenant, subject, sign_in, until)

    def sign_out(self, request: Request) -> None:
        """End the session, whoever's it is."""
        self._signed.end(request)

    def remember_words(self, response: Response, words: Words) -> None:
        """For a year, in this browser."""
        reading.write(response, self.cookies, words)

    # ------------------------------------------------------------ beside the pages

    def _file_sent(self, method: str, status: int) -> None:
        answered(self.room, FILES, method, status)

    async def _security_txt(self, request: Request) -> Response:
        """From memory, like the one above."""
        contact = self.settings.security_contact
        said = security_txt(self.origin(request), contact, self.clock.now())
        return PlainTextResponse(said, headers={"cache-control": "public, max-age=3600"})

    async def _healthz(self, request: Request) -> Response:
        """From memory, in no thread: it answers while all of them wait. 503 when one part has failed or is late: a load
        balancer or monitor looks at the status."""
        health: Health = request.app.state.health
        status = "ok" if health.good else "failing"
        return JSONResponse(
            {"status": status, "room": self.room, "parts": health.report()},
            status_code=200 if health.good else 503,
        )


def _nobody(_: str) -> None:
    """Nobody is told."""
