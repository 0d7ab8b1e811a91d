"""A folder of files served from memory: read once, compressed once, named by their content.

A page names a file with the version it was made for (``?v=``), so a browser keeps that one for ever, and so it does a file whose
name has its own hash (``gothic-400-07.1a2b3c4d.woff2``); a name without either is asked again each time and answered by 304.
speed.md §4: five thread hops a file cost more than a page.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_WORTH_COMPRESSING: Final = 0.9
"""Of its size must be left at most, else the file is sent as it is."""
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_PACKED_ALREADY: Final = {".woff2": "font/woff2", ".png": "image/png"}
"""Kinds that no second compression makes smaller. Not every Python knows woff2."""


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    body: bytes
    packed: bytes | None
    """gzip, where it pays."""
    tag: str
    by_content: bool
    """Its name has its hash: another content has another name."""


class StaticFolder:
    """The files right inside ``folder``, as an ASGI application under a Mount."""

    def __init__(
        self,
        folder: Path,
        version: str,
        sent: Callable[[str, int], None] = lambda _method, _status: None,
    ) -> None:
        """``sent``: told of each answer, its method and its status."""
        self._sent = sent
        self._version = version
        self._files = _folder(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix(scope["root_path"]).removeprefix("/")
        if name not in self._files:
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405)
        answer = self._answer(self._files[name], scope)
        self._sent(scope["method"], answer.status_code)
        await answer(scope, receive, send)

    def _answer(self, file: _File, scope: Scope) -> Response:
        asked = Headers(scope=scope)
        packed = file.packed if _takes_gzip(asked.get("accept-encoding", "")) else None
        tag = f'"{file.tag}-gz"' if packed else f'"{file.tag}"'
        headers = {
            "etag": tag,
            "cache-control": _FOR_EVER if file.by_content or self._current(scope) else _ASK_AGAIN,
            "x-content-type-options": "nosniff",
            "vary": "accept-encoding",
        }
        if _knows(asked.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        if packed:
            headers["content-encoding"] = "gzip"
        return Response(packed or file.body, headers=headers, media_type=file.kind)

    def _current(self, scope: Scope) -> bool:
        """Does the address name this version? Another's is not kept: a new page may meet an old process."""
        return parse_qs(scope["query_string"].decode("latin-1")).get("v") == [self._version]


def _takes_gzip(accepted: str) -> bool:
    """``Accept-Encoding`` (RFC 9110 §12.5.3); ``q=0`` is a no."""
    for one in accepted.lower().split(","):
        coding, _, weight = one.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return not weight or weight.strip("0.") != ""
    return False


def _knows(known: str, tag: str) -> bool:
    """``If-None-Match`` (RFC 9110 §13.1.2)."""
    return known.strip() == "*" or tag in {
        one.strip().removeprefix("W/") for one in known.split(",")
    }


@cache
def _folder(folder: Path) -> dict[str, _File]:
    """Read once in a process: every site has the kit's files, and its fonts are megabytes."""
    return {file.name: _read(file) for file in folder.iterdir() if file.is_file()}


def _read(file: Path) -> _File:
    body = file.read_bytes()
    tag = hashlib.sha256(body).hexdigest()[:16]
    by_content = f".{tag[:8]}." in file.name
    if kind := _PACKED_ALREADY.get(file.suffix):
        return _File(kind, body, None, tag, by_content)
    packed = gzip.compress(body, mtime=0)
    small = len(packed) <= len(body) * _WORTH_COMPRESSING
    kind = guess_type(file.name)[0] or "application/octet-stream"
    return _File(kind, body, packed if small else None, tag, by_content)
