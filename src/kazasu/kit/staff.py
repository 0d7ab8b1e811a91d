"""Who works at an institution's desk: signed in by staff card, with roles (tables of ``kit/migrations/staff``)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from starlette.requests import Request

from kazasu.exchange.institution import Institution
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import Action, action
from kazasu.foundation.audit import Access, Duty
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web.access import DESK
from kazasu.kit.faults import EMERGENCY_NOT_OPEN, NOT_STAFF, NOT_YOUR_ROLE
from kazasu.kit.openid import Person
from kazasu.kit.signin import Admission, Admit
from kazasu.kit.told import staff_cards

KIND = DESK
POSTS: Final[Mapping[str, Text]] = {
    "counter": Text("受付", "counter"),
    "decider": Text("審査・決裁", "decisions"),
    "operator": Text("運用", "operations"),
    "protection": Text("支援措置", "protected people"),
    "auditor": Text("監査", "reviews"),
}
"""What a role is called on every page; nobody reads the word of the code."""
SIGN_IN = action(
    "kit.staff.sign-in", "system", Text("職員のサインイン", "Signing in of staff"),
    itself="sign-in", shows="found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One person with a post."""

    PERSON: ClassVar = "staff_id"

    staff_id: str
    name: str
    roles: list[str]
    subject: str
    """Of the identity service, in this institution's own sector."""
    kana: str = ""
    """How the name is read; empty where nobody said it."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who is signed in at the desk."""

    staff_id: str
    name: str
    roles: frozenset[str]
    """As they were at sign-in: for what a page offers, never for what is allowed."""

    def access(
        self,
        action: Action,
        subjects: Iterable[str] = (),
        case: str = "",
        *,
        reason: Text | str = "",
        emergency: str = "",
    ) -> Access:
        """The record of what they do. The post is asked for as it is written, not as it was at sign-in.

        Args:
            emergency: whose record, where it is not their role but an emergency look at that one that lets them see it
                (:mod:`kazasu.kit.emergency`), for the reason that was agreed to.

        Writing it raises Refusal ``kit.not-your-role``, ``kit.not-staff``, ``kit.emergency-not-open``; making it
        ``actions.reason-needed``.
        """
        if emergency:
            refusal = Refusal(EMERGENCY_NOT_OPEN)
        elif action.role:
            refusal = not_your_role(action)
        else:
            refusal = Refusal(NOT_STAFF, subject=self.staff_id)
        duty = Duty(self.staff_id, action.role, refusal, emergency)
        actor = f"clerk:{self.staff_id}"
        return action.by(actor, subjects=subjects, case=case, reason=reason, duty=duty)


def not_your_role(action: Action) -> Refusal:
    """Which post it takes, by the names that people read."""
    posts = [POSTS.get(one, Text(one, one)) for one in action.roles]
    *first, last = [f"“{one.en}”" for one in posts]
    en = f"{', '.join(first)} or {last}" if first else last
    return Refusal(NOT_YOUR_ROLE, role="か".join(f"「{one.ja}」" for one in posts), role_en=en)


def must_be_for(clerk: Clerk, action: Action) -> None:
    """Before a page asks for anything on the way to it. Raises Refusal ``kit.not-your-role``."""
    if not action.is_for(clerk.roles):
        raise not_your_role(action)


def clerk(request: Request) -> Clerk:
    """Who is signed in, on a page that only staff open."""
    session = request.state.session
    return Clerk(session.subject, session.data["name"], frozenset(session.data["roles"]))


def admit_staff(house: RoomContext, declared: Institution) -> Admit:
    """Lets in everyone who has a post there. The function raises Refusal ``kit.not-staff``."""

    def admit(request: Request, person: Person) -> Admission:
        found = house.database.run(
            f"{declared.schema}.staff",
            lambda tx: member(tx, person.subject),
            tenant=request.state.tenant,
            access=SIGN_IN.by(),
        )
        if found is None:
            raise Refusal(NOT_STAFF, subject=person.subject)
        ends = staff_cards.ending(house, declared, request.state.tenant, person)
        if ends is not None:
            house.database.run(
                "kit.staff-card",
                lambda tx: staff_cards.rings(tx, found.staff_id, ends, room=house.database.room),
                tenant=request.state.tenant,
            )
        return Admission(
            KIND,
            found.staff_id,
            {
                "name": found.name,
                "kana": found.kana,
                "roles": found.roles,
                "card_ends": ends.on.isoformat() if ends else "",
            },
        )

    return admit


def member(tx: Transaction, subject: str) -> Member | None:
    return tx.maybe(
        Member,
        f"SELECT {columns(Member)} FROM staff WHERE tenant = %s AND subject = %s",
        (tx.tenant, subject),
    )


def by_staff_id(tx: Transaction, staff_ids: Iterable[str]) -> list[Member]:
    return tx.all(
        Member,
        f"SELECT {columns(Member)} FROM staff WHERE tenant = %s AND staff_id = ANY(%s)",
        (tx.tenant, list(staff_ids)),
    )


def employ(tx: Transaction, members: Iterable[Member]) -> None:
    """Enter who works here."""
    for one in members:
        tx.insert("staff", one, tenant=tx.tenant)


def dismiss(tx: Transaction, staff_id: str) -> bool:
    """Their post ends at once, for the post is asked for at each act. For the founder's role. False: they have none."""
    ended = "DELETE FROM staff WHERE tenant = %s AND staff_id = %s"
    return bool(tx.execute(ended, (tx.tenant, staff_id)))
