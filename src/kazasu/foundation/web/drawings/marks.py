"""The mark of an institution, by which a person knows at a glance who asks.

Three forms, so that nobody can look like somebody else: the state's stand on a square with round corners, private ones on a
disc, a city's is its emblem on white. Who registered by itself has its initials on a disc and can have no drawing.
"""

import re
from typing import Final

from markupsafe import Markup, escape

from kazasu.foundation.web.drawings.colours import readable
from kazasu.foundation.web.drawings.emblems import emblem
from kazasu.foundation.web.drawings.glyphs import PRIVATE, STATE

PARTY: Final = "party"
"""Of anybody: initials."""
_CITY: Final = re.compile(r"city:(\d{6})")


def is_mark(key: str) -> bool:
    """Has this key a drawing? ``party``, one of the drawn ones, or ``city:141003``."""
    return key == PARTY or key in STATE or key in PRIVATE or bool(_CITY.fullmatch(key))


def mark(key: str, colour: str, name: str = "", size: int = 48) -> Markup:
    """An inline SVG of class ``mark``, silent for screen readers: the name stands beside it.

    Args:
        key: as an institution declares it; ``city:141003``: that city's emblem, in a colour of its own.
        colour: ``#rrggbb``; one on which white could not be read is darkened.
        name: whose initials stand on the mark of a ``party``.
        size: of the square, in CSS pixels.

    Raises ``KeyError`` for a key without a drawing, ``ValueError`` for a colour that is none.
    """
    ground = readable(colour)
    if city := _CITY.fullmatch(key):
        drawn, rim = emblem(city[1])
        inside = f'<rect x=".75" y=".75" width="46.5" height="46.5" rx="12" fill="#fff" stroke="{rim}" stroke-width="1.5"/><g transform="translate(24 24) scale(.8)">{drawn}</g>'
    elif key == PARTY:
        inside = f'<circle cx="24" cy="24" r="24" fill="{ground}"/>{_initials(name)}'
    elif key in PRIVATE:
        glyph = PRIVATE[key].replace('"C"', f'"{ground}"')
        inside = f'<circle cx="24" cy="24" r="24" fill="{ground}"/><g transform="translate(4.8 4.8) scale(.8)">{glyph}</g>'
    else:
        glyph = STATE[key].replace('"C"', f'"{ground}"')
        inside = f'<rect width="48" height="48" rx="12" fill="{ground}"/>{glyph}'
    return Markup(  # noqa: S704 - of constants, a checked colour and escaped initials
        f'<svg class="mark" viewBox="0 0 48 48" width="{size:d}" height="{size:d}" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{inside}</svg>'
    )


def initials(name: str) -> str:
    """One Japanese character, or the capitals of the first two Latin words; ``?`` for a name without letters."""
    words = re.findall(r"[^\W\d_]\w*", name)
    if not words:
        return "?"
    if not words[0].isascii():
        return str(words[0][0])
    return "".join(word[0] for word in words[:2] if word.isascii()).upper()


def _initials(name: str) -> str:
    letters = initials(name)
    large = 24 if len(letters) == 1 else 19
    return f'<text x="24" y="25" fill="#fff" font-size="{large}" font-weight="700" text-anchor="middle" dominant-baseline="central">{escape(letters)}</text>'
