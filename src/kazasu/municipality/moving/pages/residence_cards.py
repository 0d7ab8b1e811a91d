"""在留カード・特別永住者証明書: on the page of a case, that the new address was written on one."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.foundation.web import Form, post
from kazasu.foundation.web.cases import number_of
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.moving.service.cards import ResidenceCards


class WrittenForm(Form):
    token: UUID
    """Whose: of the case."""


class ResidenceCardPages:
    def __init__(self, desk: DeskPages, cards: ResidenceCards) -> None:
        self._desk = desk
        self._cards = cards

    @post("/desk/in/{case_id}/residence-card", STAFF)
    def written(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), WrittenForm.read(request)
        self._cards.written(request.state.tenant, clerk(request), case_id, form.token)
        self._desk.site.happened("an address was written on a residence card")
        return self._desk.site.tell(request, f"/desk/in/{case_id}", done="residence-card")
