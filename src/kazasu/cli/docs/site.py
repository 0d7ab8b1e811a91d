"""How the site is built and looks: Sphinx, MyST, and the house's own colours on a kept theme (Furo, MIT)."""

import io
import re
import warnings
from pathlib import Path
from typing import Any, Final

TOKENS: Final = Path(__file__).parents[2] / "foundation" / "web" / "static" / "tokens.css"
COLOURS: Final = {
    "light": {
        "color-brand-primary": "blue-900", "color-brand-content": "blue-900",
        "color-link": "blue-900", "color-link--visited": "magenta-900",
    },
    "dark": {
        "color-brand-primary": "blue-300", "color-brand-content": "blue-300",
        "color-link": "blue-300", "color-link--visited": "magenta-300",
    },
}  # fmt: skip
"""Furo's variables, by the Digital Agency's tokens."""


def build(source: Path, into: Path) -> list[str]:
    """Write the site into ``into``. Returns what is wrong with it, one line each; empty when it is whole.

    Raises:
        ModuleNotFoundError: the packages of requirements/docs.txt are not installed; ``./kazasu docs`` does it.
    """
    from sphinx.application import Sphinx  # noqa: PLC0415 - an optional part
    from sphinx.util.console import nocolor  # noqa: PLC0415
    from sphinx.util.docutils import docutils_namespace, patch_docutils  # noqa: PLC0415

    nocolor()
    paper = io.StringIO()
    # One process may build several sites (tests do): docutils keeps what it was told for good.
    with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # MyST's of Sphinx, not ours
        site = Sphinx(
            srcdir=source, confdir=None, outdir=into, doctreedir=into / ".doctrees",
            buildername="html", confoverrides=settings(), status=None, warning=paper, freshenv=True,
        )  # fmt: skip
        site.build()
    _say_japanese(into)
    return [line.replace(f"{source}/", "") for line in paper.getvalue().splitlines()]


def _say_japanese(into: Path) -> None:
    """Sphinx knows one language for all pages. A browser chooses letters by it, and reads aloud by it."""
    for page in into.rglob("*.ja.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(
            re.sub(r'(<html[^>]* )lang="en"', r'\1lang="ja"', text, count=1), encoding="utf-8"
        )


def settings() -> dict[str, Any]:
    return {
        "project": "Kazasu",
        "author": "Kazasu",
        "extensions": ["myst_parser"],
        "root_doc": "index",
        "suppress_warnings": [
            "misc.highlighting_failure"
        ],  # an ellipsis in an example is no mistake
        "myst_heading_anchors": 6,
        "myst_enable_extensions": [],
        "nitpicky": True,
        "html_theme": "furo",
        "html_title": "Kazasu",
        "html_copy_source": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_theme_options": {
            "light_css_variables": _variables("light"),
            "dark_css_variables": _variables("dark"),
        },
    }


def _variables(scheme: str) -> dict[str, str]:
    sheet = TOKENS.read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--color-primitive-([\w-]+): (#[0-9a-f]{3,8})", sheet))
    fonts = re.findall(r"--font-family-sans: ([^;]+);", sheet)[0]  # the plain one stands first
    colours = {variable: tokens[token] for variable, token in COLOURS[scheme].items()}
    return colours | {"font-stack": fonts}
