"""A room's site: routes with their access, sessions, faults as pages, one look.

Pages are marked methods (:mod:`kazasu.foundation.web.routes`); they run in the thread pool. A :class:`Refusal`
raised anywhere becomes the fault's page, or an RFC 9457 problem for programs (design §3.7). What a POST refuses is
kept and shown by the page that it came from: a POST answers with a redirect (design §3.14, decision 21).
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import structlog
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Match, Mount, Route

from kazasu.foundation.actions import at_a_desk
from kazasu.foundation.database import Database
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Health
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text, Words
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values import readable
from kazasu.foundation.web import faults
from kazasu.foundation.web.about import PAGES as ABOUT_PAGES
from kazasu.foundation.web.about import SIGNED_OUT as SIGNED_OUT_PAGE
from kazasu.foundation.web.about import About, AboutPages, Ties
from kazasu.foundation.web.access import DESK, PageAccess
from kazasu.foundation.web.acting import OWNER, Acting, address_of, kept, marked, owner_of
from kazasu.foundation.web.acting.kept import Kept
from kazasu.foundation.web.drawings import PARTY
from kazasu.foundation.web.edge.bulkheads import Bulkhead
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.foundation.web.edge.content import FIELD_BYTES, MOST_FIELDS
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.foundation.web.edge.failures import refusal_of
from kazasu.foundation.web.edge.figures import FILES, NO_PAGE, SECONDS, answered
from kazasu.foundation.web.edge.preferences import prefers_json
from kazasu.foundation.web.edge.problems import answer_to, problem, retry_after
from kazasu.foundation.web.edge.rates import RateLimit, Rates, client_bucket
from kazasu.foundation.web.edge.security import check_origin, host_of, security_headers
from kazasu.foundation.web.edge.static import StaticFolder
from kazasu.foundation.web.lasting import WARNED, LastingPages, ends_at
from kazasu.foundation.web.opinions import ASKED as OPINION_PAGE
from kazasu.foundation.web.opinions import OpinionPages
from kazasu.foundation.web.opinions.store import Opinions
from kazasu.foundation.web.reading import chosen as reading
from kazasu.foundation.web.reading.furigana import annotated
from kazasu.foundation.web.routes import Page, marked_pages
from kazasu.foundation.web.sessions import (
    COOKIE,
    LAST_SIGN_IN,
    DatabaseSessions,
    MemorySessions,
    Session,
    Sessions,
)
from kazasu.foundation.web.templating import environment

log = structlog.get_logger()

KIT = Path(__file__).parent
SIGNED_OUT_COOKIE = "signed-out"
"""Set where somebody signs out: the browser comes back by way of the identity service, and is told here."""
SAFE_TO_READ = frozenset({"GET", "HEAD"})
"""What a folder of files takes."""


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """What the structural tests walk."""

    room: str
    path: str
    methods: tuple[str, ...]
    access: PageAccess
    api: bool
    script: bool = False
    takes: str = ""


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
        self.routes_declared: list[DeclaredRoute] = []
        self.sign_outs: dict[str, str] = {}
        """Where sessions are ended, by their kind; under the empty one those of every other kind."""
        self.on_the_way_out: set[str] = set()
        """Pages that a sign-out passes through: what ends there is not over when the session here is."""
        self._routes: list[Route | Mount] = []
        self._pages: list[Route] = []
        """Those that people look at: neither files nor what programs call."""
        self._database = database
        self._tenant_of_host = tenant_of_host
        self._origin_of_host = origin_of_host
        self.cookies = Cookies(settings)
        self._sign_in_path = sign_in_path
        self._sign_in_paths = sign_in_paths
        self.fault_pages: dict[str, str] = {}
        """By code: a template of the room's own, which extends ``kit/fault.html``."""
        self._form_targets = tuple(form_targets)
        self._context = context
        self.tools = dict(tools) if settings.sandbox else {}
        self._happened = happened if settings.sandbox else _nobody
        self._rates = Rates(settings)
        self._bulkhead = Bulkhead()
        self._idle = timedelta(seconds=settings.session_idle_seconds)
        self._absolute = timedelta(seconds=settings.session_absolute_seconds)
        self._sessions: Sessions = (
            DatabaseSessions(database, self._idle, self._absolute)
            if database is not None
            else MemorySessions(clock, self._idle)
        )
        self._templates = environment(templates, *more_templates)
        own_static = templates.parent / "static"
        self._acting = Acting(room, clock, self._opens)
        self._version = _fingerprint([KIT / "static", own_static])
        self.about_pages, self.about, self.ties = ABOUT_PAGES, about, ties
        kit = KIT / "static"
        for path, folder in (
            ("/static/kit/fonts", kit / "fonts"),
            ("/static/kit", kit),
            ("/static", own_static),
        ):
            if folder.is_dir():
                self._routes.append(
                    Mount(path, StaticFolder(folder, self._version, self._file_sent))
                )
        self.takes_opinions = database is not None
        if (
            database is not None
        ):  # before the pages on itself, whose addresses are like one of these
            self.enter(OpinionPages(self, Opinions(database), self._route_of))
        self.enter(AboutPages(self, about))
        self.enter(LastingPages(self))

    # ------------------------------------------------------------ routes

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
        own = limit or self._rates.of_page(path, api=api)

        def enter(page: Page) -> Page:
            declared = DeclaredRoute(self.room, path, tuple(methods), access, api, script, takes)
            self.routes_declared.append(declared)
            route = Route(path, self._endpoint(declared, page, own), methods=list(methods))
            self._routes.append(route)
            if not (api or script):
                self._pages.append(route)
            return page

        return enter

    def enter(self, pages: object) -> None:
        """Enter the marked methods of these pages (:mod:`kazasu.foundation.web.routes`)."""
        for mark, page in marked_pages(pages):
            self.route(
                mark.path, access=mark.access, methods=mark.methods, script=mark.script, takes=mark.takes,
                limit=self.limit(mark.per_minute) if mark.per_minute else None,
            )(page)  # fmt: skip

    def limit(self, per_minute: int) -> RateLimit:
        """So many requests a minute of one address, for whichever pages take it."""
        return self._rates.of_its_own(per_minute)

    def app(self) -> Starlette:
        """The finished application; ``state.health`` is for the threads that work behind it."""
        self._routes.append(Route("/healthz", self._healthz))
        application = Starlette(
            routes=self._routes,
            exception_handlers={404: self._http_error, 405: self._http_error},
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
        found: Kept = request.state.kept
        chosen: reading.Chosen = request.state.reading
        names: dict[str, str] = {}
        html = self._templates.get_template(template).render(
            request=request,
            site=self,
            session=request.state.session,
            lang=request.state.language,
            reads=chosen.words,
            furigana=chosen.furigana,
            names_read=names,
            switch=reading.links(request, chosen),
            static_version=self._version,
            today=self.clock.now(),
            opinion_at=f"{OPINION_PAGE}?{urlencode({'page': request.url.path})}",
            session_ends=self.ends_at(request),
            session_warned=int(WARNED.total_seconds()),
            last_sign_in=_instant(request.state.session.data.get(LAST_SIGN_IN)),
            **{
                "colour": self.colour,
                "site_name": self.name,
                "site_mark": self.mark,
                "refusal": found.refusal,
                "errors": found.errors,
                "typed": found.values,
                "told": found.told,
            }
            | dict(self._context(request))
            | context,
        )
        if chosen.furigana:
            html = annotated(html, names)
        return HTMLResponse(
            marked(html, owner_of(request), address_of(request)), status_code=status
        )

    def ends_at(self, request: Request) -> datetime | None:
        """Until when who is signed in stays so without doing anything; None for nobody."""
        return ends_at(request.state.session, self.clock.now(), self._idle, self._absolute)

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
        return self._acting.leave(request, Kept(refusal=refusal, told=told), path)

    def sign_in(self, request: Request, *, kind: str, subject: str, data: dict[str, Any]) -> None:
        """A new session for the person who just proved who they are; the old one ends."""
        old: Session = request.state.session
        if old.token:
            self._sessions.drop(request.state.tenant, old.token)
        before = self._sessions.sign_in(request.state.tenant, kind, subject)
        seen = {LAST_SIGN_IN: before.isoformat()} if before else {}
        request.state.session = Session(kind, subject, kept.carried(old.data) | data | seen)
        self.happened(f"signed in {kind}")

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
        self.cookies.write(answer, SIGNED_OUT_COOKIE, "1", seconds=120)
        return answer

    def end_of_card(self, request: Request, subject: str, sign_in: str, until: datetime) -> int:
        """The sessions here that this subject of the identity service began. Returns how many.

        Args:
            sign_in: of this sign-in alone; empty: of all, in every browser.
            until: those begun by then.
        """
        return self._sessions.end_of_card(request.state.tenant, subject, sign_in, until)

    def sign_out(self, request: Request) -> None:
        if request.state.session.token:
            self._sessions.drop(request.state.tenant, request.state.session.token)
        request.state.session = Session()
        request.state.signed_out = True

    # ------------------------------------------------------------ one request

    def _endpoint(
        self, declared: DeclaredRoute, page: Page, limit: RateLimit
    ) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            started = time.perf_counter()
            try:
                request.state.form = await _read_form(request)
                refusal = None
            except Refusal as unreadable:
                request.state.form = FormData()
                refusal = unreadable
            response = await self._in_a_thread(declared, page, limit, request, refusal)
            seconds = time.perf_counter() - started
            refused = getattr(request.state, "refused", response.status_code)
            SECONDS.labels(self.room, declared.path).observe(seconds)
            answered(
                self.room,
                declared.path,
                request.method,
                response.status_code,
                refused=refused,
                ms=round(seconds * 1000, 1),
                request_id=request.state.request_id,
            )
            return response

        return endpoint

    async def _in_a_thread(
        self,
        declared: DeclaredRoute,
        page: Page,
        limit: RateLimit | None,
        request: Request,
        refusal: Refusal | None,
    ) -> Response:
        """Of this room's own: others' pages have theirs. Who finds none is told so by a plain page."""
        try:
            return await self._bulkhead.run(self._answer, declared, page, limit, request, refusal)
        except Refusal as no_room:
            request.state.request_id = readable.new(groups=2)
            return answer_to(no_room, request.headers)

    def _answer(
        self,
        declared: DeclaredRoute,
        page: Page,
        limit: RateLimit,
        request: Request,
        refusal: Refusal | None,
    ) -> Response:
        request.state.request_id = readable.new(groups=2)
        request.state.api = declared.api or declared.script
        request.state.tenant = ""
        request.state.session = Session()
        request.state.kept = Kept()
        request.state.typed = {}
        request.state.way_on = None
        self._read(request)
        request.state.signed_out = False
        request.state.form_targets = set()  # a page may add the origins that its form leads to
        try:
            if refusal is not None:
                raise refusal
            response = self._guarded(declared, page, limit, request)
            self._note(declared, request, response)
        except Exception as error:
            failed = refusal_of(error, room=self.room, incident=request.state.request_id)
            response = self._refused(request, failed, declared)
        security_headers(response, (*self._form_targets, *sorted(request.state.form_targets)))
        self._set_cookies(request, response)
        return response

    def _guarded(
        self, declared: DeclaredRoute, page: Page, limit: RateLimit, request: Request
    ) -> Response:
        """Steps: 1 rate by address; 2 tenant; 3 origin; 4 session, rate by person; 5 access; 6 whose page the form was on; 7 the page;
        8 keep the session."""
        limit.take(client_bucket(request.client.host if request.client else ""))
        request.state.tenant = self._tenant_of_host(host_of(request.headers))
        if not declared.api:
            check_origin(request, self.origin(request))
            token = self.cookies.read(request, COOKIE)
            if token:
                request.state.session = (
                    self._sessions.load(request.state.tenant, token) or Session()
                )
        session = request.state.session
        if (
            not session.kind
            and request.method == "GET"
            and self._just_signed_out(request, declared)
        ):
            return self._tell_signed_out(request)
        if session.subject:
            self._rates.of_person(request.state.tenant, session.kind, session.subject)
        if declared.access.kind and request.state.session.kind != declared.access.kind:
            raise Refusal(faults.SIGNED_OUT)
        if request.state.form.get(OWNER, owner_of(request)) != owner_of(request):
            raise Refusal(faults.OTHER_PERSONS_PAGE)
        if declared.takes and request.method == "HEAD":
            return Response()
        with at_a_desk() if declared.access.kind == DESK else nullcontext():
            if declared.api or declared.script:
                response = page(request)
            elif request.method == "POST":
                response = self._acting.act(request, page)
            else:
                response = self._acting.show(request, page)
        session = request.state.session  # signing in makes another
        worth_keeping = bool(session.token or session.kind or session.data)
        if worth_keeping and session.changed and not (declared.api or request.state.signed_out):
            self._sessions.save(request.state.tenant, session)
        return response

    def _note(self, declared: DeclaredRoute, request: Request, response: Response) -> None:
        """A page that was opened and had something to show, or a form that was carried out: neither refused nor shown
        again."""
        state, looked = request.state, request.method == "GET"
        done = not any(hasattr(state, one) for one in ("refused", "invalid", "nothing_yet"))
        if done and response.status_code == (200 if looked else 303):
            self.happened(f"{request.method} {declared.path}")

    def _just_signed_out(self, request: Request, declared: DeclaredRoute) -> bool:
        on_the_way = declared.path in self.on_the_way_out or declared.path == SIGNED_OUT_PAGE
        back = not declared.api and not on_the_way
        return back and bool(self.cookies.read(request, SIGNED_OUT_COOKIE))

    def _tell_signed_out(self, request: Request) -> Response:
        answer = self.redirect(f"{SIGNED_OUT_PAGE}?{urlencode({'next': request.url.path})}")
        self.cookies.end(answer, SIGNED_OUT_COOKIE)
        return answer

    def _opens(self, path: str) -> bool:
        return bool(self._route_of(path))

    def _route_of(self, path: str) -> str:
        """The route of a page that people look at, as it is declared; empty where there is none."""
        scope = {"type": "http", "method": "GET", "path": path}
        found = (one.path for one in self._pages if one.matches(scope)[0] is Match.FULL)
        return next(found, "")

    def _refused(
        self, request: Request, refusal: Refusal, declared: DeclaredRoute | None
    ) -> Response:
        fault = refusal.fault
        if request.state.api or prefers_json(request.headers.get("accept", "")):
            return problem(refusal)
        if fault.code == faults.SIGNED_OUT.code:
            target = self._returns_to(request)
            kind = declared.access.kind if declared else ""
            begin = self._sign_in_paths.get(kind, self._sign_in_path)
            return self.redirect(f"{begin}?{urlencode({'next': target})}")
        if declared is not None and fault.status >= 500:
            log.warning("refused", room=self.room, fault=fault.code)
        template = self.fault_pages.get(fault.code, "kit/fault.html")
        page = self.render(request, template, status=fault.status, refusal=refusal)
        page.headers.update(retry_after(fault))
        return page

    def _returns_to(self, request: Request) -> str:
        """Where to go on after signing in. What was being sent by a form was not done, and its page says so."""
        if request.method == "GET":
            return request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = self._acting.back(request, Refusal(faults.SESSION_ENDED))
        self._sessions.save(request.state.tenant, request.state.session)
        return target.headers["location"]

    def _http_error(self, request: Request, error: Exception) -> Response:
        request.state.request_id = readable.new(groups=2)
        request.state.api = False
        request.state.session = Session()
        request.state.tenant = self._safe_tenant(request)
        request.state.form = FormData()
        request.state.kept = Kept()
        request.state.way_on = None
        self._read(request)
        request.state.signed_out = False
        wrong_method = isinstance(error, HTTPException) and error.status_code == 405
        fault = faults.WRONG_METHOD if wrong_method else faults.NOT_FOUND
        response = self._refused(request, Refusal(fault), None)
        if wrong_method:
            response.headers["allow"] = self._allowed(request.scope["path"])
        security_headers(response, self._form_targets)
        self._set_cookies(request, response)
        answered(self.room, NO_PAGE, request.method, response.status_code, fault=fault.code)
        return response

    def _file_sent(self, method: str, status: int) -> None:
        answered(self.room, FILES, method, status)

    def _allowed(self, path: str) -> str:
        """``Allow`` (RFC 9110 §15.5.6): an address may have a page to look at and another to send to."""
        scope = {"type": "http", "method": "GET", "path": path}
        methods: set[str] = set()
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                methods |= (route.methods or set()) if isinstance(route, Route) else SAFE_TO_READ
        return ", ".join(sorted(methods))

    def _safe_tenant(self, request: Request) -> str:
        try:
            return self._tenant_of_host(host_of(request.headers))
        except Refusal:
            return ""

    # ------------------------------------------------------------ small things

    def _read(self, request: Request) -> None:
        """``state.reading``: in which words; ``state.language``: in which language, for what has no other words."""
        request.state.reading = reading.chosen(request, self.cookies)
        request.state.language = request.state.reading.language

    def _set_cookies(self, request: Request, response: Response) -> None:
        reading.remember(request, response, self.cookies)
        session: Session = request.state.session
        if session.token and session.token != self.cookies.read(request, COOKIE):
            self.cookies.write(response, COOKIE, session.token)
        elif request.state.signed_out:
            self.cookies.end(response, COOKIE)

    def remember_words(self, response: Response, words: Words) -> None:
        """For a year, in this browser."""
        reading.write(response, self.cookies, words)

    async def _healthz(self, request: Request) -> Response:
        """From memory, in no thread: it answers while all of them wait. 503 when one part has failed or is late: a load balancer or monitor looks at the status."""
        health: Health = request.app.state.health
        status = "ok" if health.good else "failing"
        return JSONResponse(
            {"status": status, "room": self.room, "parts": health.report()},
            status_code=200 if health.good else 503,
        )


async def _read_form(request: Request) -> FormData:
    """The posted form (files not accepted here); ``request.state.body`` keeps the raw bytes. How much and how
    many is the gate's to say (:mod:`kazasu.foundation.web.edge.bounds`)."""
    if request.method in {"GET", "HEAD"}:
        return FormData()
    request.state.body = await request.body()
    try:
        return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=FIELD_BYTES)
    except (ValueError, MultiPartException, HTTPException):
        raise Refusal(faults.UNREADABLE) from None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _fingerprint(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.glob("*")) if folder.is_dir() else ():
            digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:10]


def _nobody(_: str) -> None:
    """Nobody is told."""
