"""A resident's record with all its versions, and its correction ex officio."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import ConfigDict, SecretStr, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.actions import MOST_OF_A_REASON, REASON_NEEDED
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.legal_dates import BY_THE_MOON, UNREADABLE_DATE
from kazasu.foundation.time.old_writing import WhichEra
from kazasu.foundation.values.names import BAD_KANA
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.foundation.values.places import registry
from kazasu.foundation.values.places.readings import by_rule
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.acting.reviewed import mark_of, must_be_reviewed
from kazasu.foundation.web.faults import CHANGED_SINCE_SHOWN
from kazasu.foundation.web.forms import Place, Wrong, asked, one_of
from kazasu.kit import periods
from kazasu.kit.faults import EMERGENCY_NOT_OPEN
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.hall.model import Role
from kazasu.municipality.register.addresses import item_of
from kazasu.municipality.register.faults import (
    ADDRESS_ELSEWHERE,
    BAD_RELATIONSHIP,
    BORN_AFTER,
    BORN_AHEAD,
    HOUSEHOLD_TOGETHER,
    ITEM_EMPTY,
    ITEM_MALFORMED,
    NOT_ON_A_CARD,
    NUMBER_NOT_HERE,
    RELATIONSHIP_NEEDED,
    WHICH_ERA,
)
from kazasu.municipality.register.faults import REASON_NEEDED as REASON_MISSING
from kazasu.municipality.register.history import changed, lines, page_of
from kazasu.municipality.register.looking.pages import reason_now
from kazasu.municipality.register.model import REASONS, RECORD_STATES, SEARCHED_FOR
from kazasu.municipality.register.searching import conditions
from kazasu.municipality.register.searching.conditions import Match, State, Wanted
from kazasu.municipality.register.searching.store import MOST
from kazasu.municipality.register.service.corrections import TOLD, Corrections
from kazasu.municipality.register.service.proposing import Proposal
from kazasu.municipality.register.service.records import Records
from kazasu.municipality.register.veiling import (
    CHOOSE,
    MOST_OF_A_NOTE,
    Because,
    Veil,
    carried,
    reason_of,
)

NOBODY_NAMED: Final = Text(
    "だれを探すか、氏名・番号・生年月日・住所のどれかを入力してください。探していません",
    "Enter a name, a number, a date of birth or an address to find somebody by. Nobody was looked for",
)
MISTYPED: Final = Text(
    "番号のどこかが違います（最後の数字と合いません）。もう一度見てください。探していません",
    "A digit of this number is wrong: the last one does not agree. Look again. Nobody was looked for",
)
NOT_BORN: Final = Text(
    "生年月日を「昭和35年5月3日」「S35.5」「1960」「昭和35年～昭和40年」「不詳」のように入力してください（明治6年から）",
    "Enter a date of birth such as 1960-05-03, 1960-05, 1960, S35, 1960～1965, or unknown (from 1873 on)",
)
NO_SUCH_NUMBER: Final = Text(
    "この番号の人は、この市区町村の記録にいません",
    "Nobody in the records of this municipality has this number",
)
EDITED = (
    "name",
    "kana",
    "birth_text",
    "sex",
    "postcode",
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
    birth_text: str | None = asked("生年月日", "Date of birth", default=None, most=40)
    sex: Literal["男", "女"] | None = asked("性別", "Sex", default=None)
    postcode: str | None = asked("郵便番号", "Postcode", default=None, most=12)
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
    act: Literal["write", "change"] = "write"
    """Of the page that shows it: it is written, or goes back to be changed."""

    @property
    def changes(self) -> dict[str, str]:
        given = {name: getattr(self, name) for name in EDITED}
        return {name: text for name, text in given.items() if text is not None}


PLACES: Final[Mapping[Fault, Place]] = {
    REASON_MISSING: "because",
    BAD_KANA: "kana",
    UNREADABLE_DATE: "birth_text",
    BY_THE_MOON: "birth_text",
    WHICH_ERA: "birth_text",
    BORN_AHEAD: "birth_text",
    BORN_AFTER: "birth_text",
    ADDRESS_ELSEWHERE: "city",
    ITEM_EMPTY: item_of,
    ITEM_MALFORMED: item_of,
    NOT_ON_A_CARD: item_of,
    HOUSEHOLD_TOGETHER: "whole_household",
    RELATIONSHIP_NEEDED: "relationship",
    BAD_RELATIONSHIP: "relationship",
}
"""Beside which field of it a refusal stands."""


PROTECTION: Final[Role] = "protection"
"""The role that sees where a protected person lives, in the register."""
NOT_CARRIED: Final = frozenset(("version", "act"))
"""Of the form: what the page that shows it says anew."""


class SearchForm(Form):
    """Whom a clerk looks for, and what for (住民記録システム標準仕様書 2.1.2, 2.1.3)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(validate_default=True)

    born: str = asked("生年月日", "Date of birth", default="", most=40)
    place: str = asked("住所（前の住所も）", "Address, now or before", default="", most=80)
    q: str = asked(
        "氏名か番号", "Name or number",
        default="", most=80,
    )  # fmt: skip
    match: Match = asked("氏名の探し方", "How the name is compared", default="")
    sex: Literal["", "男", "女"] = asked("性別", "Sex", default="")
    state: State = asked("住民か除票か", "Residents or closed records", default="")
    purpose: Annotated[str, one_of(SEARCHED_FOR, CHOOSE)] = asked(
        "何のために探しますか", "What is it for?", missing=CHOOSE
    )
    note: str = asked(
        "受付番号またはメモ（見つかった人が後で読みます）",
        "Case number or note (whoever is found reads it later)",
        default="", most=MOST_OF_A_NOTE,
    )  # fmt: skip

    @field_validator("born")
    @classmethod
    def _readable(cls, typed: str) -> str:
        try:
            if typed:
                conditions.born(typed)
        except WhichEra as which:
            raise Wrong(which.words) from None
        except ValueError:
            raise Wrong(NOT_BORN) from None
        return typed

    @field_validator("q")
    @classmethod
    def _somebody(cls, typed: str, others: ValidationInfo) -> str:
        if not (typed or others.data.get("born", "?") or others.data.get("place")):
            raise Wrong(NOBODY_NAMED)
        number = conditions.digits_of(typed)
        if len(number) == 10 and not conditions.well_written(number):
            raise Wrong(MISTYPED)
        return typed

    @property
    def wanted(self) -> Wanted:
        """A day and a number without its zeros are taken for what they are, though a name was asked for."""
        born = conditions.born(self.born) if self.born else None
        name = self.q
        if born is None and (day := conditions.day_of(name)):
            name, born = "", day
        return Wanted(
            conditions.number_of(name) or name, self.match, born, self.place, self.sex, self.state
        )


class FindForm(Form):
    """The search as it is sent, before the page that it leads to judges it."""

    q: str = asked("氏名か番号", "Name or number", default="", most=80)
    born: str = asked("生年月日", "Date of birth", default="", most=40)
    place: str = asked("住所（前の住所も）", "Address, now or before", default="", most=80)
    match: str = asked("氏名の探し方", "How the name is compared", default="", most=20)
    sex: str = asked("性別", "Sex", default="", most=20)
    state: str = asked("住民か除票か", "Residents or closed records", default="", most=20)
    purpose: str = asked("何のために探しますか", "What is it for?", default="", most=20)
    note: str = asked(
        "受付番号またはメモ（見つかった人が後で読みます）",
        "Case number or note (whoever is found reads it later)",
        default="", most=MOST_OF_A_NOTE,
    )  # fmt: skip

    @property
    def given(self) -> dict[str, str]:
        return {name: value for name, value in dict(self).items() if value}


class NumberForm(Form):
    """A number that may stand in no address; found, it leads to the record."""

    number: SecretStr = asked(
        "個人番号・住民票コード・在留カード番号（特別永住者証明書番号）",
        "Individual number, resident record code, or number of a residence card",
        most=30,
    )
    number_purpose: Annotated[str, one_of(SEARCHED_FOR, CHOOSE)] = asked(
        "何のために探しますか", "What is it for?", missing=CHOOSE
    )
    number_note: str = asked(
        "受付番号またはメモ（見つかった人が後で読みます）",
        "Case number or note (whoever is found reads it later)",
        default="", most=MOST_OF_A_NOTE,
    )  # fmt: skip

    def read_number(self) -> IndividualNumber | ResidentRecordCode | str:
        """Raises Invalid: its last digit does not agree, or it is none of them."""
        typed = self.number.get_secret_value()
        digits = conditions.digits_of(typed)
        try:
            if len(digits) == ResidentRecordCode.length:
                return ResidentRecordCode(digits)
            return conditions.residence_card(typed) or IndividualNumber(digits)
        except Refusal:
            raise self.wrong("number", MISTYPED) from None


class ResidentPages:
    def __init__(self, desk: DeskPages, records: Records, corrections: Corrections) -> None:
        self._desk = desk
        self._records = records
        self._corrections = corrections

    @get("/desk/residents", STAFF)
    def search(self, request: Request) -> Response:
        """Nobody is looked for without a purpose: who is found reads it. A number of the person's own leaves the address at once."""
        if _is_ones_own(request.query_params.get("q", "")):
            return self._desk.site.tell(request, "/desk/residents", refusal=Refusal(NUMBER_NOT_HERE))  # fmt: skip
        kept = request.state.kept
        wanted, form = SearchForm.sought(request)
        found = None
        if wanted is not None:
            reason = reason_of(wanted.purpose, wanted.note)
            who = clerk(request)
            found = self._records.search(request.state.tenant, who, wanted.wanted, reason)
        missing = {one.name for one in form.errors}
        return self._desk.site.render(
            request, "residents.html", found=found, form=form, purposes=SEARCHED_FOR, errors=kept.errors or form.errors,
            refusal=kept.refusal or (Refusal(REASON_NEEDED) if missing == {"purpose"} else None),
            searched=wanted is not None, asked=wanted, states=RECORD_STATES, number_form=NumberForm.show(request),
            matches=conditions.MATCHES, begins=conditions.WHERE_IT_BEGINS, sexes=conditions.SEXES, which=conditions.STATES,
            most=MOST,
        )  # fmt: skip

    @post("/desk/search", STAFF)
    def look_up(self, request: Request) -> Response:
        """What was typed, in an address that can be opened anew; sent first, for no number of a person's own may come into one."""
        typed = FindForm.read(request).given
        if _is_ones_own(typed.get("q", "")):
            return self._desk.site.tell(request, "/desk/residents", refusal=Refusal(NUMBER_NOT_HERE))  # fmt: skip
        return self._desk.site.redirect(f"/desk/residents?{urlencode(typed)}")

    @post("/desk/residents", STAFF)
    def by_number(self, request: Request) -> Response:
        """A number of the person's own is sent, never asked for in an address: addresses are kept by browsers and read in logs."""
        form = NumberForm.read(request)
        reason = reason_of(form.number_purpose, form.number_note)
        number = form.read_number()
        found = self._records.by_number(request.state.tenant, clerk(request), number, reason)
        if found is None:
            raise form.wrong("number", NO_SUCH_NUMBER)
        return self._desk.site.tell(request, f"/desk/residents/{found}")

    @get("/desk/residents/{resident_id}", STAFF)
    def record(self, request: Request) -> Response:
        """Where a protected person lives, alone or with this one, is shown only to who says what for: ``purpose`` and ``note``,
        as in the search."""
        who, resident_id = clerk(request), request.path_params["resident_id"]
        tenant, kept = request.state.tenant, request.state.kept
        found = self._records.look(tenant, who, resident_id, reason_now(request))
        now, refused = found.versions[0], None
        because: Because = "person" if now.protected else "place" if found.protection.people else ""
        veil = Veil.kept_shut(request, because)
        if request.query_params.get("emergency") and because:
            try:
                look = self._records.unveil_in_emergency(tenant, who, resident_id)
                veil = Veil.opened(request, because, Text(look.reason_ja, look.reason_en))
            except Refusal as refusal:
                if refusal.fault is not EMERGENCY_NOT_OPEN:
                    raise
                refused = refusal
        elif PROTECTION in who.roles:
            veil = Veil.over(
                request,
                because=because,
                on_record=lambda reason: self._records.unveil_place(
                    tenant, who, resident_id, reason
                ),
            )
        return self._desk.site.render(
            request,
            "resident.html",
            versions=found.versions,
            lines=lines(found.versions, hide=veil.hides),
            items=page_of(found.versions, found.head),
            staff=found.staff,
            reasons=REASONS,
            states=RECORD_STATES,
            household=found.household,
            heads_from=found.heads_from,
            today_date=today(self._desk.city.clock),
            may_be_parent=not periods.too_young(
                now.birth_text, today(self._desk.city.clock), periods.PARENT_FROM
            ),
            clerk=who,
            edited=EDITED,
            veil=veil,
            town_id=None
            if veil.hides or registry.taken() is None
            else registry.told(now.machiaza_id),
            by_rule=by_rule(now.address),
            purposes=SEARCHED_FOR,
            errors=kept.errors or veil.form.errors,
            refusal=kept.refusal or refused or veil.refusal,
            form=CorrectionForm.show(request, **{name: getattr(now, name) for name in EDITED}),
        )

    @post("/desk/residents/{resident_id}", STAFF)
    def propose(self, request: Request) -> Response:
        """Nothing is written at this press: what would be is shown, of everybody whom it concerns."""
        form = CorrectionForm.read(request)
        with form.at(PLACES):
            self._proposed(request, form, form.version)
        query = urlencode({**_purpose(request), "version": form.version})
        return self._desk.site.go_on(request, f"{_record(request)}/correction?{query}")

    @get("/desk/residents/{resident_id}/correction", STAFF)
    def review(self, request: Request) -> Response:
        """Of a protected household's place only to who says what for, as the record that it comes from."""
        version, form = request.query_params.get("version", ""), CorrectionForm.again(request)
        if form is None or not version.isascii() or not version.isdecimal():
            return self._desk.site.redirect(_record(request))
        proposal = self._proposed(request, form, int(version))
        if proposal is None:  # Back, after it was written
            return self._desk.site.tell(request, _record(request))
        who, tenant, resident_id = clerk(request), request.state.tenant, _resident(request)
        first = proposal.people[0].before
        near = self._records.around(tenant, who, resident_id)
        if (first.protected or near.people) and PROTECTION not in who.roles:
            return self._desk.site.redirect(_record(request))
        veil = Veil.over(
            request,
            because="person" if first.protected else "place" if near.people else "",
            on_record=lambda reason: self._records.unveil_place(tenant, who, resident_id, reason),
        )
        if veil.hides:
            return self._desk.site.redirect(_record(request))
        return self._desk.site.render(
            request, "correction.html", proposal=proposal, first=first, form=form, version=version,
            changes=[(one, changed(one.before, one.after, hide=False)) for one in proposal.people],
            carried={name: text for name, text in dict(form).items() if text is not None and name not in NOT_CARRIED},
            reviewed=mark_of(proposal.document), told=TOLD, veil=veil, errors=request.state.kept.errors,
        )  # fmt: skip

    @post("/desk/residents/{resident_id}/correction", STAFF)
    def correct(self, request: Request) -> Response:
        """職権修正: a further version of each, with its reason, as it was shown."""
        form, record = CorrectionForm.read(request), _record(request)
        purpose = urlencode(_purpose(request))
        onward = f"{record}?{purpose}" if purpose else record
        if form.act == "change":
            return self._desk.site.go_on(request, onward)
        try:
            self._corrections.correct(
                request.state.tenant, clerk(request), _resident(request), form.version,
                form.changes, form.because, whole_household=bool(form.whole_household),
                reviewed=lambda proposal: must_be_reviewed(request, proposal.document),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.fault is CHANGED_SINCE_SHOWN:
                raise
            return self._desk.site.tell(request, onward, refusal=refusal)
        return self._desk.site.tell(request, onward, done="corrected")

    def _proposed(self, request: Request, form: CorrectionForm, version: int) -> Proposal | None:
        return self._corrections.propose(
            request.state.tenant, clerk(request), _resident(request), version,
            form.changes, form.because, whole_household=bool(form.whole_household),
        )  # fmt: skip


def _is_ones_own(typed: str) -> bool:
    """個人番号 (twelve digits), 住民票コード (eleven)."""
    return len(conditions.digits_of(typed)) in (11, 12)


def _resident(request: Request) -> str:
    return str(request.path_params["resident_id"])


def _record(request: Request) -> str:
    return f"/desk/residents/{_resident(request)}"


def _purpose(request: Request) -> dict[str, str]:
    """What a protected person's place was shown for, from page to page."""
    return dict(parse_qsl(carried(request).removeprefix("?"), keep_blank_values=True))
