"""Where a city's offices are and how to reach the right counter: what a city tells whoever wants to come. No personal data."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from kazasu.contracts.base import Inquiry, Line, Message, Words
from kazasu.contracts.municipality import Office
from kazasu.foundation.text import Text

MOST: Final = 400
"""The longest side of a drawing, in units of its own."""
Length = Annotated[int, Field(ge=1, le=MOST)]
Place = Annotated[int, Field(ge=0, le=MOST)]
Points = Annotated[tuple[tuple[Place, Place], ...], Field(min_length=2, max_length=20)]
"""Corners of a line: (from the left, from the top)."""


class Counter(Message):
    """A counter, as a rectangle with its number."""

    number: Annotated[str, Field(min_length=1, max_length=4)]
    name_ja: Line
    name_en: Line
    x: Place
    y: Place
    width: Length
    height: Length


class Fixture(Message):
    """What one passes or looks for."""

    kind: Literal["reception", "tickets", "lift", "stairs", "toilet", "seats"]
    x: Place
    y: Place


class Way(Message):
    """From a door to the counter: a line on the drawing, and the same in sentences, in order."""

    line: Points
    steps_ja: Annotated[tuple[Words, ...], Field(min_length=1, max_length=12)]
    steps_en: Annotated[tuple[Words, ...], Field(min_length=1, max_length=12)]


class OfficePlan(Message):
    """One floor, seen from above."""

    floor_ja: Line
    floor_en: Line
    width: Length
    height: Length
    walls: Annotated[tuple[Points, ...], Field(min_length=1, max_length=12)]
    """Where a line ends and none begins is a door."""
    counters: Annotated[tuple[Counter, ...], Field(max_length=20)]
    fixtures: Annotated[tuple[Fixture, ...], Field(max_length=30)] = ()
    moving: Line
    """Number of the counter for moving house."""
    way: Way
    """On foot."""
    step_free: Way
    """With a wheelchair, a pram, a stick: no step and no narrow door."""

    @model_validator(mode="after")
    def _leads_there(self) -> Self:
        """Raises ValueError: the counter is not drawn, or something lies outside the drawing."""
        if self.moving not in {one.number for one in self.counters}:
            raise ValueError("the counter for moving house is not drawn")
        corners = [(one.x + one.width, one.y + one.height) for one in self.counters]
        places = [(one.x, one.y) for one in self.fixtures]
        lines = [at for line in (*self.walls, self.way.line, self.step_free.line) for at in line]
        if any(x > self.width or y > self.height for x, y in (*corners, *places, *lines)):
            raise ValueError("outside the drawing")
        return self


class OfficeFound(Message):
    office: Office
    plan: OfficePlan | None = None
    """None: this office has given no drawing."""


class OfficeOf(
    Inquiry[OfficeFound],
    kind="municipality/office-of/1",
    answer=OfficeFound,
    askers=("portal",),
    basis="simulated (public information)",
):
    """An office, and how to reach its counter for moving house. Refused: ``municipality.office-unknown``."""

    office_id: Line


OPENS: Final = "09:00"
CLOSES: Final = "17:00"
"""``HH:MM`` of every counter on working days (simulated: in Japan each city has its own hours, mostly 8:30 or 8:45 to 17:00 or 17:15)."""
DOCUMENTS: Final[Mapping[str, Text]] = {
    "licence": Text("運転免許証", "driving licence"),
    "passport": Text("旅券（パスポート）", "passport"),
    "card": Text("マイナンバーカードの券面", "face of the My Number Card"),
    "residence": Text("在留カード・特別永住者証明書", "residence card, special permanent resident certificate"),
    "two": Text("顔写真のない書類を二つ（年金手帳、社員証など）", "two documents without a photograph"),
}  # fmt: skip
"""By what somebody without their card is identified at the counter (住民基本台帳法 27条2項). One list, which the desk chooses from and the portal tells."""
