"""A mover who planned another city: the reader at the desk, then whether the data come. One who brings a paper certificate: its number,
and the document that shows who they are."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.foundation.faults import Fault
from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.cases import number_of
from kazasu.foundation.web.forms import Place, Plain, asked
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.kit.staff import must_be_for
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.moving.faults import (
    DOCUMENT_NEEDED,
    LEAVES_THIS_CITY,
    OLD_CITY_UNKNOWN,
    PAPER_REPLACED,
    PAPER_UNKNOWN,
)
from kazasu.municipality.moving.model import PAPERS
from kazasu.municipality.moving.service.walk_in import BY_PAPER, FETCH, PaperCounter, WalkInDesk

MISTYPED: Final = Text(
    "番号のどこかが違います（最後の文字と合いません）。紙の番号を、もう一度見て入力してください。問い合わせていません",
    "A letter of this number is wrong: the last one does not agree. Look at the paper again. Nobody was asked",
)


class ByPaperForm(Form):
    """What stands on the paper. Found missing by the service, which looks first who has the case."""

    number: Plain = asked(
        "転出証明書の番号", "Number of the certificate", default="", most=40, needed=True
    )
    old_city: str = asked(
        "前の市区町村", "The old municipality", default="", most=40, needed=True
    )  # fmt: skip

    def must_be_well_typed(self) -> None:
        """Before another city is asked. Raises Invalid."""
        if readable.mistyped(self.number, PAPERS):
            raise self.wrong("number", MISTYPED)


class DocumentForm(CaseForm):
    who: str = asked("来た人", "Who came", default="", needed=True)
    document: str = asked("見た本人確認書類", "Document that was seen", default="", needed=True)


_AT_THE_PAPER: Final[dict[Fault | str, Place]] = {
    PAPER_UNKNOWN: "number", PAPER_REPLACED: "number", OLD_CITY_UNKNOWN: "old_city", LEAVES_THIS_CITY: "old_city",
}  # fmt: skip


class WalkInPages:
    def __init__(self, desk: DeskPages, walk_ins: WalkInDesk, papers: PaperCounter) -> None:
        self._desk = desk
        self._papers = papers
        self._walk_ins = walk_ins
        desk.signin.use(
            "walk-in",
            self.take,
            scopes=("openid", "resident"),
            levels=accepted("city.walk-in"),
        )

    @get("/desk/walk-in", STAFF)
    def ask(self, request: Request) -> Response:
        must_be_for(clerk(request), FETCH)
        return self._desk.site.render(request, "walk_in.html", clerk=clerk(request))

    @post("/desk/walk-in", STAFF)
    def begin(self, request: Request) -> Response:
        must_be_for(clerk(request), FETCH)
        context = {"clerk": clerk(request).staff_id}
        return self._desk.signin.begin(request, "walk-in", context=context, back="/desk/walk-in")

    def take(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        who = clerk(request)
        if who.staff_id != context["clerk"]:
            return self._desk.site.redirect("/desk")
        answer = self._walk_ins.fetch(request.state.tenant, who, person)
        if not answer.sent:
            return self._desk.site.tell(request, "/desk/walk-in", outcome="none")
        return self._desk.site.tell(request, "/desk/walk-in", outcome="sent", case=answer.case_id)

    # -------------------------------------------------------- by paper

    @get("/desk/paper", STAFF)
    def paper(self, request: Request) -> Response:
        must_be_for(clerk(request), BY_PAPER)
        return self._desk.site.render(
            request, "paper.html", clerk=clerk(request), form=ByPaperForm.show(request)
        )

    @post("/desk/paper", STAFF)
    def fetch(self, request: Request) -> Response:
        form = ByPaperForm.read(request)
        form.must_be_well_typed()
        with form.at(_AT_THE_PAPER):
            case = self._papers.fetch(
                request.state.tenant, clerk(request), form.number, form.old_city
            )
        return self._desk.site.tell(request, "/desk/paper", case=case)

    @post("/desk/in/{case_id}/paper", STAFF)
    def fetch_for(self, request: Request) -> Response:
        """On the page of a case that waits for it; the paper may be of another one, which is then shown."""
        case_id, form = number_of(request, ANY_MOVE), ByPaperForm.read(request)
        form.must_be_well_typed()
        with form.at(_AT_THE_PAPER):
            case = self._papers.fetch(
                request.state.tenant, clerk(request), form.number, form.old_city, case_id
            )
        if case != case_id:
            return self._desk.site.tell(request, "/desk/paper", case=case)
        return self._desk.site.tell(request, f"/desk/in/{case_id}", done="data-asked")

    @post("/desk/in/{case_id}/documents", STAFF)
    def documents(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), DocumentForm.read(request)
        with form.at({DOCUMENT_NEEDED: "document"}):
            self._papers.identify(
                request.state.tenant, clerk(request), case_id, form.version, form.who, form.document
            )
        self._desk.site.happened("a visitor was identified")
        return self._desk.site.tell(request, f"/desk/in/{case_id}", done="identified-by-document")
