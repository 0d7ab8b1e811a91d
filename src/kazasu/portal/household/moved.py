"""The move that somebody else gave notice of: whoever is moved by it sees it on their first page, as their own city has it.

The portal holds a notice for who gave it, and nothing for the others of the household; so their city is asked, of their own record.
"""

from collections.abc import Collection, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from kazasu.contracts.municipality import OwnMove
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.side_by_side import side_by_side
from kazasu.foundation.text import Text
from kazasu.portal.household.registered import asked_now
from kazasu.portal.model import HandleFor

WHY: Final = Text(
    "ほかの人が届け出た引越しの確認", "Looking for a move that somebody else gave notice of"
)
FRESH: Final = timedelta(minutes=10)
"""How long an answer is shown without asking again, and none is waited for again."""
DEADLINE: Final = 2.0
"""Seconds that the first page waits for it."""
_KEPT: Final = "own_move"


@dataclass(frozen=True, slots=True)
class Moved:
    """What the city has of the last move, with the address that is registered there now."""

    move: OwnMove
    address: str
    city: str
    """Its code."""


class MovesShown:
    """Asks for whoever is signed in. The answer lies in their session and ends with it."""

    def __init__(self, inquirer: Inquirer) -> None:
        self._inquirer = inquirer

    def by_others(
        self,
        kept: MutableMapping[str, Any],
        handle_for: HandleFor,
        now: datetime,
        own: Collection[str],
    ) -> Moved | None:
        """None: their last move is by a notice of their own, or there was none, or nobody answers.

        Args:
            kept: the data of the session.
            own: the numbers of their own notices.
        """
        found = self._known(kept, handle_for, now)
        return found if found is not None and found.move.case_id not in own else None

    def _known(
        self, kept: MutableMapping[str, Any], handle_for: HandleFor, now: datetime
    ) -> Moved | None:
        before = kept.get(_KEPT)
        if before is None or not timedelta(0) <= now - datetime.fromisoformat(before["at"]) < FRESH:
            answers, silent = side_by_side(
                lambda _: self._asked(handle_for), ["registered"], deadline=DEADLINE
            )
            if silent:  # between two cities, or somebody is down: what was known is shown
                answers = [before["found"] if before else None]
            before = kept[_KEPT] = {"at": now.isoformat(), "found": answers[0]}
        found = before["found"]
        return (
            Moved(OwnMove.model_validate(found["move"]), found["address"], found["city"])
            if found
            else None
        )

    def _asked(self, handle_for: HandleFor) -> dict[str, Any] | None:
        city, household = asked_now(self._inquirer, handle_for, WHY)
        if household.own_move is None:
            return None
        return {
            "move": household.own_move.model_dump(mode="json"),
            "address": household.address.line, "city": city,
        }  # fmt: skip
