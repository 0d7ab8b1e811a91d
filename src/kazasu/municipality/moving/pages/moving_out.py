"""The desk of incoming notices of moving out: the machine's checks are shown; a clerk decides."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal
from urllib.parse import quote

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.contracts.municipality import MoveNotice
from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil, today
from kazasu.foundation.web import get, post
from kazasu.foundation.web.cases import number_of
from kazasu.foundation.web.forms import Place, asked
from kazasu.kit import periods
from kazasu.kit.staff import must_be_for
from kazasu.kit.told import appeals
from kazasu.municipality.hall.context import city_id
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.moving.at_counter.model import ARRIVES_BY
from kazasu.municipality.moving.faults import (
    ANSWER_NEEDED,
    CHILD_LEFT_ALONE,
    HEAD_NEEDED,
    HEAD_TOO_YOUNG,
    RELATED_ANEW,
    RELATED_OTHERWISE,
)
from kazasu.municipality.moving.life import LEAVER, OUT, OUT_STATES, OutEvent, OutState
from kazasu.municipality.moving.lists import MOST
from kazasu.municipality.moving.outstanding.asking import ANSWERS
from kazasu.municipality.moving.pages.listed import (
    asked_because,
    asked_care,
    found_wrong,
    listed,
    numbered,
    of_standing,
    onward,
)
from kazasu.municipality.moving.pages.outstanding import PaperForm
from kazasu.municipality.moving.rules import heading, paper_first
from kazasu.municipality.moving.service.departures import Departures
from kazasu.municipality.moving.service.moving_out import ANSWERS as ANSWERED_BY
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.register import relationships
from kazasu.municipality.register.faults import BAD_RELATIONSHIP
from kazasu.municipality.register.model import SEARCHED_FOR
from kazasu.municipality.register.veiling import Veil


class AcceptForm(CaseForm):
    new_head: str = asked(
        "残る世帯の世帯主", "Head of the household that remains", default="", needed=True
    )
    standing: dict[str, Annotated[str, Field(max_length=40)]] = asked(
        "新しい世帯主から見た続柄", "Relationship to the new head", default={}
    )
    standing_because: str = asked_because()
    care: str = asked_care()
    act: Literal["accept", "paper"] = "accept"
    """``paper``: the certificate is given on paper at once."""

    def places(self) -> dict[Fault | str, Place]:
        """Beside which field a refusal of the service stands."""
        return {
            HEAD_NEEDED: "new_head",
            HEAD_TOO_YOUNG: "new_head",
            RELATED_ANEW: "standing",
            RELATED_OTHERWISE: "standing_because",
            BAD_RELATIONSHIP: self._of_relationship,
            CHILD_LEFT_ALONE: "care",
        }

    def _of_relationship(self, refusal: Refusal) -> str:
        return of_standing(self.standing, refusal.facts["relationship"])


class AnswerForm(CaseForm):
    """A correction asked for, or waited for no more, or a rejection: never without its reason (as 行政手続法 7条・8条, which do not bind here: 住民基本台帳法 32条)."""

    note: str = asked(
        "理由（本人に伝えること）", "Reason, as the resident reads it", default="", most=500, lines=True,
        needed=True,
    )  # fmt: skip


UNREASONED: Final[Mapping[Fault, Place]] = {ANSWER_NEEDED: "note"}


class MovingOutPages:
    def __init__(self, desk: DeskPages, notices: MovingOutDesk, departures: Departures) -> None:
        self._desk = desk
        self._notices = notices
        self._departures = departures

    @get("/desk/out", STAFF)
    def queue(self, request: Request) -> Response:
        """``case``: the number that somebody at the counter or on the telephone says; then its page."""
        if number := numbered(request):
            return self._desk.site.redirect(f"/desk/out/{quote(number, safe='')}")
        done, who = request.query_params.get("done") == "1", clerk(request)
        rows = self._notices.queue(request.state.tenant, who, done=done)
        return self._desk.site.render(
            request, "out_list.html", states=OUT_STATES, on=None, done=done, clerk=who, most=MOST,
            errors=found_wrong(request),
            **listed(request, rows, "out", today(self._desk.city.clock), who),
        )  # fmt: skip

    @get("/desk/next/out", STAFF)
    def next_case(self, request: Request) -> Response:
        """``after``: the case that one comes from."""
        who, tenant = clerk(request), request.state.tenant
        rows = self._notices.queue(tenant, who)
        return onward(self._desk, request, "out", rows, who)

    @get("/desk/out/{case_id}", STAFF)
    def case(self, request: Request) -> Response:
        who, tenant, case_id = clerk(request), request.state.tenant, number_of(request, ANY_MOVE)
        found, kept = self._notices.look(tenant, who, case_id), request.state.kept
        veil = Veil.over(
            request,
            because=found.because,
            on_record=lambda reason: self._notices.unveil(tenant, who, case_id, reason),
        )
        notice = MoveNotice.model_validate(found.case.notice)
        return self._desk.site.render(
            request,
            "out_case.html",
            case=found.case,
            notice=notice,
            objecting=appeals.how_to_object(
                self._desk.city.entry(tenant).name, civil(found.case.decided_at)
            )
            if found.case.state == OutState.REJECTED and found.case.decided_at
            else (),
            objecting_title=appeals.TITLE,
            paper_first=paper_first.said(found.case, notice, today(self._desk.city.clock)),
            movers=found.movers,
            rests=found.rests,
            offered_anew=heading.offered,
            relationships=relationships.OFFERED,
            alone=found.alone,
            veil=veil,
            purposes=SEARCHED_FOR,
            errors=kept.errors or veil.form.errors,
            refusal=kept.refusal or veil.refusal,
            state=OUT_STATES[found.case.state],
            events=OUT.events,
            form=AcceptForm.show(request),
            clerk=who,
            standing=found.standing,
            view=found,
            leaver_words=LEAVER.states,
            paper=PaperForm.show(request),
            cities=self._names(one.to_municipality for one in found.asked),
            answers=ANSWERS,
            representatives=REPRESENTATIVES,
            documents=DOCUMENTS,
            ways=ARRIVES_BY,
            late=any(one.on_the_way for one in found.leavers)
            and today(self._desk.city.clock) > periods.transfer_usable_until(found.case.moves_on),
            too_late_for_a_card=any(
                one.check == "special-route" and not one.good for one in found.case.checks
            ),
        )

    @post("/desk/out/{case_id}", STAFF)
    def accept(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), AcceptForm.read(request)
        with form.at(form.places()):
            self._notices.accept(
                request.state.tenant,
                clerk(request),
                case_id,
                form.version,
                form.new_head,
                form.care,
                form.standing,
                form.standing_because,
                on_paper=form.act == "paper",
            )
        self._desk.site.happened("a notice was accepted")
        done = "accepted-on-paper" if form.act == "paper" else "accepted"
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done=done)

    # -------------------------------------------------------- answers that need a reason

    @get("/desk/out/{case_id}/correction", STAFF)
    def correction(self, request: Request) -> Response:
        return self._answer(request, "ask-correction")

    @post("/desk/out/{case_id}/correction", STAFF)
    def ask_for_correction(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), AnswerForm.read(request)
        with form.at(UNREASONED):
            self._notices.ask_for_correction(
                request.state.tenant, clerk(request), case_id, form.version, form.note
            )
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="correction")

    @get("/desk/out/{case_id}/rejection", STAFF)
    def rejection(self, request: Request) -> Response:
        return self._answer(request, "reject")

    @post("/desk/out/{case_id}/rejection", STAFF)
    def reject(self, request: Request) -> Response:
        """Confirmed on a page of its own: nothing undoes it."""
        case_id, form = number_of(request, ANY_MOVE), AnswerForm.read(request)
        with form.at(UNREASONED):
            self._notices.reject(
                request.state.tenant, clerk(request), case_id, form.version, form.note
            )
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="rejected")

    @get("/desk/out/{case_id}/going-on", STAFF)
    def going_on(self, request: Request) -> Response:
        return self._answer(request, "went-on")

    @post("/desk/out/{case_id}/going-on", STAFF)
    def go_on(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), AnswerForm.read(request)
        with form.at(UNREASONED):
            self._notices.go_on(
                request.state.tenant, clerk(request), case_id, form.version, form.note
            )
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="went-on")

    def _answer(self, request: Request, answer: OutEvent) -> Response:
        case_id, who = number_of(request, ANY_MOVE), clerk(request)
        must_be_for(who, ANSWERED_BY[answer][1])
        found = self._notices.look(request.state.tenant, who, case_id)
        if not found.case.may(answer):
            return self._desk.site.redirect(f"/desk/out/{case_id}")
        return self._desk.site.render(
            request,
            "out_answer.html",
            case=found.case,
            movers=found.movers,
            state=OUT_STATES[found.case.state],
            answer=answer,
            form=AnswerForm.show(request),
            here=request.url.path,
        )

    @get("/desk/overdue", STAFF)
    def overdue(self, request: Request) -> Response:
        """Where a protected person went is shown in no list: their record shows it, to who says what for."""
        rows, hidden, asked_around = self._departures.overdue(request.state.tenant, clerk(request))
        answers = {
            case: [one for one in asked_around if one.case_id == case]
            for case in {row.case_id for row, _ in rows}
        }
        return self._desk.site.render(
            request, "overdue.html", rows=rows, names=self._names(row.went_to for row, _ in rows), hidden=hidden,
            asked=answers, answers=ANSWERS,
        )  # fmt: skip

    def _names(self, codes: Iterable[str]) -> dict[str, Text]:
        here = self._desk.city.directory
        return {code: here.entry(city_id(code)).name for code in codes if city_id(code) in here}
