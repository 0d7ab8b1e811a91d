"""The first page, and what each service needs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.jpki.own import CardOfOwn
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.web import Site, get, post, public
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.kit import periods
from kazasu.portal.cards import KEEPER, PLATFORMS, CardsShown, Known, ended, line, waits
from kazasu.portal.home import changes, in_no_notice, own_card, visits_of_others, waiting
from kazasu.portal.household.abroad import abroad, leave_of
from kazasu.portal.household.moved import UNKNOWN, MovesShown, OwnRecord
from kazasu.portal.household.nowhere import between_cities
from kazasu.portal.institution import INSTITUTION
from kazasu.portal.move.answers import answers_from
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import standing
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.handles import Handles
from kazasu.portal.service import Moves
from kazasu.portal.services import absent, found, offered

MOST_WANTED: Final = 80
"""Characters of a search."""
HOUSEHOLD_TOLD: Final = timedelta(days=30)
"""How long a change of the household, a correction of the record, or an emergency look stands on the first page."""


class Front:
    """Those pages."""

    def __init__(
        self,
        site: Site,
        moves: Moves,
        handles: Handles,
        directory: Directory,
        cards: CardsShown,
        moved: MovesShown,
    ) -> None:
        self._site = site
        self._moves = moves
        self._handles = handles
        self._directory = directory
        self._cards = cards
        self._moved = moved

    @get("/", public("where one begins; shows one's own cases once signed in"))
    def front(self, request: Request) -> Response:
        """``q``: what somebody wants to do, in words."""
        session, on = request.state.session, today(self._site.clock)
        resident = session.kind == "resident"
        draft, own = self._moves.under_way(session.subject) if resident else (None, [])
        cards = self._cards_of(request, own) if resident else Known(None, None, None)
        record = self._record(request, own) if resident else UNKNOWN
        moved = record.by_others({one.case_id for one in own})
        now = self._site.clock.now()
        city = self._name_of(f"city:{record.city}")
        announced = record.announced_by_others({one.case_id for one in own})
        leave = leave_of(record)
        others = [
            *abroad(record, city, on), *waits(cards.cards or (), on, leave), *own_card(record.card, city, own, on),
            *visits_of_others(announced, on),
            *in_no_notice(
                record.newborn, {one.case_id: one for one in own},
                {one.case_id for one in record.announced if one.within_city},
            ),
        ]  # fmt: skip
        waiting_for = waiting(draft, own, on, others, now=now, moved=moved)
        wanted = request.query_params.get("q", "").strip()[:MOST_WANTED]
        there = offered(str(entry.id) for entry in self._directory)
        return self._site.render(
            request,
            "front.html",
            moves=own,
            moved=moved,
            record=record,
            announced=announced,
            regrouped=record.changed_since(now - HOUSEHOLD_TOLD),
            looks=[
                one for one in record.looks if (one.reviewed_at or one.at) > now - HOUSEHOLD_TOLD
            ],
            looks_known_at=record.known_at,
            corrections=[one for one in record.corrections if one.at > now - HOUSEHOLD_TOLD],
            on=on,
            due_of=periods.moving_in_until,
            own_city=city,
            waits=[*between_cities(record, own, now), *waiting_for],
            standing=lambda move: standing(
                move, draft, overtaken=moved is not None and moved.overtakes(move)
            ),
            to_where=lambda move: answers_from(move.answers) if move.answers else None,
            cards_ended=any(ended(one) for one in cards.cards or ()),
            cards=cards,
            lines=lambda card: [line(card, one, on, leave) for one in card.certificates],
            leave=leave,
            kind_of=_kind_of,
            keeper=self._name_of(KEEPER),
            phone=self._directory.origin("phone") if "phone" in self._directory else "",
            news=changes(own),
            unread=sum(one.new for one in changes(own, None)),
            wanted=wanted,
            found=found(there, wanted),
            absent=absent(wanted) if wanted else [],
            name_of=self._name_of,
        )

    @get("/messages", RESIDENT)
    def messages(self, request: Request) -> Response:
        """What institutions told, each leading to its case."""
        own = self._moves.moves(request.state.session.subject)
        told, record = changes(own, None), self._record(request, own)
        return self._site.render(
            request, "messages.html", messages=told, unread=sum(one.new for one in told),
            looks=record.looks, looks_known_at=record.known_at, corrections=record.corrections, own_city=self._name_of(f"city:{record.city}"), name_of=self._name_of,
        )  # fmt: skip

    @post("/messages", RESIDENT)
    def all_read(self, request: Request) -> Response:
        self._moves.all_read(request.state.session.subject)
        return self._site.tell(request, "/messages", all_read=True)

    @get("/procedures", RESIDENT)
    def procedures(self, _: Request) -> Response:
        """One's own, on the first page: an address that has one sign in first."""
        return self._site.redirect("/#procedures")

    @get("/moves", RESIDENT)
    def all_moves(self, _: Request) -> Response:
        """Who cuts the number off a move's address: as :meth:`procedures`, where all of them are."""
        return self._site.redirect("/#procedures")

    @get("/cards", RESIDENT)
    def cards(self, _: Request) -> Response:
        """As :meth:`procedures`."""
        return self._site.redirect("/#cards")

    @post("/cards", RESIDENT)
    def ask_again(self, request: Request) -> Response:
        """What is known of one's cards is asked for anew."""
        self._cards.forget(request.state.session.data)
        return self._site.redirect("/#cards")

    def _record(self, request: Request, own: Sequence[Move]) -> OwnRecord:
        now = self._site.clock.now()
        return self._moved.own(request.state.session.data, self._handles.of(request), now, own)

    def _cards_of(self, request: Request, own: Sequence[Move]) -> Known:
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            # Whoever comes from elsewhere may have suspended or ended something there just now.
            self._cards.forget(request.state.session.data)
        news = max((event.at for move in own for event in move.events), default=None)
        return self._cards.known(
            request.state.session.data,
            self._handles.of(request),
            self._site.clock.now(),
            news,
        )

    @get("/services", public("what is offered stands on the first page"))
    def services(self, _: Request) -> Response:
        """Who cuts the name off a service's address."""
        return self._site.redirect("/#services")

    @get("/services/{service_id}", public("what a service needs, before one signs in for it"))
    def service(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``: also for what nobody in this country offers."""
        there = offered(str(entry.id) for entry in self._directory)
        found = next((one for one in there if one.id == request.path_params["service_id"]), None)
        if found is None:
            raise Refusal(NOT_FOUND)
        session = request.state.session
        going_on = None
        if found.id == "move" and session.kind == "resident":
            own = self._moves.moves(session.subject)
            going_on = next((one for one in own if not one.over), None)
        own_page = found.institution == INSTITUTION.id
        begin = found.path if own_page else self._directory.origin(found.institution) + found.path
        return self._site.render(
            request,
            "service.html",
            service=found,
            under_way=going_on is not None,
            begin=f"/moves/{going_on.case_id}" if going_on else begin,
        )

    def _name_of(self, institution: str) -> Text:
        if institution in self._directory:
            return self._directory.entry(institution).name
        return Text(institution, institution)


def _kind_of(card: CardOfOwn) -> Text:
    if card.media == "card":
        return Text("マイナンバーカード", "My Number Card")
    name = PLATFORMS.get(card.platform, "")
    return (
        Text(f"スマートフォン（{name}）", f"Phone ({name})")
        if name
        else Text("スマートフォン", "Phone")
    )
