"""The page of letters that wait, for whoever works at an institution: all see it, an operator acts.

    letters_at(house, site)             # staff see it at /desk/letters, who has the role "operator" sees to it
    desk_of_letters(house, INSTITUTION, site)   # with the sign-in of a desk that has no other work
    operators_at(house, INSTITUTION, site, signin)   # beside a sign-in of others

The page of alarms (:mod:`kazasu.kit.alarms.pages`) stands beside it.

Every room that takes letters has one, its own or this (``tests/kit/test_letters.py``).
"""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.institution import OPERATORS_DESK, Institution
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import Action, action
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, signed_in
from kazasu.kit.alarms.pages import PATH as ALARMS_PATH
from kazasu.kit.alarms.pages import By as AlarmsBy
from kazasu.kit.alarms.pages import alarms_at
from kazasu.kit.alarms.pages import by_staff as alarms_by_staff
from kazasu.kit.faults import NO_SUCH_LETTER
from kazasu.kit.letters import AgainForm, Way, letters_that_wait, see_to
from kazasu.kit.levels import accepted, card_only
from kazasu.kit.opening import sign_in_of
from kazasu.kit.signin import SignIn
from kazasu.kit.staff import KIND, admit_staff, clerk

PATH: Final = "/desk/letters"
OPERATOR: Final = "operator"
"""The role that sees to letters."""
LIST: Final = action(
    "kit.letters.list", ("clerk", "operator"), Text("滞留している通知の確認", "Looking at letters that wait"),
    shows="nobody", why="kinds and numbers of letters; what they say is sealed",
)  # fmt: skip
AGAIN: Final = action(
    "kit.letters.again", ("clerk", "operator"), Text("滞留している通知の再送・再適用", "Sending or applying a letter once more"),
    role=OPERATOR, shows="nobody", why="a letter's number; what it says is sealed",
)  # fmt: skip
BY_HAND: Final = action(
    "kit.letters.open", ("clerk", "operator"),
    Text("日付の合わない通知を、手で反映する", "Applying a letter by hand whose date cannot be right"),
    role=OPERATOR, shows="nobody", why="a letter's number; what it says is sealed",
)  # fmt: skip
By = Callable[[Request, Action, str], Access]
"""The record of who does it, about which letter; raises Refusal where they may not."""


WAYS: Final = (
    (PATH, Text("滞留している通知", "Letters that wait")),
    (ALARMS_PATH, Text("警報", "Alarms")),
)
"""The pages of a desk that has no other work."""


def by_staff(request: Request, what: Action, letter: str) -> Access:
    """Whoever is signed in at the desk."""
    return clerk(request).access(what, case=letter)


def _acts(request: Request) -> bool:
    """Are the buttons offered? Whether they work is asked as they are pressed."""
    return OPERATOR in clerk(request).roles


def desk_of_letters(house: RoomContext, institution: Institution, site: Site) -> None:
    """The desk of an institution whose people do nothing but that: its sign-in, and the page as its home."""
    sign_in_of(
        house, institution, site, action="staff-desk", admit=admit_staff(house, institution), home=PATH,
    )  # fmt: skip
    letters_at(house, site)


def operators_at(
    house: RoomContext,
    institution: Institution,
    site: Site,
    signin: SignIn,
    ways: Sequence[tuple[str, Text]] = WAYS,
) -> None:
    """The same for an institution where others sign in, too: its people come in at the address of its ``staff`` sessions."""
    desk = f"{institution.id}.{OPERATORS_DESK.key}"
    signin.also(
        institution.sessions[KIND], admit_staff(house, institution),
        levels=accepted(desk), home=PATH, card_only=card_only(desk),
    )  # fmt: skip
    letters_at(house, site, ways=ways)


def letters_at(
    house: RoomContext,
    site: Site,
    *,
    path: str = PATH,
    kind: str = KIND,
    by: By = by_staff,
    acts: Callable[[Request], bool] = _acts,
    ways: Sequence[tuple[str, Text]] = WAYS,
    by_whom: AlarmsBy | None = None,
) -> None:
    """Enter the page at ``path``, for sessions of this kind, and that of alarms beside it.

    Args:
        by: who it is, for the record of each look and act; ``by_whom``: the same about alarms.
        ways: other pages of this desk, for its menu.
    """

    def show(request: Request) -> Response:
        found = house.database.read(
            LIST.label,
            lambda tx: letters_that_wait(tx, house.directory),
            tenant=request.state.tenant,
            access=by(request, LIST, ""),
        )
        return site.render(
            request, "kit/letters.html", letters=found, acts=acts(request), ways=ways
        )

    def act(request: Request) -> Response:
        """Raises Refusal ``kit.no-such-letter``, ``kit.not-your-role``."""
        form = AgainForm.read(request)
        _see_to(request, form.way, form.message_id)
        return site.tell(request, path, done=form.way)

    def _see_to(request: Request, way: Way, letter: UUID) -> None:
        what = BY_HAND if way == "dated" else AGAIN
        if not house.database.run(
            what.label,
            lambda tx: see_to(tx, way, letter),
            tenant=request.state.tenant,
            access=by(request, what, str(letter)),
        ):
            raise Refusal(NO_SUCH_LETTER)

    site.route(path, access=signed_in(kind))(show)
    site.route(path, access=signed_in(kind), methods=["POST"])(act)
    alarms = path.removesuffix("letters") + "alarms"
    alarms_at(
        house, site, path=alarms, kind=kind, by=by_whom or alarms_by_staff, acts=acts, ways=ways
    )
