"""Who looked: every access to one's data by every institution, of a time and an institution, on pages and as files."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import AccessEntry
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import EARLIEST, LATEST, today
from kazasu.foundation.web import Site, get
from kazasu.portal.looks import Looks, as_csv, as_rows, by_day, gathered, period_of, within
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.handles import Handles
from kazasu.portal.service import Moves

ACTORS: Final = {
    "resident": Text("あなた", "you"),
    "customer": Text("あなた", "you"),
    "clerk": Text("窓口の職員", "a clerk at the counter"),
}
LATELY: Final = (
    (30, Text("この30日", "The last 30 days")),
    (365, Text("この1年", "The last year")),
)
"""Days back from today, each a link."""
_FILTER: Final = ("of", "from", "to")


class Accesses:
    """Those pages. The address says what is shown: ``of`` an institution, ``from`` and ``to`` a day, ``before`` an instant."""

    def __init__(self, site: Site, moves: Moves, handles: Handles, directory: Directory) -> None:
        self._site = site
        self._moves = moves
        self._handles = handles
        self._directory = directory

    @get("/accesses", RESIDENT)
    def page(self, request: Request) -> Response:
        given = _given(request)
        refusal, looks = None, Looks([], None, [])
        try:
            period = period_of(given["from"], given["to"])
        except Refusal as refused:
            refusal = refused
        else:
            ends = [_instant(request.query_params.get("before", "")), period.ends]
            before = min((one for one in ends if one), default=None)
            looks = within(self._look(request, before), period.begins)
        there: dict[str, None] = dict.fromkeys(one.institution for one in looks.entries)
        if given["of"] in self._directory:
            there[given["of"]] = None
        return self._site.render(
            request,
            "accesses.html",
            refusal=refusal,
            days=by_day(_of(looks, given["of"])),
            institutions=list(there),
            given=given,
            lately=[(text, self._lately(given, days)) for days, text in LATELY],
            everything=_address(given | {"from": "", "to": ""}),
            filtered=any(given.values()),
            query=_query(given),
            older=_query(given | {"before": looks.older.isoformat()}) if looks.older else "",
            silent=[self._name_of(one) for one in dict.fromkeys(looks.silent)],
            name_of=self._name_of,
            actor_of=self._actor_of,
        )

    @get("/accesses.csv", RESIDENT)
    def as_csv(self, request: Request) -> Response:
        """All of the filter, however many pages it has. Raises Refusal ``portal.too-many-records``, ``portal.no-such-period``."""
        entries, silent = self._all(request)
        return _file(as_csv(entries, silent), "text/csv; charset=utf-8", "accesses.csv")

    @get("/accesses.json", RESIDENT)
    def as_json(self, request: Request) -> Response:
        """As :meth:`as_csv`."""
        rows = as_rows(*self._all(request))
        content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        return _file(content, "application/json", "accesses.json")

    def _all(self, request: Request) -> tuple[Sequence[AccessEntry], list[str]]:
        given = _given(request)
        period = period_of(given["from"], given["to"])
        looks = gathered(lambda before: self._look(request, before), period)
        return _of(looks, given["of"]), [one for one in looks.silent if given["of"] in ("", one)]

    def _look(self, request: Request, before: datetime | None) -> Looks:
        return self._moves.accesses(
            request.state.session.subject,
            self._handles.of(request),
            before,
        )

    def _lately(self, given: dict[str, str], days: int) -> str:
        """The address of the latest days, of the same institution."""
        first: date = today(self._site.clock) - timedelta(days=days)
        return _address(given | {"from": first.isoformat(), "to": ""})

    def _name_of(self, institution: str) -> Text:
        if institution in self._directory:
            return self._directory.entry(institution).name
        return Text(institution, institution)

    def _actor_of(self, actor: str) -> Text:
        if actor in ACTORS:
            return ACTORS[actor]
        kind, _, who = actor.partition(":")
        if kind == "institution":
            return self._name_of(who)
        return Text("システム", "the system") if kind == "system" else Text(actor, actor)


def _given(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:60] for name in _FILTER}


def _query(given: dict[str, str]) -> str:
    return urlencode({name: value for name, value in given.items() if value})


def _address(given: dict[str, str]) -> str:
    query = _query(given)
    return f"/accesses?{query}" if query else "/accesses"


def _instant(text: str) -> datetime | None:
    """None where nothing, or no instant, was asked for: then the latest are shown."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo and EARLIEST <= at <= LATEST else None


def _of(looks: Looks, institution: str) -> Sequence[AccessEntry]:
    return [one for one in looks.entries if institution in ("", one.institution)]


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'}
    )
