"""A case: where it stands, what the cities did, what to bring; change and cancel."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import MOVES, InstitutionId
from kazasu.contracts.offices import CLOSES, DOCUMENTS, OPENS
from kazasu.exchange.directory import Entry
from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Language, Text
from kazasu.foundation.time.clock import civil, today
from kazasu.foundation.time.dates import long_date, next_open
from kazasu.foundation.values.places.houses import as_announced
from kazasu.foundation.values.places.readings import roman_address
from kazasu.foundation.web import Site, get, post
from kazasu.foundation.web.acting.reviewed import mark_of, must_be_reviewed
from kazasu.foundation.web.cases import number_of
from kazasu.kit import periods
from kazasu.kit.signin import SignIn
from kazasu.kit.told import appeals
from kazasu.portal.faults import (
    ALREADY_MOVING,
    CANCELLED_ALREADY,
    CORRECTED_MEANWHILE,
    NO_APPOINTMENT,
    TOO_LATE_TO_CHANGE,
    TOO_LATE_WITHIN,
)
from kazasu.portal.home import NOT_NAMED, NOT_NAMED_WITHIN, before_the_counter
from kazasu.portal.household.moved import UNKNOWN, MovesShown, OwnRecord
from kazasu.portal.move.answers import HEAD_OF_THE_JOINED, Answers, answers_from
from kazasu.portal.move.events import OWN_EVENTS, WORDS, Event
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import RECENT, cards_until, paper_first, standing
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.handles import Handles
from kazasu.portal.pages.questions import SlotForm
from kazasu.portal.service import Moves
from kazasu.portal.store import Draft
from kazasu.portal.visit import visiting
from kazasu.portal.visit.calendar import visit_entry
from kazasu.portal.visit.offering import by_office
from kazasu.portal.visit.visiting import Visiting
from kazasu.portal.visit.walking_in import WalkIn, counter_day, walk_in


class Cases:
    """The pages of a move that was sent."""

    def __init__(
        self,
        site: Site,
        moves: Moves,
        signin: SignIn,
        house: RoomContext,
        handles: Handles,
        moved: MovesShown,
    ) -> None:
        self._site = site
        self._moves = moves
        self._signin = signin
        self._house = house
        self._handles = handles
        self._moved = moved
        self._visiting = Visiting(house.inquirer("portal"))

    @get("/moves/{case_id}", RESIDENT)
    def case(self, request: Request) -> Response:
        """Opening it reads what the cities told of it."""
        move, draft = self._moves.opened(_resident(request), number_of(request, MOVES))
        language = request.state.language
        record, overtaken = self._record(request, move)
        first = counter_day(self._site.clock.now())
        shown = shown_of(
            move, draft, today(self._site.clock), language, overtaken=overtaken, first=first
        )
        return self._site.render(
            request,
            "case.html",
            **shown,
            entries=_timeline(move, self._house, language, overtaken=overtaken),
            counter=self._counter(move, shown["standing"].counter),
            new_city=self._counter(move, "new"),
            name_of_city=self._name_of_city,
            objecting=self._objecting(move) if shown["standing"].name == "rejected" else (),
            objecting_title=appeals.TITLE,
            newborn=record.newborn.get(move.case_id, ()),
            what_of_newborn=NOT_NAMED if move.kind == "between-cities" else NOT_NAMED_WITHIN,
        )

    def _objecting(self, move: Move) -> Sequence[Text]:
        """How to object to the rejection (教示), of the city that decided."""
        said = next(one for one in reversed(move.events) if one.event == "out-rejected")
        city = self._name_of_city(InstitutionId(said.institution).tenant)
        return appeals.how_to_object(city, civil(said.at))

    def _record(self, request: Request, move: Move) -> tuple[OwnRecord, bool]:
        """What one's city has of the resident, and whether another's notice has moved them. Asked only where that could be."""
        if move.over or move.off:
            return UNKNOWN, False
        now = self._site.clock.now()
        _, own = self._moves.under_way(_resident(request))
        record = self._moved.own(request.state.session.data, self._handles.of(request), now, own)
        moved = record.by_others({one.case_id for one in own})
        return record, moved is not None and moved.overtakes(move)

    def _name_of_city(self, code: str) -> Text:
        city = f"city:{code}"
        directory = self._house.directory
        return directory.entry(city).name if city in directory else Text(code, code)

    def _counter(self, move: Move, which: str) -> Entry | None:
        """The city whose counter is named."""
        city = f"city:{move.new_city if which == 'new' else move.origin}"
        return (
            self._house.directory.entry(city) if which and city in self._house.directory else None
        )

    @get("/moves/{case_id}/cancel", RESIDENT)
    def ask_cancel(self, request: Request) -> Response:
        """Nobody is asked for what would be refused: told on the move's own page, with where it stands."""
        move = self._move(request)
        if not move.may_withdraw:
            return self._told(request, move, Refusal(_why_not(move)))
        return self._site.render(request, "cancel.html", move=move)

    @post("/moves/{case_id}/cancel", RESIDENT)
    def cancel(self, request: Request) -> Response:
        case_id = number_of(request, MOVES)
        self._moves.withdraw(_resident(request), case_id)
        return self._site.tell(request, f"/moves/{case_id}", cancelling=True)

    @post("/moves/{case_id}/correct", RESIDENT)
    def correct(self, request: Request) -> Response:
        self._moves.correct(_resident(request), number_of(request, MOVES))
        return self._site.redirect("/move/review")

    @post("/moves/{case_id}/again", RESIDENT)
    def again(self, request: Request) -> Response:
        """What was refused or cancelled, begun anew: what it said is filled in."""
        case_id = number_of(request, MOVES)
        try:
            draft = self._moves.again(
                _resident(request), case_id, lambda who: self._signin.handle_for(request, who)
            )
        except Refusal as refusal:
            if refusal.fault is not ALREADY_MOVING:
                raise
            return self._site.tell(request, f"/moves/{refusal.facts['case']}", refusal=refusal)
        if self._moves.outside_today(_resident(request), draft):
            return self._site.tell(request, "/move/when", outside=True)
        if not draft.answers.chosen:
            return self._site.tell(request, "/move/who", others=True)
        return self._site.redirect("/move")

    @get("/moves/{case_id}/visit", RESIDENT)
    def visit(self, request: Request) -> Response:
        """No times are offered where none can be chosen: told as for :meth:`ask_cancel`."""
        move = self._move(request)
        if not move.may_change_visit:
            return self._told(request, move, Refusal(NO_APPOINTMENT))
        answers = answers_from(move.answers)
        return self._site.render(
            request,
            "change_visit.html",
            move=move,
            stands=move.has_visit,
            form=SlotForm.show(request, slot=[answers.appointment]),
            reviewed=mark_of(answers.appointment.encode()),
            answers=answers,
            walk=self._walk_in(move),
            before=before_the_counter(move),
            opens=(OPENS, CLOSES),
            offered=by_office(self._moves.slots(answers), answers.due),
            day=lambda on: long_date(on, request.state.language),
        )

    def _walk_in(self, move: Move) -> WalkIn | None:
        now = self._site.clock.now()
        return walk_in(move, civil(now), counter_day(now))

    @post("/moves/{case_id}/visit", RESIDENT)
    def change_visit(self, request: Request) -> Response:
        case_id = number_of(request, MOVES)
        form = SlotForm.read(request)
        try:
            self._moves.change_visit(
                _resident(request), case_id, *form.slot,
                reviewed=lambda shown: must_be_reviewed(request, shown),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.fault is not CORRECTED_MEANWHILE:
                raise
            return self._site.tell(request, f"/moves/{case_id}", refusal=refusal)
        return self._site.tell(request, f"/moves/{case_id}", visit=True)

    @get("/moves/{case_id}/visit.ics", RESIDENT)
    def calendar(self, request: Request) -> Response:
        """The appointment as a calendar entry. Raises Refusal ``portal.unknown-case``, ``portal.no-appointment``."""
        move = self._visited(request)
        found = self._visiting.office(move.destination, answers_from(move.answers).office)
        entry = visit_entry(
            move, request.state.language, self._site.clock.now(), before_the_counter(move), found
        )
        return Response(
            entry, media_type="text/calendar; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="visit.ics"'},
        )  # fmt: skip

    @get("/moves/{case_id}/visit/sheet", RESIDENT)
    def sheet(self, request: Request) -> Response:
        """The confirmation of the appointment, to print. Raises Refusal ``portal.unknown-case``, ``portal.no-appointment``."""
        move = self._visited(request)
        answers = move.to_be_done
        found = self._visiting.office(move.destination, answers.office)
        return self._site.render(
            request,
            "visit_sheet.html",
            move=move,
            answers=answers,
            office=found.office if found else None,
            plan=found.plan if found else None,
            city=self._house.directory.entry(f"city:{move.destination}").name,
            first=before_the_counter(move),
            paper=paper_first(move),
            documents=DOCUMENTS,
            wheel=visiting.WHEELCHAIR,
            fixtures=visiting.FIXTURES,
            day=lambda on: long_date(on, request.state.language),
        )

    @get("/moves/{case_id}/visit/code.svg", RESIDENT)
    def code(self, request: Request) -> Response:
        """The case's number as a code that the counter reads. Raises as :meth:`sheet`."""
        move = self._visited(request)
        return Response(visiting.code(move.case_id), media_type="image/svg+xml")

    def _visited(self, request: Request) -> Move:
        """With an appointment that is still to come. Raises Refusal ``portal.unknown-case``, ``portal.no-appointment``."""
        move = self._move(request)
        on = answers_from(move.answers).visits_on
        past = on is None or on < today(self._site.clock)
        if not move.has_visit or past or self._record(request, move)[1]:
            raise Refusal(NO_APPOINTMENT)
        return move

    def _told(self, request: Request, move: Move, refusal: Refusal) -> Response:
        return self._site.tell(request, f"/moves/{move.case_id}", refusal=refusal)

    def _move(self, request: Request) -> Move:
        return self._moves.move(_resident(request), number_of(request, MOVES))


def _why_not(move: Move) -> Fault:
    """Why a move can no longer be cancelled; where it is cancelled, no counter is to be asked."""
    if move.off and not move.has("out-rejected"):
        return CANCELLED_ALREADY
    return TOO_LATE_WITHIN if move.kind == "within-city" else TOO_LATE_TO_CHANGE


def shown_of(
    move: Move,
    draft: Draft | None,
    on: date,
    language: Language,
    *,
    overtaken: bool = False,
    first: date | None = None,
) -> dict[str, Any]:
    """What the move's page shows of it on a day, but for what the directory knows.

    Args:
        overtaken: another's notice has moved the resident: nothing of this one is ahead.
        first: the day on which a counter can be reached; by itself the next open one.
    """
    answers = move.to_be_done
    visit = move.has_visit and not overtaken
    until = periods.moving_in_until(answers.moves_on or civil(move.sent_at))
    return {
        "move": move,
        "on": on,
        "documents": DOCUMENTS,
        "answers": answers,
        "standing": standing(move, draft, overtaken=overtaken),
        "paper": None if overtaken else paper_first(move),
        "overtaken": overtaken,
        "until": until,
        "overdue": until < on and (move.has("expired-special") or not move.identified),
        "has_visit": visit,
        "needless": _needless(move, answers),
        "ahead": visit and answers.visits_on is not None and answers.visits_on >= on,
        "late": visit and answers.visits_late,
        "lately": _lately(move, on),
        "walk": None if overtaken else walk_in(move, on, first or next_open(on)),
        "before": before_the_counter(move),
        "opens": (OPENS, CLOSES),
        "open": not move.off and (not move.over or move.others_first),
        "continuation": cards_until(move) if move.has("registered") else None,
        "head_of_the_joined": HEAD_OF_THE_JOINED,
        "differs": bool(move.registered_address)
        and not as_announced(answers.new_address, move.registered_address),
        "day": lambda one: long_date(one, language),
    }


def _lately(move: Move, on: date) -> bool:
    """They were registered not long ago: what else the move asks for is still told."""
    told = next((civil(one.at) for one in reversed(move.events) if one.event == "registered"), None)
    return told is not None and on - told <= RECENT


def _needless(move: Move, answers: Answers) -> bool:
    """They were registered before the day on which they meant to come."""
    told = next((civil(one.at) for one in move.events if one.event == "registered"), None)
    on = answers.visits_on
    return move.own_registered and told is not None and on is not None and told < on


def _noted(move: Move, event: Event, language: Language) -> str:
    """Its note; of a corrected address also which one stands now."""
    said = move.said_of(event)
    note = said.to(language) if said else event.note_ja if language == "ja" else event.note_en
    if event.event != "corrected" or not event.address:
        return note
    address = event.address
    if language == "en" and (read := roman_address(address)):
        address = f"{read} ({address})"
    return f"{note}{'：' if language == 'ja' else ': '}{address}"


def _timeline(
    move: Move, house: RoomContext, language: Any, *, overtaken: bool = False
) -> list[SimpleNamespace]:
    """What happened, in order, as the timeline component takes it; and what is to come, where another's notice did not overtake it."""

    def who(institution: str, ja: str, en: str) -> str:
        name = house.directory.entry(institution).name if institution in house.directory else None
        return f"{name.to(language) if name else institution} {Text(ja, en).to(language)}"

    entries = [
        SimpleNamespace(
            title=WORDS["sent"].to(language), at=move.sent_at, who="", note="", proof=[],
            state="done",
        )
    ]  # fmt: skip
    for event in move.events:
        ours = event.event in OWN_EVENTS
        bad = event.event in ("needs-fix", "out-rejected", "visit-missed", "cancel-refused")
        entries.append(
            SimpleNamespace(
                title=WORDS[event.event].to(language),
                at=event.at,
                who="" if ours else who(event.institution, event.desk_ja, event.desk_en),
                note=_noted(move, event, language),
                proof=[step[0] if language == "ja" else step[1] for step in event.proof],
                state="bad" if bad else "done",
            )
        )
    entries += [
        SimpleNamespace(title=step.to(language), at=None, who="", note="", proof=[], state="wait")
        for step in (() if overtaken else move.to_come)
    ]
    return entries


def _resident(request: Request) -> str:
    return str(request.state.session.subject)
