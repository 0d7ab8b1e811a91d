"""世帯変更届 at the desk: what changes, then how each stands and who gives notice, then all of it side by side before it is written."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.actions import MOST_OF_A_REASON
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import Place, Plain, asked, one_of
from kazasu.kit import periods
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, carried, clerk
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.households import faults
from kazasu.municipality.households.model import (
    EXPLAINED,
    GIVERS,
    KINDS,
    Choice,
    Kind,
    Line,
    Notice,
    days_late,
)
from kazasu.municipality.households.service import HouseholdChanges, Proposal
from kazasu.municipality.register.faults import BAD_RELATIONSHIP
from kazasu.municipality.register.history import Change, changed
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD, OFFERED

CHOOSE: Final = Text("届出の種類を選んでください", "Choose what kind of notice it is")
CHOOSE_GIVER: Final = Text("だれが届け出たかを選んでください", "Choose who gives notice")
CHOOSE_DOCUMENT: Final = Text(
    "見た本人確認書類を選んでください", "Choose the document that was seen"
)
NOBODY: Final = "none"
"""Of the buttons that name a head: a button that was pressed cannot be left empty again."""


class ChoiceForm(Form):
    """What changes."""

    kind: Annotated[Kind, one_of(KINDS, CHOOSE)] = asked(
        "届出の種類", "Kind of notice", missing=CHOOSE
    )
    people: list[str] = asked("世帯を移る人", "Who changes household", default=[])
    head: str = asked("世帯主になる人", "Who becomes head", default=NOBODY, most=20)
    rest_head: str = asked(
        "残る世帯の世帯主になる人", "Who heads those who stay", default=NOBODY, most=20
    )
    joins: Plain = asked("加わる世帯の世帯番号", "Number of the household that they join", default="", most=20)  # fmt: skip
    link: str = asked(
        "もとの世帯の世帯主の、加わる世帯の世帯主から見た続柄",
        "How the head of this household stands to the head of that one", default="", most=40,
    )  # fmt: skip

    @property
    def choice(self) -> Choice:
        head, rest = (one if one != NOBODY else "" for one in (self.head, self.rest_head))
        return Choice(self.kind, tuple(self.people), self.joins, head, rest, self.link)


class NoticeForm(ChoiceForm):
    """How each stands to their head, and who says so."""

    relationship: dict[str, Annotated[str, Field(max_length=40)]] = asked(
        "続柄", "Relationship", default={}
    )
    on: date = asked("異動日（世帯が変わった日）", "Day on which the household changed")
    given_by: str = asked("届け出た人", "Who gives notice", missing=CHOOSE_GIVER, most=20)
    giver_name: str = asked("代理人の氏名", "Name of the representative", default="", most=100)
    mandate: str = asked(
        "代理権を確かめた書類（委任状、戸籍など）",
        "What shows that they represent them (mandate, family register)", default="", most=200,
    )  # fmt: skip
    document: Annotated[str, one_of(DOCUMENTS, CHOOSE_DOCUMENT)] = asked(
        "見た本人確認書類", "Document that was seen", missing=CHOOSE_DOCUMENT
    )
    because: str = asked(
        "理由・確かめたこと", "Reason, and what was made sure of", default="", most=MOST_OF_A_REASON
    )
    act: Literal["on", "write", "change"] = "on"

    AT: ClassVar[Mapping[Fault, Place]] = {
        faults.STANDS_HOW: "relationship",
        faults.STANDS_OTHERWISE: "because",
        faults.CHILDREN_ALONE: "because",
        faults.DAY_TO_COME: "on",
        faults.DAY_BEFORE: "on",
        faults.GIVER_UNKNOWN: "given_by",
        faults.MANDATE_NEEDED: "mandate",
        BAD_RELATIONSHIP: "relationship",
    }

    @property
    def notice(self) -> Notice:
        return Notice(
            self.on, self.given_by, self.document, self.giver_name, self.mandate, self.because
        )


AT_THE_CHOICE: Final[Mapping[Fault, Place]] = {
    faults.PEOPLE_NEEDED: "people",
    faults.EVERYBODY_GOES: "people",
    faults.NAME_A_HEAD: "head",
    faults.SAME_HEAD: "head",
    faults.YOUNG_HEAD: "head",
    faults.NO_HOUSEHOLD: "joins",
    faults.SAME_HOUSEHOLD: "joins",
    faults.NOBODY_THERE: "joins",
    faults.NO_HEAD_THERE: "joins",
    faults.OTHER_HOUSE: "joins",
    faults.PROTECTED_THERE: "joins",
    BAD_RELATIONSHIP: "link",
}
"""Beside which field of the first page a refusal stands."""


class HouseholdPages:
    def __init__(self, desk: DeskPages, changes: HouseholdChanges) -> None:
        self._desk = desk
        self._changes = changes

    @get("/desk/households", STAFF)
    def taken(self, request: Request) -> Response:
        """What was taken of late, and which came late; it begins on a record."""
        who = clerk(request)
        found = self._changes.taken(request.state.tenant, who)
        return self._desk.site.render(
            request, "households.html", clerk=who, kinds=KINDS,
            rows=[(one, days_late(one.changed_on, one.notified_on)) for one in found],
        )  # fmt: skip

    @get("/desk/residents/{resident_id}/household", STAFF)
    def choose(self, request: Request) -> Response:
        who, resident_id = clerk(request), _resident(request)
        people = self._changes.household(request.state.tenant, who, resident_id)
        return self._desk.site.render(
            request, "household.html", clerk=who, resident_id=resident_id, people=people,
            staying=[one for one in people if one.state == "resident"], form=ChoiceForm.show(request, head=NOBODY, rest_head=NOBODY),
            kinds=KINDS, explained=EXPLAINED, relationships=[one for one in OFFERED if one != HEAD],
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/household", STAFF)
    def chosen(self, request: Request) -> Response:
        """Nothing is written: who is concerned is shown, and how they stand to their head."""
        form = ChoiceForm.read(request)
        with form.at(AT_THE_CHOICE):
            self._changes.plan(
                request.state.tenant, clerk(request), _resident(request), form.choice
            )
        return self._desk.site.go_on(request, f"{_here(request)}/notice")

    @get("/desk/residents/{resident_id}/household/notice", STAFF)
    def notice(self, request: Request) -> Response:
        form = ChoiceForm.again(request)
        if form is None:
            return self._desk.site.redirect(_here(request))
        who, resident_id = clerk(request), _resident(request)
        try:
            plan = self._changes.plan(request.state.tenant, who, resident_id, form.choice)
        except Refusal as refusal:  # it has changed meanwhile
            return self._desk.site.tell(request, _here(request), refusal=refusal)
        return self._desk.site.render(
            request, "household_notice.html", clerk=who, resident_id=resident_id, plan=plan,
            form=NoticeForm.show(request), kinds=KINDS, documents=DOCUMENTS, representatives=REPRESENTATIVES,
            relationships=[one for one in OFFERED if one != HEAD], carried=carried(request, ChoiceForm),
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/household/notice", STAFF)
    def noticed(self, request: Request) -> Response:
        """Nothing is written: all of it is shown before."""
        return reviewing.asked(
            self._desk, request, NoticeForm, NoticeForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{_here(request)}/review",
        )  # fmt: skip

    @get("/desk/residents/{resident_id}/household/review", STAFF)
    def review(self, request: Request) -> Response:
        def facts(form: NoticeForm, proposal: Proposal) -> dict[str, Any]:
            givers = proposal.plan.givers
            return {
                "resident_id": _resident(request), "kinds": KINDS, "givers": GIVERS, "documents": DOCUMENTS,
                "until": periods.household_notice_until(form.on),
                "rows": _changes(proposal), "same": _same(proposal),
                "giver": next((one for one in givers if one.resident_id == form.given_by), None),
            }  # fmt: skip

        return reviewing.review(
            self._desk, request, "household_review.html", NoticeForm, lambda form: self._propose(request, form),
            again=_here(request), facts=facts,
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/household/review", STAFF)
    def write(self, request: Request) -> Response:
        form = NoticeForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, f"{_here(request)}/notice")
        mark = mark_given(request)
        self._changes.change(
            request.state.tenant, clerk(request), _resident(request), form.choice, form.relationship,
            form.notice, mark=mark, reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        return self._desk.site.tell(
            request, f"/desk/residents/{_resident(request)}", done="household-changed"
        )

    def _propose(self, request: Request, form: NoticeForm) -> Proposal:
        return self._changes.propose(
            request.state.tenant, clerk(request), _resident(request), form.choice,
            form.relationship, form.notice,
        )  # fmt: skip


def _changes(proposal: Proposal) -> list[tuple[Line, Sequence[Change], str]]:
    """Of each who is written anew: what, and why where it departs. Places do not change by it."""
    rows = [(one, changed(one.before, one.after(word), hide=True), why) for one, word, why in proposal.said]  # fmt: skip
    return [row for row in rows if row[1]]


def _same(proposal: Proposal) -> list[Resident]:
    """Who is written as they are."""
    as_before = [one.before for one, word, _ in proposal.said if one.after(word) == one.before]
    return [*as_before, *proposal.plan.unchanged]


def _resident(request: Request) -> str:
    return str(request.path_params["resident_id"])


def _here(request: Request) -> str:
    return f"/desk/residents/{_resident(request)}/household"
