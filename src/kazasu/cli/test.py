"""``kazasu test``: style, types, floors and all tests, on the same embedded PostgreSQL."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from kazasu.cli.output.speech import language, say
from kazasu.foundation.text import Text

SUMMARY = Text("すべての検査とテスト", "all checks and tests")
ROOT = Path(__file__).parents[3]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deep", action="store_true", help="重い試験も / the heavy rigs too")
    parser.add_argument("-k", metavar="EXPRESSION", help="一部だけ / only matching tests")
    parser.add_argument("-n", metavar="N", default="2", help="並列数 / processes (2)")
    parser.add_argument(
        "--require-all", action="store_true", help="欠けを許さない / fail where a part is missing"
    )
    parser.add_argument("paths", nargs="*", help="テストの場所 / files or folders of tests")


def run(arguments: argparse.Namespace) -> int:
    work = (*_checks(arguments), (_TESTS, _pytest(arguments)))
    for number, (title, command) in enumerate(work, start=1):
        say(Text("{title} {number}/{count}", "{title} {number}/{count}"),
            title=title.to(language()), number=number, count=len(work))  # fmt: skip
        status = subprocess.run(command, cwd=ROOT, check=False, env=_environment()).returncode  # noqa: S603
        if status != 0:
            return status
    return 0


_TESTS = Text("── テスト（pytest）", "── tests (pytest)")


def _checks(arguments: argparse.Namespace) -> list[tuple[Text, list[str]]]:
    if arguments.k or arguments.paths:
        return []
    bin_folder = Path(sys.executable).parent
    return [
        (Text("── 書き方（ruff）", "── style (ruff)"),
         [str(bin_folder / "ruff"), "check", "--quiet"]),
        (Text("── 型（mypy）", "── types (mypy)"), [str(bin_folder / "mypy")]),
        (Text("── 階（import-linter）", "── floors (import-linter)"), [str(bin_folder / "lint-imports"), "--no-cache"]),
    ]  # fmt: skip


def _pytest(arguments: argparse.Namespace) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-n", arguments.n, "--dist", "loadgroup"]
    command += ["--deep"] if arguments.deep else []
    command += ["--require-all"] if arguments.require_all else []
    command += ["-k", arguments.k] if arguments.k else []
    return [*command, *arguments.paths]


def _environment() -> dict[str, str]:
    """Without the settings of the person's own country: tests make theirs.

    What is compiled is kept, wherever Python was told not to: the run starts many processes, and pytest rewrites
    each test module in each of its own.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KAZASU_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return kept | {"PYTHONPYCACHEPREFIX": str(ROOT / ".kazasu" / "bytecode")}
