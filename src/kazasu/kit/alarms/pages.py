"""The page of alarms, for whoever works at an institution: all see it but whom an open one is about, an operator or auditor of another
post closes it and says what it was.

    alarms_at(house, site)        # /desk/alarms; who has the role "operator" or "auditor" closes

Behind an alarm about posts is what they looked at, and the way to stop one at once.

Every room that keeps anything has one (``tests/kit/test_alarms.py``); with :func:`kazasu.kit.letters.pages.letters_at` it is there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.directory import Entry
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import Action, action
from kazasu.foundation.alarms.ringing import Alarm, for_others, one, post_of, see
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, signed_in
from kazasu.foundation.web.edge.security import host_of
from kazasu.kit.alarms import (
    NO_NAMES,
    BackForm,
    Names,
    SeenForm,
    Shown,
    StopForm,
    alarm_of,
    alarms_of,
    looks,
    posts,
    who,
)
from kazasu.kit.alarms.looks import Looked
from kazasu.kit.alarms.posts import Posts
from kazasu.kit.faults import NO_SUCH_ALARM
from kazasu.kit.staff import KIND, clerk

PATH: Final = "/desk/alarms"
OPERATOR: Final = "operator"
AUDITOR: Final = "auditor"
"""Looks into alarms, too: so a place with one operator has somebody for what is about that one."""
LIST: Final = action(
    "kit.alarms.list", ("clerk", "operator"), Text("警報の確認", "Looking at alarms"),
    shows="nobody", why="posts, institutions and numbers; an alarm names no resident",
)  # fmt: skip
SEE: Final = action(
    "kit.alarms.see", ("clerk", "operator"), Text("警報を確かめて閉じる", "Closing an alarm after looking into it"),
    role=OPERATOR, reasoned=True, shows="nobody", why="an alarm names no resident",
)  # fmt: skip
SEE_REVIEWED: Final = action(
    "kit.alarms.see-reviewed", "clerk", Text("警報を確かめて閉じる", "Closing an alarm after looking into it"),
    role=AUDITOR, reasoned=True, shows="nobody", why="an alarm names no resident",
)  # fmt: skip
LOOKS: Final = action(
    "kit.alarms.looks", ("clerk", "operator"), Text("警報の職員が見たものの確認", "Looking at what the staff of an alarm looked at"),
    role=OPERATOR, shows="nobody", why="times, purposes and how many; no resident stands there",
)  # fmt: skip
LOOKS_REVIEWED: Final = action(
    "kit.alarms.looks-reviewed", "clerk", Text("警報の職員が見たものの確認", "Looking at what the staff of an alarm looked at"),
    role=AUDITOR, shows="nobody", why="times, purposes and how many; no resident stands there",
)  # fmt: skip
STOP: Final = action(
    "kit.alarms.stop", "clerk", Text("警報の職員の職を止める・戻す", "Stopping a post because of an alarm, or giving it back"),
    role=OPERATOR, reasoned=True, shows="nobody", why="staff, and no resident",
)  # fmt: skip
STOP_REVIEWED: Final = action(
    "kit.alarms.stop-reviewed", "clerk", Text("警報の職員の職を止める・戻す", "Stopping a post because of an alarm, or giving it back"),
    role=AUDITOR, reasoned=True, shows="nobody", why="staff, and no resident",
)  # fmt: skip
REVIEWED: Final[Mapping[str, Action]] = MappingProxyType(
    {SEE.name: SEE_REVIEWED, LOOKS.name: LOOKS_REVIEWED, STOP.name: STOP_REVIEWED}
)
"""The same, done by an auditor who is no operator."""
T = TypeVar("T")
Change = Callable[[Request, Action, Callable[[Transaction, str], None], str, str], None]
"""Does it in one transaction with its record, for the reason that was written; the work is told who does it."""
By = Callable[[Request, Action, str, str], Access]
"""The record of who does it, about which alarm, for which reason; raises Refusal where they may not."""


def by_staff(request: Request, what: Action, alarm: str, reason: str) -> Access:
    me = clerk(request)
    if what.name in REVIEWED and OPERATOR not in me.roles and AUDITOR in me.roles:
        what = REVIEWED[what.name]
    return me.access(what, case=alarm, reason=reason)


def _acts(request: Request) -> bool:
    return bool({OPERATOR, AUDITOR} & clerk(request).roles)


def _nameless(_: Transaction, __: Iterable[str]) -> Names:
    return NO_NAMES


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
    """Enter the pages at ``path``, for sessions of this kind. Where they are staff, their posts have names and can be stopped.

    Args:
        by: who it is, for the record of each look and act.
        acts: whether the buttons are offered; whether they work is asked as they are pressed.
        ways: other pages of this desk, for its menu.
    """
    staffed = kind == KIND
    names = posts.names if staffed else _nameless

    def read(
        request: Request, what: Action, work: Callable[[Transaction], T], alarm: str = ""
    ) -> T:
        access = by(request, what, alarm, "")
        return house.database.read(what.label, work, tenant=request.state.tenant, access=access)

    def change(
        request: Request,
        what: Action,
        work: Callable[[Transaction, str], None],
        alarm: str,
        reason: str,
    ) -> None:
        access = by(request, what, alarm, reason)
        return house.database.run(
            what.label,
            lambda tx: work(tx, access.actor),
            tenant=request.state.tenant,
            access=access,
        )

    def show(request: Request) -> Response:
        at, me = _entry(house, request), request.state.session.subject
        found = read(
            request, LIST, lambda tx: alarms_of(tx, house.directory, at, names=names, me=me)
        )
        return site.render(request, template, alarms=found, one=None, ways=ways, path=path)

    def show_one(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-alarm``."""
        at, number, me = _entry(house, request), _number(request), request.state.session.subject

        def work(tx: Transaction) -> tuple[Shown, Posts | None]:
            found = alarm_of(tx, number, house.directory, at, names=names, me=me)
            if found is None:
                raise Refusal(NO_SUCH_ALARM)
            about = found.alarm.about
            return found, posts.of(tx, about, (OPERATOR, AUDITOR)) if staffed and about else None

        found, of = read(request, LIST, work, str(number))
        return site.render(
            request, template, one=found, posts=of, acts=acts(request), ways=ways, path=path,
            form=SeenForm.show(request), stop_form=StopForm.show(request), back_form=BackForm.show(request),
            errors=request.state.kept.errors, looked_into=looks.can_be_looked_into(found.alarm),
        )  # fmt: skip

    def show_looks(request: Request) -> Response:
        """Not to whom it is about. Raises Refusal ``kit.no-such-alarm``, ``kit.not-your-role``."""
        number, me = _number(request), request.state.session.subject

        def work(tx: Transaction) -> tuple[Alarm, list[Looked], Names]:
            alarm = _alarm(tx, number, me)
            if me in alarm.about:
                raise Refusal(NO_SUCH_ALARM)
            found = looks.looks(tx, alarm)
            return alarm, found, names(tx, {one.post for one in found})

        alarm, found, named = read(request, LOOKS, work, str(number))
        said = {one.actor: who(one.actor, house.directory, named) for one in found}
        return site.render(
            request, template, one=None, alarm=alarm, looks=found, said=said, most=looks.MOST, ways=ways, path=path,
        )  # fmt: skip

    def close(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-alarm``, ``kit.not-your-role``, ``actions.reason-needed``."""
        number, reason = _number(request), SeenForm.read(request).reason

        def work(tx: Transaction, me: str) -> None:
            _alarm(tx, number, post_of(me))
            if not see(tx, number, me, reason):
                raise Refusal(NO_SUCH_ALARM)

        change(request, SEE, work, str(number), reason)
        return site.tell(request, path, done="closed")

    staff = signed_in(kind)
    site.route(path, access=staff)(show)
    site.route(f"{path}/{{alarm_id}}", access=staff)(show_one)
    site.route(f"{path}/{{alarm_id}}", access=staff, methods=["POST"])(close)
    site.route(f"{path}/{{alarm_id}}/looks", access=staff)(show_looks)
    if staffed:
        _stopping(site, path, change)


def _stopping(site: Site, path: str, change: Change) -> None:
    """Stopping a post from the page of an alarm, and giving it back."""

    def stop(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-alarm``, ``kit.no-such-post``, ``kit.not-your-role``, ``alarms.about-yourself``."""
        number, form = _number(request), StopForm.read(request)
        change(
            request, STOP, lambda tx, me: posts.stop(tx, _alarm(tx, number, post_of(me)), form.who, me, form.why), str(number), form.why,
        )  # fmt: skip
        return site.tell(request, f"{path}/{number}", done="stopped")

    def give_back(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-alarm``, ``kit.no-such-post``, ``kit.not-your-role``, ``alarms.about-yourself``."""
        number, form = _number(request), BackForm.read(request)
        change(
            request, STOP, lambda tx, me: posts.give_back(tx, _alarm(tx, number, post_of(me)), form.back_who, me), str(number), form.back_why,
        )  # fmt: skip
        return site.tell(request, f"{path}/{number}", done="given-back")

    staff = signed_in(KIND)
    site.route(f"{path}/{{alarm_id}}/stop", access=staff, methods=["POST"])(stop)
    site.route(f"{path}/{{alarm_id}}/back", access=staff, methods=["POST"])(give_back)


def _alarm(tx: Transaction, number: UUID, me: str) -> Alarm:
    """Raises Refusal ``kit.no-such-alarm``: there is none, or none yet for the post that it is about."""
    found = one(tx, number)
    if found is None or not for_others([found], me):
        raise Refusal(NO_SUCH_ALARM)
    return found


def _entry(house: RoomContext, request: Request) -> Entry | None:
    return house.directory.at_host(host_of(request.headers))


def _number(request: Request) -> UUID:
    try:
        return UUID(request.path_params["alarm_id"])
    except ValueError:
        raise Refusal(NO_SUCH_ALARM) from None
