"""The move that somebody else gave notice of: whoever is moved by it sees it on their first page, as their own city has it.

The portal holds a notice for who gave it, and nothing for the others of the household; so their city is asked, of their own record.
"""

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from kazasu.contracts.municipality import (
    AnnouncedMove,
    CardToUpdate,
    EmergencyLook,
    HouseholdChanged,
    MovingAbroad,
    OwnMove,
    RecordCorrected,
)
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.side_by_side import side_by_side
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.portal.household.registered import asked_now
from kazasu.portal.move.answers import HandleFor
from kazasu.portal.move.sent import Move

WHY: Final = Text(
    "ほかの人が届け出た引越しの確認", "Looking for a move that somebody else gave notice of"
)
FRESH: Final = timedelta(minutes=1)
"""How long an answer is shown without asking again, and none is waited for again."""
STANDS: Final = timedelta(minutes=10)
"""How long an answer that cannot be asked for again (somebody is down, or one signed in long ago) is believed where it says that
something has not come to pass yet."""
DEADLINE: Final = 2.0
"""Seconds that the first page waits for it."""
_CHANGES_IT: Final = frozenset({"registered", "card-continued", "card-lost", "cancelled"})
"""What a city tells of a case when its record of a resident is another one from then on."""
_KEPT: Final = "own_move"
ABROAD: Final = "jukinet.moved-abroad"
"""The same of who moved abroad."""
IN_TRANSIT: Final = "jukinet.in-transit"
"""Code of the network's fault."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What the city has of the last move, with the address that is registered there now."""

    move: OwnMove
    address: str
    city: str
    """Its code."""
    asked_at: datetime

    def overtakes(self, move: Move) -> bool:
        """Whether this came to pass instead of a notice of one's own that is under way still.

        What the city said before the notice was sent tells nothing: a move that was open then may have come to its end.
        """
        if move.over or move.off or self.move.case_id == move.case_id:
            return False
        if self.asked_at < move.sent_at:
            return False
        later = self.move.written_at is not None and self.move.written_at > move.sent_at
        return later or not self.move.registered or self.city != move.origin


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What one's own city has of a resident: their last move, those that are announced, what became of their household, and their card
    where it is to be updated."""

    moved: Moved | None
    card: CardToUpdate | None
    in_transit: bool = field(default=False, kw_only=True)
    """Moved out, and their arrival is registered nowhere yet: no city has them, and what one said before holds no more."""
    abroad: MovingAbroad | None = field(default=None, kw_only=True)
    """Their move abroad that is entered, and whose day is still to come."""
    gone_since: date | None = field(default=None, kw_only=True)
    """They live abroad since that day: no city has them."""
    city: str
    """Its code; empty: nobody answered."""
    changes: tuple[HouseholdChanged, ...] = ()
    """Of their household, the newest first."""
    announced: tuple[AnnouncedMove, ...] = ()
    """Notices that wait and name them, the newest first; of their own, too."""
    looks: tuple[EmergencyLook, ...] = field(default=(), kw_only=True)
    """Emergency looks at their data, the newest first."""
    corrections: tuple[RecordCorrected, ...] = field(default=(), kw_only=True)
    """What their city corrected in their record ex officio, the newest first."""
    known_at: datetime | None = field(default=None, kw_only=True)
    """When the city said so, where it cannot be asked again for now: a look may have ended since, or have been reviewed. None: just now."""

    def changed_since(self, day: datetime) -> list[HouseholdChanged]:
        """The changes of their household that the city wrote after that, the newest first."""
        return [one for one in self.changes if one.written_at > day]

    @property
    def newborn(self) -> Mapping[str, tuple[str, ...]]:
        """Children whose birth was entered since a notice came and whom no notice names, by the notice's number; of one that waits, or was accepted
        and is not registered yet."""
        waiting = {one.case_id: one.not_named for one in self.announced}
        move = self.moved.move if self.moved else None
        accepted = {move.case_id: move.not_named} if move and not move.registered else {}
        return {case: names for case, names in (accepted | waiting).items() if names}

    def announced_by_others(self, own: Collection[str]) -> list[AnnouncedMove]:
        """``own``: as of :meth:`by_others`."""
        return [one for one in self.announced if one.case_id not in own]

    def by_others(self, own: Collection[str]) -> Moved | None:
        """None: their last move is by a notice of their own, or there was none, or nobody answers.

        Args:
            own: the numbers of their own notices.
        """
        return self.moved if self.moved is not None and self.moved.move.case_id not in own else None


UNKNOWN: Final = OwnRecord(None, None, "")
BETWEEN: Final = OwnRecord(None, None, "", in_transit=True)


class MovesShown:
    """Asks for whoever is signed in. The answer lies in their session and ends with it."""

    def __init__(self, inquirer: Inquirer) -> None:
        self._inquirer = inquirer

    def own(
        self,
        kept: MutableMapping[str, Any],
        handle_for: HandleFor,
        now: datetime,
        moves: Sequence[Move],
    ) -> OwnRecord:
        """What holds still of the answer of before, or a new one.

        Args:
            kept: the data of the session.
            moves: by their own notices. What a city told of one since the answer was given goes before it.
        """
        before = kept.get(_KEPT)
        seen = max((one.arrived for move in moves for one in move.events), default=0)
        if before is None or _due(before, now, seen):
            answers, silent = side_by_side(
                lambda _: self._known(handle_for), ["registered"], deadline=DEADLINE
            )
            # Somebody is down: what was known is shown.
            known = before["found"] if before else None
            found = known if silent else {**answers[0], "asked_at": now.isoformat(), "seen": seen}
            before = kept[_KEPT] = {"at": now.isoformat(), "seen": seen, "found": found}
        found = before["found"]
        if not found or _overtaken(found, moves):
            return UNKNOWN
        lately = timedelta(0) <= now - datetime.fromisoformat(found["asked_at"]) < STANDS
        if found.get("in_transit"):
            return BETWEEN if lately else UNKNOWN
        if since := found.get("gone_since"):
            gone = OwnRecord(None, None, "", gone_since=date.fromisoformat(since))
            return gone if lately else UNKNOWN
        record = _record(found)
        return (
            record
            if lately
            else replace(record, announced=(), known_at=datetime.fromisoformat(found["asked_at"]))
        )

    def _known(self, handle_for: HandleFor) -> dict[str, Any]:
        """Where the network says that they are between two cities, or live abroad, that is the answer, and nothing of before is shown."""
        try:
            return self._asked(handle_for)
        except Refusal as refusal:
            if refusal.fault.code == ABROAD:
                return {"gone_since": f"{refusal.facts['since']}"}
            if refusal.fault.code != IN_TRANSIT:
                raise
            return {"in_transit": True}

    def _asked(self, handle_for: HandleFor) -> dict[str, Any]:
        city, household = asked_now(self._inquirer, handle_for, WHY)
        move, card, last = household.own_move, household.own_card, household.household_change
        changes = [last, *household.changes_before] if last else []
        return {
            "move": move.model_dump(mode="json") if move else None,
            "card": card.model_dump(mode="json") if card else None,
            "changes": [one.model_dump(mode="json") for one in changes],
            "announced": [one.model_dump(mode="json") for one in household.announced],
            "looks": [one.model_dump(mode="json") for one in household.emergency_looks],
            "abroad": household.abroad.model_dump(mode="json") if household.abroad else None,
            "corrections": [one.model_dump(mode="json") for one in household.corrections],
            "address": household.address.line, "city": city,
        }  # fmt: skip


def _due(before: Mapping[str, Any], now: datetime, seen: int) -> bool:
    """Whether to ask again; ``seen``: the last that a city told of a case of theirs, which is more than when it was asked for."""
    fresh = timedelta(0) <= now - datetime.fromisoformat(before["at"]) < FRESH
    return not fresh or seen > before.get("seen", 0)


def _overtaken(found: Mapping[str, Any], moves: Sequence[Move]) -> bool:
    """Whether a city told since then that the record is another one now: nothing of an answer of before is shown beside that."""
    told = [one for move in moves for one in move.events if one.event in _CHANGES_IT]
    return any(one.arrived > found.get("seen", 0) for one in told)


def _record(found: Mapping[str, Any]) -> OwnRecord:
    move, card = found["move"], found.get("card")
    moved = Moved(
        OwnMove.model_validate(move), found["address"], found["city"],
        datetime.fromisoformat(found["asked_at"]),
    ) if move else None  # fmt: skip
    return OwnRecord(
        moved,
        CardToUpdate.model_validate(card) if card else None,
        found["city"],
        tuple(HouseholdChanged.model_validate(one) for one in found.get("changes", ())),
        tuple(AnnouncedMove.model_validate(one) for one in found.get("announced", ())),
        abroad=MovingAbroad.model_validate(found["abroad"]) if found.get("abroad") else None,
        corrections=tuple(
            RecordCorrected.model_validate(one) for one in found.get("corrections", ())
        ),
        looks=tuple(EmergencyLook.model_validate(one) for one in found.get("looks", ())),
    )
