"""What tutorial, how-to pages and README tell people to type is there, and is the same in both languages."""

import re
import shlex
from pathlib import Path

import pytest

from kazasu.cli.commands import COMMANDS, _parser

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs" / "tutorial").glob("*.md"), *(ROOT / "docs" / "how-to").glob("*.md")])  # fmt: skip
MORE = sorted({*(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md"), ROOT / "CONTRIBUTING.md"} - {*PAGES})  # fmt: skip
FRONT = [ROOT / "README.md", ROOT / "README.ja.md"]
WHOLE = _parser(COMMANDS)
BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(\./kazasu [^`\n]+)`")


def typed(page):
    """Every command line of ours, without its comment; a line that goes on is one."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = [line.strip() for block in BLOCK.findall(text) for line in block.splitlines()]
    for line in (*blocks, *INLINE.findall(BLOCK.sub("", text))):
        if line.startswith("./kazasu "):
            yield line.removeprefix("./kazasu ").partition("  #")[0].strip()


@pytest.mark.parametrize("page", [*PAGES, *FRONT], ids=lambda page: page.name)
def test_every_command_on_it_reads(page):
    lines = list(typed(page))
    assert lines
    for line in lines:
        words = shlex.split(line)
        if words[-1] == "--help":
            WHOLE.meant(words)
        else:
            assert WHOLE.parsed(words).command == words[0], line


@pytest.mark.parametrize("page", MORE, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_any_page_names_reads(page):
    """A reference is copied from, too: what it leaves out is told to whoever types it as a fault of theirs."""
    for line in typed(page):
        words = shlex.split(line.partition(" > ")[0])  # the rest is the shell's
        meant = WHOLE.meant([one for one in words if not one.startswith("-")])
        if words[-1] != "--help" and meant.verbs is None:
            assert WHOLE.parsed(words).command == words[0], line


@pytest.mark.parametrize("page", [one for one in PAGES if ".ja" not in one.name], ids=lambda page: page.stem)  # fmt: skip
def test_each_page_is_there_in_both_languages_with_the_same_commands(page):
    japanese = page.with_name(f"{page.stem}.ja.md")
    assert japanese.exists()
    assert sorted(typed(page)) == sorted(typed(japanese))
    assert f"({japanese.name})" in page.read_text(encoding="utf-8")
    assert f"({page.name})" in japanese.read_text(encoding="utf-8")
    assert len(list((ROOT / "docs" / page.parent.name).glob("*.ja.md"))) * 2 == len(
        [one for one in PAGES if one.parent == page.parent]
    )
