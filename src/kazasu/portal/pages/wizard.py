"""Moving house in a few screens: who, where, when, visit, contact, review, sign."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.offices import CLOSES, DOCUMENTS, OPENS
from kazasu.exchange.directory import Entry
from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.places.houses import same_house
from kazasu.foundation.values.places.postcodes import Place, normal, places_of
from kazasu.foundation.values.places.readings import roman_address
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.typed import addresses as typed
from kazasu.foundation.web import Site, get, post
from kazasu.foundation.web.acting.kept import Invalid
from kazasu.foundation.web.acting.reviewed import mark_of, must_be_reviewed
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Signature
from kazasu.kit.places import city_of
from kazasu.kit.signin import SignIn
from kazasu.portal.cards import CardsShown
from kazasu.portal.faults import (
    ALREADY_MOVING,
    CITY_NOT_HERE,
    NOT_SENT_CANCELLED,
    NOT_SENT_DELETED,
    NOT_SENT_UNASKED,
    OTHER_KIND_OF_MOVE,
    REGISTERED_ELSEWHERE,
)
from kazasu.portal.household.family import overlooked, plainly
from kazasu.portal.household.registered import household_now, same, same_register
from kazasu.portal.move.answers import (
    HEAD_OF_THE_JOINED,
    STEPS,
    Answers,
    HandleFor,
    Member,
    Step,
    notice_of,
)
from kazasu.portal.move.document import audiences_of, document_of
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.handles import Handles
from kazasu.portal.pages.questions import (
    ALREADY_THERE,
    CHILD_AS_HEAD,
    CHILD_NOT_CHOSEN,
    CHILDREN_ALONE,
    CHILDREN_STAY,
    CHOOSE_HEAD,
    CHOOSE_SOMEBODY,
    CHOOSE_TOWN,
    ENTER_BLOCK,
    MOVED_ALREADY,
    NO_SUCH_POSTCODE,
    OUTSIDE,
    SEVEN_DIGITS,
    ContactForm,
    SlotForm,
    WhenForm,
    WhereForm,
    WhoForm,
)
from kazasu.portal.service import Moves
from kazasu.portal.store import Draft
from kazasu.portal.visit.offering import by_office
from kazasu.portal.visit.walking_in import counter_day, near

log = structlog.get_logger()
MOST_CITIES = 12
"""So many are named where somebody chose one that is not here."""
TITLES = {
    "who": Text("引っ越す人", "Who moves"),
    "where": Text("新しい住所", "Where to"),
    "when": Text("引っ越す日", "When"),
    "visit": Text("窓口へ行く日", "Appointment"),
    "contact": Text("連絡先", "Contact"),
    "review": Text("確認と署名", "Review and sign"),
}


class Wizard:
    """Its pages, entered with :meth:`Site.enter`."""

    def __init__(
        self,
        site: Site,
        moves: Moves,
        signin: SignIn,
        house: RoomContext,
        cards: CardsShown,
        handles: Handles,
    ) -> None:
        self._site = site
        self._moves = moves
        self._signin = signin
        self._house = house
        self._cards = cards
        self._handles = handles
        signin.use_signature_itself("move", self.signed, levels=accepted("portal.move-notice"))

    # ------------------------------------------------------------ begin and end

    @get("/move", RESIDENT)
    def begin(self, request: Request) -> Response:
        """Who can never sign it is told before anything is typed."""
        data = request.state.session.data
        can = self._cards.signing(data, self._handles.of(request), self._house.clock.now())
        if can == "never":
            return self._site.render(request, "unsigned.html", documents=DOCUMENTS)
        try:
            draft = self._moves.begin(_resident(request), self._handle(request))
        except Refusal as refusal:
            if refusal.fault is not ALREADY_MOVING:
                raise
            return self._site.tell(request, f"/moves/{refusal.facts['case']}", refusal=refusal)
        data.update(draft.answers.own_name)
        if draft.begun and (changed := self._renewed(request, draft, self._handle(request))):
            return changed
        step = f"/move/{draft.answers.next_step()}"
        return (
            self._site.redirect(step)
            if can == "can"
            else self._site.tell(request, step, cannot_sign=True)
        )

    @get("/move/discard", RESIDENT)
    def ask_discard(self, request: Request) -> Response:
        """Raises Refusal ``portal.no-draft``."""
        draft = self._moves.draft(_resident(request))
        return self._site.render(
            request, "discard.html", onward=f"/move/{draft.answers.next_step()}", draft=draft
        )

    @post("/move/discard", RESIDENT)
    def discard(self, request: Request) -> Response:
        """Of a correction the notice that was sent stays: its page says so."""
        corrects = self._moves.discard(_resident(request))
        if corrects:
            return self._site.tell(request, f"/moves/{corrects}", uncorrected=True)
        return self._site.tell(request, "/", discarded=True)

    # ------------------------------------------------------------ steps

    @get("/move/who", RESIDENT)
    def who(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        answers = draft.answers
        likely = list(answers.chosen) or self._likely(answers)
        form = WhoForm.show(
            request, chosen=likely,
            joins=answers.joins, new_head=self._likely_head(answers, likely), cared_for=answers.cared_for, stays=bool(answers.chosen),
        )  # fmt: skip
        return self._page(
            request, "who", draft, form=form, candidates=answers.may_head(self._today()),
            alone=answers.left_alone(form.chosen.data, self._today()),
            missed=overlooked(answers.members, form.chosen.data, self._today()),
            old_city=self._house.directory.entry(f"city:{answers.origin}"),
        )  # fmt: skip

    @post("/move/who", RESIDENT)
    def take_who(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = WhoForm.read(request)
        members = {one.member_id: one for one in draft.answers.members}
        chosen = tuple(one for one in members if one in form.chosen)
        if not chosen:  # names that this household does not have
            raise form.wrong("chosen", CHOOSE_SOMEBODY)
        on = self._today()
        if not form.joins and all(members[one].is_too_young(on) for one in chosen):
            raise form.wrong("chosen", CHILDREN_ALONE)
        if gone := [
            one for one in draft.answers.members if one.member_id in chosen and one.leaves_on
        ]:
            raise form.wrong("chosen", _named_in(MOVED_ALREADY, gone))
        alone = draft.answers.left_alone(chosen, on)
        if alone and not form.cared_for:
            raise form.wrong("chosen", _named_in(CHILDREN_STAY, alone))
        missed = overlooked(draft.answers.members, chosen, on)
        if missed and not form.stays:
            raise form.wrong("chosen", _named_in(CHILD_NOT_CHOSEN, missed))
        head = "" if form.joins else self._head(form, [members[one] for one in chosen], on)
        after = replace(draft.answers, chosen=chosen, new_head=head, joins=form.joins,
            cared_for=bool(alone),
        )  # fmt: skip
        return self._next(request, draft, after, "where")

    @staticmethod
    def _head(form: WhoForm, movers: Sequence[Member], on: date) -> str:
        """The name of whom they chose. Raises Invalid: nobody who moves, or a child."""
        head = next((one for one in movers if one.member_id == form.new_head), None)
        if head is None:
            raise form.wrong("new_head", CHOOSE_HEAD)
        if head.is_too_young(on):
            raise form.wrong("new_head", CHILD_AS_HEAD)
        return head.name

    def _today(self) -> date:
        return today(self._house.clock)

    def _likely(self, answers: Answers) -> list[str]:
        """Whom the page takes to move before anything is chosen: of those whom no notice names already, the ones for whom it is plain. Where
        somebody else gave notice for all of these, it takes nobody."""
        plain = plainly(answers.members, self._today())
        if likely := [one for one in answers.free if one in plain]:
            return likely
        named = answers.announced
        return [one for one in plain if one not in named] or ([] if named else answers.free)

    @staticmethod
    def _likely_head(answers: Answers, likely: Sequence[str]) -> str:
        """One of those who move: whom they named, the head of now, else the resident."""
        going = [one for one in answers.members if one.member_id in likely] or list(answers.members)
        wanted = answers.new_head or answers.head_name
        found = [one for one in going if one.name == wanted] or [
            one for one in going if one.is_self
        ]
        return (found or going)[0].member_id

    @get("/move/where", RESIDENT)
    def where(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        answers = draft.answers
        form = WhereForm.show(
            request, postcode=answers.postcode, block=answers.block, building=answers.building,
            town=_key(_chosen_before(answers)), other_town=answers.town,
        )  # fmt: skip
        places = self._here(form.postcode.data)
        kept = request.state.kept
        found = bool(places and kept.typed and not kept.errors and not kept.refusal)
        return self._page(request, "where", draft, form=form, places=places, found=found, key=_key)

    @post("/move/where", RESIDENT)
    def take_where(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = WhereForm.read(request)
        if not normal(form.postcode):
            raise form.wrong("postcode", SEVEN_DIGITS)
        places = places_of(form.postcode)
        if not places:
            raise form.wrong("postcode", NO_SUCH_POSTCODE)
        here = self._here(form.postcode)
        if not here:  # before more is typed
            with form.at({CITY_NOT_HERE: "postcode"}):
                self._city_of(places[0])
        if form.act == "find" or normal(form.shown) != normal(form.postcode):
            raise Invalid  # the page again, with its towns
        if not form.block:
            raise form.wrong("block", ENTER_BLOCK)
        place = self._chosen(form, here)
        if place is None:
            raise form.wrong("town", CHOOSE_TOWN)
        answers = self._moved_to(draft.answers, form, place)
        if same_house(answers.new_address, answers.old_address):
            raise form.wrong("block", ALREADY_THERE)
        with form.at({OTHER_KIND_OF_MOVE: "postcode"}):
            return self._next(request, draft, answers, "when")

    def _here(self, postcode: str) -> list[Place]:
        """Its places in municipalities of this country."""
        return [one for one in places_of(postcode) if city_of(one, self._cities)]

    @staticmethod
    def _chosen(form: WhereForm, places: list[Place]) -> Place | None:
        if len(places) == 1:
            return places[0]
        return next((p for p in places if _key(p) == form.town), None)

    def _moved_to(self, answers: Answers, form: WhereForm, place: Place) -> Answers:
        """Raises Refusal ``portal.city-not-here``."""
        city = self._city_of(place)
        town = place.town or (form.other_town if not place.listed else "")
        return answers.with_destination_changed(
            postcode=normal(form.postcode),
            prefecture=place.prefecture,
            city=place.city,
            town=town,
            block=typed.without_town(form.block, (place.prefecture, place.city), town),
            building=form.building or place.building,
            destination=city.id.tenant,
        )

    @property
    def _cities(self) -> Sequence[Entry]:
        return self._house.directory.of_kind("city")

    def _city_of(self, place: Place) -> Entry:
        """Raises Refusal ``portal.city-not-here``."""
        city = city_of(place, self._cities)
        if city is None:
            name, here = f"{place.prefecture}{place.city}", self._cities[:MOST_CITIES]
            raise Refusal(
                CITY_NOT_HERE, city=name, city_en=roman_address(name) or name,
                here="、".join(one.name.ja for one in here), here_en=", ".join(one.name.en for one in here),
            )  # fmt: skip
        return city

    @get("/move/when", RESIDENT)
    def when(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        first, last = self._moves.days_open(_resident(request), draft)
        form = WhenForm.show(request, moves_on=draft.answers.moves_on)
        return self._page(request, "when", draft, form=form, first=first, last=last)

    @post("/move/when", RESIDENT)
    def take_when(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = WhenForm.read(request)
        first, last = self._moves.days_open(_resident(request), draft)
        if not first <= form.moves_on <= last:
            raise form.wrong("moves_on", _outside(first, last))
        after = replace(draft.answers, move_date=form.moves_on.isoformat())
        if not self._moves.still_offered(after):
            after = replace(after, hold_id="")
        return self._next(request, draft, after, "visit")

    @get("/move/visit", RESIDENT)
    def visit(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        answers = draft.answers
        if not answers.destination or not answers.move_date:
            return self._site.redirect(f"/move/{answers.next_step()}")
        form = SlotForm.show(request, slot=[answers.appointment])
        return self._page(
            request, "visit", draft, form=form,
            overdue=answers.due is not None and answers.due < self._today(),
            walk=near(answers, self._today(), counter_day(self._house.clock.now())),
            opens=(OPENS, CLOSES),
            offered=by_office(self._moves.slots(answers), answers.due),
        )  # fmt: skip

    @post("/move/visit", RESIDENT)
    def take_visit(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = SlotForm.read(request)
        after = self._moves.hold(draft.case_id, draft.answers, *form.slot)
        return self._next(request, draft, after, "review" if after.contact_asked else "contact")

    @get("/move/contact", RESIDENT)
    def contact(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = ContactForm.show(request, phone=draft.answers.phone, email=draft.answers.email)
        return self._page(request, "contact", draft, form=form)

    @post("/move/contact", RESIDENT)
    def take_contact(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = ContactForm.read(request)
        after = replace(draft.answers, phone=form.phone, email=form.email, contact_asked=True)
        return self._next(request, draft, after, "review")

    # ------------------------------------------------------------ review and signature

    @get("/move/review", RESIDENT)
    def review(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        missing = draft.answers.next_step()
        if missing != "review":
            return self._site.redirect(f"/move/{missing}")
        if self._moves.outside_today(_resident(request), draft):
            return self._site.tell(request, "/move/when", outside=True)
        try:
            changed = self._renewed(request, draft, self._handles.of(request))
        except (
            Refusal
        ) as refusal:  # the page shows what was answered; without an answer nothing is signed
            log.info("not asked before the review", why=refusal.fault.code)
            changed = None
        if changed:
            return changed
        alone = draft.answers.left_alone(draft.answers.chosen, self._today())
        reviewed = mark_of(self._document(draft))
        return self._page(request, "review", draft, alone=alone, reviewed=reviewed)

    @post("/move/review", RESIDENT)
    def sign(self, request: Request) -> Response:
        """What was shown is what goes to the reader, and it is true today."""
        draft = self._moves.draft(_resident(request))
        missing = draft.answers.next_step()
        if missing != "review":  # changed in another tab, after this page was drawn
            return self._site.tell(request, f"/move/{missing}", unsigned=True)
        if self._moves.outside_today(_resident(request), draft):
            return self._site.tell(request, "/move/when", outside=True)
        must_be_reviewed(request, self._document(draft))
        if changed := self._renewed(request, draft, self._handle(request)):
            return changed
        held = self._moves.before_signing(_resident(request))
        document = self._document(held)
        must_be_reviewed(request, document)
        cities = audiences_of(notice_of(held.case_id, held.answers))
        return self._signin.begin_signature(
            request, "move", document, audiences=sorted(cities),
            context={"case": held.case_id, "revision": str(held.revision)}, back="/move/review",
        )  # fmt: skip

    def signed(self, request: Request, signature: Signature, context: dict[str, str]) -> Response:
        """Back from the card. The draft may have been changed or be gone meanwhile: sent is what was signed, or nothing, which is
        then said."""
        try:
            case_id = self._moves.send(
                _resident(request), context["case"], self._document, signature,
                int(context.get("revision", "1")),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.fault not in (NOT_SENT_CANCELLED, NOT_SENT_DELETED, NOT_SENT_UNASKED):
                raise
            return self._site.tell(request, f"/moves/{context['case']}", refusal=refusal)
        self._site.happened("a notice was sent")
        return self._site.tell(request, f"/moves/{case_id}", sent=True)

    # ------------------------------------------------------------ inside

    def _renewed(self, request: Request, draft: Draft, handle_for: HandleFor) -> Response | None:
        """Where the register is no longer what this draft was begun with: the draft with what is true, and the page that says so.
        None: it is as it was.

        Raises the network's or the city's refusal.
        """
        sent = {one.case_id for one in self._moves.moves(_resident(request))}
        now = household_now(self._house.inquirer("portal"), handle_for, sent)
        if same(draft.answers, now):
            return None
        if draft.revision > 1 and now.origin != draft.answers.origin:
            refusal = Refusal(REGISTERED_ELSEWHERE)
            return self._site.tell(request, f"/moves/{draft.case_id}", refusal=refusal)
        self._moves.renew(_resident(request), now)
        if same_register(draft.answers, now):
            return self._site.tell(request, "/move/who", announced=True)
        return self._site.tell(request, "/move/who", renewed=True)

    def _handle(self, request: Request) -> HandleFor:
        return lambda who: self._signin.handle_for(request, who)

    def _document(self, draft: Draft) -> bytes:
        notice = notice_of(draft.case_id, draft.answers)
        names = {one.id.tenant: one.name for one in self._cities}
        return document_of(notice, draft.answers, names)

    def _next(self, request: Request, draft: Draft, answers: Answers, step: Step) -> Response:
        """Keep the answers and go on; to what is lacking once the last step was seen. What a change took away is told where it is
        asked for again."""
        answers = self._moves.save(_resident(request), draft, answers).answers
        lacking = answers.next_step()
        if draft.answers.hold_id and not answers.hold_id and lacking == "visit":
            return self._site.tell(request, "/move/visit", void=True)
        return self._site.redirect(f"/move/{lacking if answers.contact_asked else step}")

    def _page(self, request: Request, step: Step, draft: Draft, **context: Any) -> Response:
        return self._site.render(
            request,
            f"{step}.html",
            draft=draft,
            asked_for=self._moves.asked_for(_resident(request), draft),
            answers=draft.answers,
            head_of_the_joined=HEAD_OF_THE_JOINED,
            titles=[TITLES[one].to(request.state.reading.words) for one in STEPS],
            current=STEPS.index(step) + 1,
            back=f"/move/{STEPS[STEPS.index(step) - 1]}" if step != "who" else "/",
            day=lambda on: long_date(on, request.state.language),
            **context,
        )


def _resident(request: Request) -> str:
    return str(request.state.session.subject)


def _named_in(said: Text, whom: Sequence[Member]) -> Text:
    named = "、".join(one.name for one in whom)
    read = ", ".join(with_reading(one.name, one.kana) for one in whom)
    return Text(*(one.format(names=names) for one, names in (
        (said.ja, named), (said.en, read), (said.easy, named)
    )))  # fmt: skip


def _outside(first: date, last: date) -> Text:
    return Text(
        OUTSIDE.fill(first=long_date(first, "ja"), last=long_date(last, "ja")).ja,
        OUTSIDE.fill(first=long_date(first, "en"), last=long_date(last, "en")).en,
    )


def _key(place: Place | None) -> str:
    """What the page sends for one of several places."""
    return f"{place.prefecture}|{place.city}|{place.town}|{place.building}" if place else ""


def _chosen_before(answers: Answers) -> Place | None:
    """The place that these answers were made from; a town that is not listed stands for its municipality's."""
    same_city = [
        p
        for p in places_of(answers.postcode)
        if (p.prefecture, p.city) == (answers.prefecture, answers.city)
    ]
    listed = (p for p in same_city if p.listed and p.town == answers.town)
    return next(listed, None) or next((p for p in same_city if not p.listed), None)
