"""A resident's record with all its versions. Each look is recorded before the record is shown."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import get, post
from kazasu.foundation.web.forms import asked
from kazasu.municipality.faults import UNKNOWN_RESIDENT
from kazasu.municipality.hall.desk import STAFF, CaseForm, Counter, clerk
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.service.corrections import Corrections

SEARCHING = Text("住民の検索", "Looking for a resident")
EDITED = ("name", "kana", "town", "block", "building", "registered_domicile", "domicile_head")
"""Items with a field on the page."""
READING = Text("住民票の確認", "Looking at a resident's record")


class CorrectionForm(CaseForm):
    """職権修正."""

    name: str | None = asked("氏名", "Name", default=None, most=500)
    kana: str | None = asked("フリガナ", "Reading", default=None, most=500)
    town: str | None = asked("町名", "Town", default=None, most=500)
    block: str | None = asked("番地・号", "Block", default=None, most=500)
    building: str | None = asked("方書", "Building", default=None, most=500)
    registered_domicile: str | None = asked("本籍", "Registered domicile", default=None, most=500)
    domicile_head: str | None = asked("筆頭者", "Head of the domicile", default=None, most=500)
    because: str = asked("修正の理由", "Reason for the correction", default="", most=500)


class ResidentPages:
    def __init__(self, counter: Counter, corrections: Corrections) -> None:
        self._counter = counter
        self._corrections = corrections

    @get("/desk/residents", STAFF)
    def search(self, request: Request) -> Response:
        wanted = request.query_params.get("q", "").strip()[:80]

        def work(tx: Transaction) -> list[Resident]:
            found = register.search(tx, wanted) if wanted else []
            ids = tuple(one.resident_id for one in found)
            tx.audit(clerk(request).access("resident.search", SEARCHING, ids))
            return found

        rows = self._counter.read(request, "resident.search", SEARCHING, work)
        return self._counter.site.render(request, "residents.html", rows=rows, wanted=wanted)

    @get("/desk/residents/{resident_id}", STAFF)
    def record(self, request: Request) -> Response:
        resident_id = request.path_params["resident_id"]

        def work(tx: Transaction) -> tuple[list[Resident], list[Resident]]:
            versions = register.history(tx, resident_id)
            if not versions:
                raise Refusal(UNKNOWN_RESIDENT)
            return versions, register.household(tx, versions[0].household_number)

        versions, household = self._counter.read(
            request, "resident.read", READING, work, subjects=(resident_id,)
        )
        now = {name: getattr(versions[0], name) for name in EDITED}
        return self._counter.site.render(
            request,
            "resident.html",
            versions=versions,
            household=household,
            clerk=clerk(request),
            edited=EDITED,
            form=CorrectionForm.show(request, **now),
        )

    @post("/desk/residents/{resident_id}", STAFF)
    def correct(self, request: Request) -> Response:
        """職権修正: a further version, with its reason."""
        resident_id = request.path_params["resident_id"]
        form = CorrectionForm.read(request)
        changes = {name: getattr(form, name) for name in EDITED}
        self._corrections.correct(
            request.state.tenant, clerk(request), resident_id, form.version,
            {name: text for name, text in changes.items() if text is not None}, form.because,
        )  # fmt: skip
        return self._counter.site.redirect(f"/desk/residents/{resident_id}")
