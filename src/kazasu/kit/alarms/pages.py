"""The page of alarms, for whoever works at an institution: all see it, an operator closes one and says what it was.

    alarms_at(house, site)        # /desk/alarms; who has the role "operator" closes

Every room that keeps anything has one (``tests/kit/test_alarms.py``); with :func:`kazasu.kit.letters.pages.letters_at` it is there.
"""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import Action, action
from kazasu.foundation.alarms.ringing import see
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, signed_in
from kazasu.foundation.web.edge.security import host_of
from kazasu.kit.alarms import SeenForm, alarm_of, alarms_of
from kazasu.kit.faults import NO_SUCH_ALARM
from kazasu.kit.staff import KIND, clerk

PATH: Final = "/desk/alarms"
OPERATOR: Final = "operator"
LIST: Final = action(
    "kit.alarms.list", ("clerk", "operator"), Text("警報の確認", "Looking at alarms"),
    shows="nobody", why="posts, institutions and numbers; an alarm names no resident",
)  # fmt: skip
SEE: Final = action(
    "kit.alarms.see", ("clerk", "operator"), Text("警報を確かめて閉じる", "Closing an alarm after looking into it"),
    role=OPERATOR, reasoned=True, shows="nobody", why="an alarm names no resident",
)  # fmt: skip
By = Callable[[Request, Action, str, str], Access]
"""The record of who does it, about which alarm, for which reason; raises Refusal where they may not."""


def by_staff(request: Request, what: Action, alarm: str, reason: str) -> Access:
    return clerk(request).access(what, case=alarm, reason=reason)


def _acts(request: Request) -> bool:
    return OPERATOR in clerk(request).roles


def alarms_at(
    house: RoomContext,
    site: Site,
    *,
    path: str = PATH,
    kind: str = KIND,
    by: By = by_staff,
    acts: Callable[[Request], bool] = _acts,
    ways: Sequence[tuple[str, Text]] = (),
    template: str = "kit/alarms.html",
) -> None:
    """Enter the page at ``path``, for sessions of this kind.

    Args:
        by: who it is, for the record of each look and act.
        acts: whether the button is offered; whether it works is asked as it is pressed.
        ways: other pages of this desk, for its menu.
    """

    def show(request: Request) -> Response:
        name = _name(house, request)
        found = house.database.read(
            LIST.label,
            lambda tx: alarms_of(tx, house.directory, name),
            tenant=request.state.tenant,
            access=by(request, LIST, "", ""),
        )
        return site.render(request, template, alarms=found, one=None, ways=ways, path=path)

    def one(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-alarm``."""
        name, number = _name(house, request), _number(request)
        found = house.database.read(
            LIST.label,
            lambda tx: alarm_of(tx, number, house.directory, name),
            tenant=request.state.tenant,
            access=by(request, LIST, str(number), ""),
        )
        if found is None:
            raise Refusal(NO_SUCH_ALARM)
        form = SeenForm.show(request)
        return site.render(
            request, template, one=found, acts=acts(request), ways=ways, path=path, form=form,
            errors=form.errors,
        )  # fmt: skip

    def close(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-alarm``, ``kit.not-your-role``, ``actions.reason-needed``."""
        number, reason = _number(request), SeenForm.read(request).reason
        access = by(request, SEE, str(number), reason)
        if not house.database.run(
            SEE.label,
            lambda tx: see(tx, number, access.actor, reason),
            tenant=request.state.tenant,
            access=access,
        ):
            raise Refusal(NO_SUCH_ALARM)
        return site.tell(request, path, done="closed")

    site.route(path, access=signed_in(kind))(show)
    site.route(f"{path}/{{alarm_id}}", access=signed_in(kind))(one)
    site.route(f"{path}/{{alarm_id}}", access=signed_in(kind), methods=["POST"])(close)


def _name(house: RoomContext, request: Request) -> Text:
    entry = house.directory.at_host(host_of(request.headers))
    return Text("", "") if entry is None else entry.name


def _number(request: Request) -> UUID:
    try:
        return UUID(request.path_params["alarm_id"])
    except ValueError:
        raise Refusal(NO_SUCH_ALARM) from None
