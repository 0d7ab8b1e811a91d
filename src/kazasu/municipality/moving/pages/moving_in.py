"""The desk of arrivals: expected ones by date, the visit, provisional entry, registration, paper."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote
from uuid import UUID

from pydantic import AfterValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import ANY_MOVE
from kazasu.contracts.jukinet import DAY_REFUSED
from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil, today
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.typed.amounts import digits
from kazasu.foundation.web import get, post
from kazasu.foundation.web.cases import number_of
from kazasu.foundation.web.forms import (
    PLAIN,
    Block,
    Building,
    Day,
    Place,
    PlaceName,
    Postcode,
    Wrong,
    asked,
)
from kazasu.kit import periods
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.municipality.hall.context import city_id
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.moving import entering, paper, telling
from kazasu.municipality.moving.entering import EnteredPerson, Entry
from kazasu.municipality.moving.faults import (
    CHILD_LEFT_ALONE,
    HEAD_IS_ANOTHER,
    HEAD_NEEDED,
    HEAD_TOO_YOUNG,
    HOUSEHOLD_ELSEWHERE,
    JOINS_AND_HEADS,
    JOINS_WHICH,
    LEAVING_ALREADY,
    LEFT_OUT,
    LIVES_THERE_ALREADY,
    MOVED_BEFORE,
    MOVED_IN_FUTURE,
    NO_SUCH_HOUSEHOLD,
    NOBODY_CHOSEN,
    NOBODY_STAYS,
    ONE_HEAD,
    RELATED_ANEW,
    RELATED_OTHERWISE,
)
from kazasu.municipality.moving.life import FORGOTTEN, IN_STATES
from kazasu.municipality.moving.lists import MOST
from kazasu.municipality.moving.model import SEXES, MovingIn, cards_until, to_come, until
from kazasu.municipality.moving.pages.listed import (
    DayForm,
    asked_because,
    asked_care,
    found_wrong,
    listed,
    numbered,
    of_standing,
    onward,
)
from kazasu.municipality.moving.pages.walk_in import ByPaperForm, DocumentForm
from kazasu.municipality.moving.rules import heading
from kazasu.municipality.moving.service.arrivals import ArrivalDesk, Before
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.register import relationships
from kazasu.municipality.register.addresses import item_of
from kazasu.municipality.register.faults import (
    ADDRESS_ELSEWHERE,
    BAD_RELATIONSHIP,
    ITEM_EMPTY,
    ITEM_MALFORMED,
    NOT_ON_A_CARD,
    REASON_NEEDED,
    RELATIONSHIP_NEEDED,
)
from kazasu.municipality.register.model import SEARCHED_FOR
from kazasu.municipality.register.veiling import Veil, carried

VISITOR_SCOPES = ("openid", "name", "address", "birthdate", "gender", "resident")
NOT_A_HOUSEHOLD_NUMBER: Final = Text(
    "世帯番号は10けたの数字です", "The number of a household has ten digits"
)


def _household_number(typed: str) -> str:
    found = digits(typed)
    if typed and len(found) != 10:
        raise Wrong(NOT_A_HOUSEHOLD_NUMBER)
    return found


HouseholdNumber = Annotated[str, AfterValidator(_household_number), PLAIN]
"""世帯番号, however its digits are typed; empty: they join none."""


JOINS: Final = "joins"
"""Chosen as head: none of them, they join a household that has one."""


class EntryForm(CaseForm):
    """The completed notice. What the fields mean is judged by the service's own rules."""

    moved_on: date = asked("異動日（住み始めた日）", "Moving day")
    postcode: Postcode = asked("郵便番号", "Postcode", default="", most=12)
    city: str = asked("市区", "City and ward", default="", most=40)
    town: PlaceName = asked("町名", "Town", default="", most=80, needed=True)
    block: Block = asked("番地・号", "Block", most=80)
    building: Building = asked("方書", "Building", default="", most=120)
    joins_household: HouseholdNumber = asked(
        "加わる世帯の世帯番号", "Number of the household they join", default="", most=20
    )
    token: tuple[UUID, ...] = ()
    included: dict[str, str] = asked("異動する", "Moves", default={})
    relationship: dict[str, Annotated[str, Field(max_length=40)]] = asked(
        "続柄", "Relationship", default={}
    )
    related_because: str = asked_because()
    head: str = asked("世帯主", "Head of the household", default="")
    care: str = asked_care()
    remaining_head: tuple[str, ...] = asked(
        "残る世帯の世帯主", "Head of the household that remains", default=(), needed=True
    )
    standing: dict[str, Annotated[str, Field(max_length=40)]] = asked(
        "新しい世帯主から見た続柄", "Relationship to the new head", default={}
    )
    standing_because: str = asked_because()
    left_out: str = asked(
        "登録しない理由（どこに住むか）", "Why they are not registered (where they live)",
        default="", most=500, lines=True, needed=True,
    )  # fmt: skip
    comes_on: dict[str, Day] = asked(
        "ここに住む日（分かるとき）", "Lives here from (where it is known)", default={}
    )
    act: Literal["enter", "register"] = "enter"
    """Both buttons send the whole page: what is registered is what it shows."""

    def entry(self, tenant: str) -> Entry:
        """The service knows the prefecture, and the city where the field was left empty.

        Raises Refusal ``municipality.joins-which``: nobody of them heads, and no household is named.
        """
        if self.head == JOINS and not self.joins_household:
            raise Refusal(JOINS_WHICH)
        return Entry(
            moved_on=self.moved_on,
            address=Address(
                municipality_code=MunicipalityCode(tenant),
                postcode=self.postcode,
                prefecture="",
                city=self.city,
                town=self.town,
                block=self.block,
                building=self.building,
            ),
            people=tuple(self._person(token) for token in self.token),
            joins_household=self.joins_household,
            because=self.related_because,
        )

    def places(self) -> dict[Fault | str, Place]:
        """Beside which field a refusal of the service stands."""
        return {
            MOVED_BEFORE: "moved_on",
            MOVED_IN_FUTURE: "moved_on",
            **dict.fromkeys(DAY_REFUSED, "moved_on"),
            ADDRESS_ELSEWHERE: "city",
            ITEM_EMPTY: item_of,
            ITEM_MALFORMED: item_of,
            NOT_ON_A_CARD: item_of,
            NO_SUCH_HOUSEHOLD: "joins_household",
            NOBODY_STAYS: "joins_household",
            NOBODY_CHOSEN: "included",
            BAD_RELATIONSHIP: self._of_relationship,
            RELATIONSHIP_NEEDED: self._of_relationship,
            ONE_HEAD: "head",
            HEAD_TOO_YOUNG: "remaining_head" if self.act == "register" else "head",
            HEAD_IS_ANOTHER: lambda refusal: f"relationship-{refusal.facts['token']}",
            CHILD_LEFT_ALONE: "care",
            HOUSEHOLD_ELSEWHERE: "joins_household",
            LEAVING_ALREADY: "included",
            LIVES_THERE_ALREADY: "block",
            JOINS_WHICH: "joins_household",
            JOINS_AND_HEADS: "head",
            RELATED_ANEW: "standing",
            RELATED_OTHERWISE: "standing_because" if self.act == "register" else "related_because",
            LEFT_OUT: "left_out",
            HEAD_NEEDED: "remaining_head",
        }

    def _of_relationship(self, refusal: Refusal) -> str:
        written = relationships.as_written(refusal.facts["relationship"])
        if self.act == "register":
            return of_standing(self.standing, written)
        found = (
            key
            for key, one in self.relationship.items()
            if relationships.as_written(one) == written and key in self.included
        )
        return next((f"relationship-{key}" for key in found), "")

    def _person(self, token: UUID) -> EnteredPerson:
        key = str(token)
        relationship = self.relationship.get(key, "")
        said = relationships.as_written(relationship)
        return EnteredPerson(token, key in self.included, said, self.head == key)


class BackForm(CaseForm):
    """受付に戻す: never without its reason, which the colleague at the counter reads."""

    because: str = asked(
        "受付に戻す理由", "Why it goes back", default="", most=500, lines=True, needed=True
    )


class MovingInPages:
    def __init__(self, desk: DeskPages, arrivals: ArrivalDesk, registering: Registering) -> None:
        self._desk = desk
        self._arrivals = arrivals
        self._registering = registering
        desk.signin.use(
            "visitor", self.take_visitor, scopes=VISITOR_SCOPES, levels=accepted("city.visitor")
        )

    @get("/desk/in", STAFF)
    def queue(self, request: Request) -> Response:
        """``case``: the number that somebody at the counter or on the telephone says; then its page."""
        if number := numbered(request):
            return self._desk.site.redirect(f"/desk/in/{quote(number, safe='')}")
        wanted, day = DayForm.sought(request)
        on = wanted.date if wanted else None
        done, who = request.query_params.get("done") == "1", clerk(request)
        rows = self._arrivals.queue(request.state.tenant, who, done=done, on=on)
        return self._desk.site.render(
            request, "in_list.html", states=IN_STATES, on=on, done=done, clerk=who, most=MOST,
            errors=found_wrong(request, day), asked_day=request.query_params.get("date", ""),
            **listed(request, rows, "in", today(self._desk.city.clock), who),
        )  # fmt: skip

    @get("/desk/next/in", STAFF)
    def next_case(self, request: Request) -> Response:
        """``after``: the case that one comes from."""
        who, tenant = clerk(request), request.state.tenant
        return onward(self._desk, request, "in", self._arrivals.queue(tenant, who), who)

    @get("/desk/in/{case_id}", STAFF)
    def case(self, request: Request) -> Response:
        who, tenant, case_id = clerk(request), request.state.tenant, number_of(request, ANY_MOVE)
        found = self._arrivals.look(tenant, who, case_id)
        case, people, kept = found.case, found.arrivers, request.state.kept
        rest = to_come(people)
        notice = MoveNotice.model_validate(case.reservation["notice"]) if case.reservation else None
        veil = Veil.over(
            request,
            because=found.because,
            on_record=lambda reason: self._arrivals.unveil(tenant, who, case_id, reason),
        )
        announced_day = telling.announced_day(case)
        return self._desk.site.render(
            request,
            "in_case.html",
            sexes=SEXES,
            case=case,
            arrivers=people,
            registered=[one for one in people if one.registered],
            residence_cards_until={
                str(one.token): periods.moving_in_until(one.moved_on)
                for one in people
                if one.residence_card == "pending" and one.moved_on
            },
            rest=rest,
            waiting=rest or people,
            today_date=today(self._desk.city.clock),
            until={str(one.token): until(case, one) for one in rest},
            later=found.later,
            place=found.place,
            notice=notice,
            form=EntryForm.show(
                request,
                **_offered(case, notice, found.before),
                moved_on=entering.day_offered(case, people),
            ),
            announced_day=announced_day,
            card_alone_until=periods.moving_in_until(announced_day) if announced_day else None,
            differences=found.differences,
            old_address=found.old_address,
            alone=found.alone,
            checks=found.checks,
            rests=found.rests,
            offered_anew=heading.offered,
            card_until=_card_until(case),
            cards_here=found.cards_here,
            written=found.written,
            returning=found.returning,
            newborn=found.newborn,
            left_out=found.left_out,
            joined=found.joined,
            entered={one["token"]: one for one in case.entry.get("people", [])},
            offered=entering.offered(people, notice, found.before.head if found.before else None),
            before=found.before,
            relationships=relationships.OFFERED,
            veil=veil,
            purposes=SEARCHED_FOR,
            errors=kept.errors or veil.form.errors,
            refusal=kept.refusal or veil.refusal,
            state=IN_STATES[case.state],
            forgotten=FORGOTTEN,
            clerk=who,
            standing=found.standing,
            back=BackForm.show(request),
            by_paper=ByPaperForm.show(request, old_city=self._old_city(case)),
            document=DocumentForm.show(request),
            documents=DOCUMENTS,
            visitor=next(
                (one for one in people if str(one.token) == case.visit.get("token")), None
            ),
        )

    def _old_city(self, case: MovingIn) -> str:
        """As the clerk would type it, where it is known."""
        code = str((case.certificate or {}).get("from_municipality", ""))
        known = code and city_id(code) in self._desk.city.directory
        return self._desk.city.entry(code).name.ja if known else ""

    # -------------------------------------------------------- the visit

    @post("/desk/in/{case_id}/visit", STAFF)
    def visit(self, request: Request) -> Response:
        """On to the reader at the desk: the visitor holds their card, not the clerk."""
        case_id, form = number_of(request, ANY_MOVE), CaseForm.read(request)
        self._arrivals.await_visitor(request.state.tenant, clerk(request), case_id, form.version)
        context = {
            "case": case_id,
            "version": str(form.version),
            "clerk": clerk(request).staff_id,
        }
        return self._desk.signin.begin(
            request, "visitor", context=context, back=f"/desk/in/{case_id}"
        )

    def take_visitor(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        case_id, who = context["case"], clerk(request)
        if who.staff_id != context["clerk"]:
            return self._desk.site.redirect("/desk")
        self._arrivals.receive_visitor(
            request.state.tenant, who, case_id, int(context["version"]), person
        )
        self._desk.site.happened("a visitor was identified")
        return self._desk.site.tell(request, f"/desk/in/{case_id}", done="identified")

    # -------------------------------------------------------- entry and decision

    @post("/desk/in/{case_id}/entry", STAFF)
    def entry(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), EntryForm.read(request)
        tenant, who = request.state.tenant, clerk(request)
        version = form.version
        with form.at(form.places()):
            shown = form.entry(tenant)
            if form.act == "register":
                self._registering.register(
                    tenant,
                    who,
                    case_id,
                    version,
                    shown,
                    form.care,
                    form.remaining_head,
                    form.standing,
                    form.left_out,
                    form.standing_because,
                    {one: date.fromisoformat(on) for one, on in form.comes_on.items() if on},
                )
                self._desk.site.happened("a move was registered")
                return self._desk.site.tell(request, f"/desk/in/{case_id}", done="registered")
            self._arrivals.enter(tenant, who, case_id, version, shown)
        return self._desk.site.tell(
            request, f"/desk/in/{case_id}{carried(request)}", done="entered"
        )

    @post("/desk/in/{case_id}/back", STAFF)
    def send_back(self, request: Request) -> Response:
        case_id, form = number_of(request, ANY_MOVE), BackForm.read(request)
        with form.at({REASON_NEEDED: "because"}):
            self._arrivals.send_back(
                request.state.tenant, clerk(request), case_id, form.version, form.because
            )
        return self._desk.site.tell(request, f"/desk/in/{case_id}", done="sent-back")

    @get("/desk/in/{case_id}/form.pdf", STAFF)
    def form(self, request: Request) -> Response:
        """The notice of moving in (転入届) with everything already on it, to be signed by hand."""
        tenant, city = request.state.tenant, self._desk.city
        who, case_id = clerk(request), number_of(request, ANY_MOVE)
        found = self._arrivals.to_print(tenant, who, case_id)
        veil = Veil.over(
            request,
            because=found.because,
            on_record=lambda reason: self._arrivals.unveil(tenant, who, case_id, reason),
        )
        try:
            veil.must_be_lifted()
        except Refusal as refusal:
            return self._desk.site.tell(request, f"/desk/in/{case_id}", refusal=refusal)
        content = paper.notice_of_moving_in(
            city.entry(tenant).name.ja,
            found.case,
            to_come(found.arrivers) or found.arrivers,
            found.place,
            today(city.clock),
            found.old_address,
            sandbox=city.house.settings.sandbox,
        )
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'inline; filename="{found.case.case_id}.pdf"'},
        )


def _card_until(case: MovingIn) -> date | None:
    """None: not registered yet."""
    if case.registered_at is None:
        return None
    on = civil(case.registered_at)
    return cards_until(case.kind, case.moved_on or on, case.notified_on or on)


def _offered(case: MovingIn, notice: MoveNotice | None, before: Before | None) -> dict[str, Any]:
    """What the fields say: all of what was entered; else where those of the notice live who came before, or what was announced."""
    if case.entry:
        return dict(case.entry["address"]) | {
            "joins_household": case.entry["joins_household"],
            "related_because": case.entry.get("because", ""),
        }
    if before is not None:
        return dict(before.home) | {"joins_household": before.number}
    return notice.new_address.model_dump(mode="json") if notice else {}
