"""What is entered of a death, and what it does to a household; without input or output."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date, wareki
from kazasu.municipality.deaths.faults import DAY_AHEAD, DAY_BEFORE
from kazasu.municipality.hall.ports import Touched
from kazasu.municipality.register.heads import UNRELATED, Succession
from kazasu.municipality.register.model import DIED, Resident

REASON: Final = DIED
"""異動事由."""
OPEN: Final = ("resident", "leaving", "left-planned")
"""States of a record that a death can still close: who is on the way is this city's until another one registers them."""
BASES: Final[Mapping[str, Text]] = {
    "notice": Text("死亡届（この市区町村で受理）", "a notice of death, accepted by this city"),
    "notification": Text(
        "ほかの市区町村からの通知（住民基本台帳法9条2項）",
        "a notification of another city (Basic Resident Register Act, article 9 paragraph 2)",
    ),
    "family-register": Text("戸籍の記載", "an entry in the family register"),
}
"""What it may rest on: nobody is closed as dead on the word of a caller."""
ON_RECORD: Final = ("notification", "family-register")
"""By what a registration is undone: another office has looked at the day before."""
NEVER_MOVED: Final = Text(
    "住民となった日（{since}）より前の死亡のため、転入は誤載（住民基本台帳法施行令12条3項）",
    "they died before the day on which they became a resident here ({since}): the entry was made by mistake (Order of the Basic Resident Register Act, article 12 paragraph 3)",
)


@dataclass(frozen=True, slots=True)
class Death:
    """As a clerk enters it."""

    on: date
    basis: str
    """Of :data:`BASES`."""
    note: str = ""

    @property
    def reason(self) -> Text:
        """As who looked reads it."""
        said = BASES[self.basis]
        return Text(f"{said.ja}　{self.note}".strip(), f"{said.en} {self.note}".strip())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A death as it would be entered; nothing of it is refused."""

    dead: Resident
    death: Death
    succession: Succession | None
    """Who heads those who stay; None: nobody stays, or their head does."""
    cities: tuple[Text, ...]
    """Names of cities that expect them, and will no longer."""
    touched: tuple[Touched, ...] = ()
    """Their moves that are not accepted or not registered, which go on without them or end."""
    empty: bool = False
    """Nobody else lives in their household."""
    moves_alone: bool = False
    """Nobody else is on the way by their accepted notice, which ends."""

    @property
    def never_moved(self) -> bool:
        """They died before they became a resident here: the registration was made by mistake, and is undone with the same entry."""
        return self.death.on < self.dead.resident_since

    @property
    def reason(self) -> Text:
        """As it is kept with the version, and as who looked reads it."""
        said = self.death.reason
        if not self.never_moved:
            return said
        since = self.dead.resident_since
        mistake = Text(
            NEVER_MOVED.ja.format(since=wareki(since)),
            NEVER_MOVED.en.format(since=long_date(since, "en")),
        )
        return Text(f"{said.ja}　{mistake.ja}", f"{said.en}; {mistake.en}")

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody is another one."""
        heir = self.succession
        shown = {
            "dead": [self.dead.resident_id, self.dead.version],
            "death": [f"{self.death.on}", self.death.basis, self.death.note],
            "head": [heir.head.resident_id, heir.head.version] if heir else [],
            "related": [
                [one.resident_id, one.version, stands.relationship or UNRELATED]
                for one, stands in (heir.related if heir else ())
            ],
            "cities": [one.ja for one in self.cities],
            "moves": [
                [one.case_id, one.over, f"{one.on_date or ''}", one.starts] for one in self.touched
            ],
            "alone": [self.empty, self.moves_alone],
        }
        return json.dumps(shown, ensure_ascii=False).encode()


def must_be_possible(dead: Resident, death: Death, today: date) -> None:
    """Who died before the day on which they became a resident here never moved: that is entered on :data:`ON_RECORD` alone, so that a slip of
    the pen in a notice undoes nothing. Nobody dies before their birth.

    Raises Refusal ``municipality.death-day-ahead``, ``municipality.death-day-before``.
    """
    if death.on > today:
        raise Refusal(DAY_AHEAD)
    born = dead.birth_date or date.min
    if death.on < dead.resident_since and (death.basis not in ON_RECORD or death.on < born):
        raise Refusal(DAY_BEFORE, since=f"{dead.resident_since}")
