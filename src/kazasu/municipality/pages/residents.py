"""A resident's record with all its versions. Each look is recorded before the record is shown."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import UNKNOWN_RESIDENT
from kazasu.municipality.model import Resident
from kazasu.municipality.pages.counter import STAFF, Counter, clerk
from kazasu.municipality.store import register

SEARCHING = Text("住民の検索", "Looking for a resident")
READING = Text("住民票の確認", "Looking at a resident's record")


def enter(counter: Counter) -> None:
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
        resident_id = request.path_params["resident_id"]

        def work(tx: Transaction) -> tuple[list[Resident], list[Resident]]:
            versions = register.history(tx, resident_id)
            if not versions:
                raise Refusal(UNKNOWN_RESIDENT)
            return versions, register.household(tx, versions[0].household_number)

        versions, household = counter.read(
            request, "resident.read", READING, work, subjects=(resident_id,)
        )
        return site.render(request, "resident.html", versions=versions, household=household)
