"""The terminal towards those who ask: whom it believes, and what it says when they do not answer."""

import base64
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from kazasu.card.challenge import challenge_bytes, is_pin_less, read_challenge
from kazasu.card.client import AUTHENTICATION, NAMES, SURFACE, CardClient
from kazasu.card.terminal.room import certified, open_room
from kazasu.card.terminal.tap import Certified, Entered, Look, Taps
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.terminal import TapRequest, TapResult
from kazasu.exchange.taps import read_result, sign_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.jpki.authorities.keyring import read_authority
from kazasu.jpki.authorities.terminals import certify_terminal
from tests.card.conftest import PIN
from tests.support import pki
from tests.support.institutions import Institutions

IDENTITY = "http://identity.localhost:8000"
PORTAL = "http://portal.localhost:8000"

AT_PORTAL = dict.fromkeys(("respond_to", "continue_at", "cancel_at"), f"{PORTAL}/tap")


def challenge(label="authenticate", origin=PORTAL, request_id="r-1"):
    return base64.b64encode(challenge_bytes(label, origin, "nonce", request_id)).decode()


class Asker:
    """An institution that answers what it is told to."""

    def __init__(self, clock):
        self.clock = clock
        self.institutions = Institutions(clock, "identity", "portal", "terminal", "phone")
        self.answer = httpx.Response(200, json={"handle": "h"})
        self.brought = []
        self.stands = "open"
        client = httpx.Client(transport=httpx.MockTransport(self.take))
        self.client = client
        self.taps = self.reader("terminal")

    def reader(self, which, certified=None):
        """A terminal, or a phone."""
        own = self.institutions[which]
        return Taps(self.institutions.directory, self.client, self.clock, own, certified)

    def result(self, place=-1):
        """What was brought, as the asker reads it."""
        content = self.brought[place].content
        return read_result(content, self.institutions.directory, "identity")

    def take(self, request):
        if request.method == "GET":  # how the request stands
            return httpx.Response(200, json={"state": self.stands})
        self.brought.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def request(self, signer="identity", **changes):
        values = {
            "request_id": "r-1", "issuer": "identity",
            "expires_at": self.clock.now() + timedelta(minutes=5), "action": "authenticate",
            "asker_ja": "ポータル", "asker_en": "Portal", "asker_origin": PORTAL,
            "purpose_ja": "サインイン", "purpose_en": "Sign in",
            "challenge": challenge(),
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
    result = asker.result()
    assert (result.holder, result.reader, result.audience) == ("pin", "terminal", "identity")
    assert client.trace.lines


@pytest.mark.parametrize(
    "changes",
    [
        {"respond_to": "http://elsewhere.test/tap"},
        {"continue_at": "http://portal.localhost:8000/tap"},
        {"cancel_at": "http://identity.localhost:8000.elsewhere.test/"},
        {"signer": "portal"},
        {"challenge": challenge(origin="http://evil.test")},
        {"challenge": challenge(request_id="r-2")},
        {"challenge": base64.b64encode(b"a contract").decode()},
        {"challenge": challenge("authenticate-without-pin")},
        {"pin": "not-needed"},
        {
            "pin": "not-needed",
            "challenge": challenge("authenticate-without-pin"),
            "attributes": True,
        },
        {"pin": "not-needed", "action": "sign"},
        {"pin": "not-needed", "action": "continue-card"},
        {"audience": "phone"},
        {"signer": "portal", "issuer": "portal", "mark": "identity", **AT_PORTAL},
        {"signer": "portal", "issuer": "portal", "mark": "city:141003", **AT_PORTAL},
    ],
)
def test_what_does_not_fit_together_is_refused(asker, changes):
    assert refused(asker.taps.read, asker.request(**changes)) == "terminal.forged-request"


@pytest.mark.parametrize(
    "changes",
    [
        {"mark": "bank"},
        {"mark": ""},
        {"signer": "portal", "issuer": "portal", "mark": "portal", **AT_PORTAL},
        {"signer": "portal", "issuer": "portal", **AT_PORTAL},
    ],
)
def test_an_institution_asks_under_its_own_mark_and_the_identity_service_under_everybodys(
    asker, changes
):
    assert asker.taps.read(asker.request(**changes)).mark == changes.get("mark", "")


def test_a_request_ends(asker):
    sealed = asker.request()
    asker.clock.advance(timedelta(minutes=6))
    assert refused(asker.taps.read, sealed) == "terminal.stale-request"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.ConnectError("down"), "terminal.receiver-silent"),
        (httpx.ReadTimeout("late"), "terminal.receiver-late"),
        (httpx.RemoteProtocolError("gone"), "terminal.receiver-late"),
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
    for still in ("card.wrong-pin", "card.last-try", "card.pin-form", "card.no-card", "card.torn"):
        assert asker.taps.give_up(tap, still) == tap.cancel_at, "whoever stops has stopped"
    for invented in ("x" * 5000, "card.locked\n", "０", "web.unexpectedly"):
        assert asker.taps.give_up(tap, invented) == tap.cancel_at, "the page's word alone is none"
    assert not asker.brought
    assert asker.taps.give_up(tap, "card.locked").startswith(tap.continue_at)
    assert asker.result().failure.code == "card.locked"


@pytest.mark.parametrize(
    "answer", [httpx.Response(409, json={}), httpx.ConnectError("nobody there")]
)
def test_an_asker_that_takes_no_failure_keeps_nobody_at_the_reader(asker, answer):
    asker.answer = answer
    tap = asker.taps.read(asker.request())
    assert asker.taps.give_up(tap, "jpki.card-of-other-person") == tap.cancel_at


def test_virtual_cards_do_not_open_in_production(clock):
    house = SimpleNamespace(settings=Settings(mode="production"), clock=clock)
    assert refused(open_room, house) == "terminal.virtual-in-production"


def test_a_phone_takes_what_was_handed_over_and_what_begins_on_it(asker):
    phone = asker.reader("phone")
    assert phone.read(asker.request(audience="phone", check_number="42")).check_number == "42"
    assert phone.read(asker.request()).audience == "terminal"


# ---------------------------------------------------------------- without a PIN


@pytest.fixture
def vouching(asker):
    """A terminal that J-LIS certified, at which a face is compared."""
    authority = read_authority(pki.place(), "terminal-ca")
    certificate = certify_terminal(authority, 1, pki.key(4).public_key())
    return asker.reader("terminal", Certified(certificate, "face"))


def without_pin(asker):
    return asker.request(pin="not-needed", challenge=challenge("authenticate-without-pin"))


def counters(box):
    with_card = VirtualReader(box, "hanako")
    found = CardClient(with_card).counters()
    with_card.close()
    return found


def test_a_certified_terminal_needs_no_pin_and_says_how_it_saw_the_holder(asker, vouching, box):
    before = counters(box)
    tap = vouching.read(without_pin(asker))
    vouching.perform(tap, lambda: VirtualReader(box, "hanako"), Entered(seen=True))
    result = asker.result()
    assert result.holder == "face"
    assert not result.evidence.card_surface, "the four attributes are not read"
    assert is_pin_less(base64.b64decode(result.evidence.signed))
    assert counters(box) == before, "no PIN was touched"
    assert set(before) == set(NAMES)


def test_without_a_certificate_or_without_looking_nothing_happens(asker, vouching, box):
    reader = lambda: VirtualReader(box, "hanako")  # noqa: E731
    tap = vouching.read(without_pin(asker))
    assert refused(vouching.perform, tap, reader, Entered()) == "terminal.holder-not-seen"
    assert refused(asker.taps.perform, tap, reader, Entered(seen=True)) == "terminal.not-certified"
    forged = asker.reader("terminal", Certified(b"\x7f\x21\x00", "face"))
    assert refused(forged.perform, tap, reader, Entered(seen=True)) == "card.unexpected-answer"
    assert not asker.brought


def test_the_settings_say_who_stands_for_the_holder(tmp_path):
    file = tmp_path / "terminal.cv"
    settings = Settings(data=tmp_path, terminal_certificate=str(file), terminal_holder="counter")
    assert certified(settings) is None, "no certificate"
    file.write_bytes(b"cv")
    assert certified(settings) == Certified(b"cv", "counter")
    assert certified(replace(settings, terminal_holder="none")) is None
    assert certified(replace(settings, mode="production")) is None, "nobody's word is simulated"


def test_the_parts_of_a_challenge_are_read_back_or_not_at_all():
    content = challenge_bytes("authenticate", PORTAL, "n", "r")
    assert read_challenge(content).asker_origin == PORTAL
    for wrong in (
        b"",
        b"KAZASU-TAP-V1",
        content + b"\nmore",
        b"\xff",
        content.replace(b"V1", b"V2"),
    ):
        assert read_challenge(wrong) is None
    assert not is_pin_less(content)


# ---------------------------------------------------------------- results on their way


@pytest.mark.parametrize(
    ("signer", "changes", "receiver", "code"),
    [
        ("terminal", {}, "portal", "exchange.not-for-us"),
        ("terminal", {"reader": "phone"}, "identity", "exchange.not-for-us"),
        ("portal", {}, "identity", "exchange.not-for-us"),
    ],
)
def test_a_result_is_by_a_reader_and_for_one_receiver(asker, signer, changes, receiver, code):
    values = {"request_id": "r", "audience": "identity", "reader": "terminal"} | changes
    signed = sign_result(asker.institutions[signer], TapResult(**values)).encode()
    directory = asker.institutions.directory
    assert refused(read_result, signed, directory, receiver) == code
    other_use = asker.institutions["terminal"].sign(b"{}", "kazasu-tap+jws").encode()
    assert refused(read_result, other_use, directory, "identity") == "exchange.bad-signature"


def test_tries_are_said_when_fewer_than_all(asker, box):
    tap = asker.taps.read(asker.request())
    reader = lambda: VirtualReader(box, "hanako")  # noqa: E731
    assert asker.taps.look(tap, reader) == Look()
    assert refused(asker.taps.perform, tap, reader, Entered(pin="0000")) == "card.wrong-pin"
    seen = asker.taps.look(tap, reader)
    assert seen == Look(tries_left=2)
    assert list(seen.counters.values()) == [2]
    assert asker.taps.look(tap, lambda: VirtualReader(box, "nobody")) == Look(there=False)
    continuing = asker.taps.read(asker.request(action="continue-card"))
    assert asker.taps.look(continuing, reader) == Look(), "that takes another PIN"


@pytest.mark.parametrize("kind", ["under-15", "plastic"])
def test_a_card_is_continued_with_a_key_where_it_signs(asker, workbench, box, kind):
    """What the card lacks is skipped and said before the PIN is entered."""
    box.save(workbench.make("anybody", kind))
    reader, signs = (lambda: VirtualReader(box, "anybody")), kind == "plastic"
    for action, expected in (("continue-card", signs), ("sign", signs), ("authenticate", True)):
        tap = asker.taps.read(asker.request(action=action))
        assert asker.taps.look(tap, reader).signs is expected
    tap = asker.taps.read(asker.request(action="continue-card"))
    assert (
        refused(asker.taps.perform, tap, reader, Entered(pin="0000", text_pin=PIN))
        == "card.wrong-pin"
    )
    assert asker.brought == [], "nothing is asked for on a wrong PIN"
    asker.taps.perform(tap, reader, Entered(pin=PIN))
    assert asker.result().card_record
    assert bool(asker.result().signing_public_key) is signs


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"attributes": True}, "user-authentication PIN (4 digits)"),
        ({"action": "continue-card"}, "Basic Resident Register PIN (4 digits)"),
    ],
)
@pytest.mark.parametrize(
    ("entered", "folded"),
    [(Entered(pin="0000"), False), (Entered(pin="12"), False), (Entered(pin=PIN, text_pin="0000"), True)],
)  # fmt: skip
def test_the_pin_that_is_named_is_the_one_that_was_typed(
    asker, workbench, box, changes, named, entered, folded
):
    """One PIN typed into one field: the card's answer is about that field, and costs the other no try."""
    box.save(workbench.make("typist", "plastic"))
    reader = lambda: VirtualReader(box, "typist")  # noqa: E731
    tap = asker.taps.read(asker.request(**changes))
    with pytest.raises(Refusal) as caught:
        asker.taps.perform(tap, reader, entered)
    surface = "PIN for the card's name and address (4 digits)"
    assert caught.value.facts["which_en"] == (surface if folded else named)
    left = list(asker.taps.look(tap, reader).counters.values())
    assert left == [3 if folded or entered.pin == "12" else 2, 2 if folded else 3]


def test_without_a_request_there_is_no_alarm(asker):
    with pytest.raises(Refusal) as caught:
        asker.taps.read("")
    assert caught.value.fault.code == "terminal.no-request"


def test_a_mistyped_pin_is_not_blamed_on_the_one_that_is_folded_away(asker, box):
    """One PIN typed for two: the field in sight is tried first, and the other one's counter stays."""
    before = counters(box)
    tap = asker.taps.read(asker.request(attributes=True))
    reader = lambda: VirtualReader(box, "hanako")  # noqa: E731
    with pytest.raises(Refusal) as caught:
        asker.taps.perform(tap, reader, Entered(pin="0000"))
    assert caught.value.facts["which"] == NAMES[AUTHENTICATION].ja
    assert counters(box) == before | {AUTHENTICATION: before[AUTHENTICATION] - 1}
    with pytest.raises(Refusal) as caught:
        asker.taps.perform(tap, reader, Entered(pin=PIN, text_pin="0000"))
    assert caught.value.facts["which"] == NAMES[SURFACE].ja, "who typed two is told which"
