"""Cut the fonts that the pages ship, so that their look depends on no machine.

Usage: python -m tools.fonts [FOLDER]. FOLDER holds BIZ UDGothic and BIZ UDPGothic (Debian: fonts-morisawa-bizud-gothic); Inter comes
from the package @fontsource/inter (npm). Both are under the SIL Open Font License without reserved names; the cut ones have names of
their own, so that no page takes a machine's font for ours.

Writes ``static/fonts/*.woff2`` and ``static/fonts.css``: for each weight one slice of Latin letters, one of kana and signs, then the kanji
by how often our own pages, names of places and of people have them, and the rest of JIS X 0208 and of cp932 by their codes. A browser
fetches the slices of which the page has a letter. A file's name has the hash of its content: it is kept for ever.

The rare ones stand first in the sheet, each for a whole stretch of codes, and the frequent ones after them letter by letter: of two
rules for a letter the later counts (CSS Fonts 4, 5.1). Letter by letter for all the sheet would be three times as large.

The fonts' hinting programs are left out: made for whole pixels, they let thin level strokes (hyphen, dash, underscore) fall between
two rows of an ordinary screen, and a date lost its dash.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from tools.letters import latin, slices

STATIC: Final = Path(__file__).parent.parent / "src/kazasu/foundation/web/static"
DEBIAN: Final = Path("/usr/share/fonts/truetype/bizud-gothic")
INTER: Final = "@fontsource/inter@5.3.0"
WEIGHTS: Final = {400: "Regular", 700: "Bold"}
FEATURES: Final = ["kern", "ccmp", "locl", "mark", "mkmk", "liga", "calt", "tnum"]
_HEAD: Final = "/* Made by tools/fonts.py from BIZ UDGothic, BIZ UDPGothic and Inter; their licence: fonts/OFL.txt */"
LARGEST: Final = 100_000
"""Bytes of a slice."""
GAP: Final = 64
"""A slice of rare kanji claims the codes between two of them if they are no further apart: nobody has those."""


def main(folder: str = str(DEBIAN)) -> None:
    STATIC.joinpath("fonts").mkdir(exist_ok=True)
    for old in STATIC.glob("fonts/*.woff2"):
        old.unlink()
    rules = [_HEAD]
    with tempfile.TemporaryDirectory() as place:
        for weight, style in WEIGHTS.items():
            gothic, mono = (Path(folder, f"BIZUD{kind}Gothic-{style}.ttf") for kind in ("P", ""))
            common, rare = slices(letters_of(gothic))
            named = {f"rare-{at:02}": one for at, one in enumerate(rare)}
            named |= {f"{at:02}": one for at, one in enumerate(common)}
            for name, letters in named.items():
                gap = GAP if name.startswith("rare") else 1
                rules.append(_rule("Kazasu Gothic", weight, name, _cut(gothic, letters), gap))
            rules.append(_rule("Kazasu Mono", weight, "latin", _cut(mono, latin(letters_of(mono)))))
            taken = ""
            for part in ("latin", "latin-ext"):
                inter = _inter(Path(place), f"inter-{part}-{weight}-normal.woff2")
                letters = "".join(one for one in letters_of(inter) if one not in taken)
                rules.append(_rule("Kazasu Sans", weight, part, _cut(inter, letters)))
                taken += letters
    STATIC.joinpath("fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def letters_of(font: Path) -> str:
    return "".join(map(chr, sorted(TTFont(font).getBestCmap())))


def _cut(font: Path, letters: str) -> tuple[TTFont, str]:
    cut = TTFont(font, recalcTimestamp=False)
    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], drop_tables=["meta", "DSIG", "vhea", "vmtx"])  # fmt: skip
    cutter = Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(cut)
    cut.flavor = "woff2"
    # Two signs may share one drawing (≥ and ≧): both are then in the slice.
    return cut, "".join(map(chr, sorted(cut.getBestCmap())))


def _rule(family: str, weight: int, part: str, made: tuple[TTFont, str], gap: int = 1) -> str:
    """Write the slice under its hash; returns its rule. ``gap``: as in :func:`_ranges`."""
    cut, letters = made
    style = WEIGHTS[weight]
    name = f"{family.rsplit(maxsplit=1)[-1].lower()}-{weight}-{part}"
    for number, text in {
        1: family,
        2: style,
        3: f"{family} {name}",
        4: f"{family} {style}",
        6: f"{family.replace(' ', '')}-{style}",
    }.items():
        cut["name"].setName(text, number, 3, 1, 0x409)
    written = io.BytesIO()
    cut.save(written)
    content = written.getvalue()
    if len(content) > LARGEST:
        raise SystemExit(f"{name}: {len(content)} bytes, more than {LARGEST}")
    file = f"{name}.{hashlib.sha256(content).hexdigest()[:8]}.woff2"
    STATIC.joinpath("fonts", file).write_bytes(content)
    ranges = ",".join(_ranges(sorted(map(ord, letters)), gap))
    return f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;src:url("fonts/{file}") format("woff2");unicode-range:{ranges}}}'  # fmt: skip


def _ranges(points: Sequence[int], gap: int) -> Iterator[str]:
    """The codes as CSS writes them; from one to the next if they are at most ``gap`` apart."""
    start = last = points[0]
    for point in [*points[1:], sys.maxsize]:
        if point - last > gap:
            yield f"U+{start:X}" if start == last else f"U+{start:X}-{last:X}"
            start = point
        last = point


def _inter(place: Path, name: str) -> Path:
    if not (packed := list(place.glob("*.tgz"))):
        subprocess.run(["npm", "pack", "--silent", INTER], cwd=place, check=True)
        packed = list(place.glob("*.tgz"))
    with tarfile.open(packed[0]) as tar:
        member = tar.extractfile(f"package/files/{name}")
        assert member is not None  # noqa: S101 - the package's documented file
        place.joinpath(name).write_bytes(member.read())
    return place / name


if __name__ == "__main__":
    main(*sys.argv[1:])
