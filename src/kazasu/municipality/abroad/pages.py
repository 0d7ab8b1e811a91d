"""A move abroad at the desk: from a resident's record what was said, then all that follows, before it is written."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.actions import MOST_OF_A_REASON
from kazasu.foundation.faults import Fault
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import Place, asked, one_of
from kazasu.kit import periods
from kazasu.municipality.abroad import faults
from kazasu.municipality.abroad.model import CARDS, Proposal, Said
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.register.heads import UNRELATED

CHOOSE_GIVER: Final = Text("だれが届け出たかを選んでください", "Choose who gives notice")
CHOOSE_DOCUMENT: Final = Text(
    "見た本人確認書類を選んでください", "Choose the document that was seen"
)


class AbroadForm(Form):
    people: list[str] = asked("国外へ移る人", "Who moves abroad", default=[], needed=True)
    on: date = asked("異動日（出国する日、した日）", "Day of leaving the country, past or to come")
    country: str = asked("行き先の国・地域", "Country that they go to", most=40)
    cards: list[str] = asked(
        "カードを国外でも使う人（国外継続利用）", "Whose card goes on abroad", default=[]
    )
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
    act: Literal["write", "change"] = "write"
    """Of the page that shows it: it is written, or goes back to be changed."""

    AT: ClassVar[Mapping[Fault, Place]] = {
        faults.NOBODY: "people",
        faults.COUNTRY_EMPTY: "country",
        faults.IN_A_YEAR: "on",
        faults.BEFORE_THEY_CAME: "on",
        faults.LATE_BECAUSE: "because",
        faults.LEFT_ALONE: "because",
        faults.NOT_THEIRS: "given_by",
        faults.CARD_ENDS: "cards",
    }

    @property
    def said(self) -> Said:
        return Said(
            people=tuple(self.people), on=self.on, country=self.country, given_by=self.given_by, document=self.document,
            giver_name=self.giver_name, mandate=self.mandate, cards=tuple(self.cards), because=self.because,
        )  # fmt: skip


class StayForm(Form):
    because: str = asked("取り消す理由", "Why it is cancelled", most=MOST_OF_A_REASON)


class AbroadPages:
    def __init__(self, desk: DeskPages, leaving: LeavingTheCountry) -> None:
        self._desk = desk
        self._leaving = leaving

    @get("/desk/residents/{resident_id}/abroad", STAFF)
    def ask(self, request: Request) -> Response:
        people = self._leaving.household(request.state.tenant, clerk(request), _resident(request))
        day = today(self._desk.city.clock)
        return self._desk.site.render(
            request, "abroad.html", clerk=clerk(request), resident_id=_resident(request),
            staying=[one for one in people if one.state == "resident"], documents=DOCUMENTS,
            bound=[one for one in people if one.state != "resident"],
            cards=[one for one in people if one.state == "resident" and one.has_card and not one.nationality],
            givers=[one for one in people if not periods.too_young(one.birth_text, day)],
            representatives=REPRESENTATIVES, form=AbroadForm.show(request),
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/abroad", STAFF)
    def asked(self, request: Request) -> Response:
        """Nothing is written: all that follows from it is shown before."""
        return reviewing.asked(
            self._desk, request, AbroadForm, AbroadForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{_here(request)}/review",
        )  # fmt: skip

    @get("/desk/residents/{resident_id}/abroad/review", STAFF)
    def review(self, request: Request) -> Response:
        facts = {
            "resident_id": _resident(request), "documents": DOCUMENTS, "representatives": REPRESENTATIVES,
            "words": CARDS, "unrelated": UNRELATED,
        }  # fmt: skip
        return reviewing.review(
            self._desk, request, "abroad_review.html", AbroadForm, lambda form: self._propose(request, form),
            again=_here(request), instead=_record(request), facts=lambda *_: facts,
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/abroad/review", STAFF)
    def enter(self, request: Request) -> Response:
        form = AbroadForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, _here(request))
        self._leaving.enter(
            request.state.tenant, clerk(request), _resident(request), form.said,
            mark=mark_given(request), reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        self._desk.site.happened("a move abroad was entered")
        return self._desk.site.tell(request, _record(request), done="abroad-entered")

    @get("/desk/residents/{resident_id}/stays", STAFF)
    def stays(self, request: Request) -> Response:
        people = self._leaving.household(request.state.tenant, clerk(request), _resident(request))
        one = next(one for one in people if one.resident_id == _resident(request))
        return self._desk.site.render(
            request, "abroad_stays.html", clerk=clerk(request), record=one, form=StayForm.show(request)
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/stays", STAFF)
    def stay(self, request: Request) -> Response:
        form = StayForm.read(request)
        self._leaving.cancel(request.state.tenant, clerk(request), _resident(request), form.because)
        return self._desk.site.tell(request, _record(request), done="abroad-cancelled")

    def _propose(self, request: Request, form: AbroadForm) -> Proposal:
        return self._leaving.propose(
            request.state.tenant, clerk(request), _resident(request), form.said
        )


def _resident(request: Request) -> str:
    return str(request.path_params["resident_id"])


def _record(request: Request) -> str:
    return f"/desk/residents/{_resident(request)}"


def _here(request: Request) -> str:
    return f"{_record(request)}/abroad"
