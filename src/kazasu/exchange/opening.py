"""How a room opens its doors: its site and its place in the house, from what the institution declares."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.requests import Request

from kazasu.contracts.accesses import AccessesOf
from kazasu.contracts.base import Inquiry, Letter
from kazasu.contracts.identity import SIGNED_IN_HERE
from kazasu.exchange.accesses import Names, who_looked
from kazasu.exchange.carrier.inquiries import Handler as InquiryHandler
from kazasu.exchange.carrier.letters import Handler as LetterHandler
from kazasu.exchange.directory import Entry
from kazasu.exchange.institution import Institution
from kazasu.exchange.room import Room, RoomContext
from kazasu.exchange.street import ties
from kazasu.foundation.faults import Refusal
from kazasu.foundation.happenings import Happenings
from kazasu.foundation.web import Site
from kazasu.foundation.web.faults import NOT_FOUND


def site_of(
    house: RoomContext,
    declared: Institution,
    *,
    more_templates: Sequence[Path] = (),
    values: Mapping[str, Any] = MappingProxyType({}),
) -> Site:
    """The institution's site: its name, colour, mark and tenants, with the templates of its room.

    Args:
        more_templates: folders of its subjects, or of who comes in by a hook.
        values: for every page, beside the tenant's name.
    """

    def tenant_of_host(host: str) -> str:
        """Raises Refusal ``web.not-found``."""
        return _here(house, declared, host).id.tenant

    def origin_of_host(host: str) -> str:
        entry = house.directory.at_host(host)
        return "" if entry is None else entry.origin

    def context(request: Request) -> Mapping[str, Any]:
        """A tenant's pages carry its own name and emblem."""
        if not request.state.tenant:
            return values
        tenant = request.state.tenant
        name = house.directory.entry(declared.of(tenant)).name
        return {**values, "site_name": name, "site_mark": declared.mark_of(tenant)}

    taps = [house.directory.origin(one) for one in ("identity", "terminal")]
    return Site(
        room=declared.schema,
        name=declared.name,
        templates=declared.folder / "templates",
        more_templates=more_templates,
        settings=house.settings,
        clock=house.clock,
        database=None if declared.stateless else house.database,
        colour=declared.colour,
        about=declared.about,
        ties=ties(
            declared,
            _at(house, "portal", "/accesses"),
            _at(house, "phone", "/lost"),
            _at(house, "identity", SIGNED_IN_HERE),
        ),
        mark=declared.mark,
        tenant_of_host=tenant_of_host if declared.each else lambda _: "",
        origin_of_host=origin_of_host,
        sign_in_paths=declared.sessions,
        form_targets=taps if declared.client else (),
        tools=tools_of(house) if house.settings.sandbox else {},
        happened=Happenings(house.settings.directory_file.parent).note,
        context=context,
    )


def _at(house: RoomContext, institution: str, path: str) -> str:
    """Address of another institution's page; empty where the country has none such."""
    known = house.directory
    return known.origin(institution) + path if institution in known else ""


def tools_of(house: RoomContext) -> dict[str, str]:
    """Where the sandbox's tools are, by the key that the strip of every page knows them by; of those whose institution is in the directory."""
    places = {
        "tours": ("society", "/tours"),
        "clock": ("society", "/clock"),
        "tray": ("society", "/tray"),
        "tap": ("terminal", "/inspector"),
        "requests": ("identity", "/integrators"),
        "faults": ("society", "/faults"),
        "reset": ("society", "/reset"),
    }
    known = house.directory
    return {key: known.origin(who) + path for key, (who, path) in places.items() if who in known}


def room_of(
    house: RoomContext,
    declared: Institution,
    site: Site,
    *,
    letters: Mapping[type[Letter], LetterHandler] | None = None,
    inquiries: Mapping[type[Inquiry[Any]], InquiryHandler] | None = None,
    jobs: Mapping[str, Callable[..., None]] | None = None,
    given_up: Mapping[str, Callable[..., None]] | None = None,
    ticks: Mapping[str, Callable[[], None]] | None = None,
    names: Names | None = None,
    prove: Callable[[Collection[str]], None] = lambda _: None,
) -> Room:
    """The opened room; its site is finished, no page comes after. Who keeps anything answers who looked.

    Args:
        names: under which names its audit rows know somebody, if these are not the handle's own.
        prove: see :attr:`Room.prove`.
    """
    answers: dict[type[Inquiry[Any]], InquiryHandler] = (
        {} if declared.stateless else {AccessesOf: who_looked(house, names)}
    )

    def hosts(name: str) -> bool:
        entry = house.directory.at_host(name)
        return entry is not None and entry.id.kind == declared.id

    return Room(
        name=declared.schema,
        app=site.app(),
        hosts=hosts,
        letters=letters or {},
        inquiries=answers | dict(inquiries or {}),
        jobs=jobs or {},
        given_up=given_up or {},
        ticks=ticks or {},
        prove=prove,
    )


def _here(house: RoomContext, declared: Institution, host: str) -> Entry:
    entry = house.directory.at_host(host)
    if entry is None or entry.id.kind != declared.id:
        raise Refusal(NOT_FOUND)
    return entry
