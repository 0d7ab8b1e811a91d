"""How long a sign-in lasts when nothing is done: told on every page, announced before it ends, prolonged by one POST.

WCAG 2.2, success criteria 2.2.1 and 2.2.6: who needs more time than others gets it before it is over, and nobody loses what
they typed (``session.js``).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.foundation.web.access import public
from kazasu.foundation.web.routes import script
from kazasu.foundation.web.sessions import NOTED, Session

if TYPE_CHECKING:
    from kazasu.foundation.web.site import Site

STAY: Final = "/stay-signed-in"
WARNED: Final = timedelta(minutes=2)
"""Before the end; WCAG asks for 20 seconds."""


def ends_at(
    session: Session, now: datetime, idle: timedelta, absolute: timedelta
) -> datetime | None:
    """When it surely has not ended yet, if nothing is done after ``now``; None while nobody is signed in."""
    if not session.kind:
        return None
    quiet = now + max(idle - NOTED, timedelta())
    return min(quiet, session.created_at + absolute) if session.created_at else quiet


class LastingPages:
    """Of one site."""

    def __init__(self, site: "Site") -> None:
        self._site = site

    @script(STAY, public("asks of whoever is signed in, and tells nobody who it is"))
    def stay(self, request: Request) -> Response:
        """Reading the session prolongs it. ``seconds``: how long it lasts now; 0 where it has ended."""
        ends = self._site.ends_at(request)
        left = (ends - self._site.clock.now()).total_seconds() if ends else 0
        return JSONResponse({"seconds": max(int(left), 0)})
