"""Who looked: every access to one's data by every institution, of a time and an institution, on pages and as files."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from pydantic import ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import AccessEntry
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import EARLIEST, LATEST, today
from kazasu.foundation.web import Form, Site, get
from kazasu.foundation.web.forms import Wrong, asked
from kazasu.portal.access.looking import Looking
from kazasu.portal.access.looks import Looks, Period, as_csv, as_rows, by_day, gathered, within
from kazasu.portal.faults import NO_SUCH_PERIOD
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.handles import Handles

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
_LINKS: Final = {"from": "since", "to": "until"}
"""As addresses that somebody kept name the ends of the period."""
WRONG_WAY_ROUND: Final = Text(
    "初めの日か、それより後の日にしてください", "Choose the first day or a later one", "はじめの日か、その後の 日を 書いてください"
)  # fmt: skip


class PeriodForm(Form):
    """What is shown of all records."""

    of: str = asked("機関", "Institution", "だれが（役所・会社）", default="", most=60)
    since: date | None = asked("初めの日", "First day", "いつから", default=None)
    until: date | None = asked("終わりの日", "Last day", "いつまで", default=None)

    @field_validator("until")
    @classmethod
    def _after(cls, until: date | None, read: ValidationInfo) -> date | None:
        since = read.data.get("since")
        if since and until and until < since:
            raise Wrong(WRONG_WAY_ROUND)
        return until

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    def address(self, **changed: date | str | None) -> str:
        """The query that shows it, with changes."""
        wanted = {"of": self.of, "since": self.since, "until": self.until} | changed
        return urlencode({name: str(value) for name, value in wanted.items() if value})


class Accesses:
    """Those pages. The address says what is shown: ``of`` an institution, ``since`` and ``until`` a day, ``before`` an instant."""

    def __init__(
        self, site: Site, looking: Looking, handles: Handles, directory: Directory
    ) -> None:
        self._site = site
        self._looking = looking
        self._handles = handles
        self._directory = directory

    @get("/accesses", RESIDENT)
    def page(self, request: Request) -> Response:
        if _LINKS.keys() & request.query_params.keys():
            rows = request.query_params.multi_items()
            renamed = urlencode([(_LINKS.get(name, name), value) for name, value in rows])
            return self._site.redirect(f"/accesses?{renamed}")
        wanted, form = PeriodForm.sought(request)
        looks = self._within(request, wanted) if wanted else Looks([], None, [])
        shown = wanted or PeriodForm()
        there: dict[str, None] = dict.fromkeys(one.institution for one in looks.entries)
        if shown.of in self._directory:
            there[shown.of] = None
        return self._site.render(
            request,
            "accesses.html",
            form=form,
            errors=form.errors,
            days=by_day(_of(looks, shown.of)),
            institutions=list(there),
            lately=[(text, self._lately(shown, days)) for days, text in LATELY],
            everything=_path(shown.address(since=None, until=None)),
            read=wanted is not None,
            filtered=shown != PeriodForm(),
            query=shown.address(),
            older=shown.address(before=looks.older.isoformat()) if looks.older else "",
            silent=[self._name_of(one) for one in dict.fromkeys(looks.silent)],
            name_of=self._name_of,
            actor_of=self._actor_of,
        )

    def _within(self, request: Request, wanted: PeriodForm) -> Looks:
        ends = [_instant(request.query_params.get("before", "")), wanted.period.ends]
        before = min((one for one in ends if one), default=None)
        return within(self._look(request, before), wanted.period.begins)

    @get("/accesses.csv", RESIDENT)
    def as_csv(self, request: Request) -> Response:
        """All of the filter, however many pages it has. Raises Refusal ``portal.too-many-records``, ``portal.no-such-period``."""
        entries, silent = self._all(request)
        return _file(
            as_csv(entries, silent, self._name_of, self._actor_of),
            "text/csv; charset=utf-8",
            "accesses.csv",
        )

    @get("/accesses.json", RESIDENT)
    def as_json(self, request: Request) -> Response:
        """As :meth:`as_csv`."""
        rows = as_rows(*self._all(request), self._name_of, self._actor_of)
        content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        return _file(content, "application/json", "accesses.json")

    def _all(self, request: Request) -> tuple[Sequence[AccessEntry], list[str]]:
        wanted, _ = PeriodForm.sought(request)
        if wanted is None:
            raise Refusal(NO_SUCH_PERIOD)
        looks = gathered(lambda before: self._look(request, before), wanted.period)
        return _of(looks, wanted.of), [one for one in looks.silent if wanted.of in ("", one)]

    def _look(self, request: Request, before: datetime | None) -> Looks:
        return self._looking.accesses(
            request.state.session.subject,
            self._handles.of(request),
            before,
        )

    def _lately(self, shown: PeriodForm, days: int) -> str:
        """The address of the latest days, of the same institution."""
        return _path(
            shown.address(since=today(self._site.clock) - timedelta(days=days), until=None)
        )

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


def _path(query: str) -> str:
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
