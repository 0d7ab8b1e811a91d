"""The relying party's half of a sign-in, against a service that answers wrongly in every way."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, public
from kazasu.foundation.web.site.once import Once
from kazasu.kit.openid import OpenId, RelyingParty
from kazasu.kit.signin import SignIn, as_themselves

ISSUER = "http://id.localhost:8000"
PORTAL = "http://portal.localhost:8000"
CLIENT, SERVICE, OTHER = (ECKey.generate_key("P-256") for _ in range(3))
PARTY = RelyingParty("portal", "http://portal.localhost:8000/signin/callback", CLIENT)


class Service:
    """Answers as it is told; by default rightly."""

    def __init__(self, clock):
        self.clock = clock
        self.claims = {}
        self.key = SERVICE
        self.token = {}
        self.status = 200
        self.down = False
        self.facts = {}
        self.openid = OpenId(ISSUER, httpx.Client(transport=httpx.MockTransport(self.take)), clock)
        self.started = self.openid.start(PARTY, ("openid", "name"))

    def take(self, request):
        path = request.url.path
        if self.down:
            raise httpx.ConnectError("down")
        if path.endswith("openid-configuration"):
            names = ("authorization", "token", "userinfo", "end_session", "sign_transactions")
            document = {f"{n}_endpoint": f"{ISSUER}/{n}" for n in names}
            return httpx.Response(
                200, json=document | {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}
            )
        if path == "/jwks":
            return httpx.Response(200, json={"keys": [SERVICE.as_dict(private=False)]})
        if path == "/userinfo":
            return httpx.Response(200, json={"sub": "s-1", "name": "花子"} | self.facts)
        if self.status != 200:
            return httpx.Response(self.status, json=self.token)
        return httpx.Response(200, json={"access_token": "a", "expires_in": 60,
                                         "id_token": self.id_token()} | self.token)  # fmt: skip

    def id_token(self):
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ISSUER, "aud": "portal", "sub": "s-1", "iat": now, "exp": now + 300,
            "auth_time": now, "nonce": self.started.nonce, "acr": "aal3", "amr": ["hwk"],
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "ES256"}, claims, self.key)

    def finish(self, **answer):
        given = {"state": self.started.state, "iss": ISSUER, "code": "c"} | answer
        return self.openid.finish(PARTY, self.started, given, userinfo=True)


@pytest.fixture
def service(clock):
    return Service(clock)


def refused(call, **arguments):
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    return caught.value.fault.code


def test_a_good_answer(service):
    assert service.finish().name == "花子"


@pytest.mark.parametrize("answer", [{"state": "other"}, {"iss": "http://other"}, {"iss": ""}])
def test_an_answer_of_another_start_or_service(service, answer):
    assert refused(service.finish, **answer) == "signin.not-genuine"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://other"}, {"aud": "city141003"}, {"aud": ["portal", "other"]},
        {"nonce": "other"}, {"exp": 1}, {"exp": None}, {"iat": 99999999999}, {"sub": ""},
        {"auth_time": None},
    ],
)  # fmt: skip
def test_an_id_token_that_does_not_fit(service, claims):
    service.claims = claims
    assert refused(service.finish) == "signin.not-genuine"


def test_a_token_by_another_key_and_facts_of_another_person(service):
    service.key = OTHER
    assert refused(service.finish) == "signin.not-genuine"
    service.key = SERVICE
    service.facts = {"sub": "s-2"}
    assert refused(service.finish) == "signin.not-genuine"


def test_what_the_service_says_no_to(service):
    assert refused(service.finish, error="access_denied") == "signin.cancelled"
    assert refused(service.finish, error="server_error") == "signin.refused"
    service.status, service.token = 400, {"error": "invalid_grant"}
    assert refused(service.finish) == "signin.stale"
    service.token = {"error": "invalid_client"}
    assert refused(service.finish) == "signin.failed"
    service.status = 503
    assert refused(service.finish) == "signin.unreachable"
    service.down = True
    assert refused(service.finish) == "signin.unreachable"


def test_each_start_is_new(service):
    again = service.openid.start(PARTY, ("openid",))
    assert len({again.state, again.nonce, again.verifier, service.started.state}) == 4


class Room:
    """A site with this sign-in alone, and a browser before it."""

    def __init__(self, service, templates, database=None, **signin):
        templates.joinpath("front.html").write_text(
            '{% extends "kit/page.html" %}{% block main %}<h1>x</h1>{% endblock %}'
        )
        site = Site(
            room="portal", name=Text("窓口", "Portal"), settings=Settings(), clock=service.clock,
            templates=templates, database=database,
        )  # fmt: skip
        signin = SignIn(
            site, openid=service.openid, party=lambda _: PARTY, admit=as_themselves("resident"),
            clock=service.clock, **signin,
        )  # fmt: skip
        signin.use_signature("move", lambda request, signature, context: site.redirect("/"))
        sign = public("begins a signature")
        site.route("/sign", access=sign)(lambda request: signin.begin(request, "move", back="/"))
        site.route("/", access=public("x"))(lambda request: site.render(request, "front.html"))
        self.browser = TestClient(site.app(), base_url=PORTAL, follow_redirects=False)

    def back(self, at="/signin", **answer):
        """Begun in Japanese, and back from the tap with this answer."""
        begun = self.browser.get(f"{at}?lang=ja").headers["location"]
        self.begun = {k: v[0] for k, v in parse_qs(urlsplit(begun).query).items()}
        given = {"state": self.begun["state"], "iss": ISSUER, "error": "access_denied"} | answer
        return self.browser.get(f"/signin/callback?{urlencode(given)}")


@pytest.fixture
def room(service, tmp_path):
    return Room(service, tmp_path)


@pytest.mark.parametrize(
    ("told", "language"),
    [("en", "en"), ("ja-x-easy ja", "ja"), ("fr", "ja"), ("", "ja"), ("<x>", "ja")],
)
def test_who_changed_the_words_at_the_tap_reads_on_in_them(room, told, language):
    answer = room.back(ui_locales=told)
    assert f'<html lang="{language}">' in room.browser.get(answer.headers["location"]).text
    assert f'<html lang="{language}">' in room.browser.get("/").text
    words = room.browser.cookies.get("lang")
    assert words == {"en": "en", "ja-x-easy ja": "easy"}.get(told, "ja")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("card.locked", "signin.card-locked"), ("card.expired", "signin.card-expired"),
        ("phone.locked", "signin.phone-locked"),
        ("phone.expired", "signin.phone-expired"), ("", "signin.cancelled"),
        ("jpki.revoked", "signin.cancelled"),
    ],
)  # fmt: skip
def test_who_comes_back_with_a_card_that_cannot_serve_reads_why(room, told, code):
    answer = room.back(tap_failure=told)
    assert urlsplit(answer.headers["location"]).path == "/"
    page = room.browser.get(answer.headers["location"]).text
    assert f'data-fault="{code}"' in page
    assert "data-fault" not in room.browser.get("/").text, "told once"


def test_a_staff_card_that_has_ended_names_the_way_back_of_staff(service, tmp_path):
    """Not the counter of the city where they live."""
    room = Room(service, tmp_path, card_only=True, scopes=("openid",))
    page = room.browser.get(room.back(tap_failure="card.expired").headers["location"]).text
    assert 'data-fault="kit.staff-card-ended"' in page
    assert "kazasu pki renew-card" in page


def test_what_is_locked_where_a_signature_was_asked_for_is_the_signing_password(room):
    """And no other card can sign it."""
    page = room.browser.get(room.back("/sign", tap_failure="card.locked").headers["location"]).text
    assert 'data-fault="signin.password-locked"' in page
    assert "別のカードは使えます" not in page


@pytest.mark.parametrize(("amr", "good"), [(["hwk", "sc", "pin"], True), (["hwk", "pin"], False)])
def test_where_a_card_itself_is_wanted_a_phone_does_not_sign_in(service, tmp_path, amr, good):
    room = Room(service, tmp_path, card_only=True, scopes=("openid",))
    room.back()
    assert room.begun["device"] == "card"
    begun = room.browser.get("/signin?device=phone").headers["location"]
    asked = {k: v[0] for k, v in parse_qs(urlsplit(begun).query).items()}
    assert asked["device"] == "card", "nor by a word in the address"
    service.claims = {"amr": amr, "nonce": asked["nonce"]}
    given = {"state": asked["state"], "iss": ISSUER, "code": "c"}
    page = room.browser.get(f"/signin/callback?{urlencode(given)}", follow_redirects=True).text
    assert ("signin.card-only" in page) != good


class Slow:
    """A tap that several requests of one browser bring back at once; the first is held until all have come."""

    def __init__(self, room, service, monkeypatch, together=3):
        self.room, self.service, self.together = room, service, together
        self.redeemed, self.first = [], threading.Event()
        room.back()
        begun = room.browser.get("/signin?next=/%3Fdone").headers["location"]
        asked = {k: v[0] for k, v in parse_qs(urlsplit(begun).query).items()}
        service.claims = {"nonce": asked["nonce"]}
        self.path = "/signin/callback?" + urlencode(
            {"state": asked["state"], "iss": ISSUER, "code": "c"}
        )
        take = service.openid._token

        def slowly(*arguments, **parameters):
            self.redeemed.append(parameters["code"])
            self.first.set()
            time.sleep(0.4)
            return take(*arguments, **parameters)

        monkeypatch.setattr(service.openid, "_token", slowly)

    def bring(self, **headers):
        """As a browser that goes there while the answer of the time before is under way: the same cookies each time."""
        cookies = dict(self.room.browser.cookies.items())
        app = self.room.browser.app

        def one(_):
            with TestClient(app, base_url=PORTAL, follow_redirects=False) as browser:
                browser.cookies.update(cookies)
                answer = browser.get(self.path, headers=headers)
                return answer, answer.cookies.get("session")

        with ThreadPoolExecutor(self.together) as pool:
            return list(pool.map(one, range(self.together)))


@pytest.fixture(params=["memory", "database"])
def slow(request, service, tmp_path, databases, monkeypatch):
    """A room whose sessions are kept in one of both ways."""
    database = databases("portal") if request.param == "database" else None
    return Slow(Room(service, tmp_path, database, scopes=("openid",)), service, monkeypatch)


def test_a_tap_that_is_brought_several_times_at_once_is_taken_once_and_answered_alike(slow):
    answers = slow.bring()
    assert slow.redeemed == ["c"], (
        "a code used twice ends what was given out on it (RFC 6749 4.1.2)"
    )
    assert {answer.headers.get("location") for answer, _ in answers} == {"/?done"}
    sessions = {session for _, session in answers}
    assert len(sessions) == 1
    assert None not in sessions, "all of them signed in"
    again = slow.bring()
    assert slow.redeemed == ["c"]
    assert {session for _, session in again} == sessions, (
        "the first answer never reached the browser"
    )


def test_who_is_refused_reads_the_same_however_often_the_tap_is_brought(slow):
    slow.service.claims["acr"] = "aal2"
    answers = slow.bring()
    assert slow.redeemed == ["c"]
    assert ["signin.too-weak" in answer.text for answer, _ in answers] == [True] * 3


def test_where_our_side_failed_the_next_one_tries_again(slow):
    slow.service.status, slow.service.token = 503, {}
    answers = slow.bring()
    assert all("signin.unreachable" in answer.text for answer, _ in answers)
    slow.service.status = 200
    assert {answer.headers.get("location") for answer, _ in slow.bring()} == {"/?done"}


def test_nobody_waits_for_one_that_was_ended(slow, monkeypatch, clock):
    """The process that took the tap is gone: a word that is true, and no second use of the code."""
    monkeypatch.setattr("kazasu.foundation.web.site.once.PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(Once, "_leave", lambda *_: None)
    slow.together = 2
    answers = slow.bring()
    assert slow.redeemed == ["c"]
    assert sorted("web.taken-already" in answer.text for answer, _ in answers) == [False, True]
    clock.advance(timedelta(minutes=2))
    started = time.monotonic()
    slow.together = 1
    assert "web.taken-already" in slow.bring()[0][0].text
    assert time.monotonic() - started < 0.3
    assert slow.redeemed == ["c"]


def test_another_browser_gets_nothing_of_the_answer(slow):
    slow.together = 1
    slow.bring()
    with TestClient(slow.room.browser.app, base_url=PORTAL, follow_redirects=False) as other:
        answer = other.get(slow.path)
        assert "signin.not-begun-here" in answer.text
        assert "session" not in other.cookies
