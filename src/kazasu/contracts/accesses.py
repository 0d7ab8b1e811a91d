"""Who looked: what every institution tells a resident about accesses to their data (design §3.3)."""

from kazasu.contracts.base import (
    AccessList,
    Inquiry,
    Instant,
    InstitutionId,
    Line,
    Message,
    SealedHandle,
)


class AccessesOf(
    Inquiry[AccessList],
    kind="exchange/accesses-of/1",
    answer=AccessList,
    askers=("portal",),
    basis="個人情報保護法 76条",
):
    """Answered by the carrier for every institution that keeps anything: no room has to remember it."""

    handle: SealedHandle
    before: Instant | None = None
    """Older ones than this alone; None: the latest."""


class SubjectInHandle(Message):
    """Whom the identity service names to an institution that knows no resident record code."""

    subject: Line
    """By which this institution knows the person; empty: it does not."""
    audience: InstitutionId
    expires_at: Instant
