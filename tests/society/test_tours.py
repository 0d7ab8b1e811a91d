"""Guided tours: a step is ticked by what was carried out, in any process, and by nothing that was refused."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from starlette.routing import Route
from starlette.testclient import TestClient

from kazasu.app.folder import clear
from kazasu.card.apdu import Command
from kazasu.card.trace import line
from kazasu.contracts.identity import issuer_of
from kazasu.exchange.street import street as institutions
from kazasu.foundation.faults import Refusal
from kazasu.foundation.happenings import Happenings, named
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import SystemClock
from kazasu.foundation.time.country_clock import move_clock
from kazasu.foundation.web import Site, public
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.foundation.web.sessions import COOKIE, Session
from kazasu.society.tours.model import TOURS
from tests.support.pages import TEMPLATES, signed_in_at
from tests.support.street import Street


@pytest.fixture(scope="module")
def rooms(module_databases):
    return Street(module_databases, module_databases.clock)


@pytest.fixture
def happenings(rooms):
    return Happenings(rooms.settings.directory_file.parent)


def test_each_step_waits_for_something_that_can_happen(rooms):
    """A route of a room, the beginning of a kind of session, or what a page says of itself."""
    possible = {
        "the clock was moved", "identity a login was tried", "identity a fault was provoked", "identity a conformance run passed",
        "municipality a notice was accepted", "municipality a visitor was identified", "municipality a move was registered", "municipality a card was updated", "portal a notice was sent",
    }  # fmt: skip
    for one in institutions():
        possible |= {f"{one.schema} signed in {kind}" for kind in one.sessions}
    for room in rooms.process.rooms.values():
        routes = [one for one in room.app.routes if isinstance(one, Route)]
        possible |= {f"{room.name} {method} {one.path}" for one in routes for method in one.methods}
    for tour in TOURS.values():
        for step in tour.steps:
            assert set(step.done) <= possible, step.words.en


def test_the_clock_ticks_its_step_by_whichever_door(tmp_path, clock):
    """The command and the page: the step says to move it, and not where."""
    settings = Settings(data=tmp_path)
    shared = settings.directory_file.parent
    shared.mkdir(parents=True, exist_ok=True)
    now = clock.now()
    move_clock(settings, now + timedelta(days=3), clock, now + timedelta(days=300))
    step = next(s for s in TOURS["clerk"].steps if s.path == "/clock")
    assert any(Happenings(shared).known(what) for what in step.done)


def test_what_is_done_is_ticked_and_what_is_refused_is_not(rooms, happenings):
    browser, origin = rooms.browser(), rooms.directory.origin("society")
    step = "society POST /clock"
    happenings.forget([step])
    same_site = {"origin": origin}
    browser.post(f"{origin}/clock", data={"date": "yesterday, perhaps"}, headers=same_site)
    assert not happenings.known(step)
    browser.post(f"{origin}/clock", data={"step": "hour"}, headers=same_site)
    assert happenings.known(step)


def test_a_form_that_is_shown_again_is_not_done(rooms, happenings):
    browser, origin = rooms.browser(), rooms.directory.origin("identity")
    step = "identity POST /integrators/register"
    happenings.forget([step])
    browser.post(f"{origin}/integrators/register", data={"name": ""}, headers={"origin": origin})
    assert not happenings.known(step)


def test_who_is_sent_to_a_reader_has_only_begun():
    """They may stop there, and the card may be another's. So it is with what came to nothing and is told elsewhere."""
    noted = []
    site = Site(
        room="portal", name=Text("窓口", "Counter"), templates=TEMPLATES, settings=Settings(mode="sandbox"),
        clock=SystemClock(), happened=noted.append,
    )  # fmt: skip
    refusal = Refusal(NOT_FOUND)
    ends = {
        "/there": lambda _: site.redirect("http://terminal.localhost/tap"),
        "/refused": lambda request: site.tell(request, "/", refusal=refusal),
        "/here": lambda request: site.tell(request, "/", done=True),
    }
    for path, end in ends.items():
        site.route(path, access=public("test"), methods=["POST"])(end)
    origin = "http://portal.localhost"
    browser = TestClient(site.app(), base_url=origin, follow_redirects=False)
    for path in ends:
        assert browser.post(path, headers={"origin": origin}).status_code == 303
    assert noted == ["portal POST /here"]


def test_a_page_with_nothing_to_show_is_no_step(rooms, happenings):
    """What the last tap exchanged, before any tap; what a party sent, before it sent anything."""
    steps = {
        "terminal GET /inspector": (rooms.browser(), "terminal", "/inspector"),
        "identity GET /integrators/requests": (
            signed_in_at(rooms, "identity", "identity", "integrator", registered(rooms), until=1 << 40),
            "identity", "/integrators/requests",
        ),
    }  # fmt: skip
    happenings.forget(steps)
    for step, (browser, institution, path) in steps.items():
        answer = browser.get(f"{rooms.directory.origin(institution)}{path}")
        assert answer.status_code == 200
        assert not happenings.known(step), step


def test_what_the_last_tap_exchanged_is_told_in_the_pages_language(rooms, happenings):
    """And in lines that a telephone can break."""
    step = "terminal GET /inspector"
    happenings.forget([step])
    words = line(Command(0x00, 0x20, 0x00, 0x80), bytes.fromhex("63C2"))
    session = Session(data={"trace": [[words.wire, words.name, *words.words]]})
    in_memory = site_of(rooms, "terminal")._signed.sessions
    in_memory.save("", session)
    browser = rooms.browser()
    browser.base_url = rooms.directory.origin("terminal")
    browser.cookies.set(COOKIE, session.token)
    page = browser.get("/inspector?lang=ja").text
    assert "残りの回数を尋ねる：あと2回" in page
    assert "tries" not in page
    assert "<pre" not in page
    assert "2 tries left" in browser.get("/inspector?lang=en").text
    assert happenings.known(step), "there was something to see"
    happenings.forget([step])


def site_of(rooms, name):
    routes = rooms.process.rooms[name].app.routes
    return next(one for one in routes if one.path == "/healthz").endpoint.__self__


def registered(rooms):
    key = ECKey.generate_key("P-256", auto_kid=True)
    sent = {
        "client_name": "Empty", "redirect_uris": ["http://empty.localhost:9000/cb"],
        "jwks": {"keys": [key.as_dict(private=False)]}, "scope": "openid",
    }  # fmt: skip
    issuer = issuer_of(rooms.directory.origin("identity"))
    answer = rooms.browser().post(f"{issuer}/clients-registrations/openid-connect", json=sent)
    return answer.json()["client_id"]


def test_a_tour_goes_on_where_it_was_and_can_begin_again(rooms, happenings):
    browser, origin = rooms.browser(), rooms.directory.origin("society")
    browser.get(f"{rooms.directory.origin('jukinet')}/")
    english = {"accept-language": "en"}
    assert "1 of 6" in browser.get(f"{origin}/tours", headers=english).text
    assert "done" in browser.get(f"{origin}/tours/auditor", headers=english).text
    browser.post(f"{origin}/tours/auditor/again", headers={"origin": origin})
    assert "0 of 6" in browser.get(f"{origin}/tours", headers=english).text
    browser.get(f"{rooms.directory.origin('jukinet')}/")
    assert "1 of 6" in browser.get(f"{origin}/tours", headers=english).text, "it happened anew"


def test_every_process_learns_that_a_tour_began_again(tmp_path):
    here, there = Happenings(tmp_path), Happenings(tmp_path)
    here.note("portal GET /accesses")
    assert there.known("portal GET /accesses")
    there.forget(["portal GET /accesses"])
    assert not here.known("portal GET /accesses")
    here.note("portal GET /accesses")
    assert there.known("portal GET /accesses")
    assert clear(tmp_path) == [], "reset takes them away"


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    Happenings(tmp_path / "nowhere").note("portal GET /accesses")
    assert not Happenings(tmp_path / "nowhere").known("portal GET /accesses")


@given(st.text(max_size=80))
def test_a_happening_is_a_plain_file_name(what):
    assert set(named(what)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("mode", ["sandbox", "production"])
def test_production_notes_nothing(mode, clock):
    noted = []
    site = Site(
        room="portal", name=Text("試験", "Test"), templates=TEMPLATES, settings=Settings(mode=mode),
        clock=clock, happened=noted.append,
    )  # fmt: skip
    site.happened("signed in resident")
    assert bool(noted) is (mode == "sandbox")
