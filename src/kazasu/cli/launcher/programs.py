"""Programs and files of others that parts of the house use, as ``./kazasu doctor`` looks for them."""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from kazasu.cli.launcher.findings import Finding, Words, judged
from kazasu.cli.launcher.prerequisites import NEEDS, Need

BROWSERS: Final = ("chromium-headless-shell", "chromium", "chromium-browser")
_SECONDS: Final = 20.0
_NAMED: Final[dict[str, tuple[str, Words]]] = {
    "fonts-ipamj-mincho": ("font.ipamj", ("紙の上の氏名", "names on printed forms")),
    "fonts-morisawa-bizud-gothic": ("font.bizud-gothic", ("紙の上の文章", "text on printed forms")),
    "fonts-morisawa-bizud-mincho": ("font.bizud-mincho", ("紙の上の文章", "text on printed forms")),
    "pcscd": ("reader.pcscd", ("本物のカードリーダー", "real card readers")),
    "vsmartcard-vpcd": ("reader.vpcd", ("仮想カードをほかのプログラムに見せる", "showing virtual cards to other programs")),
    "opensc": ("reader.opensc", ("ほかのカード道具（pkcs15-tool）", "other people's card tools (pkcs15-tool)")),
}  # fmt: skip
"""By Debian package: its check and what it is for."""


def programs() -> list[Finding]:
    """All of them are optional: a country runs without."""
    by_package = {need.package: need for need in NEEDS}
    named = [_package(by_package[name]) for name in _NAMED]
    return [*named, _browser(), _node(), _rest()]


def _package(need: Need) -> Finding:
    where = _place(need)
    told = (where, where) if where else ("ありません", "not here")
    help_ = "" if where else f"apt-get install {need.package}"
    check, use = _NAMED[need.package]
    return Finding(check, judged(good=bool(where), needed=False), told, use, help_)


def _place(need: Need) -> str:
    if "/" in need.sign:
        return str(next(Path("/").glob(need.sign.removeprefix("/")), ""))
    return shutil.which(need.sign) or shutil.which(need.sign, path="/usr/sbin:/sbin") or ""


def _browser() -> Finding:
    """There, and with the libraries that it is linked to."""
    use: Words = ("ページのテストと画面の写真（使うだけなら、どのブラウザでも）", "tests of pages, and pictures (to use the country, any browser does)")  # fmt: skip
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        return Finding("browser", "missing", ("Chromium がありません", "no Chromium"), use,
                       "apt-get install chromium-headless-shell")  # fmt: skip
    version, trouble = answer_of([program, "--version"])
    if version:
        return Finding("browser", "ok", (f"{version}（{program}）", f"{version} ({program})"), use)
    return Finding("browser", "missing", (f"{program}: {trouble}", f"{program}: {trouble}"), use,
                   "apt-get install --reinstall chromium-headless-shell")  # fmt: skip


def _node() -> Finding:
    use: Words = ("Node の例、よそのプログラムとのテスト", "the Node example, tests against other people's programs")  # fmt: skip
    program = shutil.which("node")
    version, trouble = answer_of([program, "--version"]) if program else ("", "")
    told = (version, version) if version else ("ありません", "not here")
    if trouble:
        told = (trouble, trouble)
    return Finding("node", judged(good=bool(version), needed=False), told, use, "" if version else "apt-get install nodejs npm")  # fmt: skip


def _rest() -> Finding:
    """What only tests need, in one line."""
    told_alone = {*_NAMED, "chromium-headless-shell"}
    left = [need for need in NEEDS if need.package not in told_alone and not _place(need)]
    packages = " ".join(need.package for need in left)
    told: Words = (packages, packages) if left else ("そろっています", "all here")
    use: Words = ("一部のテスト（なければ飛ばします）", "some tests, which are skipped without")
    help_ = f"apt-get install --no-install-recommends {packages}" if left else ""
    return Finding("tests", judged(good=not left, needed=False), told, use, help_)


def answer_of(command: list[str]) -> tuple[str, str]:
    """First line of what a program answers, or why it does not run."""
    with suppress(subprocess.TimeoutExpired):
        try:
            done = subprocess.run(  # noqa: S603 - found by name, asked for its version
                command, capture_output=True, text=True, check=False, timeout=_SECONDS
            )
        except OSError as error:
            return "", str(error.strerror)
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        if done.returncode == 0 and lines:
            return lines[0].strip(), ""
        told = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        return "", told[-1][:200]
    return "", f"no answer in {_SECONDS:.0f} s"
