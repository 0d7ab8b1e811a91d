"""What suits which age: colours, hair, clothes. How often a thing stands in a row is how often it is met."""

from collections.abc import Mapping
from typing import Final

SKINS: Final = (
    *[("#fbe3d3", "#ecbfa6")] * 7, *[("#f8d8bf", "#e3b08e")] * 10, *[("#f2cba6", "#d9a379")] * 7, *[("#e6b88f", "#c68f63")] * 4,
    ("#d29f74", "#ad774b"), ("#a9714a", "#855232"),
)  # fmt: skip
"""Skin and its shade: most residents of Japan, and those who came from elsewhere."""
BACKGROUNDS: Final = (
    "#dce9f8", "#dff0e4", "#fbe9d8", "#ece2f4", "#fbefc8", "#d9eff0", "#f8dfe3", "#e4e6ec",
)  # fmt: skip
SECONDS: Final = ("#ffffff", "#f3eee4", "#dfe8f2", "#f6e3dc")
_DARK: Final = ("#221f20", "#221f20", "#2d2625", "#2d2625", "#3d2d27", "#54392c", "#6e4a33")
_CALM: Final = (
    "#2f4a7a", "#2d7f86", "#4a7f5c", "#c9983a", "#bf6648", "#7d5580", "#667080", "#8a6a52", "#5d93c4", "#c97c88", "#3f6f9f", "#9aa24e",
)  # fmt: skip
_BRIGHT: Final = (
    "#f0b541",
    "#5fb0d6",
    "#ef8a6b",
    "#7dbb78",
    "#f29bb0",
    "#9d8fd6",
    "#e9695b",
    "#4f9fa0",
)
_QUIET: Final = (
    "#7d6a8c", "#7a8f6a", "#8b7355", "#5f7688", "#a06a6a", "#6a6f7c", "#b08d57", "#4f6b6b",
)  # fmt: skip
HAIRS: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": _DARK, "child": _DARK, "youth": _DARK, "adult": _DARK,
    "senior": ("#4a4648", "#6d696a", "#8c8887", "#a8a4a2"),
    "old": ("#bdbab8", "#cfccc9", "#dedbd7"),
}  # fmt: skip
CLOTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": _BRIGHT, "child": _BRIGHT, "youth": ("#26324f", "#2b2f3a", "#3b4a63", "#4a3f4f", "#2f4a44"),
    "adult": _CALM, "senior": _QUIET, "old": _QUIET,
}  # fmt: skip
MEN: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": (" wisp", " curl", " fuzz"),
    "child": (" bangs", " tousled", " crop", " sweep", " bowl"),
    "youth": (" tousled", " side", " crop", " bangs", " sweep", " curtain"),
    "adult": (" side", " sweep", " crop", " tousled", " buzz", " quiff", " curtain", " curly", " bangs", " receding", " side"),
    "senior": (" side", " receding", " bald", " sweep", " buzz", " quiff"),
    "old": (" bald", " receding", " side", " buzz"),
}  # fmt: skip
WOMEN: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": MEN["baby"],
    "child": ("tails bangs", "bob bangs", "tail bangs", "long bangs", "bob side", "buns curtain", "long curtain"),
    "youth": ("bob bangs", "long bangs", "long side", "tail sweep", "braids curtain", "bob curtain", "tail bangs"),
    "adult": ("bob bangs", "bob side", "bob curtain", "long bangs", "long curtain", "long side", "wavy curtain", "wavy side", "bun sweep",
              "topknot curtain", "tail side", "tail bangs", " pixie", "curls curly"),
    "senior": ("perm perm", "bob side", "bun sweep", " pixie", "bob bangs", "bob curtain"),
    "old": ("perm perm", "bun curtain", "bob curtain", " pixie", "bun sweep"),
}  # fmt: skip
"""Hair behind the head, and on it."""
CHILDRENS: Final = ("tee", "stripes", "overalls", "hoodie", "collar", "dots")
GARMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": ("bib", "romper", "stripes", "dots"),
    "child": CHILDRENS,
    "youth": ("blazer", "blazer", "hoodie", "cardigan"),
    "adult": ("tee", "shirt", "jacket", "turtleneck", "hoodie", "cardigan", "vneck", "stripes", "collar"),
    "senior": ("shirt", "cardigan", "vest", "turtleneck", "collar", "vneck"),
    "old": ("cardigan", "shirt", "vest", "kimono", "cardigan"),
}  # fmt: skip
YOUNG_MEN: Final = (*GARMENTS["youth"], "standing", "standing")
YOUNG_WOMEN: Final = (*GARMENTS["youth"], "sailor", "sailor")
"""School uniforms: 学ラン and セーラー服."""
GLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": ("",), "child": ("", "", "", "", "", "round"), "youth": ("", "", "", "square", "round"),
    "adult": ("", "", "", "", "square", "round", "half"), "senior": ("", "", "square", "half", "round"),
    "old": ("", "", "round", "half"),
}  # fmt: skip
BEARDS: Final = ("", "", "", "", "", "stubble", "moustache", "full", "goatee")
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": ("",), "child": ("", "", "freckles", "plaster"), "youth": ("", "", "mole", "freckles"),
    "adult": ("", "", "", "mole", "freckles"), "senior": ("", "mole", "spots"), "old": ("", "spots", "mole"),
}  # fmt: skip
ADORNED: Final[Mapping[str, tuple[str, ...]]] = {
    "baby": ("", "ribbon"), "child": ("", "clip", "ribbon", "freckles"), "youth": ("", "clip", "mole"),
    "adult": ("", "earrings", "earrings", "mole", "freckles", "clip"), "senior": ("", "earrings", "mole"), "old": ("", "spots", "earrings"),
}  # fmt: skip
