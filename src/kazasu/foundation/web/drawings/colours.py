"""Contrast as WCAG 2.2 counts it, for colours that others choose."""

import math
from typing import Final

LEAST_FOR_TEXT: Final = 4.5
"""WCAG 2.2, 1.4.3."""
LEAST_FOR_SHAPES: Final = 3.0
"""WCAG 2.2, 1.4.11."""


def contrast(one: str, other: str) -> float:
    """Between two colours ``#rrggbb``: from 1 to 21. Raises ``ValueError`` for anything else."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def difference(one: str, other: str) -> float:
    """How far two colours ``#rrggbb`` are apart to the eye: CIE 1976 ΔE*ab, 0 for the same. Raises ``ValueError`` for anything else.

    Source: IEC 61966-2-1 (sRGB, D65), ISO/CIE 11664-4.
    """
    return math.dist(_lab(one), _lab(other))


def _lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (
        t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29 for t in (x, y, z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def readable(colour: str) -> str:
    """This colour, or as little darker as white text on it needs. Raises ``ValueError`` if it is no ``#rrggbb``."""
    parts = _parts(colour)
    for percent in range(100, -1, -2):
        darker = "#" + "".join(f"{part * percent // 100:02x}" for part in parts)
        if contrast(darker, "#ffffff") >= LEAST_FOR_TEXT:
            return colour if percent == 100 else darker
    raise AssertionError("black is dark enough")


def _parts(colour: str) -> tuple[int, int, int]:
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"{colour}: not of the form #rrggbb")
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
