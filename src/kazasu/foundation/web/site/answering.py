"""One request at a site: who may, the page, and what is said where it fails (design §3.7)."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.actions import at_a_desk
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.values import readable
from kazasu.foundation.web import faults
from kazasu.foundation.web.access import DESK
from kazasu.foundation.web.acting import OWNER, Acting, owner_of
from kazasu.foundation.web.acting.kept import PARAMETER as KEPT
from kazasu.foundation.web.acting.kept import Kept
from kazasu.foundation.web.edge.bulkheads import Bulkhead
from kazasu.foundation.web.edge.content import FIELD_BYTES, MOST_FIELDS
from kazasu.foundation.web.edge.failures import refusal_of
from kazasu.foundation.web.edge.figures import NO_PAGE, SECONDS, answered
from kazasu.foundation.web.edge.preferences import prefers_json
from kazasu.foundation.web.edge.problems import answer_to, problem, retry_after
from kazasu.foundation.web.edge.rates import RateLimit, Rates, client_bucket
from kazasu.foundation.web.edge.security import check_origin, host_of, security_headers
from kazasu.foundation.web.reading import chosen as reading
from kazasu.foundation.web.routes import Page
from kazasu.foundation.web.sessions import Session
from kazasu.foundation.web.site.addresses import DeclaredRoute
from kazasu.foundation.web.site.signing import SignIns

if TYPE_CHECKING:
    from kazasu.foundation.web.site import Site

log = structlog.get_logger()


class Answering:
    """For one site."""

    def __init__(
        self,
        site: "Site",
        signed: SignIns,
        acting: Acting,
        settings: Settings,
        *,
        tenant_of_host: Callable[[str], str],
        sign_in_path: str,
        sign_in_paths: Mapping[str, str],
        form_targets: Sequence[str],
    ) -> None:
        """As :class:`~kazasu.foundation.web.site.Site` has them."""
        self._site = site
        self._signed = signed
        self._acting = acting
        self.rates = Rates(settings)
        self.bulkhead = Bulkhead()
        self._tenant_of_host = tenant_of_host
        self._sign_in_path = sign_in_path
        self._sign_in_paths = sign_in_paths
        self._form_targets = tuple(form_targets)

    def endpoint(
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
            SECONDS.labels(self._site.room, declared.path).observe(seconds)
            answered(
                self._site.room,
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
        limit: RateLimit,
        request: Request,
        refusal: Refusal | None,
    ) -> Response:
        """Of this room's own: others' pages have theirs. Who finds none is told so by a plain page."""
        try:
            return await self.bulkhead.run(self._answer, declared, page, limit, request, refusal)
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
        self._nobody_yet(request, api=declared.api or declared.script)
        try:
            if refusal is not None:
                raise refusal
            response = self._guarded(declared, page, limit, request)
            self._note(declared, request, response)
        except Exception as error:
            failed = refusal_of(error, room=self._site.room, incident=request.state.request_id)
            self._site.rings(request, failed)
            response = self._refused(request, failed, declared)
        self._dress(request, response)
        return response

    def _nobody_yet(self, request: Request, *, api: bool = False) -> None:
        """What pages, templates and faults find on each request."""
        state = request.state
        state.request_id = readable.new(groups=2)
        state.api = api
        state.tenant = ""
        state.session = Session()
        state.signed_out = False
        state.kept = Kept()
        state.typed = {}
        state.way_on = None
        state.begun = False  # something that changes things
        state.rung = False  # an alarm
        state.form_targets = set()  # a page may add the origins that its form leads to
        state.reading = reading.chosen(request, self._site.cookies)
        state.language = state.reading.language  # for what has no other words

    def _dress(self, request: Request, response: Response) -> None:
        security_headers(response, (*self._form_targets, *sorted(request.state.form_targets)))
        reading.remember(request, response, self._site.cookies)
        self._signed.set_cookie(request, response)

    def _guarded(
        self, declared: DeclaredRoute, page: Page, limit: RateLimit, request: Request
    ) -> Response:
        """Steps: 1 rate by address; 2 tenant; 3 origin; 4 session, rate by person; 5 access; 6 whose page the form was on; 7 the page;
        8 keep the session."""
        limit.take(client_bucket(request.client.host if request.client else ""))
        request.state.tenant = self._tenant_of_host(host_of(request.headers))
        if not declared.api:
            check_origin(request, self._site.origin(request))
            request.state.session = self._signed.load(request)
        session = request.state.session
        if told := self._signed.told(request, declared):
            return told
        if session.subject:
            self.rates.of_person(request.state.tenant, session.kind, session.subject)
        if declared.access.kind and session.kind != declared.access.kind:
            raise Refusal(faults.SIGNED_OUT)
        if request.state.form.get(OWNER, owner_of(request)) != owner_of(request):
            raise Refusal(faults.OTHER_PERSONS_PAGE)
        if declared.takes and request.method == "HEAD":
            return Response()
        with at_a_desk() if declared.access.kind == DESK else nullcontext():
            response = self._done(declared, page, request)
        if not declared.api:
            self._signed.keep(request)
        return response

    def _done(self, declared: DeclaredRoute, page: Page, request: Request) -> Response:
        request.state.begun = request.method == "POST" or bool(declared.takes)
        if declared.api or declared.script:
            return page(request)
        if request.method == "POST":
            return self._acting.act(request, page)
        return self._acting.show(request, page)

    def _note(self, declared: DeclaredRoute, request: Request, response: Response) -> None:
        """A page that was opened and had something to show, or a form that was carried out: neither refused nor shown
        again. Who was sent on to another institution has only begun: what came of it is said by :meth:`Site.happened`."""
        state, looked = request.state, request.method == "GET"
        done = not any(hasattr(state, one) for one in ("refused", "invalid", "nothing_yet"))
        begun = "://" in response.headers.get("location", "")
        if done and not begun and response.status_code == (200 if looked else 303):
            self._site.happened(f"{request.method} {declared.path}")

    # ------------------------------------------------------------ what fails

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
            return self._site.redirect(f"{begin}?{urlencode({'next': target})}")
        if declared is not None and fault.status >= 500:
            log.warning("refused", room=self._site.room, fault=fault.code)
        template = self._site.fault_pages.get(fault.code, "kit/fault.html")
        page = self._site.render(request, template, status=fault.status, refusal=refusal)
        page.headers.update(retry_after(fault))
        return page

    def _returns_to(self, request: Request) -> str:
        """Where to go on after signing in. What was being sent by a form was not done, and its page says so: to whom it was, and to
        nobody who signs in next."""
        if request.method == "GET":
            query = urlencode([one for one in request.query_params.multi_items() if one[0] != KEPT])
            return request.url.path + (f"?{query}" if query else "")
        whose = str(request.state.form.get(OWNER, ""))
        target = self._acting.back(request, Refusal(faults.SESSION_ENDED), whose)
        self._signed.save(request)
        return target.headers["location"]

    def no_page(self, request: Request, error: Exception) -> Response:
        """Where there is none, or none that takes this method (404, 405)."""
        self._nobody_yet(request)
        request.state.tenant = self._safe_tenant(request)
        request.state.form = FormData()
        wrong_method = isinstance(error, HTTPException) and error.status_code == 405
        request.state.api = wrong_method and self._site.addresses.programs_call(
            request.scope["path"]
        )
        fault = faults.WRONG_METHOD if wrong_method else faults.NOT_FOUND
        response = self._refused(request, Refusal(fault), None)
        if wrong_method:
            response.headers["allow"] = self._site.addresses.allowed(request.scope["path"])
        self._dress(request, response)
        answered(self._site.room, NO_PAGE, request.method, response.status_code, fault=fault.code)
        return response

    def _safe_tenant(self, request: Request) -> str:
        try:
            return self._tenant_of_host(host_of(request.headers))
        except Refusal:
            return ""


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
