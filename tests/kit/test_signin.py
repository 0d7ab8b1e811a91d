"""The relying party's half of a sign-in, against a service that answers wrongly in every way."""

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
from kazasu.kit.openid import OpenId, RelyingParty
from kazasu.kit.signin import SignIn, as_themselves

ISSUER = "http://id.localhost:8000"
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

    def __init__(self, service, templates, **signin):
        templates.joinpath("front.html").write_text(
            '{% extends "kit/page.html" %}{% block main %}<h1>x</h1>{% endblock %}'
        )
        site = Site(
            room="portal", name=Text("窓口", "Portal"), settings=Settings(), clock=service.clock,
            templates=templates,
        )  # fmt: skip
        SignIn(
            site, openid=service.openid, party=lambda _: PARTY, admit=as_themselves("resident"),
            clock=service.clock, **signin,
        )  # fmt: skip
        site.route("/", access=public("x"))(lambda request: site.render(request, "front.html"))
        self.browser = TestClient(
            site.app(), base_url="http://portal.localhost:8000", follow_redirects=False
        )

    def back(self, **answer):
        """Begun in Japanese, and back from the tap with this answer."""
        begun = self.browser.get("/signin?lang=ja").headers["location"]
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
