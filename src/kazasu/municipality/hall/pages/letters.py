"""Letters that wait: what could not be applied or delivered, for an operator to see to."""

from typing import Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange import operator
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, get, post
from kazasu.municipality.hall.desk import STAFF, Counter, clerk

READING = Text("滞留している通知の確認", "Looking at letters that wait")


class AgainForm(Form):
    way: Literal["in", "out"]
    message_id: UUID


class LetterPages:
    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @get("/desk/letters", STAFF)
    def letters(self, request: Request) -> Response:
        def work(tx: Transaction) -> tuple[object, object, object]:
            return operator.waiting(tx), operator.undelivered(tx), operator.alarms(tx)

        waiting, undelivered, alarms = self._counter.read(request, "letters.list", READING, work)
        return self._counter.site.render(
            request, "letters.html", waiting=waiting, undelivered=undelivered, alarms=alarms,
            clerk=clerk(request),
        )  # fmt: skip

    @post("/desk/letters", STAFF)
    def again(self, request: Request) -> Response:
        clerk(request).needs("operator")
        form = AgainForm.read(request)
        work = operator.send_again if form.way == "out" else operator.try_again
        work(self._counter.hall.database, request.state.tenant, form.message_id)
        return self._counter.site.redirect("/desk/letters")
