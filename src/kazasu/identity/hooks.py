"""Where an integrators' workshop may reach into this service. Production has none, and nothing here knows one.

Each method stands at one place of the service's way; as written here it changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.identity.clients.model import Client
from kazasu.identity.operators.findings import Finding
from kazasu.identity.service.authorizing import Begun
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.taps import OpenTap
from kazasu.identity.services import Services
from kazasu.identity.store.authorizations import Waiting

Page = Callable[[Request], Response]
Route = Callable[..., Callable[[Page], Page]]
"""``route(path, reason, *methods)`` of :func:`kazasu.identity.api.enter`."""


@dataclass(frozen=True, slots=True)
class Played:
    """Something is played for one authorization request."""

    address: str = ""
    """Where the browser goes at once; empty: to the reader, as always."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the workshop puts beside a party's registration."""

    tabs: tuple[tuple[str, Text], ...] = ()
    """Its own pages: address and name."""
    template: str = ""
    """To be included; it reads ``beside.facts`` and ``first`` (just registered?)."""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Hooks:
    """Nothing happens: the service as it is in production."""

    templates: Sequence[Path] = ()
    """More folders of templates, for pages of the workshop."""
    ticks: Mapping[str, Callable[[], None]] = {}
    """As a room's own (:class:`kazasu.exchange.room.Room`)."""

    def around(self, path: str, page: Page) -> Page:  # noqa: ARG002 - for who overrides it
        """The page of a protocol's route, watched or answering differently."""
        return page

    def begun(self, begun: Begun, login_hint: str) -> Played | None:  # noqa: ARG002
        """A request was taken; ``login_hint`` is what the browser brought beside it. None: nothing to play.

        Raises OAuthError ``invalid_request``.
        """
        return None

    def at_reader(self, tap: OpenTap) -> dict[str, str]:  # noqa: ARG002
        """What the reader is told besides the request."""
        return {}

    def verifying(self, waiting: Waiting, client: Client) -> None:
        """Before those who verify the card are asked. May raise the Refusal that they would."""

    def beside(self, client: Client | None) -> Beside:  # noqa: ARG002
        """On pages of a registration; None: before there is one."""
        return Beside()

    def findings(self, client: Client) -> list[Finding]:  # noqa: ARG002
        """What was seen of a party that asks for a review."""
        return []

    def enter(self, site: Site, route: Route, own: Callable[[Request], Client]) -> None:
        """Enter the workshop's pages. ``own``: the party of a session of kind ``integrator``."""


Workshop = Callable[[IdentityContext, Services], Hooks]
