"""What every site says of itself: help, contact, privacy, accessibility, terms; linked in the footer of each page.

The frame serves the pages (``/about/help`` …); what differs from room to room the institution declares as an
:class:`About`. Nothing here needs a sign-in: who wants to know what is kept asks before giving it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import faults
from kazasu.foundation.web.access import public
from kazasu.foundation.web.acting import local
from kazasu.foundation.web.routes import get

if TYPE_CHECKING:
    from kazasu.foundation.web.site import Site

PAGES: Final = {
    "help": Text("ヘルプ", "Help"),
    "contact": Text("お問い合わせ", "Contact"),
    "privacy": Text("個人情報の扱い", "Privacy"),
    "accessibility": Text("アクセシビリティ", "Accessibility"),
    "terms": Text("利用のきまり", "Terms of use"),
}
"""In the order in which the footer has them."""
SIGNED_OUT: Final = "/signed-out"
SECURITY_TXT: Final = "/.well-known/security.txt"
SECURITY_TXT_VALID: Final = timedelta(days=180)
"""RFC 9116 2.5.5 recommends less than a year; it is written anew with each answer."""


@dataclass(frozen=True, slots=True)
class About:
    """What an institution says of itself."""

    does: Text
    """What people come for, in one sentence."""
    holds: Text
    """What it keeps about people, in one sentence."""
    never: Text
    """What it does not learn, in one sentence."""
    questions: tuple[tuple[Text, Text], ...] = ()
    """Asked there and nowhere else, with the answers."""
    real: Text | None = None
    """What is as in the real world, in one or two sentences."""
    simplified: Text | None = None
    """What is not."""
    speaks_to_programs: bool = False
    """People come to its address only to learn what it is: then all of it is told at once."""


@dataclass(frozen=True, slots=True)
class Ties:
    """With whom an institution speaks, by the treaties; names, and with inquiries the articles that they rest on."""

    asks: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    asked_by: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    tells: tuple[Text, ...] = ()
    told_by: tuple[Text, ...] = ()
    who_looked: str = ""
    """Address where people see who looked at their data; empty: there is none in this country."""
    signed_in_elsewhere: str = ""
    """Address where people end what else they signed in to in the same browser; empty: there is none."""
    lost_phone: str = ""
    """Address where people suspend a phone that is lost; empty: there is none."""


def security_txt(origin: str, contact: str, now: datetime) -> str:
    """Whom to tell of a hole (RFC 9116), at every institution alike.

    Args:
        contact: as the operator set it; empty: the site's own page of contact.
    """
    until = (now + SECURITY_TXT_VALID).astimezone(UTC)
    lines = (
        f"Contact: {contact or f'{origin}/about/contact'}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: ja, en",
        f"Canonical: {origin}{SECURITY_TXT}",
    )
    return "".join(f"{line}\r\n" for line in lines)


class AboutPages:
    """The five pages of one site."""

    def __init__(self, site: "Site", about: About | None) -> None:
        self._site = site
        self._about = about

    @get("/about/{page}", public("what the site says of itself"))
    def page(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``."""
        page = request.path_params["page"]
        if page not in PAGES:
            raise Refusal(faults.NOT_FOUND)
        return self._site.render(
            request,
            f"kit/about/{page}.html",
            about=self._about,
            page_title=PAGES[page],
            idle_minutes=self._site.settings.session_idle_seconds // 60,
        )

    @get(SIGNED_OUT, public("nobody is signed in any more"))
    def signed_out(self, request: Request) -> Response:
        """``next``: the local path at which the browser came back. Whoever is signed in is not told otherwise."""
        onward = local(request.query_params.get("next", "/"))
        if request.state.session.kind:
            return self._site.redirect(onward)
        return self._site.render(request, "kit/signed_out.html", onward=onward)
