"""Small signs beside words: strokes of 2 on 24 × 24, in the colour of the text. Drawn for this project, under its licence."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

_CIRCLE: Final = "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z"
ICONS: Final[Mapping[str, str]] = {
    "arrow": "M4 12h16M14 6l6 6-6 6",
    "baby": "M19.5 13a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM12 5.5c0-3 3.5-3 3-.8M9.5 12.5v.1M14.5 12.5v.1M9.5 16q2.5 2 5 0",
    "back": "M20 12H4M10 6l-6 6 6 6",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 1.5H4zM10 21.5h4M12 5V3",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8M8 14.5h.1M12 14.5h.1M16 14.5h.1",
    "card": "M3 6.5h18v12H3zM6.5 10.5h4v3h-4zM14 11h4M14 14h4",
    "check": "M4.5 12.5l5 5 10-11",
    "chevron": "M9 5l7 7-7 7",
    "clock": f"{_CIRCLE}M12 7v5.5l3.5 2",
    "copy": "M9 8h11v13H9zM6 16H4V3h11v2",
    "cross": "M6 6l12 12M18 6L6 18",
    "document": "M6 3h8l4.5 4.5V21H6zM14 3v5h4.5M9 12.5h6.5M9 16.5h6.5",
    "download": "M12 3.5v12M7 11l5 5 5-5M4 20.5h16",
    "external": "M13 4H5v15h15v-8M15.5 3.5H21V9M20.5 4L12 12.5",
    "filter": "M3.5 5h17L14 13v6.5l-4-2V13z",
    "help": f"{_CIRCLE}M9.3 9.5c.4-3.4 5.6-3.2 5.4.2-.1 2-2.7 2.2-2.7 4.3M12 17v.1",
    "home": "M3 12l9-8 9 8M6 10v10h12V10M10 20v-6h4v6",
    "house": "M2.5 11.5L10 5l7.5 6.5M5 10v9.5h10V10M17.5 5.5H21v14h-3M8.5 13.5h3v3h-3z",
    "info": f"{_CIRCLE}M12 11v6M12 7.5v.1",
    "key": "M13 8.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM11.7 11.7l8.3 8.3M16 16l2.5-2.5M18.5 18.5l1.5-1.5",
    "language": f"{_CIRCLE}M3.5 9.5h17M3.5 14.5h17M12 3c-5 5-5 13 0 18 5-5 5-13 0-18z",
    "lock": "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3M12 15v2.5",
    "people": "M12.5 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM3 20c0-7 12-7 12 0M15.5 5a3.2 3.2 0 0 1 1 6.3M17.5 14.5c2.5.7 3.7 2.8 3.5 5.5",
    "person": "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM4.5 20.5c0-8.5 15-8.5 15 0",
    "phone": "M7 2.5h10v19H7zM10.5 18.5h3",
    "print": "M7 9V3h10v6M7 17H3.5V9h17v8H17M7 14h10v7H7zM17 12h.1",
    "reader": "M3 17.5h18v3.5H3zM5 11h9v4M5 11v4M13 7.5a4.5 4.5 0 0 1 4.5 4.5M13 3.5a8.5 8.5 0 0 1 8.5 8.5",
    "search": "M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM15.5 15.5l5 5",
    "sign-out": "M11 4H4v16h7M9.5 12H21M16.5 7.5L21 12l-4.5 4.5",
    "speaker": "M3.5 9.5H7L12 5v14l-5-4.5H3.5zM15.5 9a4.5 4.5 0 0 1 0 6M18 6a9 9 0 0 1 0 12",
    "speaker-off": "M3.5 9.5H7L12 5v14l-5-4.5H3.5zM16 9.5l5 5M21 9.5l-5 5",
    "stamp": "M9.5 13.5c1-3-1.5-4-1.5-6.5a4 4 0 0 1 8 0c0 2.5-2.5 3.5-1.5 6.5M5 13.5h14V18H5zM5 21h14",
    "undo": "M4 9h10a5.5 5.5 0 0 1 0 11H8M8.5 4.5L4 9l4.5 4.5",
    "warning": "M12 3.5L22 20.5H2zM12 10v4.5M12 17.5v.1",
}  # fmt: skip


def icon(name: str, *, turned: int = 0) -> Markup:
    """The sign of this name as an inline SVG of class ``icon``, silent for screen readers: the words beside it speak.

    Args:
        turned: degrees clockwise (``chevron`` points to the right).

    Raises ``KeyError`` for a name that has no drawing.
    """
    turn = f' transform="rotate({turned:d} 12 12)"' if turned else ""
    return Markup(  # noqa: S704 - of constants and a number
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false"><path{turn} d="{ICONS[name]}"/></svg>'
    )
