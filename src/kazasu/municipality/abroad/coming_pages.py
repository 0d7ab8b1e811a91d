"""Somebody who comes from abroad, at the desk: what was said, then all that follows, before it is written."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.municipality import Address
from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.faults import Fault
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.typed.amounts import digits
from kazasu.foundation.web import Form, get, post
from kazasu.foundation.web.acting.reviewed import mark_given, must_be_reviewed
from kazasu.foundation.web.forms import (
    Block,
    Building,
    Place,
    PlaceName,
    Plain,
    Postcode,
    asked,
    one_of,
)
from kazasu.kit.staff import must_be_for
from kazasu.municipality.abroad import faults
from kazasu.municipality.abroad.model import country_of
from kazasu.municipality.abroad.service.coming import LOOK, Arrival, Coming, ComingFromAbroad
from kazasu.municipality.hall import reviewing
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.register.addresses import item_of
from kazasu.municipality.register.faults import (
    ADDRESS_ELSEWHERE,
    BAD_RELATIONSHIP,
    ITEM_EMPTY,
    ITEM_MALFORMED,
    NOT_ON_A_CARD,
    RELATIONSHIP_NEEDED,
)
from kazasu.municipality.register.relationships import OFFERED

HERE: Final = "/desk/from-abroad"
PAPERS_HERE: Final = "/desk/from-abroad/papers"
CHOOSE_DOCUMENT: Final = Text(
    "見た本人確認書類を選んでください", "Choose the document that was seen"
)


class Home(Form):
    """Since when, where and with whom somebody lives here, and what was seen of them; after what else a page asks."""

    on: date = asked("異動日（ここに住み始めた日）", "Day from which they live here")
    joins: Plain = asked(
        "加わる世帯の世帯番号", "Number of the household that they join", default="", most=20
    )
    relationship: str = asked(
        "その世帯主との続柄", "How they stand to its head", default="", most=40
    )
    postcode: Postcode = asked("郵便番号", "Postcode", default="", most=12)
    city: str = asked("市区", "City and ward", default="", most=40)
    town: PlaceName = asked("町名", "Town", default="", most=80)
    block: Block = asked("番地・号", "Block", default="", most=80)
    building: Building = asked("方書", "Building", default="", most=120)
    document: Annotated[str, one_of(DOCUMENTS, CHOOSE_DOCUMENT)] = asked(
        "見た本人確認書類", "Document that was seen", missing=CHOOSE_DOCUMENT
    )
    act: Literal["write", "change"] = "write"
    """Of the page that shows it: it is written, or goes back to be changed."""

    AT: ClassVar[Mapping[Fault, Place]] = {
        faults.DAY_AHEAD: "on",
        faults.HOUSEHOLD_NEEDED: "joins",
        faults.TOO_YOUNG: "joins",
        RELATIONSHIP_NEEDED: "relationship",
        BAD_RELATIONSHIP: "relationship",
        ADDRESS_ELSEWHERE: "city",
        ITEM_EMPTY: item_of,
        ITEM_MALFORMED: item_of,
        NOT_ON_A_CARD: item_of,
    }

    def address(self, tenant: str) -> Address:
        return Address(
            municipality_code=MunicipalityCode(tenant), postcode=self.postcode, prefecture="", city=self.city, town=self.town,
            block=self.block, building=self.building,
        )  # fmt: skip

    @property
    def household(self) -> str:
        return digits(self.joins) if self.joins else ""


class Numbered(Form):
    code: Plain = asked("住民票コード（11けた）", "Resident record code, 11 digits", most=30)


class ComingForm(Home, Numbered):
    AT: ClassVar[Mapping[Fault, Place]] = {
        **Home.AT,
        faults.WHO_MISSING: "code",
        faults.NOT_FROM_ABROAD: "code",
        faults.NO_RECORD: "code",
        faults.DAY_BEFORE_LEAVING: "on",
    }

    def coming(self, tenant: str) -> Coming:
        return Coming(
            self.code,
            self.on,
            self.address(tenant),
            self.document,
            self.household,
            self.relationship,
        )


class ComingPages:
    def __init__(self, desk: DeskPages, coming: ComingFromAbroad) -> None:
        self._desk = desk
        self._coming = coming

    @get(HERE, STAFF)
    def ask(self, request: Request) -> Response:
        must_be_for(clerk(request), LOOK)
        return self._desk.site.render(
            request, "from_abroad.html", clerk=clerk(request), documents=DOCUMENTS, offered=OFFERED[1:],
            form=ComingForm.show(request), papers=PAPERS_HERE,
        )  # fmt: skip

    @get(PAPERS_HERE, STAFF)
    def papers(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``: in production, where the family register's municipality issues them."""
        found = self._coming.papers(request.state.tenant, clerk(request))
        return self._desk.site.render(
            request, "abroad_papers.html", clerk=clerk(request), people=found, form_at=HERE,
            country=country_of,
        )  # fmt: skip

    @post(HERE, STAFF)
    def asked(self, request: Request) -> Response:
        """Nothing is written: all that follows from it is shown before."""
        return reviewing.asked(
            self._desk, request, ComingForm, ComingForm.AT, lambda form: self._propose(request, form),
            lambda _: f"{HERE}/review",
        )  # fmt: skip

    @get(f"{HERE}/review", STAFF)
    def review(self, request: Request) -> Response:
        return reviewing.review(
            self._desk, request, "from_abroad_review.html", ComingForm, lambda form: self._propose(request, form),
            again=HERE, facts=lambda *_: {"documents": DOCUMENTS},
        )  # fmt: skip

    @post(f"{HERE}/review", STAFF)
    def enter(self, request: Request) -> Response:
        form = ComingForm.read(request)
        if form.act == "change":
            return self._desk.site.go_on(request, HERE)
        resident_id = self._coming.enter(
            request.state.tenant, clerk(request), form.coming(request.state.tenant),
            mark=mark_given(request), reviewed=lambda found: must_be_reviewed(request, found.document),
        )  # fmt: skip
        self._desk.site.happened("somebody came from abroad")
        return self._desk.site.tell(
            request, f"/desk/residents/{resident_id}", done="came-from-abroad"
        )

    def _propose(self, request: Request, form: ComingForm) -> Arrival:
        tenant = request.state.tenant
        return self._coming.propose(tenant, clerk(request), form.coming(tenant))
