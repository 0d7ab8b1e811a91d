"""The old city's desk after acceptance: the paper certificate, the question where somebody is, the cancellation by who stayed."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.web import get, post
from kazasu.foundation.web.cases import number_of
from kazasu.foundation.web.forms import Place, asked
from kazasu.kit.staff import must_be_for
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.moving import paper
from kazasu.municipality.moving.life import OUT_STATES
from kazasu.municipality.moving.outstanding.asking import Asking
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.service.cancelling import CANCEL_AT_DESK, Cancelling
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.register.faults import REASON_NEEDED
from kazasu.municipality.register.veiling import Veil


class PaperForm(CaseForm):
    """A paper is given for a reason, which goes on record."""

    because: str = asked(
        "紙で交付する理由（本人が後で読みます）", "Why on paper (the person reads it later)",
        default="", most=200, lines=True, needed=True,
    )  # fmt: skip


class CancelForm(CaseForm):
    because: str = asked(
        "取り消す理由（だれが、どう申し出たか。本人が後で読みます）",
        "Why it is cancelled: who said so, and how (the person reads it later)",
        default="", most=200, lines=True, needed=True,
    )  # fmt: skip


UNREASONED: Final[dict[Fault | str, Place]] = {REASON_NEEDED: "because"}


class OutstandingPages:
    def __init__(
        self,
        desk: DeskPages,
        notices: MovingOutDesk,
        papers: PaperDesk,
        asking: Asking,
        cancelling: Cancelling,
    ) -> None:
        self._desk = desk
        self._notices = notices
        self._papers = papers
        self._asking = asking
        self._cancelling = cancelling

    @post("/desk/out/{case_id}/paper", STAFF)
    def issue(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), PaperForm.read(request)
        with form.at(UNREASONED):
            self._papers.issue(
                request.state.tenant, clerk(request), case_id, form.version, form.because
            )
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="paper")

    @get("/desk/out/{case_id}/paper.pdf", STAFF)
    def printed(self, request: Request) -> Response:
        """転出証明書, as it was issued. Of somebody protected not before it is on record what for: it is none without its places."""
        tenant, who, case_id = request.state.tenant, clerk(request), number_of(request, ANY_MOVE)
        found, because = self._papers.to_print(tenant, who, case_id)
        veil = Veil.over(
            request,
            because=because,
            on_record=lambda reason: self._notices.unveil(tenant, who, case_id, reason),
        )
        try:
            veil.must_be_lifted()
        except Refusal as refusal:
            return self._desk.site.tell(request, f"/desk/out/{case_id}", refusal=refusal)
        content = paper.certificate_of_moving_out(
            self._desk.city.entry(tenant).name.ja,
            found,
            sandbox=self._desk.city.house.settings.sandbox,
        )
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'inline; filename="{found.number}.pdf"'},
        )

    @post("/desk/out/{case_id}/ask", STAFF)
    def ask(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), CaseForm.read(request)
        self._asking.ask(request.state.tenant, clerk(request), case_id, form.version)
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="asked-around")

    @get("/desk/out/{case_id}/cancel", STAFF)
    def confirm(self, request: Request) -> Response:
        """On a page of its own: whom it brings back."""
        case_id, who = number_of(request, ANY_MOVE), clerk(request)
        must_be_for(who, CANCEL_AT_DESK)
        found = self._notices.look(request.state.tenant, who, case_id)
        if not found.case.may("cancel-at-desk") or not found.on_the_way:
            return self._desk.site.redirect(f"/desk/out/{case_id}")
        coming = {one.resident_id for one in found.leavers if one.on_the_way}
        return self._desk.site.render(
            request,
            "out_cancel.html",
            case=found.case,
            movers=[one for one in found.movers if one.resident_id in coming],
            state=OUT_STATES[found.case.state],
            form=CancelForm.show(request),
            here=request.url.path,
        )

    @post("/desk/out/{case_id}/cancel", STAFF)
    def cancel(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), CancelForm.read(request)
        with form.at(UNREASONED):
            self._cancelling.cancel_at_desk(
                request.state.tenant, clerk(request), case_id, form.version, form.because
            )
        return self._desk.site.tell(request, f"/desk/out/{case_id}", done="cancelled-at-desk")
