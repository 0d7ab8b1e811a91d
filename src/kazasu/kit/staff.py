"""Who works at an institution's desk: signed in by staff card, with roles (tables of ``kit/migrations/staff``)."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request

from kazasu.exchange.institution import Institution
from kazasu.exchange.room import RoomContext
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.faults import NOT_STAFF, NOT_YOUR_ROLE
from kazasu.kit.openid import Person
from kazasu.kit.signin import Admission, Admit

KIND = "staff"
_SIGNING_IN = Text("職員のサインイン", "Signing in of staff")


@dataclass(frozen=True, slots=True)
class Member:
    """One person with a post."""

    staff_id: str
    name: str
    roles: list[str]
    subject: str
    """Of the identity service, in this institution's own sector."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who is signed in at the desk."""

    staff_id: str
    name: str
    roles: frozenset[str]

    def check(self, role: str) -> None:
        """Raises Refusal ``kit.not-your-role``."""
        if role not in self.roles:
            raise Refusal(NOT_YOUR_ROLE, role=role)

    def access(
        self, action: str, purpose: Text, subjects: Iterable[str] = (), case: str = ""
    ) -> Access:
        """The audit record of what they do; ``action`` as ``<room>.<thing>.<verb>``."""
        return Access(f"clerk:{self.staff_id}", action, purpose, tuple(subjects), case)


def clerk(request: Request) -> Clerk:
    """Who is signed in, on a page that only staff open."""
    session = request.state.session
    return Clerk(session.subject, session.data["name"], frozenset(session.data["roles"]))


def admit_staff(house: RoomContext, declared: Institution) -> Admit:
    """Lets in everyone who has a post there. The function raises Refusal ``kit.not-staff``."""
    access = Access("system:sign-in", f"{declared.schema}.staff.sign-in", _SIGNING_IN)

    def admit(request: Request, person: Person) -> Admission:
        found = house.database.run(
            f"{declared.schema}.staff",
            lambda tx: member(tx, person.subject),
            tenant=request.state.tenant,
            access=access,
        )
        if found is None:
            raise Refusal(NOT_STAFF, subject=person.subject)
        return Admission(KIND, found.staff_id, {"name": found.name, "roles": found.roles})

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
