"""Hair: what is behind the head, and what is on it. Drawn around the face's middle, crown at -31."""

from collections.abc import Mapping
from typing import Final

from kazasu.card.portrait.looks import Look
from kazasu.card.portrait.shapes import area, dot, dots, line, mirrored

_CROWN: Final = "M-23 4C-27-21-16-32 0-32S27-21 23 4"
"""Over the head from the left ear to the right; what follows is the hairline back."""
_FRONTS: Final[Mapping[str, str]] = {
    "bangs": "L20.5 4 20-5.5C10-9-10-9-20-5.5L-20.5 4z",
    "bowl": "L21 5 20.5-4C10-6-10-6-20.5-4L-21 5z",
    "side": "L20.5 3C20-6 18-12 11-17 2-10-10-8-19-8L-20.5 3z",
    "sweep": "L20.5 2 19-10C8-9-4-13-12-20-14-12-17-8-20-5L-20.5 2z",
    "curtain": "L20.5 5C20-6 11-13 0-22-11-13-20-6-20.5 5z",
    "crop": "L20.5-1 18-12C8-16-8-16-18-12L-20.5-1z",
    "tousled": "L20.5 2 19-6 14-11 11-6 5-12 1-6-5-12-9-6-14-11-19-5-20.5 2z",
    "pixie": "L22 9 20-4C17-7 13-11 10-17 4-8-8-6-20-6L-22 8z",
}
_CURLS: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "curly": ((-20, -9), (-17, -19), (-9, -26), (1, -29), (11, -25), (18, -17), (21, -8), (-9, -19), (1, -20), (10, -18)),
    "perm": ((-22, -1), (-22, -11), (-16, -21), (-6, -27), (5, -27), (15, -22), (21, -12), (22, -1), (-8, -19), (2, -20), (11, -18)),
}  # fmt: skip


def back_hair(one: Look) -> str:  # noqa: PLR0911 - one drawing a style
    """Hair that hangs or is tied behind head and shoulders."""
    colour, long = one.hair, 44 if one.band != "child" else 36
    if one.back == "long":
        return area(
            colour, f"M-24-8C-24-26-14-31 0-31S24-26 24-8L27 {long}Q0 {long + 5} -27 {long}z"
        )
    if one.back == "wavy":
        return area(colour, "M-24-8C-24-26-14-31 0-31S24-26 24-8C31 0 23 9 29 17 34 25 26 32 29 42H-29C-26 32-34 25-29 17-23 9-31 0-24-8z")  # fmt: skip
    if one.back == "bob":
        return area(colour, "M-24-8C-24-26-14-31 0-31S24-26 24-8C26 4 29 14 26 21Q18 25 10 20H-10Q-18 25-26 21C-29 14-26 4-24-8z")  # fmt: skip
    if one.back == "tail":
        return area(colour, "M10-24C30-36 42-14 33 18 32 22 27 22 27 17 30-2 24-12 12-14z")
    if one.back == "tails":
        tail = "C30-22 40-14 37 6Q35 16 29 8C27 0 26-6 20-10z"
        return mirrored(area(colour, f"M21-14{tail}"))
    if one.back == "braids":
        beads = dots(colour, 5.5, *((x, y) for x in (-25, 25) for y in (12, 20, 28, 36)))
        return beads + dots("#c8453f", 3, (-25, 42), (25, 42))
    if one.back in {"perm", "curls"}:
        return dots(colour, 8, *((x, y) for x in (-23, 23) for y in (0, 10, 19)))
    knots = {
        "bun": ((17, -25, 9),),
        "topknot": ((0, -37, 9.5),),
        "buns": ((-18, -28, 8), (18, -28, 8)),
    }
    return "".join(dot(colour, *at) for at in knots.get(one.back, ()))


def front_hair(one: Look) -> str:
    """Hair over forehead and temples, and what is worn in it."""
    return _front(one) + _worn(one)


def _front(one: Look) -> str:  # noqa: PLR0911 - one drawing a style
    colour, style = one.hair, one.front
    if style in _FRONTS:
        return area(colour, _CROWN + _FRONTS[style])
    if style in _CURLS:
        return dots(colour, 7, *_CURLS[style])
    if style == "quiff":
        return area(colour, "M-22.5 2C-24-12-22-22-14-27-4-39 20-36 21-25 24-18 23-8 22.5 2L20.5 0 18-13C6-12-8-17-13-21-17-16-19-8-20.5 2z")  # fmt: skip
    if style == "buzz":
        return f'<g opacity=".82">{area(colour, "M-21 0C-22-18-14-26.5 0-26.5S22-18 21 0L19-9C16-17 9-19 0-19S-16-17-19-9z")}</g>'
    if style == "receding":
        return area(colour, "M-22.5 5C-26-14-20-27-8-29.5-4-31 6-31 10-29 21-25 26-14 22.5 5L20 1C20-8 18-15 13-21 8-20 5-24 0-24S-8-20-13-21C-18-15-20-8-20 1z")  # fmt: skip
    if style == "bald":
        sides = area(
            colour, "M-22 7C-26-4-22-13-17-15-20-8-20-2-20 3zM22 7C26-4 22-13 17-15 20-8 20-2 20 3z"
        )
        return sides + f'<g opacity=".5">{line("#ffffff", 2, "M-9-20Q-5-23 0-23")}</g>'
    if style == "fuzz":
        return f'<g opacity=".55">{area(colour, "M-21-4C-21-18-12-26 0-26S21-18 21-4C16-16 9-19 0-19S-16-16-21-4z")}</g>'
    tuft = (
        "M-2-25Q-6-32 0-33 6-33 4-28.5"
        if style == "curl"
        else "M-5-25Q-4-30-7-32M0-25.5V-33M5-25Q4-30 8-32"
    )
    return line(colour, 2, tuft)


def _worn(one: Look) -> str:
    bright = one.second if one.second != "#ffffff" else "#f6e3dc"
    if one.extra == "clip":
        return line("#e9695b" if one.cloth != "#e9695b" else "#f0b541", 3, "M12-17l6 4")
    if one.extra == "ribbon":
        colour = "#e9695b" if one.cloth != "#e9695b" else "#f0b541"
        return area(colour, "M12-25l-8-5v10zM12-25l8-5v10z") + dot(bright, 12, -25, 2)
    return ""
