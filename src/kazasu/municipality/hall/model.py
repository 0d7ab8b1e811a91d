"""Terms of every desk: who works there, and in which role."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from kazasu.foundation.text import Text
from kazasu.kit import staff

Role = Literal["counter", "decider", "operator", "protection", "auditor"]
"""受付 receives, 審査・決裁 decides, 運用 sees to letters that wait; 支援措置 sees where protected people live, 監査 reviews who did in an emergency."""
ROLES: Final[Mapping[Role, Text]] = {role: staff.ROLES[role] for role in get_args(Role)}
AGENT: Final = "agent"
GUARDIAN: Final = "guardian"
REPRESENTATIVES: Final[Mapping[str, Text]] = {
    AGENT: Text("任意代理人（委任状）", "a representative with a mandate"),
    GUARDIAN: Text(
        "法定代理人（親権者、成年後見人）", "a legal representative, such as a guardian"
    ),
}
"""Who gives a notice for others without being of their household; of another household of the same address one needs a mandate, too
(住民基本台帳法 27条)."""


class Clerk(staff.Clerk):
    """Who works at the desk of a city."""

    __slots__ = ()
