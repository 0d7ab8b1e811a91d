"""The sandbox's own room: the tray of cards, the country's clock, the catalogue of faults."""

from pathlib import Path

from kazasu.exchange.room import House, Room
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.society.pages import SandboxPages


def open_room(house: House) -> Room:
    site = Site(
        room="society",
        name=Text("体験環境", "The sandbox"),
        templates=Path(__file__).parent / "templates",
        settings=house.settings,
        clock=house.clock,
        database=None,
        colour="#8A3B00",
    )
    site.enter(SandboxPages(site, house))
    host = house.directory.entry("society").host
    return Room(name="society", app=site.app(), hosts=lambda name: name == host)
