"""The terminal's room: a reader for each browser, a web page before it, no database of anybody."""

from kazasu.card.chip.image import CardBox
from kazasu.card.terminal.institution import INSTITUTION
from kazasu.card.terminal.pages import Pages
from kazasu.card.terminal.tap import Certified, Taps
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.exchange.taps import ways_of_a_card
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.settings import Settings

SELF = "terminal"
VIRTUAL_IN_PRODUCTION = define("terminal.virtual-in-production", 500,
    "本番では仮想カードを使えません", "Virtual cards are refused in production",
    "KAZASU_READER=pcsc にしてください", "Set KAZASU_READER=pcsc", who="operator")  # fmt: skip


def open_room(house: RoomContext) -> Room:
    """Raises Refusal ``terminal.virtual-in-production``."""
    if house.settings.reader == "virtual" and not house.settings.sandbox:
        raise Refusal(VIRTUAL_IN_PRODUCTION)
    site = site_of(house, INSTITUTION, values={"ways_on": ways_of_a_card(house.directory)})
    taps = Taps(
        house.directory,
        house.http(),
        house.clock,
        house.institution(SELF),
        certified(house.settings),
    )
    box = CardBox(house.settings.directory_file.parent / "cards")
    site.enter(Pages(site, taps, house.directory, box))
    return room_of(house, INSTITUTION, site)


def certified(settings: Settings) -> Certified | None:
    """What lets cards answer here without a PIN, as the settings say. In production nobody's word is simulated."""
    file = settings.terminal_certificate_file
    if settings.terminal_holder == "none" or not settings.sandbox or not file.exists():
        return None
    return Certified(file.read_bytes(), settings.terminal_holder)
