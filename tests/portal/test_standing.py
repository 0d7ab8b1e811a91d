"""Where a move stands, over every state and every event: the headline follows the newest, and what asks has its button."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import jinja2
import pytest

import kazasu.portal
from kazasu.contracts.base import InstitutionId
from kazasu.contracts.offices import DOCUMENTS
from kazasu.contracts.portal import MoveEvent
from kazasu.foundation.text import Text
from kazasu.foundation.web.templating import environment
from kazasu.portal.home import before_the_counter, waiting
from kazasu.portal.move.answers import Answers, Member, answers_from
from kazasu.portal.move.events import OWN_EVENTS, Event
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import TABLE, paper_first, standing
from kazasu.portal.pages.cases import _timeline, shown_of
from kazasu.portal.store import Draft
from kazasu.portal.visit.calendar import visit_entry

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
MEMBERS = tuple(
    Member(str(n), f"佐藤{n}", "", "昭和55年1月1日", "", n == 0, n < 2) for n in range(3)
)
ANSWERS = Answers(
    origin="141003", old_address="神奈川県横浜市中区本町1番地", head_name="", together=True, members=MEMBERS,
    chosen=("0", "1", "2"), new_head="佐藤0", prefecture="北海道", city="札幌市中央区", town="大通", block="1",
    destination="011002", move_date="2026-12-01", office="a", office_ja="中央区役所", office_en="Chuo ward office",
    visit_date="2026-12-07", visit_starts="09:00", hold_id="h",
)  # fmt: skip
SENT = Move("MV-1", "between-cities", 1, "141003", "011002", ANSWERS.to_json(), AT, None)
DAY = date(2026, 11, 25)
NOTE = {"needs-fix": "建物名を書いてください", "out-rejected": "世話をする人が決まっていません"}
HISTORIES = {
    "sent": ("", {}),
    "received": ("received-out reservation-received", {}),
    "correct": ("received-out reservation-received needs-fix", {}),
    "sent-again": ("received-out needs-fix sent-again", {"revision": 2}),
    "accepted": ("received-out out-done", {}),
    "ready": ("received-out reservation-received out-done certificate-received in-ready", {}),
    "get-paper": ("received-out out-done certificate-received in-ready", {"visits": "2026-12-17"}),
    "bring-paper": ("out-done in-ready paper-issued", {"visits": "2026-12-17"}),
    "choose-again": ("out-done in-ready visit-missed", {}),
    "visit-chosen": ("out-done in-ready visit-missed visit-chosen", {}),
    "visited": ("out-done in-ready visited", {}),
    "redirected": ("out-done in-ready redirected", {}),
    "expired": ("out-done in-ready visit-missed expired-special", {}),
    "by-paper": ("out-done in-ready expired-special paper-issued", {}),
    "cancelling": ("out-done in-ready", {"withdrawn_at": AT}),
    "arrived-first": ("out-done in-ready visited cancel-refused", {}),
    "rejected": ("received-out reservation-received out-rejected", {}),
    "cancelled": ("out-done in-ready cancelled", {"withdrawn_at": AT}),
    "cards": ("out-done in-ready visited registered card-pending", {}),
    "done": ("in-ready visited registered card-continued card-continued", {}),
    "registered": ("in-ready visited registered closed", {}),
    "card-lost": ("in-ready visited registered card-continued card-lost", {}),
    "others-first": ("out-done in-ready visited registered", {"left": ["佐藤0"]}),
    "nobody-left": ("out-done in-ready mover-died", {"gone": ["佐藤0", "佐藤1", "佐藤2"]}),
    "all-abroad": (
        "received-out reservation-received mover-abroad",
        {"gone": ["佐藤0", "佐藤1", "佐藤2"]},
    ),
    "rest-to-come": (
        "in-ready visited registered card-continued card-continued",
        {"left": ["佐藤1"]},
    ),
}
"""For each state a way to it."""
REGISTERED = {"cards", "done", "registered", "card-lost", "others-first", "rest-to-come"}
ENDED = {"rejected", "cancelled"}
AWAITED = {
    "sent", "received", "correct", "sent-again", "accepted", "ready", "visited", "arrived-first", "visit-chosen",
    "others-first", "get-paper", "bring-paper",
}  # fmt: skip
"""There is an appointment, or was just kept."""
LEADS = {
    "needs-fix": {"correct"}, "sent-again": {"sent-again"}, "out-done": {"accepted"}, "certificate-received": {"accepted"},
    "in-ready": {"ready"}, "visited": {"visited"}, "visit-missed": {"choose-again"}, "registered": REGISTERED,
    "card-pending": REGISTERED, "card-continued": REGISTERED, "card-lost": REGISTERED, "residence-card-written": REGISTERED, "old-record-closed": REGISTERED,
    "closed": REGISTERED, "withdrawn": {"cancelled"}, "cancelled": {"cancelled"}, "out-rejected": {"rejected"},
    "cancel-refused": {"arrived-first"}, "expired-special": {"expired"}, "redirected": {"redirected"},
    "visit-chosen": {"visit-chosen"},
}  # fmt: skip
"""Where an event leads to. What only adds to what was known (received, changed) leads nowhere."""
OUTRANKED = {
    "correct": {"visited", "redirected", "visit-missed", "in-ready", "out-done", "certificate-received", "expired-special", "visit-chosen"},
    "choose-again": {"in-ready", "out-done", "certificate-received"},
    "visit-chosen": {"in-ready", "out-done", "certificate-received"},
    "redirected": {"in-ready", "out-done", "certificate-received", "visit-missed", "sent-again", "visit-chosen"},
    "visited": {"redirected", "in-ready", "out-done", "certificate-received", "visit-missed", "sent-again", "visit-chosen"},
    "arrived-first": {"redirected", "in-ready", "out-done", "certificate-received", "visit-missed", "visited", "expired-special", "needs-fix", "sent-again", "visit-chosen"},
    "expired": {"in-ready", "out-done", "certificate-received", "visit-missed", "sent-again", "visit-chosen"},
    "by-paper": {"in-ready", "out-done", "certificate-received", "visit-missed", "sent-again", "visit-chosen", "expired-special"},
    "ready": {"out-done", "certificate-received", "sent-again"},
    "accepted": {"sent-again"},
    "get-paper": {"in-ready", "out-done", "certificate-received", "sent-again"},
    "bring-paper": {"in-ready", "out-done", "certificate-received", "sent-again"},
}  # fmt: skip
"""Events that change nothing in a state: half of a thing that is further on, or less urgent."""


def told(events, kind="between-cities", left=(), visits="", gone=(), **changed):
    """``left``: names of whom the city did not register; ``gone``: of who died; ``visits``: the day of another appointment."""
    happened = [
        Event(
            one,
            AT + timedelta(minutes=n),
            InstitutionId("city:141003"),
            "窓口",
            "Counter",
            NOTE.get(one, ""),
            NOTE.get(one, ""),
            [],
            n,
            not_registered=list(left) if one == "registered" else [],
            gone=list(gone) if one in ("mover-died", "mover-abroad") else [],
        )
        for n, one in enumerate(events.split())
    ]
    answers = replace(ANSWERS, visit_date=visits).to_json() if visits else SENT.answers
    return replace(SENT, kind=kind, events=happened, answers=answers, **changed)


def after(move, event):
    """As the portal takes it: a refused cancellation is withdrawn, a correction is the next revision."""
    changes = {"withdrawn_at": None} if event == "cancel-refused" else {}
    if event == "sent-again":
        changes = {"revision": 1 + sum(one.event == "needs-fix" for one in move.events)}
    said = replace(told(event).events[0], at=AT + timedelta(hours=1), arrived=99)
    return replace(move, events=[*move.events, said], **changes)


@pytest.mark.parametrize("state", HISTORIES)
def test_the_headline_follows_the_newest_event(state):
    before = told(HISTORIES[state][0], **HISTORIES[state][1])
    assert standing(before).name == state
    for event in (*get_args(MoveEvent), *OWN_EVENTS):
        follows(state, event, standing(after(before, event)).name)


def follows(state, event, now):
    if state in REGISTERED or event == "registered":
        assert now in REGISTERED
    elif state in ("nobody-left", "all-abroad"):
        assert now == state
    elif state in ENDED:
        assert now in ENDED
    elif state == "cancelling":
        assert now in ({"withdrawn": ENDED, "cancelled": ENDED, "out-rejected": ENDED}
                       | {"cancel-refused": {"arrived-first"}}).get(event, {"cancelling"})  # fmt: skip
    elif (state, event) == ("bring-paper", "expired-special"):
        assert now == "by-paper", "it was issued already"
    elif event in OUTRANKED.get(state, ()):
        assert now in {state} | LEADS[event]
    elif state in ("choose-again", "visit-chosen") and event == "sent-again":
        assert now == "ready", "the corrected notice names its appointment"
    elif event in LEADS and LEADS[event] != REGISTERED:
        assert now in LEADS[event]
    if event in ("visit-changed", "reservation-received"):
        assert now not in ("choose-again", "visit-chosen")
    if event == "sent-again":
        assert now != "correct"


def test_every_state_is_there_and_is_reached():
    assert {row.name for row in TABLE} == HISTORIES.keys()


@cache
def templates_without_frame():
    templates = environment(Path(kazasu.portal.__file__).with_name("templates"))
    frame = jinja2.DictLoader({"kit/page.html": "{% block main %}{% endblock %}"})
    templates.loader = jinja2.ChoiceLoader([frame, templates.loader])
    return templates


def page(move, words="en", draft=None, on=DAY, shown=None, told=None):
    """The page of a move without its frame."""
    language = "en" if words == "en" else "ja"
    entries = _timeline(move, SimpleNamespace(directory={}), language)
    return templates_without_frame().get_template("case.html").render(
        **(shown or shown_of(move, draft, on, language)), lang=language, reads=words, told=told or {}, entries=entries,
        counter=SimpleNamespace(origin="https://city.example", name=HEADLINE) if standing(move).counter else None,
        new_city=SimpleNamespace(name=HEADLINE), name_of_city=lambda code: Text(code, code), names_read={},
        objecting=(), objecting_title=HEADLINE, newborn=(), what_of_newborn=HEADLINE,
    )  # fmt: skip


HEADLINE = TABLE[0].says


def test_a_past_appointment_is_none_to_print_or_to_keep():
    """Identified at the counter, and the special route ran out before it was decided: nothing of it is ahead."""
    move = told("received-out out-done certificate-received in-ready visited")
    visit = answers_from(move.answers).visits_on
    for on, offered in ((visit, True), (visit + timedelta(days=1), False)):
        assert ("visit.ics" in page(move, on=on)) == offered
        assert ("visit/sheet" in page(move, on=on)) == offered
    expired = after(move, "expired-special")
    assert standing(expired).name == "expired"
    late = page(expired, on=visit + timedelta(days=60))
    assert "(past)" in late
    assert "visit.ics" not in late


@pytest.mark.parametrize("words", ["ja", "en", "easy"])
@pytest.mark.parametrize("state", HISTORIES)
def test_page_and_first_page_say_one_thing(state, words):
    """What asks has its button or whom to go to, an end says what follows, and nothing dead is offered."""
    move = told(HISTORIES[state][0], **HISTORIES[state][1])
    found, html = standing(move), page(move, words)
    says = found.says.to(words)
    assert says in html
    first = [one.title.to(words) for one in waiting(None, [move], DAY)]
    assert (says in first) == found.asks
    assert not found.asks or found.act or found.counter
    if found.act:
        assert f'action="{found.act.href}"' in html or f'href="{found.act.href}"' in html
    if move.over:
        assert found.todo
        assert found.todo.to(words) in html
    assert ("visit/sheet" in html) == ("visit.ics" in html) == (state in AWAITED)
    assert ("/cancel" in html) == move.may_withdraw
    for event in NOTE.keys() & {one.event for one in move.events} if found.bad else ():
        assert html.index(NOTE[event]) < html.index("timeline")


@pytest.mark.parametrize("state", HISTORIES)
def test_the_first_page_speaks_of_no_button_that_stands_on_another(state):
    """A note is said on both: it may not say where on the page something is."""
    move = told(HISTORIES[state][0], **HISTORIES[state][1])
    for one in waiting(None, [move], DAY):
        for said in (one.title, one.note, one.why or one.note):
            assert not re.search(r"\b(below|above)\b|(この|その)?[上下](で|の|から|に)[ 　]?", f"{said.ja} {said.en} {said.easy}")  # fmt: skip
    if move.by_paper:
        html = page(move)
        assert html.index("If you do not move") < html.index("/cancel")


@pytest.mark.parametrize("state", HISTORIES)
def test_within_one_city_nobody_is_sent_to_another(state):
    """Nor told of two: one city answers."""
    events = HISTORIES[state][0]
    if {"out-done", "received-out"} & set(events.split()):
        events = events.replace("out-done", "").replace("received-out", "")
    move = told(events, "within-city", destination="141003", **HISTORIES[state][1])
    move = replace(move, answers={**move.answers, "destination": "141003"})
    shown = page(move) + page(move, "ja")
    for one in waiting(None, [move], date(2026, 12, 2)):
        shown += f"{one.title} {one.note}"
    if standing(move).name not in (
        "accepted",
        "expired",
        "by-paper",
        "get-paper",
        "bring-paper",
        "rejected",
    ):  # of two cities alone
        for words in ("new city", "old city", "cities", "新しい市区町村", "前の市区町村"):
            assert words not in shown


SAID_OF_PAPER = {
    "ja": "紙の転出証明書",
    "en": "paper certificate of moving out",
    "easy": "紙の 転出証明書",
}


@pytest.mark.parametrize("words", ["ja", "en", "easy"])
@pytest.mark.parametrize(
    ("visits", "needed"), [("2026-12-15", False), ("2026-12-16", True), ("2026-12-17", True)]
)
def test_an_appointment_after_the_last_day_needs_a_paper_wherever_it_is_told(visits, needed, words):
    """Moved on 1 December, due on the 15th: headline, what to bring, sheet, first page and calendar say one thing, and where to get it."""
    move = told("received-out reservation-received out-done certificate-received in-ready", visits=visits)  # fmt: skip
    assert (standing(move).name == "get-paper") == needed == (standing(move).name != "ready")
    paper, on = SAID_OF_PAPER[words], date(2026, 12, 14)
    language = "en" if words == "en" else "ja"
    html = page(move, words, on=on)
    assert ('id="bring-by-paper"' in html) == needed
    sheet = templates_without_frame().get_template("visit_sheet.html").render(
        move=move, answers=answers_from(move.answers), office=None, plan=None, city=HEADLINE, first=None,
        paper=paper_first(move), documents=DOCUMENTS, day=str, lang=language, reads=words, names_read={},
    )  # fmt: skip
    visit = next(
        one for one in waiting(None, [move], on) if one.href.endswith("MV-1") and one.sheet
    )
    entry = visit_entry(move, language, AT).replace(b"\r\n ", b"").decode()
    for told_of in (html.partition("timeline")[0], sheet, visit.note.to(words)):
        assert (paper in told_of) == needed
    assert (SAID_OF_PAPER[language] in entry) == needed
    if needed:
        place = {"ja": "前の市区町村の窓口で", "en": "at the counter of your old city", "easy": "前の 役所の 窓口で"}  # fmt: skip
        for told_of in (html, sheet, visit.note.to(words)):
            assert place[words] in told_of
        assert place[language] in entry


def test_who_holds_the_paper_is_not_sent_for_it():
    move = told("out-done in-ready paper-issued", visits="2026-12-17")
    html = page(move)
    assert "with the paper certificate" in html
    assert "Get a paper certificate" not in html


def test_the_calendar_names_a_residence_card_and_what_comes_first():
    member = replace(MEMBERS[0], residence_card=True)
    answers = replace(ANSWERS, members=(member, *MEMBERS[1:])).to_json()
    move = replace(told("received-out"), answers=answers)
    entry = visit_entry(move, "en", AT, before_the_counter(move)).replace(b"\r\n ", b"").decode()
    assert "residence cards" in entry
    assert "has not accepted your notice yet" in entry


def test_a_correction_that_is_begun_is_no_notice_unsent():
    """Home and page say that the city waits; what was sent stands."""
    move = told(HISTORIES["correct"][0])
    draft = Draft("MV-1", 2, ANSWERS)
    first, visit = waiting(draft, [move], DAY)
    assert (first.title.en, first.href) == ("Please correct it and send it again", "/move/review")
    assert visit.title.en == "Your visit to the counter"
    assert "Nothing has been sent" not in first.note.en
    html = page(move, draft=draft)
    assert 'href="/move/review"' in html
    assert "/correct" not in html


def test_a_refused_notice_waits_until_another_one_is_begun():
    move = told(HISTORIES["rejected"][0])
    titles = [[one.title.en for one in waiting(*given, DAY)] for given in (
        (None, [move]), (Draft("MV-2", 1, ANSWERS), [move]), (None, [replace(SENT, case_id="MV-2", sent_at=AT + timedelta(1)), move]),
    )]  # fmt: skip
    assert "It was not accepted" in titles[0]
    assert not any("It was not accepted" in one for one in titles[1:])
    assert not waiting(None, [move], DAY + timedelta(days=90))


def test_what_was_refused_fills_the_next_notice():
    """But for the appointment."""
    fresh = replace(ANSWERS, chosen=(), new_head="", block="", destination="", move_date="", visit_date="", hold_id="")  # fmt: skip
    filled = fresh.filled_like(ANSWERS)
    assert (filled.chosen, filled.new_head) == (ANSWERS.chosen, ANSWERS.new_head)
    assert (filled.block, filled.destination) == ("1", "011002")
    assert (filled.move_date, filled.hold_id) == (ANSWERS.move_date, "")


BORN = replace(MEMBERS[-1], member_id="9", name="佐藤　海", relationship="子")
OTHER_HOUSEHOLDS = {
    "somebody left it": {"members": MEMBERS[1:]},
    "a child was born": {"members": (*MEMBERS, BORN)},
    "another head": {"head_name": "佐藤　別人"},
    "another relationship": {"members": (replace(MEMBERS[0], relationship="同居人"), *MEMBERS[1:])},
}


@pytest.mark.parametrize("what", OTHER_HOUSEHOLDS)
def test_of_another_household_who_moves_is_asked_anew(what):
    """Whoever is in no answer of then is neither taken along nor left behind without a word."""
    now = replace(ANSWERS, chosen=(), new_head="", visit_date="", hold_id="", **OTHER_HOUSEHOLDS[what])  # fmt: skip
    filled = now.filled_like(ANSWERS)
    assert (filled.chosen, filled.new_head, filled.next_step()) == ((), "", "who")
    assert (filled.block, filled.destination, filled.move_date) == ("1", "011002", ANSWERS.move_date)  # fmt: skip


def test_who_only_opened_the_first_page_has_written_nothing():
    assert waiting(Draft("MV-1", 1, replace(ANSWERS, chosen=())), [], DAY) == []


def test_what_is_past_is_said_to_be():
    late = page(told(HISTORIES["ready"][0]), on=date(2026, 12, 16))
    assert "(past)" in late
    assert "(past)" not in page(told(HISTORIES["ready"][0]), on=date(2026, 12, 15))


def test_a_void_appointment_is_said_to_be():
    assert "void (it was" in page(told(HISTORIES["choose-again"][0]))


def registered_in(city, address):
    before = told("out-done in-ready redirected visited")
    event = replace(
        told("registered").events[0], institution=InstitutionId(f"city:{city}"), address=address
    )
    return replace(before, events=[*before.events, event])


def test_what_was_registered_is_read_and_what_was_announced_beside_it():
    """U4#13: the desk registered another block, and the page showed the announced one."""
    same = page(registered_in("011002", ANSWERS.new_address), "ja")
    assert "届け出た住所" not in same
    other = page(registered_in("011002", f"{ANSWERS.new_address}０"), "ja")
    assert f"{ANSWERS.new_address}０" in other
    assert "届け出た住所" in other
    elsewhere = registered_in("401307", "福岡県福岡市中央区天神２番")
    assert (elsewhere.new_city, elsewhere.redirected) == ("401307", True)
    assert elsewhere.cities == ["141003", "011002"], "and whoever stood at a counter"
    shown = page(elsewhere, "ja")
    assert "天神" in shown
    assert "なくなりました（" in shown, "the appointment in the planned city"


def test_within_one_city_no_card_stops_working():
    """番号法施行令 14条 is of an arrival from another city. Here the law gives 14 days, and the card goes on."""
    events = [
        Event(at=AT, event=name, institution=InstitutionId("city:011002"), desk_ja="", desk_en="", note_ja="", note_en="", proof=())
        for name in ("registered", "card-pending")
    ]  # fmt: skip
    between = standing(replace(SENT, events=events))
    within = standing(replace(SENT, kind="within-city", events=events))
    assert (between.name, within.name) == ("cards", "cards")
    assert between.until - within.until > timedelta(days=60)
    assert within.until == date(2026, 12, 15), "1 December and 14 days"
    assert "stops working" in between.todo.en
    for words in (within.todo.ja, within.todo.en, within.todo.easy):
        assert not any(one in words for one in ("使えな", "stops working", "使えません"))


@pytest.mark.parametrize(("days", "still"), [(1, True), (60, True), (61, False)])
def test_what_else_to_do_in_the_new_city_is_told_for_a_while_after_the_registration(days, still):
    move = told(HISTORIES["done"][0])
    html = page(move, on=AT.date() + timedelta(days=days))
    assert ("National health insurance" in html) == still
    assert "National health insurance" not in page(
        replace(move, kind="within-city", answers=WITHIN)
    )


WITHIN = replace(ANSWERS, destination=ANSWERS.origin).to_json()


def test_of_a_city_that_tells_no_cards_those_of_who_is_registered_are_counted():
    assert told("in-ready visited registered").cards is None
    assert told("in-ready visited registered").cards_left == 2
    assert told("in-ready visited registered", left=["佐藤1"]).cards_left == 1
    assert told("in-ready visited registered card-continued", left=["佐藤1"]).cards_left == 0
