"""Somebody who never had a record in Japan, at the desk: what was said, then all that follows, before it is written."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.faults import Fault
from kazasu.foundation.text import Text
from kazasu.foundation.values.names import BAD_KANA
from kazasu.foundation.web import get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import Form, Place, PlaceName, Plain, asked, one_of
from kazasu.kit.staff import must_be_for
from kazasu.municipality.abroad import faults
from kazasu.municipality.abroad.coming_pages import Home
from kazasu.municipality.abroad.first import First, FirstEntry
from kazasu.municipality.abroad.service.first import LOOK, FirstEntries
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.register.faults import CARD_NUMBER_UNFIT, NO_STATUS, STAY_UNFIT
from kazasu.municipality.register.items.foreigners import STATUSES
from kazasu.municipality.register.relationships import OFFERED

HERE: Final = "/desk/first-entry"
CHOOSE_PEOPLE: Final = Text(
    "日本国籍か外国籍かを選んでください", "Choose whether they are Japanese"
)
CHOOSE_SEX: Final = Text("性別を選んでください", "Choose the sex")
PEOPLE: Final = {
    "japanese": Text("日本国籍（戸籍のある人）", "Japanese, with a family register"),
    "foreign": Text("外国籍", "a foreign national"),
}


class Who(Form):
    people: Annotated[Literal["japanese", "foreign"], one_of(PEOPLE, CHOOSE_PEOPLE)] = asked(
        "国籍の区分", "Japanese or not", missing=CHOOSE_PEOPLE
    )
    name: str = asked("氏名", "Name", most=100)
    kana: str = asked("フリガナ", "Reading", most=100)
    born: date = asked("生年月日", "Date of birth")
    sex: Annotated[Literal["男", "女"], one_of(("男", "女"), CHOOSE_SEX)] = asked(
        "性別", "Sex", missing=CHOOSE_SEX
    )
    registered_domicile: str = asked("本籍", "Registered domicile", default="", most=100)
    domicile_head: str = asked("筆頭者", "Head of the family register", default="", most=100)
    nationality: PlaceName = asked("国籍・地域", "Nationality or region", default="", most=60)
    status: str = asked("在留資格", "Status of residence", default="", most=40)
    stays_until: date | None = asked(
        "在留期間の満了の日", "Last day of the period of stay", default=None
    )
    card_number: Plain = asked(
        "在留カード等の番号", "Number of the residence card", default="", most=20
    )


class FirstForm(Home, Who):
    AT: ClassVar[Mapping[Fault, Place]] = {
        **Home.AT,
        faults.DOMICILE_OF_JAPANESE: "registered_domicile",
        faults.NO_DOMICILE_OF_FOREIGNERS: "registered_domicile",
        faults.FOREIGN_ITEMS: "nationality",
        NO_STATUS: "status",
        STAY_UNFIT: "stays_until",
        CARD_NUMBER_UNFIT: "card_number",
        faults.KNOWN_HERE: "card_number",
        faults.BORN_AHEAD: "born",
        BAD_KANA: "kana",
    }

    def first(self, tenant: str) -> First:
        return First(
            self.people, self.name, self.kana, self.born, self.sex, self.on, self.address(tenant), self.document, self.household,
            self.relationship, self.registered_domicile, self.domicile_head, self.nationality, self.status, self.stays_until,
            self.card_number,
        )  # fmt: skip


class FirstPages:
    def __init__(self, desk: DeskPages, entries: FirstEntries) -> None:
        self._desk = desk
        self._entries = entries

    @get(HERE, STAFF)
    def ask(self, request: Request) -> Response:
        must_be_for(clerk(request), LOOK)
        return self._desk.site.render(
            request, "first_entry.html", clerk=clerk(request), documents=DOCUMENTS, offered=OFFERED[1:], people=PEOPLE,
            statuses=STATUSES, form=FirstForm.show(request),
        )  # fmt: skip

    @post(HERE, STAFF)
    def asked(self, request: Request) -> Response:
        """Nothing is written: all that follows from it is shown before."""
        return reviewing.asked(
            self._desk, request, FirstForm, FirstForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{HERE}/review",
        )  # fmt: skip

    @get(f"{HERE}/review", STAFF)
    def review(self, request: Request) -> Response:
        return reviewing.review(
            self._desk, request, "first_entry_review.html", FirstForm, lambda form: self._propose(request, form),
            again=HERE, facts=lambda *_: {"documents": DOCUMENTS, "people": PEOPLE, "statuses": STATUSES},
        )  # fmt: skip

    @post(f"{HERE}/review", STAFF)
    def enter(self, request: Request) -> Response:
        form = FirstForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, HERE)
        resident_id = self._entries.enter(
            request.state.tenant, clerk(request), form.first(request.state.tenant),
            mark=mark_given(request), reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        self._desk.site.happened("somebody was entered for the first time")
        return self._desk.site.tell(request, f"/desk/residents/{resident_id}", done="first-entered")

    def _propose(self, request: Request, form: FirstForm) -> FirstEntry:
        tenant = request.state.tenant
        return self._entries.propose(tenant, clerk(request), form.first(tenant))
