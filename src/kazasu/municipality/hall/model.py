"""Terms of every desk: who works there, and in which role."""

from collections.abc import Mapping
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.kit import staff

Role = Literal["counter", "decider", "operator"]
"""受付 receives, 審査・決裁 decides, 運用 sees to letters that wait."""
ROLES: Final[Mapping[Role, Text]] = {
    "counter": Text("受付", "counter"),
    "decider": Text("審査・決裁", "decisions"),
    "operator": Text("運用", "operations"),
}


class Clerk(staff.Clerk):
    """Who works at the desk of a city."""

    __slots__ = ()
