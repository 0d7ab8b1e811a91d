"""Moving house in a few screens: who, where, when, visit, contact, review, sign."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from pydantic import field_validator
from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.directory import Entry
from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.address_readings import roman_address
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.typed.contacts import mail, telephone
from kazasu.foundation.web import Form, Site, get, post
from kazasu.foundation.web.acting.kept import Invalid
from kazasu.foundation.web.forms import Wrong, asked
from kazasu.kit import periods
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Signature
from kazasu.kit.places import Place, city_of, normal, places_of
from kazasu.kit.signin import SignIn
from kazasu.portal import model
from kazasu.portal.cards import CardsShown
from kazasu.portal.document import document_of
from kazasu.portal.faults import ALREADY_MOVING, CITY_NOT_HERE
from kazasu.portal.model import HEAD_OF_THE_JOINED, STEPS, Answers, Member, Step
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.handles import Handles
from kazasu.portal.service import Moves
from kazasu.portal.store import Draft
from kazasu.portal.visit.offering import by_office

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
CHOOSE_SOMEBODY = Text(
    "引っ越す人を選んでください", "Choose who moves", "引っ越す人を えらんでください"
)
CHOOSE_HEAD = Text(
    "世帯主は、引っ越す人から選んでください",
    "Choose the head among those who move",
    "世帯主は、引っ越す人の 中から えらんでください",
)
CHILDREN_ALONE = Text(
    "15歳未満の人だけでは引っ越せません。一緒に引っ越す人を選ぶか、いまある世帯に加わってください",
    "Nobody under 15 moves alone: choose who moves with them, or join a household",
    "15さいより 小さい人だけでは、引っ越せません。いっしょに 引っ越す 人も えらんでください",
)
CHILD_AS_HEAD = Text(
    "15歳未満の人は世帯主になれません。ほかの人を選んでください",
    "Nobody under 15 is head of a household: choose somebody else",
    "15さいより 小さい人は、世帯主に なれません。ほかの 人を えらんでください",
)
CHILDREN_STAY = Text(
    "15歳未満の人だけが残ります（{names}）。いっしょに引っ越す人も選ぶか、残る人の世話をする人がいるときは、下に印を付けてください",
    "Only people under 15 would stay: {names}. Choose them too; or, where somebody looks after them, tick so below",
    "15さいより 小さい人だけが 残ります（{names}）。その人も えらぶか、お世話を する人が いるときは、下に しるしを つけてください",
)
SEVEN_DIGITS = Text(
    "郵便番号は、数字7けたで入力してください（例: 060-0042）",
    "A postcode has seven digits, such as 060-0042",
    "郵便番号は、数字を 7つ 書いてください（例: 060-0042）",
)
NO_SUCH_POSTCODE = Text(
    "その郵便番号は見つかりません。数字を確かめて、もう一度入力してください",
    "This postcode is not known: check its digits and enter it again",
    "その 郵便番号は ありません。数字を 見て、もう一度 書いてください",
)
ENTER_BLOCK = Text("番地を入力してください", "Enter the block number", "番地を 書いてください")
CHOOSE_TOWN = Text("町名を選んでください", "Choose the town", "町の 名前を えらんでください")
OUTSIDE = Text(
    "きょう届け出られるのは {first} から {last} までの引越しです",
    "Today you can give notice of moves from {first} to {last}",
)
CHOOSE_SLOT = Text("日時を選んでください", "Choose a time", "日と 時間を えらんでください")
NOT_A_PHONE = Text(
    "電話番号を、市外局番から10けたか11けたで入力してください（例: 090-1234-5678）。海外の番号は + と国番号から",
    "Enter the telephone number with its area code, 10 or 11 digits, such as 090-1234-5678; one abroad with + and its country",
    "電話番号を、0から ぜんぶ 書いてください（例: 090-1234-5678）。外国の 番号は、+と 国の 番号から 書いてください",
)
NOT_A_MAIL = Text(
    "メールアドレスを、@と、その後の「.」まで入力してください（例: hanako@example.jp）",
    "Enter the whole e-mail address, such as hanako@example.jp",
    "メールアドレスを、@の 前も 後も、ぜんぶ 書いてください",
)


class WhoForm(Form):
    chosen: list[str] = asked("引っ越す人", "Who moves", "引っ越す 人", missing=CHOOSE_SOMEBODY)
    joins: bool = asked(
        "新しい住所にいる世帯に加わる",
        "We join a household that lives there already",
        "そこに 住んでいる 世帯に 入る",
        default=False,
    )
    new_head: str = asked(
        "新しい住所での世帯主",
        "Head of the household at the new address",
        "新しい 家の 世帯主",
        default="",
        needed=True,
    )
    """Of a household of their own alone: who joins another one is not asked."""
    cared_for: bool = asked(
        "残る人の世話をする人がいます。だれがするかを、市区町村に伝えます",
        "Somebody looks after who stays. I shall tell the city who does",
        "残る人の お世話を する人が います。だれが するか、役所に 伝えます",
        default=False,
    )
    """Asked of who would leave children behind alone."""


class WhereForm(Form):
    postcode: str = asked(
        "新しい住所の郵便番号", "Postcode of the new address", "新しい 家の 郵便番号", most=10
    )
    town: str = asked("町名", "Town", "町の 名前", default="", needed=True)
    block: str = asked("番地・号", "Block and number", "番地・号", default="", most=60, needed=True)
    building: str = asked(
        "建物名・部屋番号", "Building and room", "建物の 名前・部屋の 番号", default="", most=80
    )
    act: Literal["find", "next"] = "next"
    shown: str = ""
    """The postcode whose towns were on the page: another one is looked up first."""


class WhenForm(Form):
    moves_on: date = asked(
        "新しい家に住み始める日", "The day you begin to live there", "新しい 家に 住みはじめる 日"
    )


class SlotForm(Form):
    slot: tuple[str, date, str] = asked(
        "窓口へ行く日時", "Time of your visit", "窓口へ 行く 日と 時間", missing=CHOOSE_SLOT
    )
    """Office, day and time."""

    @field_validator("slot", mode="before")
    @classmethod
    def _parted(cls, value: list[str]) -> list[str]:
        return value[0].split("|")


class ContactForm(Form):
    phone: str = asked("電話番号", "Telephone", "電話の 番号", default="", most=20)
    email: str = asked("メールアドレス", "E-mail", "メールアドレス", default="", most=120)

    @field_validator("phone")
    @classmethod
    def _dialled(cls, phone: str) -> str:
        try:
            return phone and telephone(phone)
        except ValueError:
            raise Wrong(NOT_A_PHONE) from None

    @field_validator("email")
    @classmethod
    def _addressed(cls, email: str) -> str:
        try:
            return email and mail(email)
        except ValueError:
            raise Wrong(NOT_A_MAIL) from None


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
        signin.use_signature("move", self.signed, levels=accepted("portal.move-notice"))

    # ------------------------------------------------------------ begin and end

    @get("/move", RESIDENT)
    def begin(self, request: Request) -> Response:
        """Who can never sign it is told before anything is typed."""
        data = request.state.session.data
        can = self._cards.signing(data, self._handles.of(request), self._house.clock.now())
        if can == "never":
            return self._site.render(request, "unsigned.html")
        try:
            draft = self._moves.begin(
                _resident(request), lambda who: self._signin.handle_for(request, who)
            )
        except Refusal as refusal:
            if refusal.fault is not ALREADY_MOVING:
                raise
            return self._site.tell(request, f"/moves/{refusal.facts['case']}", refusal=refusal)
        data.update(draft.answers.own_name)
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
        form = WhoForm.show(
            request, chosen=list(answers.chosen or [m.member_id for m in answers.members]),
            joins=answers.joins, new_head=self._likely_head(answers), cared_for=answers.cared_for,
        )  # fmt: skip
        return self._page(
            request, "who", draft, form=form, candidates=answers.may_head(self._today()),
            alone=answers.left_alone(form.chosen.data, self._today()),
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
        alone = draft.answers.left_alone(chosen, on)
        if alone and not form.cared_for:
            raise form.wrong("chosen", _staying(alone))
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

    @staticmethod
    def _likely_head(answers: Answers) -> str:
        wanted = answers.new_head or answers.head_name
        return next(
            (m.member_id for m in answers.members if m.name == wanted), answers.members[0].member_id
        )

    @get("/move/where", RESIDENT)
    def where(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        answers = draft.answers
        form = WhereForm.show(
            request, postcode=answers.postcode, block=answers.block, building=answers.building,
            town=f"{answers.prefecture}|{answers.city}|{answers.town}",
        )  # fmt: skip
        places = [p for p in places_of(form.postcode.data) if city_of(p, self._cities)]
        kept = request.state.kept
        found = bool(places and kept.typed and not kept.errors and not kept.refusal)
        return self._page(request, "where", draft, form=form, places=places, found=found)

    @post("/move/where", RESIDENT)
    def take_where(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = WhereForm.read(request)
        if not normal(form.postcode):
            raise form.wrong("postcode", SEVEN_DIGITS)
        places = places_of(form.postcode)
        if not places:
            raise form.wrong("postcode", NO_SUCH_POSTCODE)
        if not any(city_of(one, self._cities) for one in places):  # before more is typed
            with form.at({CITY_NOT_HERE: "postcode"}):
                self._city_of(places[0])
        if form.act == "find" or normal(form.shown) != normal(form.postcode):
            raise Invalid  # the page again, with its towns
        if not form.block:
            raise form.wrong("block", ENTER_BLOCK)
        place = self._chosen(form, places)
        if place is None:
            raise form.wrong("town", CHOOSE_TOWN)
        return self._next(request, draft, self._moved_to(draft.answers, form, place), "when")

    @staticmethod
    def _chosen(form: WhereForm, places: list[Place]) -> Place | None:
        if len(places) == 1:
            return places[0]
        return next((p for p in places if f"{p.prefecture}|{p.city}|{p.town}" == form.town), None)

    def _moved_to(self, answers: Answers, form: WhereForm, place: Place) -> Answers:
        """Raises Refusal ``portal.city-not-here``."""
        city = self._city_of(place)
        return answers.with_destination_changed(
            postcode=normal(form.postcode),
            prefecture=place.prefecture,
            city=place.city,
            town=place.town,
            block=form.block,
            building=form.building,
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
        first, last = periods.move_dates_open_on(today(self._house.clock))
        form = WhenForm.show(request, moves_on=draft.answers.moves_on)
        return self._page(request, "when", draft, form=form, first=first, last=last)

    @post("/move/when", RESIDENT)
    def take_when(self, request: Request) -> Response:
        draft = self._moves.draft(_resident(request))
        form = WhenForm.read(request)
        first, last = periods.move_dates_open_on(today(self._house.clock))
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
        form = SlotForm.show(
            request, slot=[f"{answers.office}|{answers.visit_date}|{answers.visit_starts}"]
        )
        return self._page(
            request, "visit", draft, form=form,
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
        alone = draft.answers.left_alone(draft.answers.chosen, self._today())
        return self._page(request, "review", draft, alone=alone)

    @post("/move/review", RESIDENT)
    def sign(self, request: Request) -> Response:
        missing = self._moves.draft(_resident(request)).answers.next_step()
        if missing != "review":
            return self._site.redirect(f"/move/{missing}")
        held = self._moves.before_signing(_resident(request))
        document = self._document(held)
        cities = {f"city:{held.answers.origin}", f"city:{held.answers.destination}"}
        return self._signin.begin_signature(
            request, "move", document, audiences=sorted(cities),
            context={"case": held.case_id}, back="/move/review",
        )  # fmt: skip

    def signed(self, request: Request, signature: Signature, context: dict[str, str]) -> Response:
        """Back from the card. The draft may have been changed meanwhile: sent is what was signed, or nothing."""
        case_id = self._moves.send(_resident(request), context["case"], self._document, signature)
        self._site.happened("a notice was sent")
        return self._site.tell(request, f"/moves/{case_id}", sent=True)

    # ------------------------------------------------------------ inside

    def _document(self, draft: Draft) -> bytes:
        notice = model.notice_of(draft.case_id, draft.answers)
        names = {one.id.tenant: one.name for one in self._cities}
        return document_of(notice, draft.answers, names)

    def _next(self, request: Request, draft: Draft, answers: Answers, step: Step) -> Response:
        """Keep the answers and go on; to what is lacking once the last step was seen. What a change took away is told where it is
        asked for again."""
        self._moves.save(_resident(request), draft, answers)
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
            day=lambda on: model.day(on).to(request.state.language),
            **context,
        )


def _resident(request: Request) -> str:
    return str(request.state.session.subject)


def _staying(alone: Sequence[Member]) -> Text:
    named = "、".join(one.name for one in alone)
    read = ", ".join(with_reading(one.name, one.kana) for one in alone)
    return Text(*(one.format(names=names) for one, names in (
        (CHILDREN_STAY.ja, named), (CHILDREN_STAY.en, read), (CHILDREN_STAY.easy, named)
    )))  # fmt: skip


def _outside(first: date, last: date) -> Text:
    return Text(
        OUTSIDE.fill(first=long_date(first, "ja"), last=long_date(last, "ja")).ja,
        OUTSIDE.fill(first=long_date(first, "en"), last=long_date(last, "en")).en,
    )
