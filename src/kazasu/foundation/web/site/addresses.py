"""What a site serves, and where: pages, what programs call, folders of files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.routing import Match, Mount, Route

from kazasu.foundation.web.access import PageAccess
from kazasu.foundation.web.edge.static import StaticFolder

SAFE_TO_READ = frozenset({"GET", "HEAD"})
"""What a folder of files takes."""


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """What the structural tests walk."""

    room: str
    path: str
    methods: tuple[str, ...]
    access: PageAccess
    api: bool
    script: bool = False
    takes: str = ""


class Addresses:
    """Of one site."""

    def __init__(self) -> None:
        self.declared: list[DeclaredRoute] = []
        self.routes: list[Route | Mount] = []
        self._api: list[Route] = []
        """Those that programs call alone."""
        self._pages: list[Route] = []
        """Those that people look at: neither files nor what programs call."""

    def enter(self, declared: DeclaredRoute, endpoint: Callable[[Request], Any]) -> None:
        self.declared.append(declared)
        route = Route(declared.path, endpoint, methods=list(declared.methods))
        self.routes.append(route)
        if not (declared.api or declared.script):
            self._pages.append(route)
        if declared.api:
            self._api.append(route)

    def files(
        self, path: str, folder: Path, version: str, sent: Callable[[str, int], None]
    ) -> None:
        """``sent(method, status)`` is told of each answer. A folder that is not there has no address."""
        if folder.is_dir():
            self.routes.append(Mount(path, StaticFolder(folder, version, sent)))

    def page_at(self, path: str) -> str:
        """The route of a page that people look at, as it is declared; empty where there is none."""
        scope = {"type": "http", "method": "GET", "path": path}
        found = (one.path for one in self._pages if one.matches(scope)[0] is Match.FULL)
        return next(found, "")

    def programs_call(self, path: str) -> bool:
        """Is nothing there that people look at, but what programs call, by whatever method?"""
        scope = {"type": "http", "method": "GET", "path": path}
        here = [
            one for one in (*self._pages, *self._api) if one.matches(scope)[0] is not Match.NONE
        ]
        return bool(here) and all(one in self._api for one in here)

    def allowed(self, path: str) -> str:
        """``Allow`` (RFC 9110 §15.5.6): an address may have a page to look at and another to send to."""
        scope = {"type": "http", "method": "GET", "path": path}
        methods: set[str] = set()
        for route in self.routes:
            if route.matches(scope)[0] is not Match.NONE:
                methods |= (route.methods or set()) if isinstance(route, Route) else SAFE_TO_READ
        return ", ".join(sorted(methods))
