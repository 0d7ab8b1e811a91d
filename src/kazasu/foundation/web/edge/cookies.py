"""Cookies: the one place that writes and reads them.

By https each is ``Secure`` and named ``__Host-…``: institutions live under neighbouring names, and no neighbour can
lay such a cookie into another's browser session (RFC 6265bis §4.1.3.2). That is why every one has the path ``/``.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.settings import Settings

PREFIX: Final = "__Host-"


class Cookies:
    """Of one site, for the way in which browsers reach it."""

    def __init__(self, settings: Settings) -> None:
        self._secure = settings.scheme == "https"

    def name(self, name: str) -> str:
        """As it goes over the wire."""
        return f"{PREFIX}{name}" if self._secure else name

    def read(self, request: Request, name: str) -> str:
        """Empty where the browser has none."""
        return request.cookies.get(self.name(name), "")

    def beginning(self, request: Request, start: str) -> list[str]:
        """Names (without prefix) of those that begin so; browsers send the older ones first (RFC 6265 §5.4)."""
        wanted = self.name(start)
        cut = len(wanted) - len(start)
        return [name[cut:] for name in request.cookies if name.startswith(wanted)]

    def write(
        self, response: Response, name: str, value: str, *, seconds: int | None = None
    ) -> None:
        """``seconds``: how long it lasts; None: as long as the browser is open."""
        response.set_cookie(
            self.name(name), value,
            max_age=seconds, path="/", httponly=True, samesite="lax", secure=self._secure,
        )  # fmt: skip

    def end(self, response: Response, name: str) -> None:
        response.delete_cookie(
            self.name(name), path="/", httponly=True, samesite="lax", secure=self._secure
        )
