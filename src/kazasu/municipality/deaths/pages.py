"""Entering a death at the desk: from the record, looked at before it is written."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Fault
from kazasu.foundation.text import Text
from kazasu.foundation.web import get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import Place, asked, one_of
from kazasu.municipality.deaths import faults
from kazasu.municipality.deaths.model import BASES, Death, Proposal
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.deaths.told import DeathsTold
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.register.heads import UNRELATED

CHOOSE_BASIS: Final = Text("何に基づくのかを選んでください", "Choose what it rests on")
TOLD_HERE: Final = "/desk/deaths-told"
SAID_ANEW: Final = frozenset(("version", "act"))
"""Of the form: what the page that shows it says itself."""


class DeathForm(CaseForm):
    on: date = asked("亡くなった日", "Day of the death")
    basis: Annotated[str, one_of(BASES, CHOOSE_BASIS)] = asked(
        "何に基づくか", "What it rests on", missing=CHOOSE_BASIS
    )
    note: str = asked(
        "通知の番号・確かめたこと", "Number of the notification, what was made sure of", default="", most=200
    )  # fmt: skip
    act: Literal["write", "change"] = "write"
    """Of the page that shows it: it is written, or goes back to be changed."""

    AT: ClassVar[Mapping[Fault, Place]] = {
        faults.DAY_AHEAD: "on",
        faults.DAY_BEFORE: "on",
    }

    @property
    def death(self) -> Death:
        return Death(self.on, self.basis, self.note)


class DeathPages:
    def __init__(self, desk: DeskPages, deaths: Deaths, told: DeathsTold) -> None:
        self._desk = desk
        self._deaths = deaths
        self._told = told

    @get(TOLD_HERE, STAFF)
    def told(self, request: Request) -> Response:
        rows = self._told.waiting(request.state.tenant, clerk(request))
        return self._desk.site.render(request, "deaths_told.html", clerk=clerk(request), rows=rows)

    @get("/desk/residents/{resident_id}/death", STAFF)
    def ask(self, request: Request) -> Response:
        """What another city told of them stands in the form already."""
        record, told = self._deaths.look(request.state.tenant, clerk(request), _resident(request))
        known = {"on": told.died_on, "basis": "notification"} if told else {}
        return self._desk.site.render(
            request, "death.html", clerk=clerk(request), record=record, bases=BASES,
            form=DeathForm.show(request, **known), told_by=self._told.name_of(told) if told else None,
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/death", STAFF)
    def asked(self, request: Request) -> Response:
        """Nothing is written: all that follows from it is shown before."""
        return reviewing.asked(
            self._desk, request, DeathForm, DeathForm.AT,
            lambda form: self._propose(request, form, form.version),
            lambda form: f"{_here(request)}/review?version={form.version}",
        )  # fmt: skip

    @get("/desk/residents/{resident_id}/death/review", STAFF)
    def review(self, request: Request) -> Response:
        version = request.query_params.get("version", "")
        try:
            looked_at = int(version)
        except ValueError:
            return self._desk.site.redirect(_here(request))
        facts = {"bases": BASES, "unrelated": UNRELATED, "version": version}
        return reviewing.review(
            self._desk, request, "death_review.html", DeathForm,
            lambda form: self._propose(request, form, looked_at),
            again=_here(request), instead=_record(request), anew=SAID_ANEW, facts=lambda *_: facts,
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/death/review", STAFF)
    def enter(self, request: Request) -> Response:
        form = DeathForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, _here(request))
        self._deaths.enter(
            request.state.tenant, clerk(request), _resident(request), form.version, form.death,
            mark=mark_given(request), reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        return self._desk.site.tell(request, _record(request), done="death-entered")

    def _propose(self, request: Request, form: DeathForm, version: int) -> Proposal:
        return self._deaths.propose(
            request.state.tenant, clerk(request), _resident(request), version, form.death
        )


def _resident(request: Request) -> str:
    return str(request.path_params["resident_id"])


def _record(request: Request) -> str:
    return f"/desk/residents/{_resident(request)}"


def _here(request: Request) -> str:
    return f"{_record(request)}/death"
