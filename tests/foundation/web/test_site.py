"""The web kit: access, sessions, origins, languages, faults, forms."""

from datetime import timedelta
from pathlib import Path

import pytest
import wtforms
from psycopg.errors import SerializationFailure
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.health import Pulse
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, SIGNED_IN, Form, Site
from kazasu.foundation.web.forms import DateParts, MaxLength, Required

FULL = define(
    "test.full", 409, Text("満員です", "It is full"), Text("別の日を", "Choose another day")
)
SAME = {"origin": "http://test.localhost:8000"}


class Question(Form):
    who = wtforms.StringField(validators=[Required(), MaxLength(5)])
    on = DateParts(validators=[Required()])


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

    @site.route("/ask", access=PUBLIC("test"), methods=["GET", "POST"])
    def ask(request):
        form = Question(request)
        if request.method == "POST" and form.validate():
            return PlainTextResponse(f"{form.who.data} {form.on.data}")
        return site.render(request, "ask.html", form=form)

    @site.route("/in", access=PUBLIC("test"))
    def sign_in(request):
        site.sign_in(request, kind="resident", subject="sub-1", data={"n": 1})
        return PlainTextResponse("in")

    @site.route("/out", access=PUBLIC("test"))
    def sign_out(request):
        site.sign_out(request)
        return PlainTextResponse("out")

    @site.route("/mine", access=SIGNED_IN("resident"))
    def mine(request):
        request.state.session.data["n"] += 1
        return PlainTextResponse(
            f"{request.state.session.subject} {request.state.session.data['n']}"
        )

    @site.route("/full", access=PUBLIC("test"))
    def full(_):
        raise Refusal(FULL)

    @site.route("/bug", access=PUBLIC("test"))
    def bug(_):
        raise ZeroDivisionError("secret detail")

    @site.route("/lost", access=PUBLIC("test"))
    def lost(_):
        raise SerializationFailure

    @site.route("/api", access=PUBLIC("test"), methods=["POST"], api=True)
    def api(_):
        raise Refusal(FULL)

    return TestClient(site.app(), base_url="http://test.localhost:8000", follow_redirects=False)


@pytest.fixture(params=["memory", "database"])
def client(request, clock, databases):
    return make(clock, databases("portal") if request.param == "database" else None)


def test_form_from_another_site_is_refused(client):
    for headers in ({}, {"origin": "http://evil.example"}, {"origin": "null"}):
        answer = client.post("/ask", data={"who": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "web.wrong-origin" in answer.text
    assert client.post("/ask", data={"who": "x"}, headers=SAME).status_code == 200
    assert (
        client.post("/ask", data={}, headers={"sec-fetch-site": "same-origin"}).status_code == 200
    )


def test_errors_stand_in_the_summary_and_at_the_field_and_the_answers_stay(client):
    answer = client.post(
        "/ask?lang=en",
        data={"who": "too long a name", "on-year": "2026", "on-month": "2", "on-day": "30"},
        headers=SAME,
    )
    assert 'href="#who"' in answer.text
    assert 'href="#on"' in answer.text
    assert answer.text.count("Use at most 5 characters") == 2
    assert 'value="too long a name"' in answer.text
    assert 'value="30"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_switching_the_language_in_a_form_keeps_the_answers_without_scolding(client):
    first = client.post("/ask", data={"who": "", "on-year": "x"}, headers=SAME)
    assert "直すところがあります" in first.text
    switched = client.post(
        "/ask", data={"who": "花子", "on-year": "1", "_lang": "en"}, headers=SAME
    )
    assert 'lang="en"' in switched.text
    assert "花子" in switched.text
    assert "error-summary" not in switched.text
    assert "A question" in client.get("/ask").text


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


def test_a_bug_shows_a_number_and_nothing_of_the_inside(client):
    answer = client.get("/bug?lang=en")
    assert answer.status_code == 500
    assert "web.unexpected" in answer.text
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_who_lost_every_race_is_asked_to_come_again(client):
    answer = client.get("/lost?lang=en")
    assert answer.status_code == 503
    assert "web.busy" in answer.text


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


def test_too_many_and_too_much(clock):
    client = make(clock, requests_per_minute=40)
    answers = [client.get("/ask") for _ in range(30)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "web.too-many-requests" in answers[-1].text
    big = make(clock).post("/ask", content=b"x" * 1_100_000, headers=SAME)
    assert big.status_code == 413
    assert "web.too-large" in big.text


def test_health_and_metrics(client):
    client.get("/ask")
    assert client.get("/healthz").json() == {"status": "ok", "room": "portal", "parts": {}}
    relay = client.app.state.health.parts["relay"] = Pulse(10)
    assert client.get("/healthz").json()["parts"]["relay"]["status"] == "ok"
    relay.miss()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["parts"]["relay"]["status"] == "failed"
    assert (
        'kazasu_requests_total{method="GET",room="portal",route="/ask"'
        in client.get("/metrics").text
    )
