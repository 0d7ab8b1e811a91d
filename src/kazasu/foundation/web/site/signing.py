"""Who is signed in at a site: sessions begin, last, end, and that they ended is told once."""

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kazasu.foundation.database import Database
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web.about import SIGNED_OUT as SIGNED_OUT_PAGE
from kazasu.foundation.web.acting import kept, owner
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.foundation.web.lasting import ends_at
from kazasu.foundation.web.sessions import (
    COOKIE,
    LAST_SIGN_IN,
    DatabaseSessions,
    MemorySessions,
    Session,
    Sessions,
)
from kazasu.foundation.web.site.addresses import DeclaredRoute

SIGNED_OUT_COOKIE: Final = "signed-out"
"""Set where somebody signs out: the browser comes back by way of the identity service, and is told here."""


class SignIns:
    """Of one site."""

    def __init__(
        self, settings: Settings, clock: Clock, database: Database | None, cookies: Cookies
    ) -> None:
        """``database``: where sessions live; None keeps them in memory."""
        self._clock = clock
        self._cookies = cookies
        self._idle = timedelta(seconds=settings.session_idle_seconds)
        self._absolute = timedelta(seconds=settings.session_absolute_seconds)
        self.sessions: Sessions = (
            DatabaseSessions(database, self._idle, self._absolute)
            if database is not None
            else MemorySessions(clock, self._idle)
        )
        self.on_the_way_out: set[str] = set()
        """Pages that a sign-out passes through: what ends there is not over when the session here is."""

    def load(self, request: Request) -> Session:
        """By the request's cookie; an empty one where it has none, or one that has ended."""
        token = self._cookies.read(request, COOKIE)
        return (self.sessions.load(request.state.tenant, token) if token else None) or Session()

    def save(self, request: Request) -> None:
        self.sessions.save(request.state.tenant, request.state.session)

    def keep(self, request: Request) -> None:
        """Store what the page changed; a session with nothing in it is never begun."""
        session: Session = request.state.session
        worth_keeping = bool(session.token or session.kind or session.data)
        if worth_keeping and session.changed and not request.state.signed_out:
            self.save(request)

    def begin(self, request: Request, kind: str, subject: str, data: dict[str, Any]) -> None:
        """A new session for the person who just proved who they are; the old one ends."""
        old: Session = request.state.session
        if old.token:
            self.sessions.drop(request.state.tenant, old.token)
        before = self.sessions.sign_in(request.state.tenant, kind, subject)
        seen = {LAST_SIGN_IN: before.isoformat()} if before else {}
        request.state.session = Session(
            kind,
            subject,
            kept.carried(old.data, owner(request.state.tenant, kind, subject)) | data | seen,
        )

    def end(self, request: Request) -> None:
        if request.state.session.token:
            self.sessions.drop(request.state.tenant, request.state.session.token)
        request.state.session = Session()
        request.state.signed_out = True

    def ends_at(self, session: Session) -> datetime | None:
        """Until when who is signed in stays so without doing anything; None for nobody."""
        return ends_at(session, self._clock.now(), self._idle, self._absolute)

    def to_be_told(self, answer: Response) -> None:
        """The first page that this browser then opens here tells that it was signed out."""
        self._cookies.write(answer, SIGNED_OUT_COOKIE, "1", seconds=120)

    def told(self, request: Request, declared: DeclaredRoute) -> Response | None:
        """Where the browser is told that it was signed out, if it has not been and this page may be put off."""
        on_the_way = declared.path in self.on_the_way_out or declared.path == SIGNED_OUT_PAGE
        put_off = request.method == "GET" and not (declared.api or on_the_way)
        if (
            request.state.session.kind
            or not put_off
            or not self._cookies.read(request, SIGNED_OUT_COOKIE)
        ):
            return None
        onward = urlencode({"next": request.url.path})
        answer = RedirectResponse(f"{SIGNED_OUT_PAGE}?{onward}", 303)
        self._cookies.end(answer, SIGNED_OUT_COOKIE)
        return answer

    def set_cookie(self, request: Request, response: Response) -> None:
        session: Session = request.state.session
        if session.token and session.token != self._cookies.read(request, COOKIE):
            self._cookies.write(response, COOKIE, session.token)
        elif request.state.signed_out:
            self._cookies.end(response, COOKIE)
