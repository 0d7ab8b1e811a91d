"""Act, then show: a POST answers with a redirect, and the page that it leads to shows what came of it (design §3.14).

What was refused goes back to the page that the form stood on: every form carries its address, and the person for whom
it was made. Decision 21 says what is answered directly instead.
"""

import hashlib
import re
from collections.abc import Callable
from html import escape
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web import faults
from kazasu.foundation.web.acting import kept
from kazasu.foundation.web.acting.kept import Invalid, Kept
from kazasu.foundation.web.edge.failures import refusal_of
from kazasu.foundation.web.routes import Page
from kazasu.foundation.web.sessions import Session

OWNER: Final = "_owner"
PAGE: Final = "_page"
_OWN_CHECKS: Final = re.compile(r"(<form\b(?![^>]*\snovalidate\b)[^>]*)>")
_POST_FORM: Final = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>")


class Acting:
    """For the pages of one site."""

    def __init__(
        self,
        room: str,
        clock: Clock,
        opens: Callable[[str], bool],
        rings: Callable[[Request, Refusal], None],
    ) -> None:
        """``opens``: whether the site has a page at this path. ``rings``: told of each refusal that a page will say."""
        self._rings = rings
        self._room = room
        self._clock = clock
        self._opens = opens

    def act(self, request: Request, page: Page) -> Response:
        """The page's redirect; or back to where the form was, with what was wrong."""
        try:
            return _redirecting(page(request))
        except Invalid as wrong:
            request.state.invalid = True
            left = Kept(request.state.typed, wrong.errors, wrong.refusal)
            if wrong.refusal is not None:
                self._rings(request, wrong.refusal)
                request.state.refused = wrong.refusal.fault.status
            return self.leave(request, left, self._page_of(request))
        except Exception as error:
            incident = request.state.request_id
            return self.back(request, refusal_of(error, room=self._room, incident=incident))

    def back(self, request: Request, refusal: Refusal, owner: str = "") -> Response:
        """To the page that the form was on, which says why nothing was done. ``owner``: as of :meth:`leave`."""
        self._rings(request, refusal)
        request.state.refused = refusal.fault.status
        keepable = refusal.fault is not faults.UNREADABLE
        left = Kept(request.state.typed if keepable else {}, refusal=refusal)
        return self.leave(request, left, self._page_of(request), owner)

    def leave(self, request: Request, left: Kept, path: str, owner: str = "") -> Response:
        """To a page of this site, with something for it. ``owner``: for whom; empty: whoever is signed in."""
        request.state.signed_out = False  # the session that keeps it is a new one, and is saved
        session: Session = request.state.session
        whose = owner or owner_of(request)
        onward = kept.keep(session.data, left, page=path, owner=whose, now=self._clock.now())
        return RedirectResponse(onward, 303)

    def show(self, request: Request, page: Page) -> Response:
        """The page with what was kept for it. Where it leads on within the site, that goes along."""
        found = request.state.kept = self._found(request)
        response = page(request)
        onward = response.headers.get("location", "")
        if found != Kept() and response.status_code == 303 and local(onward) == onward:
            return self.leave(request, found, onward)
        return response

    def _found(self, request: Request) -> Kept:
        number = request.query_params.get(kept.PARAMETER, "")
        session: Session = request.state.session
        return kept.find(
            session.data, number, page=request.url.path, owner=owner_of(request),
            now=self._clock.now(),
        )  # fmt: skip

    def _page_of(self, request: Request) -> str:
        """The page that the form was on; without word of it the form's own address, or the first page."""
        own = str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        for address in (str(request.state.form.get(PAGE, "")), own):
            if address and local(address) == address and self._opens(urlsplit(address).path):
                return address
        return "/"


def _redirecting(response: Response) -> Response:
    if response.status_code != 303:
        raise TypeError("a POST answers with a redirect (design §3.14)")
    return response


def owner_of(request: Request) -> str:
    """For whom a page is: changes with the person, not with the session. Empty while nobody is signed in."""
    session: Session = request.state.session
    return owner(request.state.tenant, session.kind, session.subject)


def owner(tenant: str, kind: str, subject: str) -> str:
    if not kind:
        return ""
    return hashlib.sha256("\n".join((tenant, kind, subject)).encode()).hexdigest()[:24]


def address_of(request: Request) -> str:
    """The page as it was opened: without what was kept for it and without the switch of language."""
    query = f"?{request.url.query}" if request.url.query else ""
    return kept.without(request.url.path + query)


def marked(html: str, owner: str, address: str) -> str:
    """The page with its owner and its address in each of its forms; and in none of them the browser's own bubbles, which speak
    the browser's language and not the page's: the site says what is wrong.

    The owner: left open on a shared screen, it writes nothing for the person who signs in there next (design §3.4). The
    address: where what went wrong is shown.
    """
    fields = {PAGE: address} | ({OWNER: owner} if owner else {})
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    html = _OWN_CHECKS.sub(r"\1 novalidate>", html)
    return _POST_FORM.sub(lambda form: form[0] + hidden, html)


def local(path: str) -> str:
    """A path on this site; anything else becomes the home page (no open redirect)."""
    unsafe = not path.startswith("/") or path.startswith("//") or "\\" in path
    return "/" if unsafe or any(ord(c) < 0x20 for c in path) else path
