"""What the record's users fetch: from the certification service alone, and a fault when it cannot be had."""

import httpx
import pytest

from kazasu.card.mdoc.online import Online
from kazasu.foundation.faults import Refusal
from tests.support import mdoc

ORIGIN = "http://jpki.localhost:8000"


def online(answer):
    return Online(httpx.Client(transport=httpx.MockTransport(answer)), ORIGIN)


def test_the_authority_is_fetched_once(clock):
    authority = mdoc.Street(clock.now()).authority
    asked = []

    def answer(request):
        asked.append(str(request.url))
        return httpx.Response(200, text=mdoc.pem(authority))

    one = online(answer)
    assert one.authorities() == [authority]
    assert one.authorities() == [authority]
    assert asked == [f"{ORIGIN}/ca/mdoc-ca.pem"]


@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(200, text="no certificate")]
)
def test_without_the_authority_nothing_is_believed(answer):
    with pytest.raises(Refusal) as refused:
        online(lambda _: answer).authorities()
    assert refused.value.fault.code == "mdoc.no-authority"


def test_nothing_is_fetched_from_elsewhere():
    asked = []
    one = online(lambda request: asked.append(request) or httpx.Response(200))
    for uri in (
        "http://evil.example/mdoc/status/0",
        f"{ORIGIN}.evil.example/0",
        "file:///etc/passwd",
    ):
        with pytest.raises(OSError, match="not at the certification service"):
            one.fetch(uri)
    assert asked == []


def test_no_answer_is_an_error():
    def broken(request):
        raise httpx.ConnectError("unreachable", request=request)

    with pytest.raises(OSError, match="ConnectError"):
        online(broken).fetch(f"{ORIGIN}/mdoc/status/0")
