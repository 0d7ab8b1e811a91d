"""What マイナポータル may be told: how a resident's case goes on."""

from typing import Annotated, Literal

from pydantic import Field

from kazasu.contracts.base import (
    CaseId,
    Instant,
    InstitutionId,
    Letter,
    Line,
    Steps,
    Words,
)
from kazasu.foundation.values.numbers import MunicipalityCode

MoveEvent = Literal[
    "received-out",
    "needs-fix",
    "out-done",
    "out-rejected",
    "reservation-received",
    "certificate-received",
    "in-ready",
    "visited",
    "visit-missed",
    "registered",
    "corrected",
    "visit-changed",
    "card-pending",
    "card-continued",
    "card-lost",
    "old-record-closed",
    "withdrawn",
    "cancelled",
    "cancel-refused",
    "expired-special",
    "redirected",
    "closed",
    "sent-elsewhere",
]
"""States of a move as both cities tell them (municipal §1.6)."""


class CaseProgress(
    Letter, kind="portal/case-progress/1", senders=("city",), named_in="institution"
):
    """A city did something on a case; the timeline is the list of these."""

    case_id: CaseId
    event: MoveEvent
    at: Instant
    institution: InstitutionId
    desk_ja: Line
    desk_en: Line
    """Which post did it, never a clerk's name."""
    note_ja: Words = ""
    note_en: Words = ""
    """What the resident should know or do; no personal number, no protected address."""
    address: Line = ""
    """With ``registered`` and ``corrected``: the address that is registered, which need not be the announced one. Empty for a protected person."""
    not_registered: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """With ``registered``: names of movers of the same notice whom this city did not register."""
    city: MunicipalityCode | None = None
    """With ``sent-elsewhere``: code of the city that asked the old one for the movers' data, since one of them stands there."""
    proof: Steps = ()
    """Steps of the proof narrative: (Japanese, English, evidence id)."""
