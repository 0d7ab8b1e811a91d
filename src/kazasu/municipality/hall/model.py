"""Terms of every desk: who works there, and in which role."""

from collections.abc import Mapping
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.kit import staff

Role = Literal["counter", "decider", "operator", "protection", "auditor"]
"""受付 receives, 審査・決裁 decides, 運用 sees to letters that wait; 支援措置 sees where protected people live, 監査 reviews who did in an emergency."""
ROLES: Final[Mapping[str, Text]] = staff.POSTS
REGISTER: Final[tuple[Role, ...]] = ("counter", "decider", "protection")
"""One of them works with the resident register; who sees to letters or reviews looks does not. That access is given by post is the standard's
(地方公共団体情報システム共通機能標準仕様書, 操作権限管理); which post is simulated."""
CASES: Final[tuple[Role, ...]] = ("counter", "decider")
"""One of them goes on with a case."""
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
