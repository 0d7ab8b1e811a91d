"""Behind a proxy: whose word is taken, what it says, and what a site makes of https."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings, read_settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, post, public, signed_in
from kazasu.foundation.web.edge import rates
from kazasu.foundation.web.edge.forwarding.front import HSTS, Front
from kazasu.foundation.web.edge.forwarding.proxies import Proxies, bucket_of
from kazasu.foundation.web.edge.rates import MOST_BUCKETS, RateLimit, narrow

TEMPLATES = Path(__file__).parent / "templates"
OURS = "127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48"
FOR = "x-forwarded-for"


def said(peer, *headers, declared=OURS):
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return Proxies(declared).read(peer, Headers(raw=raw))


# ---------------------------------------------------------------- whose word


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([], "127.0.0.1"),
        ([(FOR, "198.51.100.7")], "198.51.100.7"),
        ([(FOR, "203.0.113.9, 198.51.100.7")], "198.51.100.7"),
        ([(FOR, "203.0.113.9"), (FOR, "198.51.100.7")], "198.51.100.7"),
        ([(FOR, "203.0.113.9, 198.51.100.7, 10.1.2.3")], "198.51.100.7"),
        ([(FOR, "10.1.2.3, 10.4.5.6")], "10.1.2.3"),
        ([(FOR, "198.51.100.7:4711")], "198.51.100.7"),
        ([(FOR, "[2001:db8::7]:4711")], "2001:db8::7"),
        ([(FOR, "::ffff:198.51.100.7")], "198.51.100.7"),
        ([(FOR, "198.51.100.7, nonsense")], "127.0.0.1"),
        ([(FOR, "")], "127.0.0.1"),
        ([("forwarded", "for=203.0.113.9, for=198.51.100.7")], "198.51.100.7"),
        ([("forwarded", 'For="[2001:db8::7]:80";proto=https, for=10.1.1.1')], "2001:db8::7"),
        ([("forwarded", "for=unknown")], "127.0.0.1"),
        ([("forwarded", 'for="_a, for=203.0.113.9"')], "127.0.0.1"),
        ([("forwarded", "for=198.51.100.7"), (FOR, "198.51.100.7")], "198.51.100.7"),
    ],
)
def test_the_nearest_that_is_no_proxy_of_ours_asked(headers, client):
    assert said("127.0.0.1", *headers).client == client


def test_two_records_that_differ_are_refused():
    """nginx adds to one of them and lets the other pass: a client would name itself."""
    with pytest.raises(Refusal) as refused:
        said("127.0.0.1", ("forwarded", "for=203.0.113.9"), (FOR, "198.51.100.7"))
    assert refused.value.fault.code == "web.two-forwardings"


@pytest.mark.parametrize(
    "headers",
    [
        [("forwarded", "for=198.51.100.7;proto=https"), ("x-forwarded-proto", "http")],
        [("forwarded", "for=198.51.100.7;host=evil.example"), ("x-forwarded-host", "a.example")],
    ],
)
def test_two_records_differ_in_any_of_what_they_tell(headers):
    with pytest.raises(Refusal) as refused:
        said("127.0.0.1", *headers)
    assert refused.value.fault.code == "web.two-forwardings"


def test_what_one_record_leaves_out_the_other_tells():
    found = said("127.0.0.1", ("forwarded", "for=198.51.100.7"), ("x-forwarded-proto", "http"))
    assert (found.client, found.scheme) == ("198.51.100.7", "http")


def test_scheme_and_host_are_those_of_whoever_met_the_client():
    found = said("127.0.0.1", ("forwarded", "for=198.51.100.7;proto=https;host=a.example, for=10.1.1.1;proto=http"))  # fmt: skip
    assert (found.scheme, found.host) == ("https", "a.example")
    found = said("127.0.0.1", ("x-forwarded-proto", "http, HTTPS"), ("x-forwarded-host", "evil, a.example"))  # fmt: skip
    assert (found.scheme, found.host) == ("https", "a.example")


def test_an_address_a_network_a_socket_and_nobody():
    ours = Proxies(OURS)
    assert all(map(ours.trusts, ("127.0.0.1", "10.9.9.9", "::ffff:10.9.9.9", "2001:db8:1::5")))
    assert not any(map(ours.trusts, ("127.0.0.2", "2001:db8:2::5", "testclient", "")))
    assert Proxies("unix").trusts("")
    assert not Proxies("").trusts("127.0.0.1")


@pytest.mark.parametrize("wrong", ["nginx", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1 ::1"])
def test_a_word_that_is_no_address_stops_the_start(wrong):
    with pytest.raises(Refusal) as refused:
        read_settings({"KAZASU_PROXIES": wrong})
    assert refused.value.fault.code == "settings.unreadable"


def test_ipv6_is_counted_by_what_one_connection_has():
    assert bucket_of("2001:db8::1") == bucket_of("2001:db8::ffff:1") != bucket_of("2001:db8:0:1::1")
    assert bucket_of("::ffff:192.0.2.1") == bucket_of("192.0.2.1") != bucket_of("192.0.2.2")
    assert bucket_of("testclient") == "testclient"


# ---------------------------------------------------------------- the gate


async def _mirror(scope, receive, send):
    facts = {
        "client": scope["client"][0],
        "scheme": scope["scheme"],
        "headers": {k.decode(): v.decode() for k, v in scope["headers"]},
    }
    await JSONResponse(facts)(scope, receive, send)


def front(peer="127.0.0.1", **settings):
    gate = Front(_mirror, Settings(**({"proxies": OURS} | settings)), doors=["/exchange/letters"])
    return TestClient(gate, base_url="http://a.example", client=(peer, 5))


GIVEN = {FOR: "198.51.100.7", "x-forwarded-proto": "https", "x-forwarded-host": "b.example:8443"}


def test_a_declared_proxy_is_believed():
    seen = front().get("/", headers=GIVEN).json()
    assert (seen["client"], seen["scheme"]) == ("198.51.100.7", "https")
    assert seen["headers"]["host"] == "b.example:8443"


def test_nobody_else_is_and_no_room_sees_what_they_wrote():
    seen = front(peer="192.0.2.1").get("/", headers=GIVEN | {"forwarded": "for=1.1.1.1"}).json()
    assert (seen["client"], seen["scheme"]) == ("192.0.2.1", "http")
    assert seen["headers"]["host"] == "a.example"
    assert not {FOR, "forwarded", "x-forwarded-proto"} & set(seen["headers"])


def test_no_host_that_is_none_comes_in_by_the_proxys_header():
    answer = front().get("/", headers=GIVEN | {"x-forwarded-host": "a@b/c"})
    assert (answer.status_code, answer.json()["code"]) == (400, "web.unreadable")


def test_https_is_for_good_and_nothing_else_is_answered():
    over = front(scheme="https")
    assert over.get("/", headers=GIVEN).headers["strict-transport-security"] == HSTS
    refused = over.get("/", headers=GIVEN | {"x-forwarded-proto": "http"})
    assert (refused.status_code, refused.json()["code"]) == (403, "web.not-https")
    assert over.post("/exchange/letters", headers={"x-forwarded-proto": "http"}).status_code == 200
    assert "strict-transport-security" not in front().get("/", headers=GIVEN).headers


@pytest.mark.parametrize("scheme", ["ws", '"http"', "wss", "https;", "https http"])
def test_a_scheme_that_nobody_knows_is_not_taken_for_https(scheme):
    answer = front(scheme="https").get("/", headers=GIVEN | {"x-forwarded-proto": scheme})
    assert (answer.status_code, answer.json()["code"]) == (400, "web.unreadable")


# ---------------------------------------------------------------- a site


class Pages:
    def __init__(self, site):
        self.site = site

    @get("/page", public("test"))
    def page(self, request):
        return JSONResponse({"origin": self.site.origin(request)})

    @get("/signin", public("test"))
    def enter(self, request):
        self.site.sign_in(request, kind="resident", subject=request.query_params["who"], data={})
        return self.site.redirect("/mine")

    @get("/mine", signed_in("resident"))
    def mine(self, request):
        return JSONResponse(request.state.session.subject)

    @get("/signout", public("test"))
    def leave(self, request):
        self.site.sign_out(request)
        return self.site.redirect("/page")

    @post("/note", public("test"))
    def note(self, request):
        return self.site.redirect("/page")


def site(clock, **settings):
    settings = Settings(**({"proxies": "127.0.0.1"} | settings))
    made = Site(
        room="portal", name=Text("試験", "Test"), templates=TEMPLATES, settings=settings, clock=clock,
        origin_of_host={"test.localhost": "https://test.localhost:8443"}.get,
    )  # fmt: skip
    made.enter(Pages(made))
    return partial(
        TestClient, Front(made.app(), settings),
        base_url="https://test.localhost:8443", client=("127.0.0.1", 5), follow_redirects=False,
    )  # fmt: skip


def test_cookies_of_https_are_of_this_very_host(clock):
    browser = site(clock, scheme="https")()
    for path in ("/signin?who=a", "/page?lang=en", "/signout"):
        cookies = browser.get(path, headers=GIVEN).headers.get_list("set-cookie")
        assert cookies, path
        for one in cookies:
            assert one.startswith("__Host-")
            assert {"Secure", "HttpOnly", "Path=/"} <= set(one.split("; "))
            assert "Domain" not in one


def test_what_a_neighbour_lays_is_no_session(clock):
    """Without the prefix any host below the same name could set it for ours."""
    browser = site(clock, scheme="https")()
    token = browser.get("/signin?who=a").cookies["__Host-session"]
    browser.cookies.clear()
    assert browser.get("/mine", headers={"cookie": f"session={token}"}).status_code == 303
    assert browser.get("/mine", headers={"cookie": f"__Host-session={token}"}).status_code == 200


@pytest.mark.parametrize("host", ["test.localhost", "test.localhost:8443", "test.localhost:8000"])
def test_a_form_is_of_the_founded_origin_whatever_host_the_proxy_gives(clock, host):
    """nginx's ``$host`` has no port (docs/cases/frame.md, 14)."""
    browser = site(clock, scheme="https")()
    own = {"host": host, "origin": "https://test.localhost:8443"}
    assert browser.post("/note", headers=own).status_code == 303
    assert browser.get("/page", headers={"host": host}).json()["origin"] == own["origin"]
    for evil in ("http://test.localhost:8443", "https://test.localhost", "https://evil.example"):
        assert "web.wrong-origin" in browser.post("/note", headers=own | {"origin": evil}).text


# ---------------------------------------------------------------- how often


@pytest.fixture
def standing(monkeypatch):
    """A second that does not pass, however slow the machine."""
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: 1.0))


def refused(browser, path, times, **headers):
    """How many of so many requests at once are refused."""
    answers = [browser.get(path, headers=headers).status_code for _ in range(times)]
    return answers.count(429)


def test_one_address_locks_nobody_else_out(clock, standing):
    browser = site(clock, requests_per_minute=80)()
    assert refused(browser, "/page", 30, **{FOR: "198.51.100.7"}) == 10
    assert refused(browser, "/page", 20, **{FOR: "198.51.100.8"}) == 0
    assert refused(browser, "/page", 1, **{FOR: "1.1.1.1, 198.51.100.7"}) == 1


def test_one_person_is_counted_from_however_many_addresses(clock, standing):
    browser = site(clock, requests_per_minute=80)()
    browser.get("/signin?who=a")
    asked = [browser.get("/mine", headers={FOR: f"198.51.100.{n}"}).status_code for n in range(30)]
    assert asked.count(429) == 10


def test_signing_in_takes_a_tenth(clock, standing):
    assert all(map(narrow, ("/signin", "/signin/callback", "/integrators/signin", "/tap/{id}/x")))
    assert narrow("/auth/realms/main/protocol/openid-connect/auth")
    assert not any(
        map(narrow, ("/", "/auth/realms/main/protocol/openid-connect/token", "/signing"))
    )
    browser = site(clock, requests_per_minute=800)()
    assert refused(browser, "/signin?who=a", 30) == 10
    assert refused(browser, "/page", 30) == 0


def test_equal_processes_divide_what_one_may(clock, standing):
    assert refused(site(clock, requests_per_minute=160, processes=2)(), "/page", 30) == 10


def test_a_flood_of_addresses_forgives_nobody_who_asks_now(standing):
    limit = RateLimit(40)
    for _ in range(10):
        limit.take("busy")
    for n in range(MOST_BUCKETS + 10):
        limit.take(str(n))
        if not n % 1000:
            with pytest.raises(Refusal):
                limit.take("busy")


@pytest.mark.parametrize("per_minute", [1, 24, 240, 6_000])
@pytest.mark.parametrize("processes", [1, 2, 4, 10])
def test_together_processes_give_at_once_what_one_alone_gives(monkeypatch, per_minute, processes):
    """Also where a limit is so small that the least at once decides."""
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: 1_000.0))

    def passes(limit):
        try:
            limit.take("somebody")
        except Refusal:
            return False
        return True

    def given(many):
        return sum(
            passes(one)
            for one in [RateLimit(per_minute, many) for _ in range(many)]
            for _ in range(1_600)
        )

    alone = given(1)
    assert alone == max(rates.LEAST_AT_ONCE, per_minute // 4)
    assert alone - processes < given(processes) <= alone


@pytest.mark.parametrize("wrong", ["0", "-1", "many"])
def test_as_many_processes_as_there_can_be(wrong):
    with pytest.raises(Refusal) as refused:
        read_settings({"KAZASU_PROCESSES": wrong})
    assert refused.value.fault.code == "settings.unreadable"
