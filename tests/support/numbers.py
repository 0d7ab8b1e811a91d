"""Where individual numbers stand: in the clear, or as hexadecimal or base64 of their digits; in tables and in files."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

_DIGITS = re.compile(rb"(?=([0-9]{12}))")
_HEX = re.compile(rb"(?=((?:3[0-9]){12}))")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"""


class Numbers:
    """Knows the numbers of a country, and finds them."""

    def __init__(self, digits: Iterable[str]) -> None:
        self._known = {one.encode() for one in digits}
        assert self._known
        assert all(re.fullmatch(b"[0-9]{12}", one) for one in self._known)

    def within(self, content: bytes, *, packed: bool = True) -> bool:
        """Whether one of them is in there. ``packed``: also inside of base64, which takes its time."""
        runs = {one for (one,) in _groups(_DIGITS, content)}
        runs |= {bytes.fromhex(one.decode()) for (one,) in _groups(_HEX, content)}
        if runs & self._known:
            return True
        return packed and any(self.within(one, packed=False) for one in _unpacked(content))

    def in_tables(self, url: str) -> Iterator[str]:
        """``schema.table`` of each that holds one, in any column: rows as a dump would write them."""
        with psycopg.connect(url) as connection:
            tables = connection.execute(_TABLES).fetchall()
            for schema, table in tables:
                name = sql.Identifier(schema, table)
                rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(name))
                if any(self.within(row.encode()) for (row,) in rows):
                    yield f"{schema}.{table}"

    def in_files(self, folder: Path, *, but: Iterable[str] = ()) -> Iterator[Path]:
        """Files below ``folder`` that hold one, clear or as hexadecimal; without those below its parts ``but``."""
        left_out = set(but)
        for path in sorted(folder.rglob("*")):
            below = path.relative_to(folder)
            if path.is_file() and below.parts[0] not in left_out:
                try:
                    content = path.read_bytes()
                except FileNotFoundError:  # the server has taken it away meanwhile
                    continue
                if self.within(content, packed=False):
                    yield below


def _groups(pattern: re.Pattern[bytes], content: bytes) -> set[tuple[bytes, ...]]:
    return {found.groups() for found in pattern.finditer(content)}


def _unpacked(content: bytes) -> Iterator[bytes]:
    for found in _BASE64.finditer(content):
        for start in range(4):  # a token may begin within another
            token = found[0][start:].translate(bytes.maketrans(b"-_", b"+/"))
            try:
                yield base64.b64decode(token + b"=" * (-len(token) % 4))
            except binascii.Error:
                continue
