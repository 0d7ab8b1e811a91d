"""転出届 at the counter: from a resident's record what was said, then all of it with what the machine finds, before it is taken."""

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
from kazasu.foundation.web.forms import Building, Place, Plain, asked, one_of
from kazasu.kit import periods
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.moving import faults
from kazasu.municipality.moving.at_counter.model import ARRIVES_BY, ArrivesBy, Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter, Proposal

CHOOSE_GIVER: Final = Text("だれが届け出たかを選んでください", "Choose who gives notice")
CHOOSE_DOCUMENT: Final = Text(
    "見た本人確認書類を選んでください", "Choose the document that was seen"
)
CHOOSE_WAY: Final = Text("転入の方法を選んでください", "Choose how they will arrive")


class CounterForm(Form):
    """What is said at the counter."""

    people: list[str] = asked("引っ越す人", "Who moves", default=[], needed=True)
    on: date = asked("異動日（引っ越す日、引っ越した日）", "Moving day, past or to come")
    to: str = asked("転出先の市区町村", "The municipality that they go to", default="", most=40, needed=True)  # fmt: skip
    place: Building = asked("そのあとの住所", "The new address after it", default="", most=100)
    joins: bool = asked(
        "転出先で、いまある世帯に加わる", "There they join a household that exists", default=False
    )
    phone: Plain = asked("電話番号", "Telephone", default="", most=20)
    given_by: str = asked("届け出た人", "Who gives notice", missing=CHOOSE_GIVER, most=20)
    giver_name: str = asked("代理人の氏名", "Name of the representative", default="", most=100)
    mandate: str = asked(
        "代理権を確かめた書類（委任状、戸籍など）",
        "What shows that they represent them (mandate, family register)", default="", most=200,
    )  # fmt: skip
    document: Annotated[str, one_of(DOCUMENTS, CHOOSE_DOCUMENT)] = asked(
        "見た本人確認書類", "Document that was seen", missing=CHOOSE_DOCUMENT
    )
    arrives_by: Annotated[ArrivesBy, one_of(ARRIVES_BY, CHOOSE_WAY)] = asked(
        "転入の方法", "How they arrive there", missing=CHOOSE_WAY
    )
    because: str = asked(
        "理由・確かめたこと", "Reason, and what was made sure of", default="", most=MOST_OF_A_REASON
    )
    act: Literal["on", "take", "change"] = "on"

    AT: ClassVar[Mapping[Fault, Place]] = {
        faults.NOBODY_CHOSEN: "people",
        faults.LEAVING_ALREADY: "people",
        faults.DESTINATION_UNKNOWN: "to",
        faults.MOVES_WITHIN: "to",
        faults.MOVES_IN_A_YEAR: "on",
        faults.MOVED_BEFORE: "on",
        faults.NOT_THEIR_NOTICE: "given_by",
        faults.MANDATE_MISSING: "mandate",
        faults.NOT_BY_CARD: "arrives_by",
        faults.LATE_BECAUSE: "because",
    }

    @property
    def said(self) -> Said:
        return Said(
            people=tuple(self.people), on=self.on, to=self.to, place=self.place, joins=self.joins,
            phone=self.phone, given_by=self.given_by, giver_name=self.giver_name, mandate=self.mandate,
            document=self.document, arrives_by=self.arrives_by, because=self.because,
        )  # fmt: skip


class AtCounterPages:
    def __init__(self, desk: DeskPages, counter: NoticeCounter) -> None:
        self._desk = desk
        self._counter = counter

    @get("/desk/residents/{resident_id}/moving-out", STAFF)
    def notice(self, request: Request) -> Response:
        who, resident_id = clerk(request), _resident(request)
        people = self._counter.household(request.state.tenant, who, resident_id)
        here = request.state.tenant
        cities = [
            one for one in self._desk.city.directory.of_kind("city") if str(one.id.tenant) != here
        ]
        return self._desk.site.render(
            request, "counter_notice.html", clerk=who, resident_id=resident_id, people=people,
            staying=[one for one in people if one.state == "resident"], form=CounterForm.show(request),
            documents=DOCUMENTS, representatives=REPRESENTATIVES, ways=ARRIVES_BY, cities=cities,
            givers=[one for one in people if not periods.too_young(one.birth_text, today(self._desk.city.clock))],
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/moving-out", STAFF)
    def noticed(self, request: Request) -> Response:
        """Nothing is written: all of it is shown before."""
        return reviewing.asked(
            self._desk, request, CounterForm, CounterForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{_here(request)}/review",
        )  # fmt: skip

    @get("/desk/residents/{resident_id}/moving-out/review", STAFF)
    def review(self, request: Request) -> Response:
        facts = {
            "resident_id": _resident(request), "documents": DOCUMENTS, "representatives": REPRESENTATIVES,
            "ways": ARRIVES_BY,
        }  # fmt: skip
        return reviewing.review(
            self._desk, request, "counter_review.html", CounterForm, lambda form: self._propose(request, form),
            again=_here(request), facts=lambda *_: facts,
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/moving-out/review", STAFF)
    def take(self, request: Request) -> Response:
        form = CounterForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, _here(request))
        mark = mark_given(request)
        case_id = self._counter.take(
            request.state.tenant, clerk(request), _resident(request), form.said,
            mark=mark, reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        self._desk.site.happened("a notice was taken at the counter")
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="taken-at-counter")

    def _propose(self, request: Request, form: CounterForm) -> Proposal:
        return self._counter.propose(
            request.state.tenant, clerk(request), _resident(request), form.said
        )


def _resident(request: Request) -> str:
    return str(request.path_params["resident_id"])


def _here(request: Request) -> str:
    return f"/desk/residents/{_resident(request)}/moving-out"
