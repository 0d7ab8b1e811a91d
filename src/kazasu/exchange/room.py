"""What a room is given by the house, and what it gives back."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from kazasu.contracts.base import Inquiry, InstitutionId, Letter
from kazasu.exchange.carrier.inquiries import Handler as InquiryHandler
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.carrier.letters import Handler as LetterHandler
from kazasu.exchange.carrier.letters import Post
from kazasu.exchange.directory import Directory
from kazasu.exchange.keys import Institution
from kazasu.foundation.database import Database
from kazasu.foundation.database.jobs import Jobs
from kazasu.foundation.lanes import Lanes
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock


@dataclass(frozen=True)
class RoomContext:
    """What one room may use. Each room has its own; nothing of another room is in it."""

    settings: Settings
    clock: Clock
    database: Database
    jobs: Jobs
    directory: Directory
    client: httpx.Client
    outward: httpx.Client
    """For addresses that somebody registered; in production it reaches nothing inside."""
    lanes: Lanes
    """For work that waits for many receivers: none waits for another."""
    institution: Callable[[str], Institution]
    """The institution with this id, if it lives in this room of this process."""
    post: Callable[[str], Post]
    inquirer: Callable[[str], Inquirer]
    opens: Callable[[str], bool] = lambda _: True
    """Did this institution of the room open? What goes on behind the room leaves one that did not alone."""

    def http(self) -> httpx.Client:
        """The shared client; resolves ``*.localhost``."""
        return self.client


@dataclass
class Room:
    """An opened room: its pages, and who handles what arrives."""

    name: str
    app: Starlette
    """``app.state.health`` is told how the work behind it goes."""
    hosts: Callable[[str], bool]
    """Is this host name (without port) mine?"""
    letters: Mapping[type[Letter], LetterHandler] = field(default_factory=dict)
    inquiries: Mapping[type[Inquiry[Any]], InquiryHandler] = field(default_factory=dict)
    jobs: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    given_up: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    """By the name of a job: called with its ids once nobody tries it any more, for those who wait for it."""
    ticks: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    """Called about once a second and when the country's clock moved; idempotent, cheap."""
    prove: Callable[[Collection[str]], None] = lambda _: None
    """Called once before it opens, with the tenants that live in this process; raises Refusal where one cannot."""


def tenant_of(institution: str) -> str:
    """The tenant under which an institution's rows lie; empty where there is one of its kind."""
    return InstitutionId(institution).tenant
