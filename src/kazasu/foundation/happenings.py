"""What has happened at least once in a sandbox country: the kind of step, never whose.

A site notes the route of what it carried out; the guided tours tick it off. One empty file for each, in the folder that all
processes of the country share, so that no process needs another and nothing is lost with one. Production has none.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

FOLDER: Final = "happened"
"""In the folder of the directory file."""
_FORGOTTEN: Final = "forgotten"


class Happenings:
    """Notes and tells; cheap where a thing has been noted before."""

    def __init__(self, shared: Path) -> None:
        """``shared``: the folder of the directory file."""
        self._folder = shared / FOLDER
        self._noted: set[str] = set()
        self._as_of = 0

    def note(self, what: str) -> None:
        """``what``: such as ``portal POST /move/where``. That it cannot be written stops nobody; the log tells."""
        stamp = self._stamp()
        if stamp != self._as_of:
            self._noted, self._as_of = set(), stamp
        if what in self._noted:
            return
        try:
            self._folder.mkdir(exist_ok=True)
            (self._folder / named(what)).touch()
        except OSError as error:
            log.warning("a happening was not noted", what=what, why=str(error))
            return
        self._noted.add(what)

    def known(self, what: str) -> bool:
        return (self._folder / named(what)).exists()

    def forget(self, some: Iterable[str]) -> None:
        """They are to happen again; every process learns of it."""
        for what in some:
            (self._folder / named(what)).unlink(missing_ok=True)
        if self._folder.is_dir():
            forgotten = self._folder / _FORGOTTEN
            forgotten.unlink(missing_ok=True)
            forgotten.touch()

    def _stamp(self) -> int:
        try:
            return (self._folder / _FORGOTTEN).stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def named(what: str) -> str:
    """A name of a file: ``portal-post-move-where``."""
    return re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")
