"""What the versions of a household's records say of how its people stood to its heads, and what follows for somebody who heads it now. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships.forms import HEAD, LODGER
from kazasu.municipality.register.relationships.kinship import Kin, Standing, standing

OF_A_CHANGE: Final = ("世帯主変更", "異動の取消し（増）")
"""異動事由 of versions in which the system writes a lodger where it does not know."""


def is_guess(version: Resident) -> bool:
    """Written as a lodger until they are asked: nothing is known by it."""
    return (
        version.relationship == LODGER
        and version.reason in OF_A_CHANGE
        and version.processed_by == "system"
    )


@dataclass(slots=True)
class Known:
    """Of one household."""

    household: str
    """世帯番号."""
    histories: Mapping[str, Sequence[Resident]]
    """All versions of everybody who lives there or headed it, by 宛名番号, the newest first."""
    heads: list[str] = field(init=False)
    """宛名番号, who headed it last first."""
    _said: dict[tuple[str, str], str] = field(init=False)
    """How the first stood to the second while that one headed, as it was written last."""

    def __post_init__(self) -> None:
        self.heads, self._said = [], {}
        instants = {_instant(one) for found in self.histories.values() for one in found}
        for at in sorted(instants, reverse=True):
            self._read(at)

    def _read(self, at: tuple[datetime, bool]) -> None:
        """As the household was at this instant. Who is leaving goes with the relationship to the head that they leave: it says nothing
        of who heads the others since."""
        there = self._there(at)
        head = self._head_of(there)
        if head is None:
            return
        if head.resident_id not in self.heads:
            self.heads.append(head.resident_id)
        for one in there:
            key = (one.resident_id, head.resident_id)
            if one.state == "resident" and one.relationship != HEAD and not is_guess(one):
                self._said.setdefault(key, one.relationship)

    def head_before(self, at: datetime) -> Resident | None:
        """Who headed it before what was written at this instant; None: nobody did. A later name of theirs counts."""
        instants = {_instant(one) for found in self.histories.values() for one in found}
        for then in sorted((one for one in instants if one < (at, True)), reverse=True):
            if (head := self._head_of(self._there(then))) is not None:
                return self._of(head.resident_id)
        return None

    def _there(self, at: tuple[datetime, bool]) -> list[Resident]:
        found = (_at(versions, at) for versions in self.histories.values())
        return [one for one in found if one is not None and one.household_number == self.household]

    @staticmethod
    def _head_of(people: Sequence[Resident]) -> Resident | None:
        return next((one for one in people if one.is_head and one.here), None)

    def standing(self, member: str, head: str) -> Standing:
        """Of one of them to another, who heads now: as it was when that one headed before; else as it follows from how both stood to
        somebody else who did. ``relationship`` is empty where neither says it: they are asked."""
        asked: Standing | None = None
        for other in dict.fromkeys((head, *self.heads)):
            theirs, own = self._to(head, other), self._to(member, other)
            if not theirs or not own:
                continue
            found = standing(self._kin(head, theirs), self._of(other).sex, self._kin(member, own))
            if found.relationship:
                return found
            asked = asked or found
        return asked or Standing("", (LODGER,), None, complete=False)

    def _to(self, one: str, other: str) -> str:
        """How one stood to the other, or what the other's to them says turned round; empty: it is not known."""
        if one == other:
            return HEAD
        if said := self._said.get((one, other)):
            return said
        if back := self._said.get((other, one)):
            return standing(
                self._kin(other, back), self._of(one).sex, self._kin(one, HEAD)
            ).relationship
        return ""

    def _kin(self, one: str, relationship: str) -> Kin:
        found = self._of(one)
        return Kin(relationship, found.sex, found.birth_date)

    def _of(self, one: str) -> Resident:
        return self.histories[one][0]


def _instant(version: Resident) -> tuple[datetime, bool]:
    """When it was written; somebody's first version is before all changes, even of the same instant."""
    return version.processed_at, version.version > 1


def _at(versions: Sequence[Resident], at: tuple[datetime, bool]) -> Resident | None:
    """The version that was in force at the end of this instant."""
    return next((one for one in versions if _instant(one) <= at), None)
