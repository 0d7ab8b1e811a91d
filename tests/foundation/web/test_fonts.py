"""The shipped fonts: in slices that a phone can afford, complete, what the sheet says, under names of their own."""

import hashlib
import re
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import kazasu

SOURCE = Path(kazasu.__file__).parent
STATIC = SOURCE / "foundation" / "web" / "static"
FACE = re.compile(
    r'@font-face\{font-family:"(?P<family>[\w ]+)";font-weight:(?P<weight>400|700);font-display:swap;'
    r'src:url\("fonts/(?P<file>[\w.-]+)"\) format\("woff2"\);unicode-range:(?P<range>[U+0-9A-F,-]+)\}'
)
SHEET = STATIC.joinpath("fonts.css").read_text(encoding="utf-8")
FACES = [found.groupdict() for found in FACE.finditer(SHEET)]
FILES = {path.name: path for path in STATIC.glob("fonts/*.woff2")}
SYSTEMS = set("\U000e0102𠮷✗‑‒⁵≤ゖ")
"""On our pages, and in no font that we ship: the machine's stand in. Names beyond cp932 and variants of a character (IVS) do the same."""


def points(ranges):
    for one in ranges.split(","):
        first, _, last = one.removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


@cache
def inside(name):
    """The letters that a slice has."""
    with TTFont(FILES[name], lazy=True) as font:
        return frozenset(font.getBestCmap())


def faces_of(family, weight):
    return [one for one in FACES if (one["family"], one["weight"]) == (family, weight)]


def served(family, weight):
    """Which letters a browser finds: of two rules for a letter the later counts (CSS Fonts 4, 5.1)."""
    rule = {at: one["file"] for one in faces_of(family, weight) for at in points(one["range"])}
    return {at for at, name in rule.items() if at in inside(name)}


def jis_x_0208():
    codes = (bytes((row, cell)) for row in range(0xA1, 0xFF) for cell in range(0xA1, 0xFF))
    return {ord(text) for code in codes if (text := code.decode("euc_jp", "ignore"))}


def on_our_pages(*folders):
    """Letters of the whole source, or of these folders."""
    return {
        letter
        for folder in folders or ("",)
        for path in (SOURCE / folder).rglob("*")
        if path.suffix in {".html", ".py", ".js", ".txt"} and path.name != "OFL.txt"
        for letter in path.read_text(encoding="utf-8")
        if letter.isprintable()
    } - SYSTEMS


def test_the_sheet_and_the_folder_name_the_same_files():
    assert len(FACES) == SHEET.count("@font-face")
    assert [one["file"] for one in FACES] == sorted({one["file"] for one in FACES}, key=[one["file"] for one in FACES].index)  # fmt: skip
    assert {one["file"] for one in FACES} == FILES.keys()


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_slice(name):
    """Small, named by its content, with the letters that the sheet promises and with its authors' notice."""
    content = FILES[name].read_bytes()
    (face,) = (one for one in FACES if one["file"] == name)
    assert len(content) <= 100_000
    assert hashlib.sha256(content).hexdigest()[:8] == name.split(".")[1]
    claimed = set(points(face["range"]))
    assert claimed >= inside(name) if "-rare-" in name else claimed == inside(name)
    with TTFont(FILES[name], lazy=True) as font:
        assert font["name"].getDebugName(1) == face["family"]
        assert "Project Authors" in font["name"].getDebugName(0)
        assert font["OS/2"].usWeightClass == int(face["weight"])


@pytest.mark.parametrize("weight", ["400", "700"])
def test_japanese_pages_have_every_letter(weight):
    found = served("Kazasu Gothic", weight)
    assert jis_x_0208() - found == set()
    assert {letter for letter in on_our_pages() if ord(letter) not in found} == set()
    assert set(map(ord, "髙﨑邉濵德彅")) <= found, "frequent in names"


@pytest.mark.parametrize("weight", ["400", "700"])
@pytest.mark.parametrize("family", ["Kazasu Sans", "Kazasu Mono"])
def test_latin_faces(family, weight):
    letters = "".join(map(chr, range(0x20, 0x7F))) + "éöāōūŌ"
    assert set(map(ord, letters)) <= served(family, weight)


@pytest.mark.parametrize("weight", ["400", "700"])
@pytest.mark.parametrize("family", ["Kazasu Gothic", "Kazasu Sans", "Kazasu Mono"])
def test_every_letter_is_in_one_slice_and_found_there(family, weight):
    inside_of_each = [inside(one["file"]) for one in faces_of(family, weight)]
    everything = frozenset().union(*inside_of_each)
    assert sum(map(len, inside_of_each)) == len(everything), "a letter in two slices"
    assert served(family, weight) == everything, "a slice's letter is claimed by another rule"


@pytest.mark.parametrize("weight", ["400", "700"])
def test_rare_slices_claim_nobodys_script(weight):
    """A page in Korean, or with a letter of one's own making, fetches none of them in vain."""
    claimed = {
        at
        for one in faces_of("Kazasu Gothic", weight)
        if "-rare-" in one["file"]
        for at in points(one["range"])
    }
    assert not any(0xA000 <= at <= 0xF8FF for at in claimed)


def test_an_ordinary_page_takes_few_slices():
    """Of the portal's and the terminal's sentences four in five letters are in the first kanji slices."""
    frequent = {
        point
        for one in FACES
        if re.match(r"gothic-400-0[0-6]\.", one["file"])
        for point in points(one["range"])
    }
    kanji = {
        letter
        for letter in on_our_pages("portal", "card/terminal")
        if "\u4e00" <= letter <= "\u9fff"
    }
    assert sum(ord(letter) in frequent for letter in kanji) / len(kanji) > 0.95


def test_what_is_committed_is_small():
    assert sum(path.stat().st_size for path in FILES.values()) <= 4_000_000


def test_the_stacks_begin_with_them():
    tokens = STATIC.joinpath("tokens.css").read_text(encoding="utf-8")
    assert re.findall(r'--font-family-sans: "([\w ]+)"', tokens) == ["Kazasu Gothic", "Kazasu Sans"]
    assert re.findall(r'--font-family-mono: "([\w ]+)"', tokens) == ["Kazasu Mono"]


def test_the_licence_goes_with_them():
    licence = STATIC.joinpath("fonts", "OFL.txt").read_text(encoding="utf-8")
    assert licence.count("Project Authors") == 2
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
