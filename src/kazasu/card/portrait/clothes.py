"""Shoulders and what they wear: whole garments, and what shows at the neck."""

from collections.abc import Callable, Mapping
from typing import Final

from kazasu.card.portrait.looks import Look
from kazasu.card.portrait.shapes import area, dot, dots, line, mirrored

_DEEP: Final = "#00000038"
"""A shade of whatever is under it."""
_COLLAR: Final = "M-9.5-4-15 4-8 14 0 6-4 1z"
_OPENING: Final = "M-9.5-1 0 24 9.5-1Q0 9-9.5-1z"
_LAPEL: Final = "M-10-3-18 7-12 11-15 15 0 38V24z"


def clothes(one: Look) -> str:
    """The body down to the card's edge."""
    b = one.build
    left, right = 48 - b.neck, 48 + b.neck
    slope = b.top + (11 if one.band in {"senior", "old"} else 6)
    body = (
        f"M{left:g} {b.top:g}C{left - 6:g} {b.top + 7:g} {48 - b.shoulders:g} {slope:g} {48 - b.shoulders:g} {slope + 19:g}V121"
        f"H{48 + b.shoulders:g}V{slope + 19:g}C{48 + b.shoulders:g} {slope:g} {right + 6:g} {b.top + 7:g} {right:g} {b.top:g}Q48 {b.top + 9:g} {left:g} {b.top:g}z"
    )
    # What is worn at the neck is drawn for a neck of 19 and fitted to this one.
    fit = f'<g transform="translate(48 {b.top:g}) scale({b.neck / 9.5:.2f})">'
    return area(one.cloth, body) + f"{fit}{_WORN[one.garment](one)}</g>"


def _buttons(colour: str, *heights: float) -> str:
    return dots(colour, 1.4, *((0, y) for y in heights))


def _round_neck(_: Look) -> str:
    return line(_DEEP, 2.4, "M-10.5.5Q0 11.5 10.5.5")


def _stripes(one: Look) -> str:
    return _round_neck(one) + line(
        one.second, 2.6, "M-20 14Q0 19 20 14M-27 22Q0 27 27 22M-30 30Q0 35 30 30"
    )


def _dots(one: Look) -> str:
    places = ((-14, 14), (-4, 18), (7, 17), (17, 15), (-21, 23), (-10, 26), (1, 27), (12, 25), (23, 24), (-16, 34), (6, 35))  # fmt: skip
    return _round_neck(one) + dots(one.second, 1.9, *places)


def _shirt(_: Look) -> str:
    return mirrored(area("#ffffff8c", _COLLAR)) + line(_DEEP, 1.2, "M0 6V60") + _buttons("#ffffffb3", 13, 23, 33)  # fmt: skip


def _polo(one: Look) -> str:
    return mirrored(area(one.second, _COLLAR)) + _buttons("#ffffffb3", 11, 18)


def _hoodie(one: Look) -> str:
    hood = "M-18 6C-17-5-11-9-9.5-6Q0 8 9.5-6C11-9 17-5 18 6Q0 21-18 6z"
    return area(one.cloth, hood) + area(_DEEP, hood) + line(one.second, 1.8, "M-4.5 13v11M4.5 13v9")


def _turtleneck(one: Look) -> str:
    roll = "M-10-9Q0-4 10-9L11.5 4Q0 11-11.5 4z"
    return (
        area(one.cloth, roll) + area("#00000018", roll) + line(_DEEP, 1.4, "M-11.5 4Q0 11 11.5 4")
    )


def _vneck(one: Look) -> str:
    return area(one.skin, "M-9.5-1 0 15 9.5-1z") + line(_DEEP, 2.4, "M-10.5 0 0 16 10.5 0")


def _cardigan(one: Look) -> str:
    return area(one.second, _OPENING) + line(_DEEP, 2, "M-10.5-1 0 24 10.5-1M0 24V60") + _buttons("#ffffffb3", 29, 38)  # fmt: skip


def _vest(one: Look) -> str:
    return area(one.second, _OPENING) + mirrored(area(one.second, _COLLAR)) + line(_DEEP, 1, "M-4 1-8 14M4 1 8 14M0 6V22") + line(_DEEP, 2, "M-13 5 0 26 13 5")  # fmt: skip


def _suit(one: Look) -> str:
    return _jacket(one) + area("#9c3d3d" if one.cloth != "#bf6648" else "#2f4a7a", "M-2.5 6H2.5L1.5 10 4 24 0 29-4 24-1.5 10z")  # fmt: skip


def _jacket(one: Look) -> str:
    return area(one.second, "M-9.5-2-14 6 0 34 14 6 9.5-2Q0 9-9.5-2z") + mirrored(area("#ffffff", _COLLAR) + area(one.cloth, _LAPEL) + area(_DEEP, _LAPEL))  # fmt: skip


def _kimono(one: Look) -> str:
    """Closed as the living wear it: the wearer's left over the right."""
    skin = area(one.skin, "M-9.5-2 2 18 9.5-2z")
    white = line("#ffffff", 5, "M-11-2 4 22M11-2-6 32")
    return skin + white + line(one.cloth, 5, "M-15 1 2 28M15 1-4 38") + line(_DEEP, 5, "M-15 1 2 28M15 1-4 38")  # fmt: skip


def _standing(one: Look) -> str:
    collar = "M-11-8Q0-2 11-8L12.5 4Q0 11-12.5 4z"
    return area(one.cloth, collar) + line("#ffffff", 1.6, "M-10-7Q0-1 10-7") + line(_DEEP, 1.4, "M-12.5 4Q0 11 12.5 4M0 8V60") + _buttons("#e3bd55", 15, 25, 35)  # fmt: skip


def _sailor(one: Look) -> str:
    collar = "M-10-2C-17 4-21 12-19 19L0 23 19 19C21 12 17 4 10-2L0 14z"
    return area(one.skin, "M-9.5-2 0 15 9.5-2z") + area(one.cloth, collar) + area(_DEEP, collar) + line("#ffffff", 1.3, "M-13.5 3C-17 9-17 13-16 17L0 20.5 16 17C17 13 17 9 13.5 3") + area("#c8453f", "M-5 15 0 13 5 15 8 31 0 24-8 31z")  # fmt: skip


def _bib(one: Look) -> str:
    return area("#ffffff", "M-13 1Q-18 26 0 27T13 1Q0 12-13 1z") + dot(one.cloth, 0, 18, 3.4)


def _romper(_: Look) -> str:
    return mirrored(area("#ffffff", "M0 6C-4-2-12-4-13 2S-6 15 0 6z")) + _buttons("#ffffff", 15, 22)


def _overalls(one: Look) -> str:
    denim = "#3f618f" if one.cloth != "#5fb0d6" else "#7a5a48"
    return _round_neck(one) + line(denim, 5.5, "M-14 6V28M14 6V28") + area(denim, "M-18 24H18V70H-18z") + dots("#e3bd55", 1.8, (-14, 27), (14, 27))  # fmt: skip


_WORN: Final[Mapping[str, Callable[[Look], str]]] = {
    "tee": _round_neck, "stripes": _stripes, "dots": _dots, "shirt": _shirt, "collar": _polo, "hoodie": _hoodie,
    "turtleneck": _turtleneck, "vneck": _vneck, "cardigan": _cardigan, "vest": _vest, "suit": _suit, "jacket": _jacket,
    "blazer": _suit, "kimono": _kimono, "standing": _standing, "sailor": _sailor, "bib": _bib, "romper": _romper,
    "overalls": _overalls,
}  # fmt: skip
