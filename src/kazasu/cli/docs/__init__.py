"""``kazasu docs``: the documentation as a site, built from ``docs/`` and from the code, without the network.

``gathering`` puts its source together, ``reference`` writes the pages that the code knows best, ``site`` builds it.
"""

import argparse
import http.server
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from kazasu.cli.docs.gathering import gather
from kazasu.cli.docs.site import build
from kazasu.cli.options import add_port
from kazasu.cli.output.refusals import NO_SITE_BUILDER, PORT_TAKEN
from kazasu.cli.output.speech import put, say
from kazasu.cli.processes.signals import ended_by_signals
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

SUMMARY = Text("説明書のサイトをつくる", "build the documentation as a site")
ROOT = Path(__file__).parents[4]
PORT: Final = 8090
"""Beside a country, which has 8000."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--into", type=Path, metavar="DIR", default=ROOT / ".kazasu" / "site",
        help="どこに / where to (.kazasu/site)",
    )  # fmt: skip
    parser.add_argument(
        "--serve", action="store_true", help="つくったあと見せる / show it afterwards, until Ctrl-C"
    )
    add_port(parser, usual=PORT)


def run(arguments: argparse.Namespace) -> int:
    """0 when the site is whole; 1 when a link is broken or a page is in no list, which is printed."""
    into: Path = arguments.into.resolve()
    if find_spec("sphinx") is None:
        raise Refusal(NO_SITE_BUILDER)
    if not arguments.serve:
        return _build(into)
    with _door(into, arguments.port or PORT) as server:  # before a minute of work
        return _build(into) or _serve(server)


def _build(into: Path) -> int:
    source, links = gather(ROOT, into)
    say(Text("サイトをつくっています…", "Building the site…"))
    warnings = build(source, into)
    for one in warnings:
        put(f"✗ {one}")
    (into / "external-links.txt").write_text("\n".join(links) + "\n", encoding="utf-8")
    if warnings:
        say(Text("直すところ: {count}", "To be corrected: {count}"), count=len(warnings))
        return 1
    say(Text("{page}（外へのリンク {count} は external-links.txt。開いていません）",
             "{page} ({count} links to elsewhere are in external-links.txt; none was opened)"),
        page=into / "index.html", count=len(links))  # fmt: skip
    return 0


def _door(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """Raises Refusal ``cli.port-taken``."""
    handler: Any = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise Refusal(PORT_TAKEN, port=port) from error


def _serve(server: http.server.ThreadingHTTPServer) -> int:
    with ended_by_signals():
        say(Text("http://localhost:{port} で見られます。Ctrl-C で終わります。", "Look at http://localhost:{port}. Ctrl-C ends."), port=server.server_port)  # fmt: skip
        server.serve_forever()
    return 0
