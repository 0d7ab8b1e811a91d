"""What the desks' pages share: the site, the way to sign in, who is signed in."""

from dataclasses import dataclass

from starlette.requests import Request

from kazasu.foundation.web import SIGNED_IN, Site
from kazasu.kit.signin import SignIn
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.model import Clerk

STAFF = SIGNED_IN("staff")


@dataclass(frozen=True)
class DeskPages:
    """A site with its city and its way to sign in."""

    site: Site
    city: CityContext
    signin: SignIn


def clerk(request: Request) -> Clerk:
    """Who is signed in at this desk."""
    session = request.state.session
    return Clerk(session.subject, session.data["name"], frozenset(session.data["roles"]))


def number(request: Request, name: str = "version") -> int:
    """A whole number of the form; 0 when it is none."""
    text = str(request.state.form.get(name, ""))
    return int(text) if text.isdigit() else 0


def text(request: Request, name: str, most: int = 500) -> str:
    return str(request.state.form.get(name, "")).strip()[:most]
