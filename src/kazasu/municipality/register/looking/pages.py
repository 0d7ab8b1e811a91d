"""Before every page of the desk that shows a resident by number: what for, where it does not stand on record yet."""

from typing import Annotated, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.text import Text
from kazasu.foundation.web import Form
from kazasu.foundation.web.forms import asked, one_of
from kazasu.foundation.web.site.addresses import DeclaredRoute
from kazasu.kit.staff import must_be_for
from kazasu.municipality.hall.desk import DeskPages, clerk
from kazasu.municipality.register.looking.service import SAY, Purposes
from kazasu.municipality.register.model import SEARCHED_FOR
from kazasu.municipality.register.veiling import CHOOSE, MOST_OF_A_NOTE, reason_of

BY_NUMBER: Final = ("resident_id", "about")
"""How an address names a resident: {resident_id}, {about}."""


class LookForm(Form):
    """What a look is for. Sent in the address: looking is no act; then the address is as it was."""

    look_for: Annotated[str, one_of(SEARCHED_FOR, CHOOSE)] = asked(
        "何のために見ますか", "What is it for?", missing=CHOOSE
    )
    look_note: str = asked(
        "受付番号またはメモ（本人が後で読みます）",
        "Case number or note (the person reads it later)",
        default="",
        most=MOST_OF_A_NOTE,
    )


def named_by(path: str) -> str:
    """The part of a route's address that is a resident's number; empty: none is."""
    return next((one for one in BY_NUMBER if f"{{{one}}}" in path), "")


def reason_now(request: Request) -> Text:
    """What the look that this request is was said to be for."""
    found: Text = request.state.looks_for
    return found


class AskedFirst:
    """A guard of the city's site (:meth:`kazasu.foundation.web.site.Site.guard`)."""

    def __init__(self, desk: DeskPages, purposes: Purposes) -> None:
        self._desk = desk
        self._purposes = purposes

    def __call__(self, declared: DeclaredRoute, request: Request) -> Response | None:
        """None: go on. A form that is sent shows nobody; the page that it leads to asks again."""
        number = named_by(declared.path)
        if not number or request.method not in ("GET", "HEAD"):
            return None
        resident_id, tenant, who = request.path_params[number], request.state.tenant, clerk(request)
        must_be_for(who, SAY)
        said = self._purposes.said(tenant, who, resident_id)
        found, form = LookForm.sought(request)
        onward = [one for one in request.query_params.multi_items() if one[0] not in LookForm.model_fields]  # fmt: skip
        if found is not None:
            reason = reason_of(found.look_for, found.look_note)
            if said != reason:
                self._purposes.say(tenant, who, resident_id, reason)
            query = f"?{urlencode(onward)}" if onward else ""
            return self._desk.site.redirect(f"{request.url.path}{query}")
        if said is not None:
            request.state.looks_for = said
            return None
        return self._desk.site.render(
            request, "look_for.html", here=request.url.path, resident_id=resident_id, form=form, carried=onward,
            purposes=SEARCHED_FOR, errors=form.errors, clerk=who,
        )  # fmt: skip
