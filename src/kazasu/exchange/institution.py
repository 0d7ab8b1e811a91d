"""One declaration of an institution, from which everything else that must know of it is derived.

Each room has an ``institution.py`` with ``INSTITUTION = Institution(…)``. Nothing else outside the room and its tests says that there
is such an institution, but the contracts: who may send a letter or ask is a treaty and written there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, Literal

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

CITY: Final = "city"
"""The mark that is a city's own emblem."""
GOVERNMENT_BLUE: Final = "#0017C1"
PACKAGES: Final = Path(__file__).parent.parent
Each = Literal["", "municipality"]
Acr = Literal["aal3", "aal2"]
"""What is known of how a card's holder was verified; see :mod:`kazasu.kit.levels`."""


@dataclass(frozen=True, slots=True)
class AssuredAction:
    """Something that a person does there: the levels that it accepts, and why."""

    key: str
    accepts: tuple[Acr, ...]
    """The one that is asked for first."""
    reason: str
    source: str
    signs: bool = False
    """Made with the signing key; the level is that of its password."""
    card_only: bool = False
    """Not by what was itself derived from the card."""


OPERATORS_DESK: Final = AssuredAction(
    "staff-desk", ("aal3",), "letters that wait are seen to there", "simulated (two factors for staff)", card_only=True
)  # fmt: skip
"""For an institution whose only desk is its operators' (:mod:`kazasu.kit.letters`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the identity service registers for it: it is a relying party like any other."""

    scopes: tuple[str, ...] = ()
    public: bool = True
    """An institution of the state or a city; else a private party in live mode."""
    strict: bool = False
    """Requests are pushed (RFC 9126) and tokens bound to a key (RFC 9449)."""
    own_requests: bool = False
    """It also asks in its own name, with nobody before a screen."""
    handles: bool = False
    """It may name a person who is signed in to another institution (RFC 8693)."""
    events: bool = False
    """It takes security events at ``/events`` (RFC 8935)."""
    audiences: tuple[str, ...] = ()
    """Kinds of institutions that may be sent the certificate of who signs for it: of public ones alone, and reviewed with this file."""
    id: str = ""
    """If not the institution's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """One institution, or all of one kind."""

    id: str
    """``bank``; of a kind with tenants the kind: ``city`` for ``city:141003``."""
    room: str
    """The package below ``kazasu`` in which it lives, ``business.bank``."""
    host: str
    """First part of its address; with tenants it follows the tenant's own: ``yokohama`` + ``city``."""
    name: Text
    colour: str = GOVERNMENT_BLUE
    """Of its mark and its pages; white text can be read on it."""
    mark: str
    """Key of its drawing (:mod:`kazasu.foundation.web.drawings`)."""
    each: Each = ""
    """There is one for each municipality; empty: one in the country."""
    client: Client | None = None
    """None: nobody signs in to it."""
    actions: tuple[AssuredAction, ...] = ()
    """What a person can do there, and which level of sign-in each accepts."""
    sessions: Mapping[str, str] = field(default_factory=dict)
    """Kinds of sessions, and where each begins."""
    staff: tuple[str, ...] = ()
    """Roles at its desk. Somebody of the sandbox's tray holds them all."""
    by_record_code: bool = False
    """It knows people by their resident record code (a register): J-LIS names them to it. All others are told
    their own subject by the identity service."""
    own_identifiers: bool = False
    """It knows people by identifiers of its own (:mod:`kazasu.kit.identifiers`)."""
    holds_numbers: bool = False
    """The law lets it keep individual numbers (番号法 9条): enciphered, under a key of each institution's own."""
    stateless: bool = False
    """No database: sessions live in the process."""
    about: About | None = None
    """What its own pages say of it: help, privacy, terms."""
    sandbox_only: bool = False
    lives_with: str = ""
    """Where each institution has a process of its own: whose process it shares."""

    @property
    def schema(self) -> str:
        """Its room's name: schema, role and queue in the database."""
        return self.room.rpartition(".")[2]

    @property
    def package(self) -> str:
        return f"kazasu.{self.room}"

    @property
    def folder(self) -> Path:
        return PACKAGES.joinpath(*self.room.split("."))

    @property
    def kit(self) -> tuple[str, ...]:
        """Tables of the kit that lie in its schema: folders of ``kit/migrations``."""
        takes = {
            "identifiers": self.own_identifiers,
            "events": self.client is not None and self.client.events,
            "staff": bool(self.staff),
        }
        return tuple(tables for tables, wanted in takes.items() if wanted)

    def mark_of(self, tenant: str = "") -> str:
        """Key of its drawing: its kind's, but each city has an emblem of its own."""
        return f"{self.mark}:{tenant}" if tenant and self.mark == CITY else self.mark

    def of(self, tenant: str = "") -> InstitutionId:
        """Who it is for this tenant."""
        return InstitutionId.of(self.id, tenant)

    def part(self, module: str) -> ModuleType | None:
        """A module of the room by its name, if the room has it (``room``, ``founding``)."""
        if not any((self.folder / f"{module}{end}").exists() for end in (".py", "/__init__.py")):
            return None
        return import_module(f"{self.package}.{module}")

    def origin(self, scheme: str, port: int, place: str = "") -> str:
        """Its address on this machine; ``place``: the tenant's part of it."""
        host = f"{place}.{self.host}" if place else self.host
        return f"{scheme}://{host}.localhost:{port}"


def by_kind(institutions: Sequence[Institution]) -> dict[str, Institution]:
    """By what :attr:`InstitutionId.kind` gives. Raises ``ValueError`` when two have one id."""
    found: dict[str, Institution] = {}
    for one in institutions:
        if found.setdefault(one.id, one) is not one:
            raise ValueError(f"{one.id}: two institutions of this id")
    return found
