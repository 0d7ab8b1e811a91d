"""Who looked: what every institution tells a resident about accesses to their data (design §3.3)."""

from typing import Annotated

from pydantic import Field

from kazasu.contracts.base import (
    AccessList,
    CaseId,
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
    cases: Annotated[tuple[CaseId, ...], Field(max_length=200)] = ()
    """Cases that this person sent: who has the data of nobody yet, or has them no more, knows a mover by the case alone."""


class SubjectInHandle(Message):
    """Whom the identity service names to an institution that knows no resident record code."""

    subject: Line
    """By which this institution knows the person; empty: it does not."""
    audience: InstitutionId
    expires_at: Instant
