"""A case: where it stands, what the cities did, what to bring; change and cancel."""

from types import SimpleNamespace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.room import House
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.kit import periods
from kazasu.portal import model
from kazasu.portal.model import Move, answers_from
from kazasu.portal.pages import RESIDENT
from kazasu.portal.pages.wizard import by_office, read_slot
from kazasu.portal.service import Moves

NO_SLOT = Text("日時を選んでください", "Choose a time")


def enter(site: Site, moves: Moves, house: House) -> None:
    @site.route("/moves/{case_id}", access=RESIDENT)
    def case(request: Request) -> Response:
        return _page(site, moves, house, request)

    @site.route("/moves/{case_id}/cancel", access=RESIDENT, methods=["GET", "POST"])
    def cancel(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        move = moves.move(_resident(request), case_id)
        if request.method == "POST":
            moves.withdraw(_resident(request), case_id)
            return site.redirect(f"/moves/{case_id}")
        return site.render(request, "cancel.html", move=move)

    @site.route("/moves/{case_id}/correct", access=RESIDENT, methods=["POST"])
    def correct(request: Request) -> Response:
        moves.correct(_resident(request), request.path_params["case_id"])
        return site.redirect("/move/review")

    @site.route("/moves/{case_id}/visit", access=RESIDENT, methods=["GET", "POST"])
    def visit(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        move = moves.move(_resident(request), case_id)
        refusal, missing = None, ""
        if request.method == "POST":
            chosen = read_slot(str(request.state.form.get("slot", "")))
            try:
                if chosen is not None:
                    moves.change_visit(_resident(request), case_id, *chosen)
                    return site.redirect(f"/moves/{case_id}")
                missing = NO_SLOT.to(request.state.language)
            except Refusal as refused:
                refusal = refused
        answers = answers_from(move.answers)
        return site.render(
            request,
            "change_visit.html",
            status=refusal.fault.status if refusal else 200,
            move=move,
            refusal=refusal,
            missing=missing,
            offered=by_office(moves.slots(answers)),
            chosen=f"{answers.office}|{answers.visit_date}|{answers.visit_starts}",
            day=lambda on: model.day(on).to(request.state.language),
        )


def _page(site: Site, moves: Moves, house: House, request: Request) -> Response:
    move = moves.move(_resident(request), request.path_params["case_id"])
    answers = answers_from(move.answers)
    moved_on = answers.moves_on or move.sent_at.date()
    return site.render(
        request,
        "case.html",
        move=move,
        answers=answers,
        sent=request.query_params.get("sent") == "1",
        entries=_timeline(move, house, request.state.language),
        until=periods.moving_in_until(moved_on),
        continuation=periods.card_continuation_until(answers.visits_on or moved_on),
        day=lambda on: model.day(on).to(request.state.language),
        portal_state=move.state.to(request.state.language),
        notes=[e for e in move.events if e.event == "needs-fix"][-1:],
    )


def _timeline(move: Move, house: House, language: Any) -> list[SimpleNamespace]:
    """What happened, in order, as the timeline component takes it."""

    def who(institution: str, ja: str, en: str) -> str:
        name = house.directory.entry(institution).name if institution in house.directory else None
        return f"{name.to(language) if name else institution} {Text(ja, en).to(language)}"

    entries = [
        SimpleNamespace(
            title=model.WORDS["sent"].to(language), at=move.sent_at, who="", note="", proof=[],
            state="done",
        )
    ]  # fmt: skip
    for event in move.events:
        bad = event.event in ("needs-fix", "out-rejected", "visit-missed", "cancel-refused")
        entries.append(
            SimpleNamespace(
                title=model.WORDS[event.event].to(language),
                at=event.at,
                who=who(event.institution, event.desk_ja, event.desk_en),
                note=event.note_ja if language == "ja" else event.note_en,
                proof=[step[0] if language == "ja" else step[1] for step in event.proof],
                state="bad" if bad else "done",
            )
        )
    return entries


def _resident(request: Request) -> str:
    return str(request.state.session.subject)
