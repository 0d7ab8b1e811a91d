"""Which files of a data folder are ours: ``reset`` takes away those, by their names, and nothing else.

People keep other things beside a country, or name the wrong folder. A new file in the data folder is
added to ``_OURS`` here; the database's own are removed by ``EmbeddedPostgres.destroy``.
"""

import shutil
from pathlib import Path
from typing import Final

from kazasu.app.country import FILES
from kazasu.app.secrets import FILE, read_secrets
from kazasu.exchange.directory import read_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import SystemClock

_OURS: Final = (
    *FILES, FILE, "roles.json.*.new", "directory.new", "clock.new", "tray.json", "kazasu.log*", "country.users", "postgres.users", "postgres.lock",
    "happened", "phones/*.phone", "phones/*.mdoc", "phones/*.new", "reader/slot-*",
    "workbench/cards", "workbench/pki", "workbench/issued.json", "requests/*.json",
)  # fmt: skip
"""Patterns within the data folder; a folder that one of them names is of a country as a whole."""


def is_ours(folder: Path) -> bool:
    """Whether a country was founded or begun here; a file that only has one of our names is no proof.

    Raises Refusal ``app.secrets-unreadable``.
    """
    if (folder / "postgres.lock").exists() or read_secrets(folder) is not None:
        return True
    try:
        read_directory(folder / "directory.json", SystemClock())
    except (FileNotFoundError, Refusal):
        return False
    return True


def clear(folder: Path) -> list[str]:
    """Remove what is ours, and the folder if nothing else is in it; the names of what else is."""
    for pattern in _OURS:
        for path in folder.glob(pattern):
            real = path.is_dir() and not path.is_symlink()
            shutil.rmtree(path) if real else path.unlink()
    for part in ("phones", "reader", "requests", "workbench", "."):
        if (folder / part).is_dir() and not any((folder / part).iterdir()):
            (folder / part).resolve().rmdir()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
