"""A resident's record with all its versions, and its correction ex officio."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk, number, text
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.records import Records

EDITED = {
    "name": Text("氏名", "Name"),
    "kana": Text("フリガナ", "Reading"),
    "town": Text("町名", "Town"),
    "block": Text("番地・号", "Block"),
    "building": Text("方書", "Building"),
    "registered_domicile": Text("本籍", "Registered domicile"),
    "domicile_head": Text("筆頭者", "Head of the domicile"),
}
"""Items with a field on the page."""


def enter(desk: DeskPages, records: Records, corrections: Corrections) -> None:
    site = desk.site

    @site.route("/desk/residents", access=STAFF)
    def search(request: Request) -> Response:
        wanted = request.query_params.get("q", "").strip()[:80]
        rows = records.search(request.state.tenant, clerk(request), wanted)
        return site.render(request, "residents.html", rows=rows, wanted=wanted)

    @site.route("/desk/residents/{resident_id}", access=STAFF)
    def record(request: Request) -> Response:
        return page(request)

    @site.route("/desk/residents/{resident_id}", access=STAFF, methods=["POST"])
    def correct(request: Request) -> Response:
        """職権修正: a further version, with its reason."""
        resident_id = request.path_params["resident_id"]
        changes = {name: text(request, name) for name in EDITED if name in request.state.form}
        try:
            corrections.correct(
                request.state.tenant, clerk(request), resident_id, number(request), changes,
                text(request, "because"),
            )  # fmt: skip
        except Refusal as refusal:
            return page(request, refusal)
        return site.redirect(f"/desk/residents/{resident_id}")

    def page(request: Request, refusal: Refusal | None = None) -> Response:
        who = clerk(request)
        found = records.look(request.state.tenant, who, request.path_params["resident_id"])
        return site.render(
            request,
            "resident.html",
            status=refusal.fault.status if refusal else 200,
            versions=found.versions,
            household=found.household,
            refusal=refusal,
            clerk=who,
            edited=EDITED,
            posted=request.state.form if refusal else {},
        )
