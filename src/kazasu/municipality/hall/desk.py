"""What the desks' pages share: the site, the way to sign in, who is signed in."""

from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request

from kazasu.foundation.web import Form, Site, signed_in
from kazasu.kit import staff
from kazasu.kit.signin import SignIn
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.model import Clerk

STAFF = signed_in(staff.KIND)


@dataclass(frozen=True)
class DeskPages:
    """A site with its city and its way to sign in."""

    site: Site
    city: CityContext
    signin: SignIn


class CaseForm(Form):
    """An act on what the clerk saw: at this version."""

    version: int = Field(0, ge=0, le=2**31 - 1)


def clerk(request: Request) -> Clerk:
    """Who is signed in at this desk."""
    who = staff.clerk(request)
    return Clerk(who.staff_id, who.name, who.roles)


def carried(request: Request, form: type[Form]) -> list[tuple[str, str]]:
    """What was typed on the pages before, for the next one (``carried.html``)."""
    names = set(form.model_fields)
    return [
        (name, one)
        for name, given in request.state.kept.typed.items()
        for one in given
        if name in names or name.partition("-")[0] in names
    ]
