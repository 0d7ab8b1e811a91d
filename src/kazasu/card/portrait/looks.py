"""What one person looks like: every feature chosen by a hash of its own from what suits the age.

A feature is drawn from the seed and its own name, so one that is added later changes no other, and a child keeps skin,
shape of face and background when it grows up.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from kazasu.card.portrait import wardrobe

MALE: Final = frozenset({"1", "男"})
FEMALE: Final = frozenset({"2", "女"})
SMALL: Final = frozenset({"baby", "child"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Build:
    """How head and body stand on the card at an age, in units of the drawing."""

    band: str
    """``baby``, ``child``, ``youth``, ``adult``, ``senior``, ``old``."""
    head: float
    """Height of the face's middle."""
    scale: float
    """Of the head."""
    shoulders: float
    """Half their width."""
    top: float
    """Height at which the shoulders meet the neck."""
    neck: float
    """Half its width."""
    eyes: float
    """How far below the face's middle; the younger the lower."""
    eye: float
    """Radius."""


@dataclass(frozen=True, slots=True)
class Look:
    """Every choice that a drawing is made from."""

    build: Build
    background: str
    skin: str
    shade: str
    jaw: str
    brows: str
    eyes: str
    nose: str
    mouth: str
    hair: str
    back: str
    """Hair behind the head; often none."""
    front: str
    glasses: str
    beard: str
    extra: str
    """A clip, earrings, freckles; often nothing."""
    garment: str
    cloth: str
    second: str
    """Colour of what is worn under it, or of its trimmings."""

    @property
    def band(self) -> str:
        return self.build.band


def build_of(age: int, *, slight: bool) -> Build:
    """How somebody of this age is built; ``slight``: with narrower shoulders and neck."""
    narrow, thin = (3, 2) if slight else (0, 0)
    if age < 2:
        return Build("baby", 65, 1.3, 26, 102, 6, 6, 2.2)
    if age < 13:
        grown = age - 2
        return Build("child", 62 - grown * 0.4, round(1.2 - grown * 0.014, 2), 27 + grown, 97 - grown * 0.5, 6.5, 3.5, 2.3)  # fmt: skip
    if age < 18:
        return Build("youth", 54, 1.03, 39 - narrow, 88, 8.5 - thin, 1.5, 2.2)
    if age < 60:
        return Build("adult", 51, 1, 44 - narrow, 86, 9.5 - thin, 0.5, 2)
    if age < 80:
        return Build("senior", 53, 0.98, 42 - narrow, 87, 9 - thin, 0.5, 1.9)
    return Build("old", 60, 0.95, 36 - narrow, 92, 8.5 - thin, 0.5, 1.8)


def look(seed: str, age: int, sex: str) -> Look:
    """The person's features; see :func:`kazasu.card.portrait.portrait` for the arguments."""

    def pick(feature: str, options: Sequence[T]) -> T:
        """Each feature by a hash of its own."""
        digest = hashlib.sha256(f"{feature}\n{seed}".encode()).digest()
        return options[int.from_bytes(digest[:8], "big") % len(options)]

    man, woman = sex not in FEMALE, sex not in MALE
    build = build_of(age, slight=not man)
    band = build.band
    small, old = band in SMALL, band == "old"
    skin, shade = pick("complexion", wardrobe.SKINS)
    hair = (*(wardrobe.MEN[band] if man else ()), *(wardrobe.WOMEN[band] if woman else ()))
    back, _, front = pick("style of hair", hair).partition(" ")
    garments = wardrobe.GARMENTS[band]
    if band == "youth" and man is not woman:
        garments = wardrobe.YOUNG_MEN if man else wardrobe.YOUNG_WOMEN
    garment = pick("garment", garments)
    if garment == "jacket" and not woman:
        garment = "suit"
    return Look(
        build=build,
        background=pick("background", wardrobe.BACKGROUNDS),
        skin=skin,
        shade=shade,
        jaw="round" if small else pick("jaw", ("oval", "round", "square", "long") if man else ("oval", "round", "long")),
        brows=pick("brows", ("flat", "thick", "soft", "arched") if man and not small else ("soft", "flat", "arched")),
        eyes=pick("eyes", ("dots", "smiling") if old else ("dots", "dots", "tall")),
        nose="button" if small else pick("nose", ("hook", "button", "line")),
        mouth=pick("mouth", ("smile", "open", "small") if small else ("smile", "small", "wide", "calm")),
        hair=pick("hair", wardrobe.HAIRS[band]),
        back=back,
        front=front,
        glasses=pick("glasses", wardrobe.GLASSES[band]),
        beard=pick("beard", wardrobe.BEARDS) if not woman and band in {"adult", "senior", "old"} else "",
        extra=pick("extra", wardrobe.ADORNED[band] if not man else wardrobe.EXTRAS[band]),
        garment=garment,
        cloth=pick("cloth", wardrobe.CLOTHS[band]),
        second=pick("second", wardrobe.SECONDS),
    )  # fmt: skip
