"""A resident's record with all its versions, and its correction ex officio."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.actions import MOST_OF_A_REASON, REASON_NEEDED
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.visible import unseen_letter
from kazasu.foundation.web import get, post
from kazasu.foundation.web.faults import UNSEEN_LETTER
from kazasu.foundation.web.forms import asked
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.register.history import lines
from kazasu.municipality.register.model import REASONS, RECORD_STATES, SEARCHED_FOR
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.records import Records

EDITED = (
    "name",
    "kana",
    "city",
    "town",
    "block",
    "building",
    "registered_domicile",
    "domicile_head",
)
"""Items with a field on the page."""


class CorrectionForm(CaseForm):
    """職権修正."""

    name: str = asked("氏名", "Name", most=500)
    kana: str | None = asked("フリガナ", "Reading", default=None, most=500)
    city: str = asked("市区", "City and ward", most=40)
    town: str = asked("町名", "Town", most=500)
    block: str = asked("番地・号", "Block", most=500)
    building: str | None = asked("方書", "Building", default=None, most=500)
    registered_domicile: str | None = asked("本籍", "Registered domicile", default=None, most=500)
    domicile_head: str | None = asked("筆頭者", "Head of the domicile", default=None, most=500)
    because: str = asked("修正の理由", "Reason for the correction", most=MOST_OF_A_REASON)


class ResidentPages:
    def __init__(self, desk: DeskPages, records: Records, corrections: Corrections) -> None:
        self._desk = desk
        self._records = records
        self._corrections = corrections

    @get("/desk/residents", STAFF)
    def search(self, request: Request) -> Response:
        """Nobody is looked for without a purpose: who is found reads it."""
        given, reason = _given(request)
        rows = []
        if given["q"] and reason is not None:
            rows = self._records.search(request.state.tenant, clerk(request), given["q"], reason)
        nothing = "q" in request.query_params and not given["q"]
        return self._desk.site.render(
            request, "residents.html", rows=rows, given=given, purposes=SEARCHED_FOR,
            refusal=Refusal(REASON_NEEDED) if given["q"] and reason is None else None,
            searched=bool(given["q"] and reason), nothing=nothing, states=RECORD_STATES,
        )  # fmt: skip

    @get("/desk/residents/{resident_id}", STAFF)
    def record(self, request: Request) -> Response:
        """Where a protected person lives is shown only to who says what for; ``for``, ``note``: as in the search."""
        who, resident_id = clerk(request), request.path_params["resident_id"]
        found = self._records.look(request.state.tenant, who, resident_id)
        given, reason = _given(request)
        veiled = found.versions[0].protected and reason is None
        if found.versions[0].protected and reason is not None:
            self._records.unveil(request.state.tenant, who, resident_id, reason)
        now = {name: getattr(found.versions[0], name) for name in EDITED}
        return self._desk.site.render(
            request,
            "resident.html",
            versions=found.versions,
            lines=lines(found.versions, hide=found.versions[0].protected),
            staff=found.staff,
            reasons=REASONS,
            states=RECORD_STATES,
            household=found.household,
            clerk=who,
            edited=EDITED,
            veiled=veiled,
            given=given,
            purposes=SEARCHED_FOR,
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
        return self._desk.site.tell(request, f"/desk/residents/{resident_id}", done="corrected")


def _given(request: Request) -> tuple[dict[str, str], Text | None]:
    """What the search's form carries, and the reason that it gives; None: no purpose was chosen.

    Raises Refusal ``web.unseen-letter``.
    """
    asked_for = request.query_params
    given = {name: asked_for.get(name, "").strip()[:80] for name in ("q", "for", "note")}
    for text in given.values():
        if letter := unseen_letter(text):
            raise Refusal(UNSEEN_LETTER, letter=letter)
    purpose = SEARCHED_FOR.get(given["for"])
    if purpose is None:
        return given, None
    note = f"、{given['note']}" if given["note"] else ""
    return given, Text(f"{purpose.ja}{note}", f"{purpose.en}{note.replace('、', ', ')}")
