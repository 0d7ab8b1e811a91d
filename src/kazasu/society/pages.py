"""Pages of the sandbox: what one needs to play the country, and nothing of any institution."""

from datetime import datetime, time, timedelta
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.terminal.tray import Trays
from kazasu.card.transports.tray import Shown
from kazasu.exchange.directory import Directory
from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.time.clock import EARLIEST, JST, LATEST, today
from kazasu.foundation.time.country_clock import move_clock
from kazasu.foundation.time.legal_dates import read_date
from kazasu.foundation.web import Form, Site, get, post, public
from kazasu.foundation.web.forms import Plain, asked
from kazasu.society.custom_people import EXAMPLE, NOT_BORN, SEX, TypedForm, Typing

NOT_A_READER = define("society.not-a-reader", 422,
    "そこはカード端末ではありません", "That is no card terminal",
    "端末の画面から、もう一度開いてください", "Open the tray again from the terminal")  # fmt: skip
BAD_TIME = define("society.bad-time", 422,
    "年・月・日が読めません。令和8年12月1日のように書いてください", "This is no date. Write year, month and day, like 2026/12/1",
    "年・月・日を書き直してください", "Write year, month and day again", who="integrator")  # fmt: skip
WHY: Final = "the sandbox; everybody in it is invented"
STEPS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7),
                "fortnight": timedelta(days=14)}  # fmt: skip
MORNING: Final = time(9, 0)


class ClockForm(Form):
    step: Literal["", "hour", "day", "week", "fortnight"] = ""
    date: Plain = asked("この日の朝9時まで進める", "To nine in the morning of", default="")


class BackForm(Form):
    back: str = ""


class SandboxPages:
    def __init__(self, site: Site, house: RoomContext) -> None:
        self._site = site
        self._house = house
        self._folder = house.settings.directory_file.parent
        self._typing = Typing(house)
        self._trays = Trays(site, self._folder)

    @get("/", public(WHY))
    def front(self, request: Request) -> Response:
        directory = self._house.directory
        entries, cities = list(directory), directory.of_kind("city")
        return self._site.render(
            request,
            "front.html",
            institutions=[one for one in entries if not one.id.tenant and one.id != "society"],
            cities=cities[:12],
            more=max(0, len(cities) - 12),
        )

    @get("/tray", public(WHY))
    def tray(self, request: Request) -> Response:
        """The cards. Each leads onto the terminal's reader, or that of ``back`` (a page of a terminal or phone)."""
        directory = self._house.directory
        back = request.query_params.get("back", "") or f"{directory.origin('terminal')}/"
        reader = _reader(directory, back)
        tray = self._trays.tray(request, make=f"/tray/new?{urlencode({'back': back})}")
        shown = [*tray.residents, *tray.staff]
        return self._site.render(
            request,
            "tray.html",
            tray=tray,
            back=back,
            hrefs={one.card.card_id: _onto(one.card, reader, back) for one in shown},
        )

    @get("/tray/new", public(WHY))
    def typed(self, request: Request) -> Response:
        back = request.query_params.get("back", "")
        if back:
            _reader(self._house.directory, back)
        return self._site.render(
            request, "typed.html", form=TypedForm.show(request, **EXAMPLE), back=back,
            sexes=list(SEX.items()),
        )  # fmt: skip

    @post("/tray/new", public(WHY))
    def make(self, request: Request) -> Response:
        """A card for the person who was typed; then back to the tray, where it lies first."""
        back = BackForm.read(request).back
        if back:
            _reader(self._house.directory, back)
        form = TypedForm.read(request)
        if form.birth > today(self._house.clock):
            raise form.wrong("birth", NOT_BORN)
        self._typing.make(form)
        return self._site.redirect(f"/tray?{urlencode({'back': back})}" if back else "/tray")

    @get("/clock", public(WHY))
    def clock(self, request: Request) -> Response:
        form = ClockForm.show(request)
        return self._site.render(request, "clock.html", now=self._house.clock.now(), form=form)

    @post("/clock", public(WHY))
    def move(self, request: Request) -> Response:
        form = ClockForm.read(request)
        step = STEPS.get(form.step)
        with form.at({BAD_TIME: "date"}):
            onto = self._house.clock.now() + step if step else _morning(form.date)
        move_clock(self._house.settings, onto, self._house.clock, self._house.directory.keys_end())
        return self._site.tell(request, "/clock", moved=True)


def _reader(directory: Directory, back: str) -> str:
    """The terminal's origin, if ``back`` is one's page. Raises Refusal ``society.not-a-reader``."""
    try:
        parts = urlsplit(back)
    except ValueError:  # a bracket without its other
        raise Refusal(NOT_A_READER) from None
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin not in (directory.origin("terminal"), directory.origin("phone")):
        raise Refusal(NOT_A_READER)
    return origin


def _onto(card: Shown, reader: str, back: str) -> str:
    path = back[len(reader) :] or "/"
    return f"{reader}/reader/insert?{urlencode({'card': card.card_id, 'back': path})}"


def _morning(text: str) -> datetime:
    """Nine o'clock in Tokyo of a day as people write it. Raises Refusal ``society.bad-time``."""
    try:
        day = read_date(text).exact
    except Refusal:
        day = None
    if day is None:
        raise Refusal(BAD_TIME)
    morning = datetime.combine(day, MORNING, JST)
    if not EARLIEST <= morning <= LATEST:
        raise Refusal(BAD_TIME)
    return morning
