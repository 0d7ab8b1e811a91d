"""The desk's first page: what waits, by queue."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange import operator
from kazasu.foundation.clock import today
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.pages.counter import ROLES, STAFF, Counter, clerk
from kazasu.municipality.store import moving, queues
from kazasu.municipality.store.queues import Counts

LOOKING = Text("窓口の一覧の確認", "Looking at the desk's queues")


def enter(counter: Counter) -> None:
    @counter.site.route("/desk", access=STAFF)
    def desk(request: Request) -> Response:
        day = today(counter.hall.clock)

        def work(tx: Transaction) -> tuple[Counts, int]:
            return queues.counts(tx, day), operator.how_many(tx)

        counts, letters = counter.read(request, "desk.counts", LOOKING, work)
        roles = [ROLES[role] for role in sorted(clerk(request).roles)]
        return counter.site.render(
            request, "desk.html", counts=counts, letters=letters, clerk=clerk(request), roles=roles
        )

    @counter.site.route("/desk/overdue", access=STAFF)
    def overdue(request: Request) -> Response:
        """転入通知未着: gone, and nobody has told us that they arrived."""
        before = today(counter.hall.clock) - queues.OVERDUE_AFTER
        rows = counter.read(
            request, "desk.overdue", LOOKING, lambda tx: moving.overdue_leavers(tx, before)
        )
        return counter.site.render(request, "overdue.html", rows=rows)
