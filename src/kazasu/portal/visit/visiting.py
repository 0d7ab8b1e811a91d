"""The visit: how to reach the counter, as the city tells it, and the code that the counter reads."""

import io
from typing import Final

import segno

from kazasu.contracts.offices import OfficeFound, OfficeOf
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.side_by_side import side_by_side
from kazasu.foundation.text import Text

WHY: Final = Text("窓口への行き方の案内", "The way to a counter")
DEADLINE: Final = 2.0
"""Seconds that the page waits for the drawing: the appointment itself is known here."""
WHEELCHAIR: Final = "M-1 -4v7h6l3 6M-1 -1h5M-3 0.5a5.5 5.5 0 1 0 7 7"
"""Around (0, 0); the head is a dot at (-1, -8)."""
FIXTURES: Final = {
    "reception": ("M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M0 -1v4.5M0 -4v.1", Text("総合案内", "Information")),
    "tickets": ("M-6 -8h12v16h-12zM-2.5 -3h5M-3 3h6", Text("番号札", "Ticket machine")),
    "lift": ("M-8 -9h16v18h-16zM-3 1.5l3 3.5 3 -3.5M-3 -1.5l3 -3.5 3 3.5", Text("エレベーター", "Lift")),
    "stairs": ("M-9 8h5v-4.5h5v-4.5h5v-5h4", Text("階段", "Stairs")),
    "toilet": ("M-5 -7v.1M5 -7v.1M-5 -3.5v11M5 -3.5v11M-8 -1l3 -2.5 3 2.5M2 3l3 -6.5 3 6.5zM0 -9v18", Text("お手洗い", "Toilets")),
    "seats": ("M-16 -4h9v8h-9zM-4.5 -4h9v8h-9zM7 -4h9v8h-9z", Text("待合のいす", "Seats")),
}  # fmt: skip
"""Strokes around (0, 0), and what each is called in the legend."""


class Visiting:
    """Asks the city about its office; who comes is not said."""

    def __init__(self, inquirer: Inquirer) -> None:
        self._inquirer = inquirer

    def office(self, municipality: str, office_id: str) -> OfficeFound | None:
        """None where the city does not answer now, or knows no such office any more."""

        def ask(city: str) -> OfficeFound:
            return self._inquirer.ask(OfficeOf(office_id=office_id), of=city, purpose=WHY)

        found, _ = side_by_side(ask, [f"city:{municipality}"], deadline=DEADLINE)
        return found[0] if found else None


def code(number: str) -> bytes:
    """An SVG picture of a QR code (ISO/IEC 18004, level M) that holds the case's number and nothing else.

    A reader at the counter types it like a keyboard into the field that opens a case by its number.
    """
    picture = io.BytesIO()
    segno.make(number, error="m", micro=False).save(
        picture, kind="svg", scale=6, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return picture.getvalue()
