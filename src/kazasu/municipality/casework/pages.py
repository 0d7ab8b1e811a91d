"""What is pressed in "who has it" of any case's page."""

from typing import Annotated, Literal, cast, get_args

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Form, post
from kazasu.foundation.web.cases import number_of
from kazasu.foundation.web.forms import asked
from kazasu.municipality.casework.faults import CANNOT_GO_ON, NO_COLLEAGUE, NOBODY_TO_HAND_TO
from kazasu.municipality.casework.service import CaseWork
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.hall.faults import UNKNOWN_CASE
from kazasu.municipality.hall.ports import Way

MOST_WORDS = 500


class TakeForm(Form):
    seen: str = ""


class HandForm(Form):
    act: Literal["hand", "put-back"]
    to: str = asked("引き継ぐ相手", "To whom", default="", needed=True)
    handing: str = asked(
        "伝えること", "What they should know", default="", most=MOST_WORDS, lines=True
    )


class NoteForm(Form):
    words: str = asked("メモ", "Note", most=MOST_WORDS, lines=True)
    after: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = ""
    """How many lines the page showed."""


class CaseWorkPages:
    def __init__(self, desk: DeskPages, work: CaseWork) -> None:
        self._desk = desk
        self._work = work

    @post("/desk/work/{way}/{case_id}/take", STAFF)
    def take(self, request: Request) -> Response:
        way, case_id = _named(request)
        form = TakeForm.read(request)
        self._work.take(request.state.tenant, clerk(request), way, case_id, form.seen)
        return self._said(request, way, case_id, "taken")

    @post("/desk/work/{way}/{case_id}/hand-over", STAFF)
    def hand_over(self, request: Request) -> Response:
        way, case_id = _named(request)
        form, tenant, who = HandForm.read(request), request.state.tenant, clerk(request)
        if form.act == "put-back":
            self._work.put_back(tenant, who, way, case_id, form.handing)
            return self._said(request, way, case_id, "put-back")
        with form.at({NOBODY_TO_HAND_TO: "to", NO_COLLEAGUE: "to", CANNOT_GO_ON: "to"}):
            self._work.hand_over(tenant, who, way, case_id, form.to, form.handing)
        return self._said(request, way, case_id, "handed")

    @post("/desk/work/{way}/{case_id}/note", STAFF)
    def note(self, request: Request) -> Response:
        way, case_id = _named(request)
        form = NoteForm.read(request)
        self._work.note(request.state.tenant, clerk(request), way, case_id, form.words, form.after)
        return self._said(request, way, case_id, "noted")

    def _said(self, request: Request, way: Way, case_id: str, done: str) -> Response:
        return self._desk.site.tell(request, f"/desk/{way}/{case_id}", done=done)


def _named(request: Request) -> tuple[Way, str]:
    """Raises Refusal ``municipality.unknown-case``."""
    way = request.path_params["way"]
    if way not in get_args(Way):
        raise Refusal(UNKNOWN_CASE)
    return cast("Way", way), number_of(request, ANY_MOVE)
