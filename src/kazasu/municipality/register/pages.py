"""A resident's record with all its versions. Each look is recorded before the record is shown."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import UNKNOWN_RESIDENT
from kazasu.municipality.hall.desk import STAFF, Counter, clerk, number, text
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.service.corrections import Corrections

SEARCHING = Text("住民の検索", "Looking for a resident")
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
READING = Text("住民票の確認", "Looking at a resident's record")


def enter(counter: Counter, corrections: Corrections) -> None:
    site = counter.site

    @site.route("/desk/residents", access=STAFF)
    def search(request: Request) -> Response:
        wanted = request.query_params.get("q", "").strip()[:80]

        def work(tx: Transaction) -> list[Resident]:
            found = register.search(tx, wanted) if wanted else []
            ids = tuple(one.resident_id for one in found)
            tx.audit(clerk(request).access("resident.search", SEARCHING, ids))
            return found

        rows = counter.read(request, "resident.search", SEARCHING, work)
        return site.render(request, "residents.html", rows=rows, wanted=wanted)

    @site.route("/desk/residents/{resident_id}", access=STAFF)
    def record(request: Request) -> Response:
        return _page(counter, request)

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
            return _page(counter, request, refusal)
        return site.redirect(f"/desk/residents/{resident_id}")


def _page(counter: Counter, request: Request, refusal: Refusal | None = None) -> Response:
    resident_id = request.path_params["resident_id"]

    def work(tx: Transaction) -> tuple[list[Resident], list[Resident]]:
        versions = register.history(tx, resident_id)
        if not versions:
            raise Refusal(UNKNOWN_RESIDENT)
        return versions, register.household(tx, versions[0].household_number)

    versions, household = counter.read(
        request, "resident.read", READING, work, subjects=(resident_id,)
    )
    return counter.site.render(
        request,
        "resident.html",
        status=refusal.fault.status if refusal else 200,
        versions=versions,
        household=household,
        refusal=refusal,
        clerk=clerk(request),
        edited=EDITED,
        posted=request.state.form if refusal else {},
    )
