"""What the desks' pages share: who is signed in, and reading for the page with an audit row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import SIGNED_IN, Site
from kazasu.kit.openid import Person
from kazasu.kit.signin import Admission, SignIn
from kazasu.municipality.faults import NOT_STAFF
from kazasu.municipality.hall.context import Clerk, Hall
from kazasu.municipality.register import store as register

T = TypeVar("T")
STAFF = SIGNED_IN("staff")
ROLES = {
    "counter": Text("受付", "counter"),
    "decider": Text("審査・決裁", "decisions"),
    "operator": Text("運用", "operations"),
}


@dataclass(frozen=True)
class Counter:
    """A site with its hall and its way to sign in."""

    site: Site
    hall: Hall
    signin: SignIn

    def read(
        self,
        request: Request,
        label: str,
        purpose: Text,
        work: Callable[[Transaction], T],
        *,
        subjects: tuple[str, ...] = (),
        case: str = "",
    ) -> T:
        """Read for a page; the record of it is written first."""
        return self.hall.database.run(
            label,
            work,
            tenant=request.state.tenant,
            access=clerk(request).access(label, purpose, subjects, case),
        )


def clerk(request: Request) -> Clerk:
    """Who is signed in at this desk."""
    session = request.state.session
    return Clerk(session.subject, session.data["name"], frozenset(session.data["roles"]))


def admit(hall: Hall, request: Request, person: Person) -> Admission:
    """Staff of this city alone. Raises Refusal ``municipality.not-staff``."""
    member = hall.database.read(
        "staff.find",
        lambda tx: register.staff_by_subject(tx, person.subject),
        tenant=request.state.tenant,
    )
    if member is None:
        raise Refusal(NOT_STAFF)
    data: dict[str, Any] = {"name": member.staff_name, "roles": member.roles}
    return Admission("staff", member.staff_id, data)


def number(request: Request, name: str = "version") -> int:
    """A whole number of the form; 0 when it is none."""
    text = str(request.state.form.get(name, ""))
    return int(text) if text.isdigit() else 0


def text(request: Request, name: str, most: int = 500) -> str:
    return str(request.state.form.get(name, "")).strip()[:most]
