"""Terms of every desk: who works there, and in which role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.hall.faults import NOT_YOUR_ROLE

Role = Literal["counter", "decider", "operator"]
"""受付 receives, 審査・決裁 decides, 運用 sees to letters that wait."""
ROLES: Final[Mapping[Role, Text]] = {
    "counter": Text("受付", "counter"),
    "decider": Text("審査・決裁", "decisions"),
    "operator": Text("運用", "operations"),
}


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who works at the desk: signed in by staff card."""

    staff_id: str
    name: str
    roles: frozenset[str]

    def check(self, role: Role) -> None:
        """Raises Refusal ``municipality.not-your-role``."""
        if role not in self.roles:
            raise Refusal(NOT_YOUR_ROLE, role=role)

    def access(
        self, action: str, purpose: Text, subjects: Sequence[str] = (), case: str = ""
    ) -> Access:
        return Access(f"clerk:{self.staff_id}", f"municipality.{action}", purpose, tuple(subjects), case)  # fmt: skip
