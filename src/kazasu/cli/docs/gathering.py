"""The site's source: the documents as they are, what else they lead to, and the pages that are generated.

On the disk of a clone a link leads to a file; on the site it must lead to a page. What is a page there keeps its
link; what is none (code, a folder) is named instead.
"""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

from kazasu.cli.docs.reference import GENERATED

ALSO: Final = ("CHANGELOG.md", "CONTRIBUTING.md", "bench/RESULTS.md", "examples/*/README.md")
"""Documents outside ``docs/``; on the site they are below ``project/``."""
FOLDERS: Final = ("institutions", "cases")
"""Lists of pages that have no page of their own."""
_PARTS: Final = {
    "学ぶ / Tutorial": ("tutorial/*",),
    "する / How-to": ("how-to/*", "production", "relying-parties", "adding-a-room"),
    "調べる / Reference": ("reference/*", "faults", "settings", "glossary", "kit", "pages"),
    "わかる / Explanation": (
        "architecture", "threat-model", "steps-and-states", "comparison", "institutions/index", "decisions/README", "cases/index",
    ),
    "この家 / The project": ("index.ja", "project/**",),
}  # fmt: skip
"""The four kinds of documents (Diátaxis), and what is about the house itself."""
_CONTENTS: Final = "".join(
    f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n" + "\n".join(pages) + "\n```\n"
    for caption, pages in _PARTS.items()
)
_LINK: Final = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_FENCE: Final = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.MULTILINE | re.DOTALL)
_OUTSIDE: Final = re.compile(r"https?://[^\s)>`\"'|]+")


def gather(root: Path, into: Path) -> tuple[Path, list[str]]:
    """Lay the source down in ``into``/.source. Returns it, and every address elsewhere that a page links to."""
    source = into / ".source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(root / "docs", source, ignore=shutil.ignore_patterns("*.md"))
    places = pages_of(root)
    outside: set[str] = set()
    for path, page in places.items():
        text = (root / path).read_text(encoding="utf-8")
        outside |= {link for _, link in _LINK.findall(_FENCE.sub("", text)) if _OUTSIDE.match(link)}
        _lay(source / page, told(text, path, places) + (_CONTENTS if page == "index.md" else ""))
    for name, write in GENERATED.items():
        _lay(source / name, write(root))
    decisions = source / "decisions" / "README.md"
    _lay(
        decisions,
        decisions.read_text(encoding="utf-8") + "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n",
    )
    for folder in FOLDERS:
        _lay(source / folder / "index.md", f"# {folder.capitalize()}\n\n```{{toctree}}\n:glob:\n\n*\n```\n")  # fmt: skip
    return source, sorted(outside)


def pages_of(root: Path) -> dict[str, str]:
    """Place in the clone → place on the site, of each document that is a page."""
    found = {
        path.relative_to(root).as_posix(): path.relative_to(root / "docs").as_posix()
        for path in sorted((root / "docs").rglob("*.md"))
    }
    for pattern in ALSO:
        for path in sorted(root.glob(pattern)):
            if "node_modules" not in path.parts:
                name = path.relative_to(root).as_posix()
                found[name] = f"project/{name}"
    return found


def told(text: str, path: str, places: dict[str, str]) -> str:
    """The document at ``path`` as a page: its links are the site's, diagrams stand as they are written."""
    parts = _FENCE.split(text)
    for n, part in enumerate(parts):
        if n % 2 == 0:
            parts[n] = _LINK.sub(_linked(path, places), part)
        elif part.startswith("```mermaid"):
            parts[n] = part.replace("```mermaid", "```text", 1)
    return "".join(parts)


def _linked(path: str, places: dict[str, str]) -> Callable[["re.Match[str]"], str]:
    page = PurePosixPath(places[path]).parent

    def link(found: "re.Match[str]") -> str:
        words, target = found.groups()
        if _OUTSIDE.match(target) or target.startswith(("#", "mailto:")):
            return found.group()
        name, _, anchor = target.partition("#")
        led = os.path.normpath(PurePosixPath(path).parent / name)
        folder = led.removeprefix("docs/")
        to = places.get(led) or (f"{folder}/index.md" if folder in FOLDERS else "")
        if to:
            near = os.path.relpath(to, page)
            return f"[{words}]({near}{'#' if anchor else ''}{anchor})"
        if led.removeprefix("docs/") in GENERATED:
            return found.group()
        return words if f"`{led}`" == words else f"{words} (`{led}`)"

    return link


def _lay(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
