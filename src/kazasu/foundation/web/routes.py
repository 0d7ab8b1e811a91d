"""How a room's pages are routed: methods of a class, marked with their address and who may open them.

    class Transfers:
        @get("/transfer", CUSTOMER)
        def ask(self, request: Request) -> Response: ...

        @post("/transfer", CUSTOMER)
        def prepare(self, request: Request) -> Response: ...      # ends in a redirect, always

    site.enter(Transfers(site, money))

Programs' endpoints say ``site.route(…, api=True)`` instead.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.web.access import PageAccess

Page = Callable[[Request], Response]
Marked = TypeVar("Marked", bound=Callable[..., Response])
_MARK: Final = "_kazasu_routes"


@dataclass(frozen=True, slots=True)
class Mark:
    """One address of a page."""

    path: str
    methods: tuple[str, ...]
    access: PageAccess
    script: bool = False
    """Called by a script of a page: answers JSON, also where it refuses."""
    takes: str = ""
    """Of a GET that takes in what serves once: by what it is bound to one browser. Empty: looking changes nothing."""
    per_minute: int = 0
    """A narrower limit of requests than the site's own (:mod:`kazasu.foundation.web.edge.rates`); 0: none."""


def get(path: str, access: PageAccess, *, takes: str = "") -> Callable[[Marked], Marked]:
    """A page to look at. It changes nothing, whoever opens it: mail programs and messengers open links before people do.

    Args:
        takes: only of a browser's way back from another site, which a protocol makes a GET: why nobody but that browser
            can use it up. A HEAD of it does nothing at all.
    """
    return _marked(Mark(path, ("GET",), access, takes=takes))


def post(path: str, access: PageAccess, *, per_minute: int = 0) -> Callable[[Marked], Marked]:
    """Something is done; the answer is a redirect (design §3.14). What it refuses, the form's page shows."""
    return _marked(Mark(path, ("POST",), access, per_minute=per_minute))


def script(path: str, access: PageAccess) -> Callable[[Marked], Marked]:
    """A POST by a script of one of our pages: session and origin as for pages, the answer in JSON."""
    return _marked(Mark(path, ("POST",), access, script=True))


def _marked(mark: Mark) -> Callable[[Marked], Marked]:
    def enter(page: Marked) -> Marked:
        setattr(page, _MARK, (mark, *getattr(page, _MARK, ())))
        return page

    return enter


def marked_pages(pages: object) -> Iterator[tuple[Mark, Page]]:
    """Every marked method, in the order in which they are written; those of base classes first.

    The order decides where two addresses match: ``/tap/return`` stands before ``/tap/{id}``.
    """
    seen: set[str] = set()
    for owner in reversed(type(pages).__mro__):
        for name in vars(owner):
            if name in seen:
                continue
            seen.add(name)
            page: Any = getattr(pages, name, None)
            for mark in getattr(page, _MARK, ()):
                yield mark, page
