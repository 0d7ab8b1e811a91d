"""The sandbox's own room: the tray of cards, the country's clock, the catalogue of faults, the guided tours."""

from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.society.catalogue.pages import CataloguePages
from kazasu.society.components import ComponentPages
from kazasu.society.institution import INSTITUTION
from kazasu.society.pages import SandboxPages
from kazasu.society.tours.pages import TourPages


def open_room(house: RoomContext) -> Room:
    site = site_of(house, INSTITUTION)
    site.enter(SandboxPages(site, house))
    site.enter(CataloguePages(site, house))
    site.enter(TourPages(site, house))
    site.enter(ComponentPages(site))
    return room_of(house, INSTITUTION, site)
