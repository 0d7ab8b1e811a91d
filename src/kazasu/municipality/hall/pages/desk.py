"""The desk's first page: what waits, by queue."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange import operator
from kazasu.foundation.clock import today
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.hall.desk import ROLES, STAFF, Counter, clerk
from kazasu.municipality.moving.store import cases as moving

LOOKING = Text("窓口の一覧の確認", "Looking at the desk's queues")
OVERDUE_AFTER = timedelta(days=30)


def enter(counter: Counter) -> None:
    @counter.site.route("/desk", access=STAFF)
    def desk(request: Request) -> Response:
        day = today(counter.hall.clock)

        def work(tx: Transaction) -> dict[str, int]:
            return {
                "out": len(moving.outs(tx, ("received", "checked"))),
                "today": len(moving.expected(tx, ("ready", "reserved", "certificate"), day)),
                "expected": len(
                    moving.expected(tx, ("ready", "reserved", "certificate", "missed"))
                ),
                "provisional": len(moving.expected(tx, ("visited", "provisional"))),
                "cards": len(moving.cards_waiting(tx)),
                "overdue": len(moving.overdue_leavers(tx, day - OVERDUE_AFTER)),
                "letters": len(operator.waiting(tx)) + len(operator.undelivered(tx)),
            }

        counts = counter.read(request, "desk.counts", LOOKING, work)
        roles = [ROLES[role] for role in sorted(clerk(request).roles)]
        return counter.site.render(
            request, "desk.html", counts=counts, clerk=clerk(request), roles=roles
        )

    @counter.site.route("/desk/overdue", access=STAFF)
    def overdue(request: Request) -> Response:
        """転入通知未着: gone, and nobody has told us that they arrived."""
        before = today(counter.hall.clock) - OVERDUE_AFTER
        rows = counter.read(
            request, "desk.overdue", LOOKING, lambda tx: moving.overdue_leavers(tx, before)
        )
        return counter.site.render(request, "overdue.html", rows=rows)
