"""Neck, ears, face. Drawn around the face's middle: 42 wide, 51 high, chin at 25."""

from collections.abc import Mapping
from typing import Final

from kazasu.card.portrait.looks import SMALL, Look
from kazasu.card.portrait.shapes import area, dot, dots, line

JAWS: Final[Mapping[str, str]] = {
    "oval": "C21 13 11 25 0 25S-21 13-21-3",
    "round": "C21 16 13 24 0 24S-21 16-21-3",
    "square": "C21 12 17 25 6 25H-6C-17 25-21 12-21-3",
    "long": "C21 11 9 27 0 27S-21 11-21-3",
}
_BROWS: Final[Mapping[str, tuple[str, float]]] = {
    "soft": ("M-12.5-6Q-8.5-8.5-5-7M12.5-6Q8.5-8.5 5-7", 1.5),
    "flat": ("M-12.5-7H-5M12.5-7H5", 1.6),
    "thick": ("M-13-6.5Q-9-8.5-4.5-7M13-6.5Q9-8.5 4.5-7", 2.4),
    "arched": ("M-12.5-5.5Q-9-9.5-5-7.5M12.5-5.5Q9-9.5 5-7.5", 1.4),
}
_NOSES: Final[Mapping[str, str]] = {
    "hook": "M.5 1Q3.5 6.5-.5 7.5",
    "button": "M-2 7Q0 8.8 2 7",
    "line": "M1 3Q2.5 7-1 7.5",
}
_MOUTHS: Final[Mapping[str, str]] = {
    "smile": "M-5 13Q0 17.5 5 13",
    "small": "M-3 14Q0 16.2 3 14",
    "wide": "M-7 12.5Q0 19 7 12.5",
    "calm": "M-4.5 14Q0 16.2 4.5 14",
}
_LIPS: Final = "#a84f45"
_DARK_LIPS: Final = "#6e2f2a"
_EYES: Final = "#2a2222"
_FRAMES: Final = "#3a3f4b"


def neck(one: Look) -> str:
    """Neck with the chin's shadow on it."""
    b = one.build
    left, chin = 48 - b.neck, round(b.head + 18 * b.scale, 1)
    sides = f"V{b.top + 4:g}Q48 {b.top + 12:g} {left:g} {b.top + 4:g}z"
    return area(one.skin, f"M{left:g} {chin:g}h{b.neck * 2:g}{sides}") + area(
        one.shade, f"M{left:g} {chin:g}h{b.neck * 2:g}v{4 + 5 * b.scale:g}q-{b.neck:g} 6-{b.neck * 2:g} 0z"
    )  # fmt: skip


def face(one: Look) -> str:
    """Ears, head, features; no hair."""
    drawn = dots(one.shade, 4, (-21, 2), (21, 2))
    drawn += area(one.skin, f"M-21-3C-21-18-12-26 0-26S21-18 21-3{JAWS[one.jaw]}z")
    drawn += _cheeks(one) + _beard(one) + _age(one)
    low = one.build.eyes
    drawn += f'<g transform="translate(0 {low:g})">{_brows(one)}{_eyes(one)}{_glasses(one)}</g>'
    if one.band != "baby":
        drawn += line(one.shade, 1.6, _NOSES[one.nose])
    return drawn + _mouth(one) + _extra(one)


def _cheeks(one: Look) -> str:
    if one.band not in SMALL and one.mouth != "wide":
        return ""
    low = 10 if one.band in SMALL else 9
    pink = "#f09a88" if one.skin != "#a9714a" else "#c0694c"
    return line(f"{pink}73", 6, f"M-14 {low}h3M11 {low}h3")


def _brows(one: Look) -> str:
    d, width = _BROWS[one.brows]
    colour = one.shade if one.band == "baby" else "#8f8a88" if one.band == "old" else one.hair
    return line(colour, width, d)


def _eyes(one: Look) -> str:
    if one.eyes == "smiling":
        return line(_EYES, 1.8, "M-12 1.5Q-9-2-6 1.5M12 1.5Q9-2 6 1.5")
    tall = 1.35 if one.eyes == "tall" else 1
    return dot(_EYES, -8.8, 0.5, one.build.eye, tall) + dot(_EYES, 8.8, 0.5, one.build.eye, tall)


def _mouth(one: Look) -> str:
    down = 1.5 if one.band == "baby" else 0
    lips = _DARK_LIPS if one.skin == "#a9714a" else _LIPS
    if one.mouth == "open":
        return area(
            lips, f"M-5 {12.5 + down:g}H5Q4 {18 + down:g} 0 {18 + down:g}T-5 {12.5 + down:g}z"
        )
    drawn = line(lips, 1.8, _MOUTHS[one.mouth])
    return f'<g transform="translate(0 {down:g})">{drawn}</g>' if down else drawn


def _beard(one: Look) -> str:
    if one.beard == "full":
        return area(one.hair, f"M-21-1C-18 10-12 9 0 9.5S18 10 21-1{JAWS[one.jaw]}z") + dot(one.skin, 0, 14, 6, 0.45)  # fmt: skip
    if one.beard == "stubble":
        return f'<g opacity=".1">{area(one.hair, f"M-21 1C-17 12-10 9 0 10S17 12 21 1{JAWS[one.jaw]}z")}</g>'
    if one.beard == "goatee":
        return area(one.hair, "M-5 19Q0 17.5 5 19 4 26 0 26T-5 19z")
    return line(one.hair, 2.6, "M-6 11.3Q-3 9.6 0 10.6 3 9.6 6 11.3") if one.beard else ""


def _age(one: Look) -> str:
    """What years leave: lines beside the mouth, at the eyes' corners, on the forehead."""
    if one.band not in {"senior", "old"}:
        return ""
    drawn = line(one.shade, 1.1, "M-6 8.5Q-8.5 9.5-9.5 12.5M6 8.5Q8.5 9.5 9.5 12.5")
    if one.band == "old":
        drawn += line(one.shade, 1.1, "M-15.5 2l-3-1.5M-15.5 4l-3 1M15.5 2l3-1.5M15.5 4l3 1M-7-14Q0-15.5 7-14M-5-11Q0-12.2 5-11")  # fmt: skip
    return drawn


def _glasses(one: Look) -> str:
    if one.glasses == "round":
        lenses = '<circle cx="-9" cy=".5" r="6.5"/><circle cx="9" cy=".5" r="6.5"/>'
    elif one.glasses == "square":
        lenses = '<rect x="-16" y="-4.5" width="13" height="10" rx="2.5"/><rect x="3" y="-4.5" width="13" height="10" rx="2.5"/>'
    elif one.glasses:
        lenses = '<path d="M-16-3.5H-3V1Q-4 6-9.5 6T-16 1zM16-3.5H3V1Q4 6 9.5 6T16 1z"/>'
    else:
        return ""
    return f'<g fill="#fff" fill-opacity=".25" stroke="{_FRAMES}" stroke-width="1.3">{lenses}<path fill="none" d="M-3-1Q0-2.5 3-1M-16-1l-5-1M16-1l5-1"/></g>'


def _extra(one: Look) -> str:
    if one.extra == "freckles":
        return dots(one.shade, 0.8, (-12, 7), (-9, 8.5), (-14, 9.5), (12, 7), (9, 8.5), (14, 9.5))
    if one.extra == "mole":
        return dot("#5a3a2e", 7.5, 10, 0.9)
    if one.extra == "spots":
        return dots(one.shade, 1, (14, 9), (11, 12), (-14, 11))
    if one.extra == "plaster":
        return '<rect x="8" y="6.5" width="9" height="4" rx="2" fill="#f7e7b5" stroke="#d9b66a" stroke-width=".8" transform="rotate(-18 12 8)"/>'
    if one.extra == "earrings":
        return dots("#e0b84c", 1.5, (-22, 7.5), (22, 7.5))
    return ""
