"""The terminal towards those who ask: whom it believes, and what it says when they do not answer."""

import base64
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from kazasu.card.terminal.room import open_room
from kazasu.card.terminal.tap import Entered, Taps
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.terminal import TapRequest
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from tests.card.conftest import PIN
from tests.support.institutions import Institutions

IDENTITY = "http://identity.localhost:8000"


class Asker:
    """An institution that answers what it is told to."""

    def __init__(self, clock):
        self.clock = clock
        self.institutions = Institutions(clock, "identity", "portal")
        self.answer = httpx.Response(200, json={"handle": "h"})
        self.brought = []
        client = httpx.Client(transport=httpx.MockTransport(self.take))
        self.taps = Taps(self.institutions.directory, client, clock)

    def take(self, request):
        self.brought.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def request(self, signer="identity", **changes):
        values = {
            "request_id": "r-1", "issuer": "identity",
            "expires_at": self.clock.now() + timedelta(minutes=5), "action": "authenticate",
            "asker_ja": "ポータル", "asker_en": "Portal", "asker_origin": "http://portal.localhost:8000",
            "purpose_ja": "サインイン", "purpose_en": "Sign in",
            "challenge": base64.b64encode(b"challenge").decode(),
            "respond_to": f"{IDENTITY}/tap/evidence", "continue_at": f"{IDENTITY}/tap/return",
            "cancel_at": f"{IDENTITY}/tap/cancel?tap=1",
        } | changes  # fmt: skip
        content = TapRequest(**values).model_dump_json().encode()
        return self.institutions[signer].sign(content, "kazasu-tap+jws")


@pytest.fixture
def asker(clock):
    return Asker(clock)


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value.fault.code


def test_a_good_tap_brings_evidence_to_the_asker_and_the_browser_back(asker, box):
    tap = asker.taps.read(asker.request())
    onward, client = asker.taps.perform(tap, lambda: VirtualReader(box, "hanako"), Entered(pin=PIN))
    assert onward == f"{IDENTITY}/tap/return?handle=h"
    assert PIN not in asker.brought[0].content.decode()
    assert client.trace.lines


@pytest.mark.parametrize(
    "changes",
    [
        {"respond_to": "http://elsewhere.test/tap"},
        {"continue_at": "http://portal.localhost:8000/tap"},
        {"cancel_at": "http://identity.localhost:8000.elsewhere.test/"},
        {"signer": "portal"},
    ],
)
def test_addresses_of_others_are_refused(asker, changes):
    assert refused(asker.taps.read, asker.request(**changes)) == "terminal.forged-request"


def test_a_request_ends(asker):
    sealed = asker.request()
    asker.clock.advance(timedelta(minutes=6))
    assert refused(asker.taps.read, sealed) == "terminal.stale-request"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.ConnectError("down"), "terminal.receiver-silent"),
        (httpx.Response(500, text="broken"), "terminal.receiver-refused"),
        (httpx.Response(400, json={"code": "something.new"}), "terminal.receiver-refused"),
        (
            httpx.Response(409, json={"code": "identity.tap-answered"}),
            {"identity.tap-answered", "terminal.receiver-refused"},
        ),
    ],
)
def test_an_asker_that_does_not_take_it(asker, box, answer, code):
    asker.answer = answer
    tap = asker.taps.read(asker.request())
    found = refused(asker.taps.perform, tap, lambda: VirtualReader(box, "hanako"), Entered(pin=PIN))
    assert found in ({code} if isinstance(code, str) else code)


def test_giving_up_tells_the_reason_only_after_a_failure(asker):
    tap = asker.taps.read(asker.request())
    assert asker.taps.give_up(tap, "") == tap.cancel_at
    assert not asker.brought
    assert asker.taps.give_up(tap, "card.locked").startswith(tap.continue_at)
    assert b"card.locked" in asker.brought[0].content


def test_virtual_cards_do_not_open_in_production(clock):
    house = SimpleNamespace(settings=Settings(mode="production"), clock=clock)
    assert refused(open_room, house) == "terminal.virtual-in-production"
