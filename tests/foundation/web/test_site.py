"""The web kit: access, sessions, origins, languages, faults, forms."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import structlog
from lxml import html
from prometheus_client import REGISTRY
from psycopg import OperationalError
from psycopg.errors import DiskFull, SerializationFailure
from pydantic import SecretStr
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.health import Pulse
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, get, post, public, script, signed_in
from kazasu.foundation.web.edge import figures
from kazasu.foundation.web.forms import asked
from kazasu.foundation.web.site.signing import SignIns

FULL = define("test.full", 409,
    "満員です", "It is full",
    "別の日を", "Choose another day")  # fmt: skip
SAME = {"origin": "http://test.localhost:8000"}


OPEN = public("test")
MINE = signed_in("resident")


class Question(Form):
    who: str = asked("だれ", "Who", most=5)
    on: date = asked("いつ", "When")
    pin: SecretStr = SecretStr("")


class Pages:
    """What a room's pages do, each in its shortest form."""

    def __init__(self, site):
        self.site = site
        self.made = 0

    @get("/ask", OPEN)
    def ask(self, request):
        return self.site.render(request, "ask.html", form=Question.show(request, who="花子"))

    @post("/ask", OPEN)
    def answer(self, request):
        form = Question.read(request)
        if form.who == "full":
            raise Refusal(FULL)
        if form.who == "bug":
            raise ZeroDivisionError("secret detail")
        if form.who == "lost":
            raise SerializationFailure
        if form.who == "disk":
            raise DiskFull
        self.made += 1
        return self.site.tell(request, "/done", made=self.made)

    @post("/late", OPEN)
    def late(self, _):
        raise Refusal(FULL)

    @post("/slow", OPEN)
    def slow(self, request):
        request.app.state.meanwhile()
        raise Refusal(FULL)

    @post("/page", OPEN)
    def page(self, _):
        return PlainTextResponse("a POST that answers with a page")

    @get("/done", OPEN)
    def done(self, request):
        return PlainTextResponse(f"made {request.state.kept.told.get('made', 'nothing here')}")

    @get("/onward", OPEN)
    def onward(self, _):
        return self.site.redirect("/ask")

    @post("/far", OPEN)
    def far(self, request):
        return self.site.redirect(f"/ask?{urlencode({'x': str(request.state.form['x'])})}")

    @get("/in", OPEN)
    def sign_in(self, request):
        who = request.query_params.get("who", "sub-1")
        self.site.sign_in(request, kind="resident", subject=who, data={"n": 1})
        return PlainTextResponse("in")

    @get("/out", OPEN)
    def sign_out(self, request):
        self.site.sign_out(request)
        return PlainTextResponse("out")

    @get("/mine", MINE)
    def mine(self, request):
        session = request.state.session
        session.data["n"] += 1
        return PlainTextResponse(f"{session.subject} {session.data['n']}")

    @get("/note", MINE)
    def note(self, request):
        return self.site.render(request, "ask.html", form=Question.show(request))

    @post("/note", MINE)
    def noted(self, request):
        Question.read(request)
        return self.site.redirect("/note")

    @get("/full", OPEN)
    def full(self, _):
        raise Refusal(FULL)

    @get("/bug", OPEN)
    def bug(self, _):
        raise ZeroDivisionError("secret detail")

    @get("/lost", OPEN)
    def lost(self, _):
        raise SerializationFailure

    @get("/disk", OPEN)
    def disk(self, _):
        raise DiskFull

    @script("/script", OPEN)
    def script(self, _):
        raise Refusal(FULL)


def make(clock, database=None, **settings):
    site = Site(
        room="portal",
        name=Text("試験", "Test"),
        templates=Path(__file__).parent / "templates",
        settings=Settings(**settings),
        clock=clock,
        database=database,
        tenant_of_host=lambda host: host.partition(".")[0],
    )

    site.sign_outs[""] = "/out"
    site.enter(Pages(site))

    @site.route("/keep", access=public("test"), methods=["GET", "POST"])
    def keep(request):
        said = request.state.form.get("said", "") or request.query_params.get("said", "")
        text = "\ud800" if said == "half" else said
        database.run("keep", lambda tx: tx.value("SELECT %s::text", (text,)))
        return site.redirect("/ask") if request.method == "POST" else PlainTextResponse("kept")

    @site.route("/deep", access=public("test"))
    def deep(_):
        return PlainTextResponse(json.loads("[" * 100_000))

    @site.route("/api", access=public("test"), methods=["POST"], api=True)
    def api(_):
        raise Refusal(FULL)

    @site.route("/listed", access=public("test"), api=True)
    def listed(_):
        return PlainTextResponse("for programs")

    return TestClient(site.app(), base_url="http://test.localhost:8000", follow_redirects=False)


@pytest.fixture(params=["memory", "database"])
def client(request, clock, databases):
    return make(clock, databases("portal") if request.param == "database" else None)


def sent(client, path="/ask", **fields):
    """The POST of a form on ``path``, and the page that its redirect leads to."""
    answer = client.post(path, data={"_page": path} | fields, headers=SAME)
    assert answer.status_code == 303
    return client.get(answer.headers["location"])


def test_form_from_another_site_is_refused(client):
    evil = ("http://evil.example", "null", "http://[", "http://[x]", "http://a]b", "\x7f")
    for headers in ({}, *({"origin": one} for one in evil)):
        answer = client.post("/ask", data={"who": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "web.wrong-origin" in answer.text
    for headers in (SAME, {"sec-fetch-site": "same-origin"}):
        assert client.post("/ask", data={"who": "x"}, headers=headers).status_code == 303


GOOD = {"who": "太郎", "on-year": "２０２６", "on-month": "2", "on-day": "28"}
BAD = {"who": "too long a name", "on-year": "2026", "on-month": "2", "on-day": "30", "pin": "1234"}


def test_errors_stand_in_the_summary_and_at_the_field_and_the_answers_stay(client):
    client.get("/ask?lang=en")
    page = sent(client, **BAD).text
    assert page.count("Use at most 5 characters") == 2
    assert '<a href="#who">Who: Use at most 5 characters</a>' in page
    assert '<a href="#on">When: There is no such day in the calendar</a>' in page
    assert "<title>Error: A question" in page
    assert 'value="too long a name"' in page
    assert 'value="30"' in page
    assert 'aria-invalid="true"' in page
    assert "1234" not in page


def test_an_empty_form_says_which_fields_are_empty(client):
    page = sent(client).text
    assert '<a href="#who">だれ：入力してください</a>' in page
    assert '<a href="#on">いつ：入力してください</a>' in page


def test_what_went_wrong_survives_refresh_and_language_and_is_gone_when_opened_anew(client):
    answer = client.post("/ask?a=1", data={"_page": "/ask?a=1", **BAD}, headers=SAME)
    back = answer.headers["location"]
    assert back.startswith("/ask?a=1&kept=")
    assert "too long" not in back
    first = client.get(back).text
    assert client.get(back).text == first
    switched = re.search(r'href="([^"]*lang=en)"', first)[1].replace("&amp;", "&")
    assert 'value="too long a name"' in client.get(switched).text
    assert "Who: Use at most" in client.get(switched).text
    anew = client.get("/ask?a=1").text
    assert "error-summary" not in anew
    assert 'value="花子"' in anew
    assert 'name="_page" value="/ask?a=1"' in first


def test_enter_presses_the_forms_own_button_and_the_language_is_a_link(client):
    """Enter presses the first submit button of a form, wherever on the page it stands."""
    answer = client.post("/ask", data=BAD, headers=SAME)
    page = html.fromstring(client.get(answer.headers["location"]).text)
    buttons = page.xpath("//form[@id='main-form']//button | //button[@form='main-form']")
    assert buttons[0].text_content() == "送る"
    menu = page.xpath("//nav[@class='language']")[0]
    assert [one.text_content() for one in menu.iter("a")][:3] == [
        "日本語",
        "やさしい日本語",
        "English",
    ]
    assert not list(menu.iter("button", "form", "input"))


def test_two_tabs_do_not_take_each_others_answers(client):
    one = client.post("/ask", data=BAD | {"who": "first tab"}, headers=SAME).headers["location"]
    two = client.post("/ask", data=BAD | {"who": "second tab"}, headers=SAME).headers["location"]
    assert "first tab" in client.get(one).text
    assert "second tab" in client.get(two).text


def test_of_two_forms_sent_at_once_each_keeps_its_answer(client):
    """The second is sent, and saved, while the first is at work."""
    client.get("/in")
    inner = []

    def second():
        answer = client.post("/ask", data=BAD | {"who": "second tab"}, headers=SAME)
        inner.append(answer.headers["location"])

    client.app.state.meanwhile = second
    one = client.post("/slow", data={"_page": "/ask"}, headers=SAME).headers["location"]
    assert "test.full" in client.get(one).text
    assert "second tab" in client.get(inner[0]).text


def test_what_is_kept_is_for_one_browser_one_page_one_person_and_a_while(client, clock):
    client.get("/in")
    back = client.post("/note", data=BAD, headers=SAME).headers["location"]
    assert "too long a name" in client.get(back).text
    number = back.partition("kept=")[2]
    assert "too long a name" not in client.get(f"/ask?kept={number}").text
    stranger = TestClient(client.app, base_url=client.base_url)
    stranger.get("/in?who=sub-2")
    assert "too long a name" not in stranger.get(back).text
    clock.advance(timedelta(minutes=8))
    assert "too long a name" in client.get(back).text
    clock.advance(timedelta(minutes=8))
    assert client.get(back).status_code == 200
    assert "too long a name" not in client.get(back).text
    back = client.post("/note", data=BAD, headers=SAME).headers["location"]
    client.get("/in?who=sub-2")
    assert "too long a name" not in client.get(back).text


def test_few_are_kept_of_one_session(client):
    backs = [client.post("/ask", data=BAD, headers=SAME).headers["location"] for _ in range(10)]
    shown = ["too long a name" in client.get(back).text for back in backs]
    assert shown == [False, False, *[True] * 8]


def test_too_much_typed_is_not_kept_but_its_errors_are(client):
    page = sent(client, who="x" * 70_000).text
    assert "5文字まで" in page
    assert "xxxx" not in page


def test_an_outcome_is_told_after_the_redirect_and_no_refresh_does_it_again(client):
    answer = client.post("/ask", data=GOOD, headers=SAME)
    for _ in range(3):
        assert client.get(answer.headers["location"]).text == "made 1"
    assert client.get("/done").text == "made nothing here"


@pytest.mark.told_of_faults
def test_what_a_post_refuses_stands_on_the_page_that_it_came_from(client):
    for who, code in (
        ("full", "test.full"),
        ("bug", "web.unexpected"),
        ("lost", "web.busy"),
        ("disk", "web.no-space"),
    ):
        page = sent(client, **GOOD | {"who": who}).text
        assert code in page
        assert f'value="{who}"' in page
        assert "secret detail" not in page
    assert "test.full" in sent(client, "/late", _page="/ask").text


def test_a_refusal_goes_along_where_its_page_leads_on(client):
    answer = client.post("/late", data={"_page": "/onward"}, headers=SAME)
    onward = client.get(answer.headers["location"])
    assert onward.headers["location"].startswith("/ask?kept=")
    assert "test.full" in client.get(onward.headers["location"]).text


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example", "http://evil.example/", "/\\evil.example", "/nowhere", "/script", "",
        "/late", "/listed", "/healthz", "/static/kit/nowhere.css",
    ],
)  # fmt: skip
def test_nothing_leads_out_of_the_site(client, page):
    answer = client.post("/late", data={"_page": page}, headers=SAME)
    assert answer.headers["location"].startswith("/?kept=")


@pytest.mark.told_of_faults
def test_a_post_that_answers_with_a_page_is_an_incident(client):
    assert client.post("/page", headers=SAME).status_code == 303


def test_a_program_that_is_not_signed_in_is_told_so_and_led_nowhere(client):
    answer = client.post("/note", data=GOOD, headers=SAME | {"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "web.signed-out")


def test_a_form_sent_after_the_session_ended_leads_to_the_sign_in_and_back_with_word_of_it(client):
    answer = client.post("/note", data=GOOD, headers=SAME)
    begin, _, onward = answer.headers["location"].partition("?next=")
    assert (answer.status_code, begin) == (303, "/signin")
    client.get("/in")
    page = client.get(onward.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")).text
    assert "web.session-ended" in page
    assert "太郎" not in page


def test_a_scripts_call_is_answered_in_json(client):
    answer = client.post("/script", headers=SAME)
    assert answer.json()["code"] == "test.full"
    assert client.post("/script").json()["code"] == "web.wrong-origin"


def test_session_is_renewed_at_sign_in_and_ends(client, clock):
    client.get("/in")
    token = client.cookies["session"]
    assert client.get("/mine").text == "sub-1 2"
    assert client.get("/mine").text == "sub-1 3"
    client.get("/in")
    assert client.cookies["session"] != token
    client.cookies.clear()
    client.cookies.set("session", token, domain="test.localhost")
    assert client.get("/mine").status_code == 303


def test_session_ends_by_idleness_and_by_sign_out(client, clock):
    client.get("/in")
    clock.advance(timedelta(minutes=14))
    assert client.get("/mine").status_code == 200
    clock.advance(timedelta(minutes=14))
    assert client.get("/mine").status_code == 200
    clock.advance(timedelta(minutes=16))
    assert client.get("/mine?a=1").headers["location"] == "/signin?next=%2Fmine%3Fa%3D1"
    client.get("/in")
    client.get("/out")
    assert client.get("/mine").status_code == 303


def test_session_is_bound_to_its_tenant(clock, databases):
    client = make(clock, databases("portal"))
    client.get("/in")
    token = client.cookies["session"]
    other = TestClient(
        client.app, base_url="http://other.localhost:8000", cookies={"session": token},
        follow_redirects=False,
    )  # fmt: skip
    assert other.get("/mine").status_code == 303


def test_session_ends_absolutely(clock, databases):
    client = make(clock, databases("portal"), session_absolute_seconds=1200)
    client.get("/in")
    for _ in range(2):
        clock.advance(timedelta(minutes=9))
        assert client.get("/mine").status_code == 200
    clock.advance(timedelta(minutes=3))
    assert client.get("/mine").status_code == 303


def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(client):
    page = client.get("/full", headers={"accept-language": "ja"})
    assert page.status_code == 409
    assert "満員です" in page.text
    assert "別の日を" in page.text
    assert "test.full" in page.text
    for answer in (
        client.post("/api"),
        client.get("/full", headers={"accept": "application/json"}),
    ):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "test.full"
        assert answer.json()["title_ja"] == "満員です"


@pytest.mark.told_of_faults
def test_a_bug_shows_a_number_and_nothing_of_the_inside(client):
    answer = client.get("/bug?lang=en")
    assert answer.status_code == 500
    assert "web.unexpected" in answer.text
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_what_only_input_can_cause_is_no_incident(clock, databases):
    client = make(clock, databases("portal"))
    assert client.get("/keep?said=x").text == "kept"
    for answer in (
        client.get("/keep?said=%00"),
        client.get("/keep?said=half"),
        client.get("/deep"),
    ):
        assert answer.status_code == 400
        assert "web.unreadable" in answer.text
    sent = client.post("/keep", data={"said": "a\0b", "_page": "/ask"}, headers=SAME)
    assert sent.status_code == 303
    assert "web.unreadable" in client.get(sent.headers["location"]).text
    form = {"who": "\0", "on-year": "2026", "on-month": "2", "on-day": "3"}
    assert client.post("/ask", data=form, headers=SAME).status_code < 500


def test_who_lost_every_race_is_asked_to_come_again(client):
    answer = client.get("/lost?lang=en")
    assert answer.status_code == 503
    assert "web.busy" in answer.text


@pytest.mark.told_of_faults
def test_of_what_fails_on_our_side_nobody_says_that_it_was_not_done(client, monkeypatch):
    """Its first steps may have been written: it is to be looked at, and not done again unseen. Looking changes nothing."""

    def away(*_):
        raise OperationalError("the connection is lost")

    looked = client.get("/lost?lang=en").text
    assert "Nothing was changed by this" in looked
    monkeypatch.setattr(SignIns, "keep", away)
    sent = client.post("/ask?lang=en", data=GOOD, headers=SAME)
    assert sent.status_code == 503
    assert "Whether this was done is not known here" in sent.text
    assert "see on the first page whether what you sent was done, and only then try again" in sent.text  # fmt: skip
    for one in ("not completed", "Nothing was changed"):
        assert one not in sent.text


@pytest.mark.told_of_faults
def test_a_full_disk_is_told_as_one(client):
    answer = client.get("/disk?lang=en")
    assert (answer.status_code, "retry-after" in answer.headers) == (507, False)
    assert "There is no room left" in answer.text


def test_every_answer_carries_the_policy(client):
    for path in ("/ask", "/full", "/nowhere"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert client.get("/nowhere").status_code == 404
    assert "web.not-found" in client.get("/nowhere").text
    wrong = client.post("/full", headers=SAME)
    assert wrong.status_code == 405
    assert "web.wrong-method" in wrong.text


def test_a_program_that_calls_by_a_wrong_method_reads_no_page(client):
    """Whatever it accepts: a library says ``*/*``, a browser's address line ``text/html``."""
    for headers in (SAME, SAME | {"accept": "text/html"}):
        answer = client.get("/api", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (
            405,
            "application/problem+json",
        )
        assert answer.json()["code"] == "web.wrong-method"
    assert "<html" in client.put("/ask", headers=SAME).text, "people's pages stay pages"
    assert "<html" in client.get("/nowhere", headers=SAME).text


def test_a_wrong_method_is_told_the_right_ones(client):
    """RFC 9110 §15.5.6."""
    for path, allowed in (
        ("/full", "GET, HEAD"),
        ("/ask", "GET, HEAD, POST"),
        ("/late", "POST"),
        ("/api", "POST"),
        ("/static/kit/kit.css", "GET, HEAD"),
    ):
        for headers in (SAME, SAME | {"accept": "application/json"}):
            answer = client.put(path, headers=headers)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path


def test_no_answer_leads_to_another_scheme(client):
    """eneo-ai/eneo#871: behind TLS, a redirect for a slash names http."""
    for path in ("/ask/", "/late/", "/healthz/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("location")) == (404, None)
        assert "default-src" in answer.headers["content-security-policy"]


def test_the_language_chosen_on_an_error_page_stays(client):
    assert "There is no such page" in client.get("/nowhere?lang=en").text
    assert "There is no such page" in client.get("/nowhere").text
    client.put("/full?lang=ja", headers=SAME)
    assert "There is no such page" not in client.get("/nowhere").text


def test_what_reaches_no_page_is_counted_under_one_label(client, monkeypatch):
    # A logger of its own: one that a country's start has configured is kept for good.
    monkeypatch.setattr(figures, "log", structlog.get_logger())

    def count(route, method, status):
        labels = {"room": "portal", "route": route, "method": method, "status": str(status)}
        return REGISTRY.get_sample_value("kazasu_requests_total", labels) or 0

    cases = (
        ("GET", "/made-up", "no page", "GET", 404),
        ("PUT", "/full", "no page", "PUT", 405),
        ("MADEUP", "/full", "no page", "other", 405),
        ("GET", "/static/kit/kit.css", "files", "GET", 200),
    )
    for method, path, *labels in cases:
        before = count(*labels)
        with capture_logs() as logged:
            client.request(method, path)
        assert count(*labels) == before + 1, path
        assert [one["route"] for one in logged if one["event"] == "request"] == [labels[0]]


def test_too_many(clock):
    client = make(clock, requests_per_minute=40)
    answers = [client.get("/ask") for _ in range(30)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "web.too-many-requests" in answers[-1].text
    assert answers[-1].headers["retry-after"] == "60"


def test_health_is_told_and_figures_are_not(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/healthz").json() == {"status": "ok", "room": "portal", "parts": {}}
    relay = client.app.state.health.parts["relay"] = Pulse(10)
    assert client.get("/healthz").json()["parts"]["relay"]["status"] == "ok"
    relay.miss()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["parts"]["relay"]["status"] == "failed"


@pytest.mark.parametrize("contact", ["", "mailto:security@city.example"])
def test_who_found_a_hole_reads_whom_to_tell(clock, contact):
    """RFC 9116 2.3, 2.5: one Expires, in the future and within a year; each line ends in CRLF."""
    client = make(clock, security_contact=contact)
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.endswith("\r\n")
    told = dict(line.split(": ", 1) for line in answer.text.split("\r\n")[:-1])
    assert told.keys() == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert told["Contact"] == (
        contact or told["Canonical"].replace("/.well-known/security.txt", "/about/contact")
    )
    left = datetime.fromisoformat(told["Expires"]) - clock.now()
    assert timedelta() < left < timedelta(days=365)
    assert not contact.startswith("mailto") or client.get("/about/contact").status_code == 200


def test_no_answer_leads_to_an_address_too_long_to_be_read(client):
    assert client.post("/far", data={"x": "x" * 10_000}, headers=SAME).status_code == 303
    for text in ("x" * 20_000, "あ" * 2_000):
        answer = client.post("/far", data={"_page": "/ask", "x": text}, headers=SAME)
        assert len(answer.headers["location"]) < 300
        assert "web.too-long-address" in client.get(answer.headers["location"]).text


@pytest.mark.told_of_faults
def test_whoever_is_signed_in_finds_the_way_out_on_every_page_faults_too(clock):
    browser, way_out = make(clock), '<form method="post" action="/out"'
    assert way_out not in browser.get("/full").text
    browser.get("/in")
    for path in ("/note", "/full", "/bug", "/ask"):
        assert way_out in browser.get(path).text, path
