"""``.venv``, kept equal to a lock file of ``requirements/``: every package by its hash."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kazasu.cli.launcher.messages import Trouble, tell

LOCKS = ("runtime", "docs", "dev", "reader")
"""Each contains the one before it: what runs, what builds the site, what tests, what speaks to card readers."""


class Environment:
    """The clone's own Python environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self._tools = root / ".kazasu"
        self._note = self.folder / "kazasu-lock.json"

    def prepare(self, lock: str) -> Path:
        """The environment's Python, with at least the packages of ``lock`` in it.

        Raises:
            Trouble: no network and nothing in the cache, no disk, no ``venv`` module.
        """
        # Nothing is written where nothing is missing: the clone may be somebody else's, who prepared it.
        if self.ready(lock):
            return self.python
        with self._alone():
            installed = self._installed()
            if installed.get("lock") in LOCKS:  # never take away what another command needs
                lock = max(lock, str(installed["lock"]), key=LOCKS.index)
            if installed != self._wanted(lock):
                tell("環境を用意しています…", "Preparing the environment…")
                self._create()
                self._install(self.root / "requirements" / f"{lock}.txt")
                self._let_see_source()
                self._note.write_text(json.dumps(self._wanted(lock)), encoding="utf-8")
        return self.python

    def ready(self, lock: str) -> bool:
        """Whether what is installed has ``lock`` in it, as both stand now. Looks only."""
        installed = self._installed()
        have = str(installed.get("lock"))
        return have in LOCKS[LOCKS.index(lock) :] and installed == self._wanted(have)

    def _wanted(self, lock: str) -> dict[str, str]:
        content = (self.root / "requirements" / f"{lock}.txt").read_bytes()
        return {
            "lock": lock,
            "hash": hashlib.sha256(content).hexdigest(),
            "root": str(self.root),  # a moved clone has scripts that point to its old place
        }

    def _installed(self) -> dict[str, str]:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return note if isinstance(note, dict) and self.python.exists() else {}
        except (OSError, ValueError):
            return {}

    def _create(self) -> None:
        if self._installed().get("root") == str(self.root) and self._runs_here():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        # Without pip: Debian's Python has no ensurepip until python3-venv is installed.
        done = _run([sys.executable, "-m", "venv", "--without-pip", str(self.folder)])
        if done.returncode != 0:
            raise Trouble(
                f"Python の venv が使えません。Debian/Ubuntu: apt-get install python3-venv\n{done.stderr}",
                "Python's venv does not work. On Debian/Ubuntu: apt-get install python3-venv\n"
                + done.stderr,
            )

    def _runs_here(self) -> bool:
        """Whether the environment's Python still works; the system may have replaced it."""
        return _run([str(self.python), "-c", "import sys"]).returncode == 0

    def _install(self, lock: Path) -> None:
        answers = []
        if uv := self._uv():
            done = _run(
                [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(self.python), str(lock)],
                UV_PYTHON_DOWNLOADS="never",
            )  # fmt: skip
            if done.returncode == 0:
                return
            answers.append(done.stderr)
        # Plain pip is slower, but knows index settings that uv does not read.
        if pip := self._pip():
            done = _run(
                [*pip, "--python", str(self.python), "install", "--quiet", "--require-hashes",
                 "--no-deps", "--requirement", str(lock)]
            )  # fmt: skip
            if done.returncode == 0:
                return
            answers.append(done.stderr)
        reason = "\n".join(answers) or "no uv, no pip"
        raise Trouble(
            f"パッケージを入れられません。ネットワークと pip を確かめてください"
            f"（Debian/Ubuntu: apt-get install python3-pip）。\n{reason}",
            "The packages cannot be installed. Check the network, and that pip is there "
            f"(Debian/Ubuntu: apt-get install python3-pip).\n{reason}",
        )

    def _uv(self) -> str | None:
        """uv from the machine, else from its own lock into ``.kazasu/uv`` (ten times pip's speed)."""
        if found := shutil.which("uv"):
            return found
        own = self._tools / "uv" / "bin" / "uv"
        lock = self.root / "requirements" / "uv.txt"
        mark = self._tools / "uv" / hashlib.sha256(lock.read_bytes()).hexdigest()
        if not mark.exists():
            pip = self._pip()
            if pip is None:
                return None
            shutil.rmtree(self._tools / "uv", ignore_errors=True)
            done = _run(
                [*pip, "install", "--quiet", "--require-hashes", "--target", str(self._tools / "uv"),
                 "--requirement", str(lock)]
            )  # fmt: skip
            if done.returncode != 0:
                return None
            mark.touch()
        return str(own) if own.exists() else None

    def _pip(self) -> list[str] | None:
        """A pip to install others with: the machine's, or one made from Python's own copy."""
        if _run([sys.executable, "-m", "pip", "--version"]).returncode == 0:
            return [sys.executable, "-m", "pip"]
        helper = self._tools / "pip"
        python = helper / "bin" / "python"
        if not python.exists():
            done = _run([sys.executable, "-m", "venv", str(helper)])
            if done.returncode != 0:
                shutil.rmtree(helper, ignore_errors=True)
                return None
        return [str(python), "-m", "pip"]

    def _let_see_source(self) -> None:
        """A path file: the environment runs the clone's own source, edits and all."""
        for packages in self.folder.glob("lib/python*/site-packages"):
            (packages / "kazasu.pth").write_text(f"{self.root / 'src'}\n", encoding="utf-8")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Starts that happen at once prepare the environment one after the other."""
        try:
            self._tools.mkdir(exist_ok=True)
            lock = (self._tools / "environment.lock").open("w")
        except OSError as error:
            if self.python.is_symlink() and not os.access(self.python, os.X_OK):
                raise Trouble(
                    f"{self.folder} の Python（{self.python.resolve()}）をこの利用者は実行できません。"
                    "用意した人が PYTHON=/usr/bin/python3 を付けて .venv を作り直してください。",
                    f"This user may not run the Python of {self.folder} ({self.python.resolve()}). "
                    "Whoever prepared it makes .venv anew with PYTHON=/usr/bin/python3.",
                ) from None
            raise Trouble(
                f"{self.root} に書き込めません: {error}",
                f"Cannot write to {self.root}: {error}",
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                tell("ほかの起動を待っています…", "Waiting for another start to finish…")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - commands of our own making
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
    )
