"""The scripted browser of a conformance run: whatever an application answers, the report says why its way led nowhere."""

import httpx
import pytest

from kazasu.identity.clients.model import Client
from kazasu.lab.conformance.model import BY_ID, GOOD, Met, judged
from kazasu.lab.conformance.party_driver import Driver, Lost, Silent
from kazasu.lab.conformance.service import Conformance

HOME = "http://app.localhost:9000"


def driver(answer):
    """A browser before an application that answers so."""
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Driver("http://id.localhost/auth", frozenset({"app.localhost:9000"}), client=client)


@pytest.mark.parametrize(
    "location", ["http://[", "//[", "http://℀.com/", "http://x:port/", "javascript:1", "http:\\\\x"]
)
def test_a_redirect_to_no_address_is_said(location):
    browser = driver(lambda _: httpx.Response(303, headers={"location": location.encode()}))
    with pytest.raises(Lost) as lost:
        browser.walk(f"{HOME}/login")
    assert lost.value.why.ja
    assert lost.value.why.en


def test_a_redirect_elsewhere_is_not_followed():
    asked = []

    def answer(request):
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": "http://elsewhere.example/latest"})

    with pytest.raises(Lost, match=r"elsewhere\.example"):
        driver(answer).walk(f"{HOME}/login")
    assert asked == ["app.localhost"]


@pytest.mark.parametrize(
    "url", ["http://[", "http://℀.com/", "", "//[", "http://app.localhost:9000\x00/"]
)
def test_what_is_no_address_is_asked_of_nobody(url):
    def never(_):
        raise AssertionError("asked")

    for ask in ("walk", "is_open", "touch", "post"):
        with pytest.raises(Lost):
            getattr(driver(never), ask)(url)


def test_who_does_not_answer_is_named():
    def silent(_):
        raise httpx.ConnectError("no")

    with pytest.raises(Silent) as lost:
        driver(silent).is_open(f"{HOME}/me?secret=1")
    assert lost.value.address == f"{HOME}/me"


def test_what_the_service_limits_is_no_failure_of_the_application():
    with pytest.raises(Lost, match="too many requests"):
        driver(lambda _: httpx.Response(429)).walk(f"{HOME}/login")


def test_a_connection_that_was_ended_meanwhile_is_begun_anew():
    """After an error of theirs servers hang up, and the next request on that connection is not answered."""
    answers = [httpx.RemoteProtocolError("hung up"), httpx.Response(200)]

    def answer(_):
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    assert driver(answer).is_open(f"{HOME}/me")


def party(*redirect_uris):
    return Client(
        client_id="RP00000001", institution="", sector="x", name_ja="店", name_en="Shop", colour="#000000",
        keys={"keys": []}, redirect_uris=list(redirect_uris), logout_uris=[], scopes=[], grants=[],
        public_institution=False, mode="test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (f"{HOME}/login", True),
        ("http://app.localhost/login", False),
        ("file:///etc/passwd", False),
        ("http://[", False),
        ("http://℀.com/", False),
        ("", False),
    ],
)
def test_only_ones_own_hosts_are_asked(url, allowed):
    assert Conformance.may_ask(party(f"{HOME}/callback"), url) is allowed


@pytest.mark.parametrize(
    ("status", "checked", "says"),
    [(200, 404, "404"), (500, 401, "500"), (200, 401, "401")],
)
def test_a_good_login_that_came_to_nothing_says_what_was_answered(status, checked, says):
    """Not only that nobody is signed in: which address answered what."""
    found = judged(BY_ID[GOOD], False, Met(f"{HOME}/callback", status, checked), [])
    assert found.verdict == "failed"
    assert f"HTTP {says}" in found.reason
    assert f"HTTP {says}" in found.reason_ja
