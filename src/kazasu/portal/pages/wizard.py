"""Moving house in a few screens: who, where, when, visit, contact, review, sign."""

from dataclasses import replace
from datetime import date
from typing import Any

import wtforms
from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.room import House
from kazasu.foundation import periods
from kazasu.foundation.clock import today
from kazasu.foundation.dates import long_date
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site
from kazasu.foundation.web.forms import DateParts, MaxLength, Required
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Signature
from kazasu.kit.signin import SignIn
from kazasu.portal import model
from kazasu.portal.faults import CITY_NOT_HERE
from kazasu.portal.model import STEPS, Answers, Step
from kazasu.portal.pages import RESIDENT
from kazasu.portal.places import Place, city_of, normal, places_of
from kazasu.portal.service import Moves
from kazasu.portal.store import Draft

TITLES = {
    "who": Text("引っ越す人", "Who moves"),
    "where": Text("新しい住所", "Where to"),
    "when": Text("引っ越す日", "When"),
    "visit": Text("来庁の予約", "Appointment"),
    "contact": Text("連絡先", "Contact"),
    "review": Text("確認と署名", "Review and sign"),
}
CHOOSE_SOMEBODY = Text("引っ越す人を選んでください", "Choose who moves")
CHOOSE_HEAD = Text("世帯主は、引っ越す人から選んでください", "Choose the head among those who move")
NO_SUCH_POSTCODE = Text("その郵便番号は見つかりません", "This postcode is not known")
ENTER_BLOCK = Text("番地を入力してください", "Enter the block number")
CHOOSE_TOWN = Text("町名を選んでください", "Choose the town")
OUTSIDE = Text(
    "きょう届け出られるのは {first} から {last} までの引越しです",
    "Today you can give notice of moves from {first} to {last}",
)
CHOOSE_SLOT = Text("日時を選んでください", "Choose a time")
NOT_A_PHONE = Text("電話番号の形が違います", "This is no telephone number")
NOT_A_MAIL = Text("メールアドレスの形が違います", "This is no e-mail address")


class NeededToGoOn:
    """Required, but not for looking up a postcode."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms' protocol

    def __call__(self, form: Form, field: wtforms.Field) -> None:
        if form.act.data != "find":
            Required(ENTER_BLOCK)(form, field)


class WhoForm(Form):
    chosen = wtforms.SelectMultipleField(
        validate_choice=False, validators=[Required(CHOOSE_SOMEBODY)]
    )
    new_head = wtforms.StringField(validators=[Required()])
    joins = wtforms.BooleanField()


class WhereForm(Form):
    postcode = wtforms.StringField(validators=[Required(), MaxLength(10)])
    town = wtforms.StringField()
    block = wtforms.StringField(validators=[NeededToGoOn(), MaxLength(60)])
    building = wtforms.StringField(validators=[MaxLength(80)])
    act = wtforms.StringField()


class WhenForm(Form):
    moves_on = DateParts(validators=[Required()])


class VisitForm(Form):
    slot = wtforms.StringField(validators=[Required(CHOOSE_SLOT)])


class ContactForm(Form):
    phone = wtforms.StringField(validators=[MaxLength(20)])
    email = wtforms.StringField(validators=[MaxLength(120)])


def enter(site: Site, moves: Moves, signin: SignIn, house: House) -> None:
    pages = _Wizard(site, moves, signin, house)
    site.route("/move", access=RESIDENT)(pages.begin)
    site.route("/move/discard", access=RESIDENT, methods=["POST"])(pages.discard)
    for step, page in (
        ("who", pages.who),
        ("where", pages.where),
        ("when", pages.when),
        ("visit", pages.visit),
        ("contact", pages.contact),
        ("review", pages.review),
    ):
        site.route(f"/move/{step}", access=RESIDENT, methods=["GET", "POST"])(page)
    signin.use_signature("move", pages.signed, levels=accepted("portal.move-notice"))


class _Wizard:
    def __init__(self, site: Site, moves: Moves, signin: SignIn, house: House) -> None:
        self._site = site
        self._moves = moves
        self._signin = signin
        self._house = house

    # ------------------------------------------------------------ begin and end

    def begin(self, request: Request) -> Response:
        draft = self._moves.begin(
            _resident(request), lambda who: self._signin.handle_for(request, who)
        )
        return self._site.redirect(f"/move/{draft.answers.next_step()}")

    def discard(self, request: Request) -> Response:
        self._moves.discard(_resident(request))
        return self._site.redirect("/")

    # ------------------------------------------------------------ steps

    def who(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        answers = draft.answers
        form = WhoForm(request)
        if request.method == "POST":
            members = {one.member_id: one for one in answers.members}
            chosen = tuple(one for one in members if one in (form.chosen.data or []))
            good = form.validate()
            head = members.get(form.new_head.data or "")
            if good and not chosen:  # names that this household does not have
                form.fail(form.chosen, CHOOSE_SOMEBODY)
            elif good and not form.joins.data and (head is None or head.member_id not in chosen):
                form.fail(form.new_head, CHOOSE_HEAD)
            elif good:
                name = head.name if head else ""
                return self._next(
                    request, draft,
                    replace(answers, chosen=chosen, new_head=name, joins=bool(form.joins.data)),
                    "where",
                )  # fmt: skip
        else:
            form.chosen.data = list(answers.chosen or [m.member_id for m in answers.members])
            form.joins.data = answers.joins
            form.new_head.data = self._likely_head(answers)
        return self._page(request, "who", draft, form=form)

    @staticmethod
    def _likely_head(answers: Answers) -> str:
        wanted = answers.new_head or answers.head_name
        return next(
            (m.member_id for m in answers.members if m.name == wanted), answers.members[0].member_id
        )

    def where(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        answers = draft.answers
        form = WhereForm(request)
        if request.method != "POST":
            form.postcode.data = answers.postcode
            form.town.data = f"{answers.prefecture}|{answers.city}|{answers.town}"
            form.block.data, form.building.data = answers.block, answers.building
        places = places_of(form.postcode.data or "")
        if request.method == "POST" and form.validate():
            if not places:
                form.fail(form.postcode, NO_SUCH_POSTCODE)
            elif form.act.data != "find":
                place = self._chosen(form, places)
                if place is None:
                    form.fail(form.town, CHOOSE_TOWN)
                else:
                    return self._next(request, draft, self._moved_to(answers, form, place), "when")
        return self._page(request, "where", draft, form=form, places=places)

    @staticmethod
    def _chosen(form: WhereForm, places: list[Place]) -> Place | None:
        if len(places) == 1:
            return places[0]
        wanted = form.town.data or ""
        return next((p for p in places if f"{p.prefecture}|{p.city}|{p.town}" == wanted), None)

    def _moved_to(self, answers: Answers, form: WhereForm, place: Place) -> Answers:
        """Raises Refusal ``portal.city-not-here``."""
        city = city_of(place, self._house.directory.of_kind("city"))
        if city is None:
            raise Refusal(CITY_NOT_HERE, city=f"{place.prefecture}{place.city}")
        return answers.with_destination_changed(
            postcode=normal(form.postcode.data),
            prefecture=place.prefecture,
            city=place.city,
            town=place.town,
            block=form.block.data.strip(),
            building=(form.building.data or "").strip(),
            destination=city.id.tenant,
        )

    def when(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        first, last = periods.move_dates_open_on(today(self._house.clock))
        form = WhenForm(request)
        if request.method == "POST":
            if form.validate():
                on = form.moves_on.data
                if on is not None and first <= on <= last:
                    after = replace(draft.answers, move_date=on.isoformat(), hold_id="")
                    return self._next(request, draft, after, "visit")
                language = request.state.language
                form.fail(
                    form.moves_on,
                    OUTSIDE.fill(first=long_date(first, language), last=long_date(last, language)),
                )
        elif draft.answers.moves_on:
            form.moves_on.process(None, draft.answers.moves_on)
        return self._page(request, "when", draft, form=form, first=first, last=last)

    def visit(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        if not draft.answers.destination or not draft.answers.move_date:
            return self._site.redirect(f"/move/{draft.answers.next_step()}")
        form, refusal = VisitForm(request), None
        if request.method == "POST" and form.validate():
            chosen = read_slot(form.slot.data)
            if chosen is None:
                form.fail(form.slot, CHOOSE_SLOT)
            else:
                try:
                    after = self._moves.hold(draft.case_id, draft.answers, *chosen)
                    return self._next(request, draft, after, "contact")
                except Refusal as refused:
                    refusal = refused
        return self._page(
            request, "visit", draft, form=form, refusal=refusal,
            offered=by_office(self._moves.slots(draft.answers)),
            chosen=f"{draft.answers.office}|{draft.answers.visit_date}|{draft.answers.visit_starts}",
        )  # fmt: skip

    def contact(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = ContactForm(request)
        if request.method == "POST":
            if form.validate() and _check_contact(form):
                after = replace(
                    draft.answers,
                    phone=(form.phone.data or "").strip(),
                    email=(form.email.data or "").strip(),
                )
                return self._next(request, draft, after, "review")
        else:
            form.phone.data, form.email.data = draft.answers.phone, draft.answers.email
        return self._page(request, "contact", draft, form=form)

    # ------------------------------------------------------------ review and signature

    def review(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        missing = draft.answers.next_step()
        if missing != "review":
            return self._site.redirect(f"/move/{missing}")
        if request.method == "POST":
            held = self._moves.before_signing(_resident(request))
            document = model.document_of(model.notice_of(held.case_id, held.answers), held.answers)
            cities = {f"city:{held.answers.origin}", f"city:{held.answers.destination}"}
            return self._signin.begin_signature(
                request, "move", document, audiences=sorted(cities),
                context={"case": held.case_id}, back="/move/review",
            )  # fmt: skip
        return self._page(request, "review", draft)

    def signed(self, request: Request, signature: Signature, context: dict[str, str]) -> Response:
        """Back from the card: the very bytes that were signed are those of the draft."""
        resident = _resident(request)
        draft = self._moves.draft(resident)
        document = model.document_of(model.notice_of(draft.case_id, draft.answers), draft.answers)
        case_id = self._moves.send(resident, context["case"], document, signature)
        return self._site.redirect(f"/moves/{case_id}?sent=1")

    # ------------------------------------------------------------ inside

    def _next(self, request: Request, draft: Draft, answers: Answers, step: Step) -> Response:
        """Keep the answers and go on; back to the review when all is there already."""
        self._moves.save(_resident(request), draft, answers)
        complete = answers.next_step() == "review" and draft.answers.next_step() == "review"
        return self._site.redirect(f"/move/{'review' if complete else step}")

    def _page(
        self, request: Request, step: Step, draft: Draft, *, refusal: Refusal | None = None,
        **context: Any,
    ) -> Response:  # fmt: skip
        return self._site.render(
            request,
            f"{step}.html",
            status=refusal.fault.status if refusal else 200,
            draft=draft,
            answers=draft.answers,
            titles=[TITLES[one].to(request.state.language) for one in STEPS],
            current=STEPS.index(step) + 1,
            back=f"/move/{STEPS[STEPS.index(step) - 1]}" if step != "who" else "/",
            day=lambda on: model.day(on).to(request.state.language),
            refusal=refusal,
            **context,
        )


def _resident(request: Request) -> str:
    return str(request.state.session.subject)


def _check_contact(form: ContactForm) -> bool:
    phone, email = (form.phone.data or "").strip(), (form.email.data or "").strip()
    if phone and not all(c.isdecimal() or c in "+-() 　－" for c in phone):
        form.fail(form.phone, NOT_A_PHONE)
    if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
        form.fail(form.email, NOT_A_MAIL)
    return not form.errors


def read_slot(value: str) -> tuple[str, date, str] | None:
    """``office|date|time`` of the form."""
    parts = value.split("|")
    try:
        office, on, starts = parts
        return office, date.fromisoformat(on), starts
    except ValueError:
        return None


def by_office(slots: Any) -> list[tuple[Any, list[tuple[date, list[Any]]]]]:
    """Offices with their days, each with its free times."""
    offered = []
    for office in slots.offices:
        days: dict[date, list[Any]] = {}
        for slot in slots.slots:
            if slot.office_id == office.office_id:
                days.setdefault(slot.date, []).append(slot)
        offered.append((office, list(days.items())))
    return offered
