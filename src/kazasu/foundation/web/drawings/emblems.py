"""A city's emblem, made from its code in the manner of 市章: one shape turned around a middle. No city's real one.

Two codes never have the same: the five digits of a code are multiplied by a number without common divisor with the number of all
emblems, so each has its own, and neighbours look nothing alike.
"""

from typing import Final

COLOURS: Final = (
    "#1c5aa6", "#197a4b", "#a8342f", "#6b3fa0", "#8a5a00", "#00707a", "#b0305f", "#3d5a80", "#4f6b1e", "#9a4a12", "#2f4b9c", "#7a3b53",
)  # fmt: skip
PETALS: Final = (
    '<circle cy="-11.5" r="5"/>',
    '<path d="M0-19 6-10 0-3-6-10z"/>',
    '<path d="M0-19C8-12 6-5 0-3-6-5-8-12 0-19z"/>',
    '<path d="M0-19 7-6H-7z"/>',
    '<path d="M-2.5-18H2.5V-4H-2.5z"/>',
    '<path d="M0-19C11-15 9-6 0-3 4-8 4-13 0-19z"/>',
    '<path d="M0-18 8-8 5-4 0-10-5-4-8-8z"/>',
    '<path d="M0-15 3-19C10-13 6-5 0-3-6-5-10-13-3-19z"/>',
    '<path d="M-7-9A7.5 7.5 0 0 1 7-9L0-4z"/>',
    '<path fill-rule="evenodd" d="M6-11A6 6 0 1 1-6-11 6 6 0 0 1 6-11zM3-11A3 3 0 1 0-3-11 3 3 0 0 0 3-11z"/>',
    '<path d="M0-19A8 8 0 0 1 0-3 4 4 0 0 1 0-11 4 4 0 0 0 0-19z"/>',
    '<path d="M-6-18 0-13 6-18V-8L0-3-6-8z"/>',
)
TURNS: Final = (3, 4, 5, 6, 7, 8)
MIDDLES: Final = (
    '<circle r="4.5"/>',
    '<circle r="3.5" fill="none" stroke-width="2"/>',
    '<path d="M0-5 5 0 0 5-5 0z"/>',
    '<path d="M-4-4H4V4H-4z"/>',
    '<path d="M0-6 2-2 6 0 2 2 0 6-2 2-6 0-2-2z"/>',
    '<path d="M-5-1.5H5V1.5H-5z"/>',
    '<path d="M0-5.5 5 3.5H-5z"/>',
    '<circle r="6" fill="none" stroke-width="1.6"/><circle r="2.2"/>',
    '<path d="M-1.5-6H1.5V-1.5H6V1.5H1.5V6H-1.5V1.5H-6V-1.5H-1.5z"/>',
    '<path d="M-6 0A6 6 0 0 1 6 0z"/><path d="M-6 2H6V4.5H-6z"/>',
)
RINGS: Final = (
    "",
    '<circle r="21.5" fill="none" stroke-width="2"/>',
    '<circle r="21" fill="none" stroke-width="3.5" stroke-dasharray="7 4"/>',
    '<path fill="none" stroke-width="2" d="M0-22.5 19.5-11.3V11.3L0 22.5-19.5 11.3V-11.3z"/>',
    '<path fill="none" stroke-width="2" d="M-21.5-21.5H21.5V21.5H-21.5z"/>',
    '<path fill="none" stroke-width="2.5" d="M-12-19A22 22 0 0 0-12 19M12-19A22 22 0 0 1 12 19"/>',
)
SIZES: Final = ("1", ".86")
_KINDS: Final = tuple(map(len, (TURNS, PETALS, COLOURS, MIDDLES, RINGS, SIZES)))
_ALL: Final = 103_680
_STRIDE: Final = 64_081
"""A prime, so that every product with another code is another emblem; near 0.618 of all, which scatters neighbours widest."""


def emblem(code: str) -> tuple[str, str]:
    """The drawing, around the middle of 48 × 48 units, and its colour, which is dark enough for white text.

    Args:
        code: of a municipality, six digits; the last one only checks the others.

    Raises ``ValueError`` if it is no code.
    """
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{code}: not a municipality code")
    left = int(code[:5]) * _STRIDE % _ALL
    chosen = []
    for kinds in _KINDS:
        left, place = divmod(left, kinds)
        chosen.append(place)
    turn, petal, colour, middle, ring, size = chosen
    times = TURNS[turn]
    shape = PETALS[petal]
    turned = "".join(f'<g transform="rotate({360 * at / times:g})">{shape}</g>' for at in range(times))  # fmt: skip
    fill = COLOURS[colour]
    inside = f'<g transform="scale({SIZES[size]})">{turned}</g>'
    # Around a middle of its own colour the petals would melt into one blot.
    free = '<circle r="7.5" fill="#fff" stroke="none"/>'
    return (
        f'<g fill="{fill}" stroke="{fill}" stroke-width="0">{inside}{free}{MIDDLES[middle]}{RINGS[ring]}</g>',
        fill,
    )
