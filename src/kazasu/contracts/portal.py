"""What マイナポータル may be told: how a resident's case goes on."""

from typing import Annotated, Final, Literal

from pydantic import Field

from kazasu.contracts.base import (
    CaseId,
    CivilDate,
    Instant,
    InstitutionId,
    Letter,
    Line,
    Message,
    Steps,
    Words,
)
from kazasu.contracts.municipality import CardToUpdate
from kazasu.foundation.values.numbers import MunicipalityCode

MoveEvent = Literal[
    "received-out",
    "needs-fix",
    "out-done",
    "out-rejected",
    "fix-withdrawn",
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
    "residence-card-written",
    "old-record-closed",
    "withdrawn",
    "cancelled",
    "cancel-refused",
    "expired-special",
    "redirected",
    "closed",
    "sent-elsewhere",
    "paper-issued",
    "mover-died",
    "mover-abroad",
]
"""States of a move as both cities tell them (municipal §1.6)."""
ABOUT_CARDS: Final[frozenset[MoveEvent]] = frozenset(
    {"registered", "corrected", "card-pending", "card-continued", "card-lost", "closed"}
)
"""After these it is told whose cards are to be updated now: a correction undoes what was done."""


class StillToCome(Message):
    """Somebody of a notice whom the city will register when they come."""

    name: Line
    until: CivilDate | None = None
    """The last day for it by this notice; None: fourteen days after they live there, whenever that is."""


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
    to_come: Annotated[tuple[StillToCome, ...], Field(max_length=100)] = ()
    """With ``registered``: whom of those it can still register by this notice, and until when."""
    city: MunicipalityCode | None = None
    """With ``sent-elsewhere``: code of the city that asked the old one for the movers' data, since one of them stands there."""
    cards: Annotated[tuple[CardToUpdate, ...], Field(max_length=100)] | None = None
    """With what is about registrations and cards (:data:`ABOUT_CARDS`): those of this move that are still to be updated in this city,
    all of them. None: a city that does not say so."""
    residence_cards: Annotated[tuple[CardToUpdate, ...], Field(max_length=100)] | None = None
    """With ``registered`` and ``residence-card-written``: whose residence card (在留カード, 特別永住者証明書) of this case has still to be given its new
    address here, all of them (入管法 19条の9). None: a line that does not say so."""
    gone: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """With ``mover-died``: names of movers of whom a death was entered; with ``mover-abroad``: of those of whom a move abroad was. The move goes
    on without them."""
    proof: Steps = ()
    """Steps of the proof narrative: (Japanese, English, evidence id)."""
