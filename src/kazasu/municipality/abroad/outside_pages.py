"""Somebody from a municipality that is not connected, at the desk: what the paper says, then all that follows, before it is written; the notices of
moved-in that go there by post."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import Place, Plain, asked
from kazasu.kit.staff import must_be_for
from kazasu.municipality.abroad import faults
from kazasu.municipality.abroad.first_pages import PEOPLE, FirstForm
from kazasu.municipality.abroad.outside import Outside, OutsideEntry, number_of
from kazasu.municipality.abroad.service.outside import LOOK, FromOutside
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.register.faults import NUMBER_HELD
from kazasu.municipality.register.items.foreigners import STATUSES
from kazasu.municipality.register.relationships import OFFERED

HERE: Final = "/desk/from-outside"
LETTERS: Final = f"{HERE}/letters"
TYPE_IT: Final = Text(
    "転出証明書の個人番号（12けた）を入力してください",
    "Enter the individual number from the certificate, 12 digits",
)
AT_THE_NUMBER: Final[Mapping[Fault | str, Place]] = {
    faults.OUTSIDE_NUMBER: "number",
    NUMBER_HELD: "number",
    "jukinet.number-of-another": "number",
}


class OnThePaper(Form):
    old_city: Plain = asked("前の市区町村", "The old municipality", most=60)
    old_address: str = asked(
        "前の住所（市区町村のあと）", "Old address, after the municipality", most=200
    )
    paper: Plain = asked(
        "転出証明書の番号か交付日", "Number of the certificate, or its date", most=60
    )
    planned_on: date = asked("転出予定年月日", "Planned day of moving out")
    code: Plain = asked("住民票コード（11けた）", "Resident record code, 11 digits", most=30)


class OutsideForm(FirstForm, OnThePaper):
    AT: ClassVar[Mapping[Fault, Place]] = {
        **FirstForm.AT,
        faults.OUTSIDE_CITY: "old_city",
        faults.OUTSIDE_IS_HERE: "old_city",
        faults.OUTSIDE_CODE: "code",
        faults.NETWORK_KNOWS: "code",
    }

    def outside(self, tenant: str) -> Outside:
        return Outside(
            self.first(tenant),
            self.old_city,
            self.old_address,
            self.paper,
            self.planned_on,
            self.code,
        )


class ConfirmForm(OutsideForm):
    """Of the page that shows it: the number is typed there, and kept nowhere but in the register (番号法 12条)."""

    number: SecretStr = asked(
        "個人番号（12けた）",
        "Individual number, 12 digits",
        default=SecretStr(""),
        most=30,
        needed=True,
    )


class OutsidePages:
    def __init__(self, desk: DeskPages, outside: FromOutside) -> None:
        self._desk = desk
        self._outside = outside

    @get(HERE, STAFF)
    def ask(self, request: Request) -> Response:
        must_be_for(clerk(request), LOOK)
        return self._desk.site.render(
            request, "from_outside.html", clerk=clerk(request), documents=DOCUMENTS, offered=OFFERED[1:], people=PEOPLE,
            statuses=STATUSES, form=OutsideForm.show(request),
        )  # fmt: skip

    @post(HERE, STAFF)
    def asked(self, request: Request) -> Response:
        """Nothing is written: all that follows from it is shown before."""
        return reviewing.asked(
            self._desk, request, OutsideForm, OutsideForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{HERE}/review",
        )  # fmt: skip

    @get(f"{HERE}/review", STAFF)
    def review(self, request: Request) -> Response:
        return reviewing.review(
            self._desk, request, "from_outside_review.html", OutsideForm, lambda form: self._propose(request, form),
            again=HERE,
            facts=lambda *_: {"documents": DOCUMENTS, "people": PEOPLE, "statuses": STATUSES, "form": ConfirmForm.show(request)},
        )  # fmt: skip

    @post(f"{HERE}/review", STAFF)
    def enter(self, request: Request) -> Response:
        form = ConfirmForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, HERE)
        typed = form.number.get_secret_value()
        if not typed:
            raise form.wrong("number", TYPE_IT)
        with form.at(AT_THE_NUMBER):
            resident_id = self._outside.enter(
                request.state.tenant, clerk(request), form.outside(request.state.tenant), number_of(typed),
                mark=mark_given(request), reviewed=lambda found: must_be_reviewed(request, found.document),
            )  # fmt: skip
        self._desk.site.happened("somebody came from outside the directory")
        return self._desk.site.tell(request, f"/desk/residents/{resident_id}", done="from-outside")

    @get(LETTERS, STAFF)
    def letters(self, request: Request) -> Response:
        rows = self._outside.letters(request.state.tenant, clerk(request))
        return self._desk.site.render(
            request, "outside_letters.html", clerk=clerk(request), rows=rows
        )

    @get(f"{LETTERS}/{{token}}.pdf", STAFF)
    def printed(self, request: Request) -> Response:
        token = _token(request)
        try:
            content = self._outside.print(request.state.tenant, clerk(request), token)
        except Refusal as refusal:
            return self._desk.site.tell(request, LETTERS, refusal=refusal)
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'inline; filename="{token}.pdf"'},
        )

    @post(f"{LETTERS}/{{token}}/sent", STAFF)
    def sent(self, request: Request) -> Response:
        self._outside.sent(request.state.tenant, clerk(request), _token(request))
        return self._desk.site.tell(request, LETTERS, done="outside-letter-sent")

    def _propose(self, request: Request, form: OutsideForm) -> OutsideEntry:
        tenant = request.state.tenant
        return self._outside.propose(tenant, clerk(request), form.outside(tenant))


def _token(request: Request) -> str:
    """As the address has it; what is none finds no letter."""
    return str(request.path_params["token"])
