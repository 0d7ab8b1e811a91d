"""Folders that live as long as the run: memory that a run took is given back at its end."""

import shutil
import tempfile
from pathlib import Path

_made: list[Path] = []


def folder(name: str) -> Path:
    made = Path(tempfile.mkdtemp(prefix=f"kazasu-{name}-"))
    _made.append(made)
    return made


def remove_all() -> None:
    """Called when the process of a run ends."""
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)
