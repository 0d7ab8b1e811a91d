"""A resident's record with all its versions, and its correction ex officio."""

from collections.abc import Mapping
from typing import Annotated, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.actions import MOST_OF_A_REASON, REASON_NEEDED
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.names import BAD_KANA
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.forms import Place, asked, one_of
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.register.addresses import item_of
from kazasu.municipality.register.faults import (
    ADDRESS_ELSEWHERE,
    BAD_RELATIONSHIP,
    HOUSEHOLD_TOGETHER,
    ITEM_EMPTY,
    ITEM_MALFORMED,
    NOT_ON_A_CARD,
    RELATIONSHIP_NEEDED,
)
from kazasu.municipality.register.faults import REASON_NEEDED as REASON_MISSING
from kazasu.municipality.register.history import lines
from kazasu.municipality.register.model import REASONS, RECORD_STATES, SEARCHED_FOR
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.records import Records
from kazasu.municipality.register.veiling import CHOOSE, MOST_OF_A_NOTE, Veil, reason_of

NOBODY_NAMED: Final = Text(
    "だれを探すか、氏名か宛名番号を入力してください。探していません",
    "Enter a name or a number to find somebody by. Nobody was looked for",
)
EDITED = (
    "name",
    "kana",
    "city",
    "town",
    "block",
    "building",
    "registered_domicile",
    "domicile_head",
    "relationship",
)
"""Items with a field on the page."""


class CorrectionForm(CaseForm):
    """職権修正."""

    name: str = asked("氏名", "Name", most=500)
    kana: str | None = asked("フリガナ", "Reading", default=None, most=500)
    city: str = asked("市区", "City and ward", most=40)
    town: str = asked("町名", "Town", default="", most=500, needed=True)
    block: str = asked("番地・号", "Block", most=500)
    building: str | None = asked("方書", "Building", default=None, most=500)
    registered_domicile: str | None = asked("本籍", "Registered domicile", default=None, most=500)
    domicile_head: str | None = asked("筆頭者", "Head of the domicile", default=None, most=500)
    relationship: str | None = asked("続柄", "Relationship", default=None, most=40)
    whole_household: str = asked(
        "世帯の全員の住所を直す", "Correct the address of the whole household", default=""
    )
    because: str = asked("修正の理由", "Reason for the correction", most=MOST_OF_A_REASON)


PLACES: Final[Mapping[Fault, Place]] = {
    REASON_MISSING: "because",
    BAD_KANA: "kana",
    ADDRESS_ELSEWHERE: "city",
    ITEM_EMPTY: item_of,
    ITEM_MALFORMED: item_of,
    NOT_ON_A_CARD: item_of,
    HOUSEHOLD_TOGETHER: "whole_household",
    RELATIONSHIP_NEEDED: "relationship",
    BAD_RELATIONSHIP: "relationship",
}
"""Beside which field of it a refusal stands."""


class SearchForm(Form):
    """Whom a clerk looks for, and what for."""

    q: str = asked(
        "氏名・フリガナ・通称・ローマ字（姓や名の始めだけでもよい）、または宛名番号",
        "Name, reading, alias or Latin letters (the beginning of either name will do), or the number",
        most=80, missing=NOBODY_NAMED,
    )  # fmt: skip
    purpose: Annotated[str, one_of(SEARCHED_FOR, CHOOSE)] = asked(
        "何のために探しますか", "What is it for?", missing=CHOOSE
    )
    note: str = asked(
        "受付番号またはメモ（見つかった人が後で読みます）",
        "Case number or note (whoever is found reads it later)",
        default="", most=MOST_OF_A_NOTE,
    )  # fmt: skip


class ResidentPages:
    def __init__(self, desk: DeskPages, records: Records, corrections: Corrections) -> None:
        self._desk = desk
        self._records = records
        self._corrections = corrections

    @get("/desk/residents", STAFF)
    def search(self, request: Request) -> Response:
        """Nobody is looked for without a purpose: who is found reads it."""
        wanted, form = SearchForm.sought(request)
        found = None
        if wanted is not None:
            reason = reason_of(wanted.purpose, wanted.note)
            found = self._records.search(request.state.tenant, clerk(request), wanted.q, reason)
        missing = {one.name for one in form.errors}
        return self._desk.site.render(
            request, "residents.html", found=found, form=form, purposes=SEARCHED_FOR, errors=form.errors,
            refusal=Refusal(REASON_NEEDED) if missing == {"purpose"} else None,
            searched=wanted.q if wanted else "", states=RECORD_STATES,
        )  # fmt: skip

    @get("/desk/residents/{resident_id}", STAFF)
    def record(self, request: Request) -> Response:
        """Where a protected person lives, alone or with this one, is shown only to who says what for: ``purpose`` and ``note``,
        as in the search."""
        who, resident_id = clerk(request), request.path_params["resident_id"]
        tenant, kept = request.state.tenant, request.state.kept
        found = self._records.look(tenant, who, resident_id)
        now = found.versions[0]
        veil = Veil.over(
            request,
            because="person" if now.protected else "place" if found.protection.people else "",
            on_record=lambda reason: self._records.unveil(tenant, who, resident_id, reason),
        )
        return self._desk.site.render(
            request,
            "resident.html",
            versions=found.versions,
            lines=lines(found.versions, hide=veil.hides),
            staff=found.staff,
            reasons=REASONS,
            states=RECORD_STATES,
            household=found.household,
            today_date=today(self._desk.city.clock),
            clerk=who,
            edited=EDITED,
            veil=veil,
            purposes=SEARCHED_FOR,
            errors=kept.errors or veil.form.errors,
            refusal=kept.refusal or veil.refusal,
            form=CorrectionForm.show(request, **{name: getattr(now, name) for name in EDITED}),
        )

    @post("/desk/residents/{resident_id}", STAFF)
    def correct(self, request: Request) -> Response:
        """職権修正: a further version, with its reason."""
        resident_id = request.path_params["resident_id"]
        form = CorrectionForm.read(request)
        changes = {name: getattr(form, name) for name in EDITED}
        with form.at(PLACES):
            self._corrections.correct(
                request.state.tenant, clerk(request), resident_id, form.version,
                {name: text for name, text in changes.items() if text is not None}, form.because,
                whole_household=bool(form.whole_household),
            )  # fmt: skip
        return self._desk.site.tell(request, f"/desk/residents/{resident_id}", done="corrected")
