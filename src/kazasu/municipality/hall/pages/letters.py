"""Letters that wait: what could not be applied or delivered, for an operator to see to."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange import operator
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import UNKNOWN_CASE
from kazasu.municipality.hall.desk import STAFF, Counter, clerk, text

READING = Text("滞留している通知の確認", "Looking at letters that wait")


def enter(counter: Counter) -> None:
    site = counter.site

    @site.route("/desk/letters", access=STAFF)
    def letters(request: Request) -> Response:
        def work(tx: Transaction) -> tuple[object, object, object]:
            return operator.waiting(tx), operator.undelivered(tx), operator.alarms(tx)

        waiting, undelivered, alarms = counter.read(request, "letters.list", READING, work)
        return site.render(
            request, "letters.html", waiting=waiting, undelivered=undelivered, alarms=alarms,
            clerk=clerk(request),
        )  # fmt: skip

    @site.route("/desk/letters", access=STAFF, methods=["POST"])
    def again(request: Request) -> Response:
        clerk(request).needs("operator")
        try:
            message_id = UUID(text(request, "message_id"))
        except ValueError:
            raise Refusal(UNKNOWN_CASE) from None
        work = operator.send_again if text(request, "way") == "out" else operator.try_again
        work(counter.hall.database, request.state.tenant, message_id)
        return site.redirect("/desk/letters")
