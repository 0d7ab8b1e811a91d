"""A publisher's CSV, plain or in a ZIP, line by line: what is not as the publisher writes it is refused with its place.

Source: RFC 4180; RFC 3629 (UTF-8, with or without a byte order mark).
"""

import codecs
import csv
import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.places.importing.faults import (
    BAD_CELL,
    BAD_QUOTES,
    BAD_ROW,
    BAD_ZIP,
    OTHER_ENCODING,
    OTHER_KIND,
)
from kazasu.foundation.values.visible import unseen_letter

_MOST_BYTES: Final = 2 * 1024**3
"""Unpacked. The whole of the Registry's towns is some 200 MB; what unpacks to more is no table of places."""
_LONGEST_LINE: Final = 64 * 1024
_MOST_SHOWN: Final = 40
_MARKS: Final = ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


def nobody(rows: int) -> None:
    """Whom a reader tells how many rows it has read, where nobody looks on."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: where it begins, and its cells."""

    line: int
    cells: Sequence[str]


@dataclass(slots=True)
class Delivered:
    """A file as it was named. Each reading of :meth:`rows` begins anew."""

    path: Path
    member: str = ""
    """The CSV's name within a ZIP."""
    edition: str = ""
    """The day that a ZIP gives its CSV, ISO 8601: the publisher's; a plain file has none that could be trusted."""
    sha256: str = field(default="", init=False)
    """Of the CSV, known once it was read."""

    @property
    def name(self) -> str:
        return f"{self.path.name}:{self.member}" if self.member else self.path.name

    def rows(self) -> Iterator[Row]:
        """Raises Refusal ``places.other-encoding``, ``places.bad-quotes``, ``places.bad-row``, ``places.bad-cell``, ``places.bad-zip``.

        Every record has as many cells as the first; OSError where the file is not to be opened.
        """
        lines = _Lines(self)
        reader = csv.reader(lines, strict=True)
        wide, begins = 0, 1
        try:
            for cells in reader:
                if cells:  # an empty line, as at the end
                    wide = wide or len(cells)
                    if len(cells) != wide:
                        raise Refusal(
                            BAD_ROW, file=self.name, line=begins, found=len(cells), expected=wide
                        )
                    _must_be_seen(self, begins, cells)
                    yield Row(begins, cells)
                begins = reader.line_num + 1
        except csv.Error as error:
            raise Refusal(BAD_QUOTES, file=self.name, line=begins, why=str(error)) from None
        self.sha256 = lines.digest.hexdigest()

    def unread(self, line: int, column: str, given: str, expected: str) -> Refusal:
        """``expected``: in both languages, with `` / `` between where they differ."""
        shown = given if len(given) <= _MOST_SHOWN else f"{given[:_MOST_SHOWN]}…"
        ja, _, en = expected.partition(" / ")
        return Refusal(
            BAD_CELL,
            file=self.name,
            line=line,
            column=column,
            given=shown,
            expected=ja,
            expected_en=en or ja,
        )


def delivered(path: Path) -> Delivered:
    """Raises Refusal ``places.bad-zip``, ``places.other-kind``; OSError."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.read(4) == b"PK\x03\x04":
                raise Refusal(BAD_ZIP, file=path.name, why="cut off")
        return Delivered(path)
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.infolist() if _is_table(one)]
            if len(inside) != 1:
                raise Refusal(
                    OTHER_KIND,
                    file=path.name,
                    found=f"CSV が {len(inside)} 個",
                    found_en=f"{len(inside)} CSV in it",
                )
            (one,) = inside
            if one.flag_bits & 1:
                raise Refusal(BAD_ZIP, file=path.name, why="encrypted")
            if one.file_size > _MOST_BYTES:
                raise Refusal(BAD_ZIP, file=path.name, why=f"> {_MOST_BYTES:,} bytes")
            if spoilt := archive.testzip():  # else garbage would be read, and its cells be blamed
                raise Refusal(BAD_ZIP, file=path.name, why=f"CRC: {spoilt}")
            year, month, day, *_ = one.date_time
            return Delivered(path, one.filename, f"{year:04}-{month:02}-{day:02}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Refusal(BAD_ZIP, file=path.name, why=str(error)) from None


def _is_table(one: zipfile.ZipInfo) -> bool:
    """Finder adds a folder of its own with a file for each."""
    return one.filename.lower().endswith(".csv") and not one.filename.startswith("__MACOSX/")


def _must_be_seen(file: Delivered, line: int, cells: Sequence[str]) -> None:
    for number, cell in enumerate(cells, start=1):
        if hidden := _hidden(cell):
            raise file.unread(
                line, str(number), hidden, "目に見える文字 / letters that can be seen"
            )


@lru_cache(maxsize=8192)
def _hidden(cell: str) -> str:
    """Names of prefectures and municipalities stand in every row."""
    return "" if cell.isascii() and cell.isalnum() else unseen_letter(cell)


class _Lines:
    """The lines of a file as text, each decoded by itself: so a wrong one has its number."""

    def __init__(self, file: Delivered) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[str]:
        with ExitStack() as stack:
            source = _open(self._file, stack)
            number, total = 0, 0
            while line := self._next(source):
                number, total = number + 1, total + len(line)
                if len(line) > _LONGEST_LINE or total > _MOST_BYTES:
                    raise Refusal(
                        OTHER_KIND,
                        file=self._file.name,
                        found="行が長すぎる",
                        found_en="lines too long",
                    )
                self.digest.update(line)
                yield self._decoded(line, number)

    def _next(self, source: IO[bytes]) -> bytes:
        try:
            return source.readline(_LONGEST_LINE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Refusal(BAD_ZIP, file=self._file.path.name, why=str(error)) from None

    def _decoded(self, line: bytes, number: int) -> str:
        if number == 1:
            for mark, encoding in _MARKS:
                if line.startswith(mark):
                    raise Refusal(OTHER_ENCODING, file=self._file.name, line=1, encoding=encoding)
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal(
                OTHER_ENCODING, file=self._file.name, line=number, encoding=_looks_like(line)
            ) from None


def _looks_like(line: bytes) -> str:
    for encoding, name in (("cp932", "Shift_JIS"), ("euc_jp", "EUC-JP")):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return name
    return "?"


def _open(file: Delivered, stack: ExitStack) -> IO[bytes]:
    if not file.member:
        return stack.enter_context(file.path.open("rb"))
    try:
        archive = stack.enter_context(zipfile.ZipFile(file.path))
        return stack.enter_context(archive.open(file.member))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Refusal(BAD_ZIP, file=file.path.name, why=str(error)) from None
