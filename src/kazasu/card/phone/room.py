"""The phone's room: a web application that installs itself, keys in a folder, no database of anybody."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.card.chip.image import CardBox
from kazasu.card.phone.institution import INSTITUTION
from kazasu.card.phone.pages import Pages
from kazasu.card.phone.records import Records
from kazasu.card.phone.service import PhoneService
from kazasu.card.phone.store import PhoneStore
from kazasu.card.terminal.room import VIRTUAL_IN_PRODUCTION
from kazasu.card.terminal.tap import Taps
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.exchange.taps import ways_of_a_card
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, public

SELF: Final = "phone"
_HERE: Final = Path(__file__).parent


_ANEW = ("/delete", Text("電子証明書を消す", "Delete the certificates", "電子証明書を 消す"))
_LOST = ("/lost", Text("スマートフォンをなくした・見つかった", "A phone was lost or found", "スマートフォンを なくした・見つけた"))  # fmt: skip
_WAYS: Final = {
    "phone.locked": (
        "/delete/card",
        Text("カードで消す", "Delete with your card", "カードで 消す"),
    ),
    "phone.suspended": _LOST,
} | dict.fromkeys(("phone.ended", "phone.expired", "phone.signing-lapsed"), _ANEW)
"""What mends the phone's own keys stands on the phone."""


def open_room(house: RoomContext) -> Room:
    """Raises Refusal ``terminal.virtual-in-production``: its key store is a file."""
    if not house.settings.sandbox:
        raise Refusal(VIRTUAL_IN_PRODUCTION)
    site = site_of(house, INSTITUTION, values={"ways_on": ways_of_a_card(house.directory) | _WAYS})
    institution = house.institution(SELF)
    taps = Taps(house.directory, house.http(), house.clock, institution)
    folder = house.settings.directory_file.parent
    store = PhoneStore(folder / "phones")
    origin = house.directory.origin(SELF)
    service = PhoneService(store, lambda: house.inquirer(SELF), origin, house.clock)
    box = CardBox(folder / "cards")
    records = Records(
        store, service, lambda: house.inquirer(SELF), house.directory, house.http(), house.clock
    )
    site.enter(
        Pages(
            site, taps, house.directory, box, house.clock,
            service=service, store=store, records=records,
        )
    )  # fmt: skip
    _installable(site)
    return room_of(house, INSTITUTION, site)


def _installable(site: Site) -> None:
    """What makes it an application: manifest, worker, and the page for when there is no network."""
    worker = (_HERE / "static" / "service-worker.js").read_text(encoding="utf-8")

    @site.route("/manifest.webmanifest", access=public("what the application is"))
    def manifest(request: Request) -> Response:
        ja = request.state.language == "ja"
        content = {
            "name": "かざす（体験）" if ja else "Kazasu (sandbox)",
            "short_name": "かざす" if ja else "Kazasu",
            "lang": request.state.language,
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": INSTITUTION.colour,
            "icons": [
                {"src": f"/static/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png",
                 "purpose": "any maskable"}
                for size in (192, 512)
            ],
        }  # fmt: skip
        return JSONResponse(content, media_type="application/manifest+json")

    @site.route("/service-worker.js", access=public("the application's own program"))
    def service_worker(_: Request) -> Response:
        return Response(worker, media_type="text/javascript")

    @site.route("/offline", access=public("says that there is no network"))
    def offline(request: Request) -> Response:
        return site.render(request, "offline.html")
