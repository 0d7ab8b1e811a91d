"""A case on a site, as its table has it: where it stands, whose turn it is, what can be done now as buttons, what happened.

CasePages(site, TABLE, prefix="/loans", title=…, access=RESIDENT, by="resident", past=…, act=…)
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.procedures.cases import Past
from kazasu.foundation.procedures.states import Event, State, Table
from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.foundation.web.access import PageAccess
from kazasu.foundation.web.site import Site

SEEN: Final = "_seen"
PARTIES: Final = {
    "resident": Text("申請した人", "whoever applied"),
    "clerk": Text("職員", "the staff"),
    "system": Text("システム", "the system"),
}
"""Whose turn it can be; a room adds the institutions of its own tables."""


def number_of(request: Request, prefix: str | tuple[str, ...], *, key: str = "case_id") -> str:
    """The case's number in the address, however it was typed or read out."""
    return readable.as_given(str(request.path_params[key]), prefix)


class CasePages:
    """Entered by being made; a page for one party."""

    def __init__(
        self,
        site: Site,
        table: Table,
        *,
        prefix: str,
        title: Text,
        access: PageAccess,
        by: str,
        past: Callable[[Request, str], Sequence[Past]],
        act: Callable[[Request, str, str, int], object],
        parties: Mapping[str, Text] | None = None,
        home: str = "/",
        template: str = "kit/case.html",
        more: Callable[[Request, str], Mapping[str, Any]] = lambda *_: {},
    ) -> None:
        """
        Args:
            by: whose page it is.
            past: what happened to the case; raises the room's Refusal where it is nobody's or another's.
            act: ``(request, case, event, seen)``, by :meth:`kazasu.foundation.procedures.cases.CaseBook.happen`.
            template: extends ``kit/case.html`` where the case has details of its own, with ``more`` values.
        """
        self._site, self._table, self._by, self._prefix = site, table, by, prefix
        self._title, self._home, self._template = title, home, template
        self._past, self._act, self._more = past, act, more
        self._parties = {**PARTIES, **(parties or {})}
        if unnamed := {state.acts for state in table.states.values()} - {"", *self._parties}:
            raise ValueError(f"{table.name}: no words for {sorted(unnamed)}")
        site.route(f"{prefix}/{{case}}", access=access)(self.show)
        for event in self._mine(table.events.values()):
            path = f"{prefix}/{{case}}/{event.key}"
            site.route(path, access=access, methods=["POST"])(partial(self.act, event.key))

    def show(self, request: Request) -> Response:
        case = request.path_params["case"]
        past = self._past(request, case)
        state = self._table.after(one.event for one in past)
        return self._site.render(
            request, self._template, title=self._title, case=case, state=state, home=self._home,
            mine=state.acts == self._by, turn=self._parties.get(state.acts),
            actions=self._mine(self._table.open_events(state.key, self._by)),
            entries=self._entries(past, state), seen_field=SEEN, seen=len(past),
            here=f"{self._prefix}/{case}", **self._more(request, case),
        )  # fmt: skip

    def act(self, event: str, request: Request) -> Response:
        case = request.path_params["case"]
        seen = str(request.state.form.get(SEEN, ""))
        self._act(request, case, event, int(seen) if seen.isdecimal() and len(seen) < 6 else -1)
        return self._site.redirect(f"{self._prefix}/{case}")

    def _mine(self, events: Any) -> list[Event]:
        return [event for event in events if self._by in event.by and event.button]

    def _entries(self, past: Sequence[Past], state: State) -> list[dict[str, Any]]:
        """For the macro ``timeline``: what happened, and what is waited for."""
        last = len(past) if self._table.over(state.key) else len(past) - 1
        return [
            {
                "title": self._table.events[one.event].words,
                "at": one.at,
                "who": self._parties.get(one.by),
                "state": "now" if number == last else "done",
            }
            for number, one in enumerate(past)
        ]
