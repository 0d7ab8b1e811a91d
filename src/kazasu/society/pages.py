"""Pages of the sandbox: what one needs to play the country, and nothing of any institution."""

from datetime import datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.directory import Directory
from kazasu.exchange.room import House
from kazasu.foundation.clock import JST, today
from kazasu.foundation.country_clock import move_clock
from kazasu.foundation.dates import age
from kazasu.foundation.faults import CATALOGUE, Refusal, define
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, Site
from kazasu.society.tray import Shown, read_tray
from kazasu.society.typing import NOT_BORN, SEX, Typing

NOT_A_READER = define(
    "society.not-a-reader",
    422,
    Text("そこはカード端末ではありません", "That is no card terminal"),
    Text("端末の画面から、もう一度開いてください", "Open the tray again from the terminal"),
)
BAD_TIME = define(
    "society.bad-time",
    422,
    Text("日付が読めません", "The date cannot be read"),
    Text("年・月・日を選び直してください", "Choose year, month and day again"),
    who="integrator",
)
WHY: Final = "the sandbox; everybody in it is invented"
STEPS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7),
                "fortnight": timedelta(days=14)}  # fmt: skip
MORNING: Final = time(9, 0)


def enter(site: Site, house: House) -> None:
    folder = house.settings.directory_file.parent

    @site.route("/", access=PUBLIC(WHY))
    def front(request: Request) -> Response:
        entries = list(house.directory)
        return site.render(
            request,
            "front.html",
            institutions=[one for one in entries if not one.id.tenant and one.id != "society"],
            cities=house.directory.of_kind("city")[:12],
            more=max(0, len(house.directory.of_kind("city")) - 12),
        )

    @site.route("/tray", access=PUBLIC(WHY))
    def tray(request: Request) -> Response:
        """The cards. With ``back`` (a terminal's address) each is a link onto that reader."""
        back = request.query_params.get("back", "")
        reader = _reader(house.directory, back) if back else ""
        day = today(house.clock)
        cards = [
            (card, age(datetime.fromisoformat(card.born).date(), day), _onto(card, reader, back))
            for card in read_tray(folder)
        ]
        return site.render(
            request,
            "tray.html",
            people=[one for one in cards if not one[0].staff],
            staff=[one for one in cards if one[0].staff],
            reader=reader,
            new=f"/tray/new?{urlencode({'back': back})}" if back else "/tray/new",
        )

    typing = Typing(house)

    @site.route("/tray/new", access=PUBLIC(WHY), methods=["GET", "POST"])
    def typed(request: Request) -> Response:
        """A card for whoever is typed; then back to the tray, where it lies first."""
        back = str(request.state.form.get("back") or request.query_params.get("back", ""))
        if back:
            _reader(house.directory, back)
        form = typing.form(request)
        if request.method == "POST" and form.validate():
            born = form.birth.data
            if born and born <= today(house.clock):
                typing.make(form, born)
                return site.redirect(f"/tray?{urlencode({'back': back})}" if back else "/tray")
            form.fail(form.birth, NOT_BORN)
        return site.render(request, "typed.html", form=form, back=back, sexes=list(SEX.items()))

    @site.route("/clock", access=PUBLIC(WHY))
    def clock(request: Request) -> Response:
        return site.render(request, "clock.html", now=house.clock.now())

    @site.route("/clock", access=PUBLIC(WHY), methods=["POST"])
    def move(request: Request) -> Response:
        form = request.state.form
        step = STEPS.get(str(form.get("step", "")))
        if step is not None:
            move_clock(house.settings, house.clock.now() + step)
        else:
            move_clock(house.settings, _morning(str(form.get("date", ""))))
        return site.redirect("/clock")

    @site.route("/faults", access=PUBLIC(WHY))
    def faults(request: Request) -> Response:
        wanted = request.query_params.get("q", "").strip().lower()[:80]
        found = [
            fault
            for code, fault in sorted(CATALOGUE.items())
            if wanted in f"{code} {fault.title.ja} {fault.title.en}".lower()
        ]
        return site.render(request, "faults.html", faults=found, wanted=wanted)


def _reader(directory: Directory, back: str) -> str:
    """The terminal's origin, if ``back`` is one's page. Raises Refusal ``society.not-a-reader``."""
    parts = urlsplit(back)
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin not in (directory.origin("terminal"), directory.origin("phone")):
        raise Refusal(NOT_A_READER)
    return origin


def _onto(card: Shown, reader: str, back: str) -> str:
    if not reader:
        return ""
    path = back[len(reader) :] or "/"
    return f"{reader}/reader/insert?{urlencode({'card': card.card_id, 'back': path})}"


def _morning(text: str) -> datetime:
    """Nine o'clock in Tokyo of an ISO date. Raises Refusal ``society.bad-time``."""
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), MORNING, JST)
    except ValueError:
        raise Refusal(BAD_TIME) from None
