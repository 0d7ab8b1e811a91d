"""The tray in the scene, and the card that lies on the reader: in the sandbox alone (design §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.making import Pins
from kazasu.card.portrait import portrait
from kazasu.card.transports.tray import Shown, last_used_first, read_tray
from kazasu.foundation.time.clock import today
from kazasu.foundation.web import Site

_PINS: Final = Pins()
_USED: Final = "cards"
_KEPT: Final = 6
_A_YEAR: Final = 365 * 24 * 3600
MOST_WANTED: Final = 80
"""Characters of a search."""


@dataclass(frozen=True, slots=True)
class Face:
    """One card as it is drawn."""

    card: Shown
    age: int
    face: Markup
    recent: bool = False
    """Used before in this browser."""


@dataclass(frozen=True, slots=True)
class Tray:
    """What the scene shows of the tray."""

    residents: Sequence[Face]
    staff: Sequence[Face]
    wanted: str
    """What was searched for."""
    make: str
    """Where a card of one's own is made; empty without such a place."""

    pin: str = _PINS.authentication
    password: str = _PINS.signing
    """Of every card that has no word of its own."""

    @property
    def found(self) -> int:
        return len(self.residents) + len(self.staff)


class Trays:
    """Of one site. Without a tray (production) there is no face, no name and no hint."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder

    def tray(self, request: Request, *, make: str) -> Tray:
        wanted = request.query_params.get("q", "").strip()[:MOST_WANTED]
        used = self._used(request)
        cards = [one for one in last_used_first(self._cards(), used) if one.says(wanted)]
        faces = [self._face(one, used) for one in cards]
        return Tray(
            residents=[one for one in faces if not one.card.staff],
            staff=[one for one in faces if one.card.staff],
            wanted=wanted,
            make=make,
        )

    def held(self, card_id: str) -> Face | None:
        """The card on the reader, if the tray knows it."""
        found = next((one for one in self._cards() if one.card_id == card_id), None)
        return None if found is None else self._face(found, ())

    def note_use(self, request: Request, response: Response, card_id: str) -> None:
        """It lies first the next time, in this browser."""
        used = [card_id, *(one for one in self._used(request) if one != card_id)][:_KEPT]
        self._site.cookies.write(response, _USED, ".".join(used), seconds=_A_YEAR)

    def _used(self, request: Request) -> list[str]:
        return [one for one in self._site.cookies.read(request, _USED).split(".") if one][:_KEPT]

    def _cards(self) -> list[Shown]:
        return read_tray(self._folder) if self._site.settings.sandbox else []

    def _face(self, card: Shown, used: Sequence[str]) -> Face:
        years = card.aged(today(self._site.clock))
        return Face(card, years, drawn(card.card_id, years, card.sex), card.card_id in used)


@lru_cache(maxsize=512)
def drawn(card_id: str, years: int, sex: str) -> Markup:
    """The face on a card: drawn by us from the card's name, so nothing of it needs escaping."""
    return Markup(portrait(card_id, years, sex))  # noqa: S704
