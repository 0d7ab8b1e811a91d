"""The terminal towards those who ask: whom it believes, and what it says when they do not answer."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from kazasu.card.agreed.consent import bound, canonical
from kazasu.card.agreed.payment import digest
from kazasu.card.challenge import challenge_bytes, is_pin_less, read_challenge
from kazasu.card.client import AUTHENTICATION, NAMES, SURFACE, CardClient
from kazasu.card.terminal.faults import NOT_SEEN, STALE_REQUEST
from kazasu.card.terminal.room import certified, open_room
from kazasu.card.terminal.tap import Certified, Entered, Look, Taps
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.terminal import ASKERS, TapRequest, TapResult
from kazasu.exchange.taps import read_result, sign_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.jpki.authorities.keyring import read_authority
from kazasu.jpki.authorities.terminals import certify_terminal
from tests.card.conftest import PASSWORD, PIN
from tests.support import pki
from tests.support.institutions import Institutions

IDENTITY = "http://identity.localhost:8000"
PORTAL = "http://portal.localhost:8000"
SHOP = "https://bicycles.example"

CITY = "http://city-141003.localhost:8000"
PARTY = ("自転車店", "Bicycles")


def b64(content):
    return base64.b64encode(content).decode()


def at(origin, **more):
    """An institution that asks in its own name."""
    return dict.fromkeys(("respond_to", "continue_at", "cancel_at"), f"{origin}/tap") | more


def agreed(party=PARTY, **changes):
    """A consent as the identity service writes it."""
    values = {
        "version": 1, "party": "RP1", "party_name": list(party), "purposes": {"name": ["契約書のあて名", "to address the contract"]},
        "items": {"openid": ["このサービス専用の番号", "An ID of its own"], "name": ["氏名", "Name"]},
        "term": ["今回だけ", "this time only"],
    } | changes  # fmt: skip
    return canonical(values)


def challenge(label="authenticate", origin=SHOP, request_id="r-1", consent=None):
    nonce = bound("nonce", agreed() if consent is None else consent)
    return b64(challenge_bytes(label, origin, nonce, request_id))


def paper(**changes):
    """A document to be signed."""
    values = {
        "title": {"ja": "売買契約", "en": "Contract of sale"},
        "lines": [{"label_ja": "品目", "label_en": "Item", "value": "自転車", "value_en": "Bicycle"}],
        "data": {"order": 7},
    } | changes  # fmt: skip
    return json.dumps(values, ensure_ascii=False).encode()


def signs(content=None, **changes):
    return {"action": "sign", "challenge": b64(content or paper(**changes))}


def continues(**more):
    """A city's request to continue a card."""
    label = challenge("continue-card", CITY)
    names = {"asker_ja": "city:141003 カード窓口", "asker_en": "city:141003, card desk"}
    own = {"signer": "city:141003", "issuer": "city:141003", "asker_origin": CITY, "consent": ""}
    return at(CITY, action="continue-card", challenge=label, **own) | names | more


class Asker:
    """An institution that answers what it is told to."""

    def __init__(self, clock):
        self.clock = clock
        self.institutions = Institutions(
            clock, "identity", "portal", "bank", "city:141003", "terminal", "phone"
        )
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

    def result(self, place=-1, receiver="identity"):
        """What was brought, as the asker reads it."""
        content = self.brought[place].content
        return read_result(content, self.institutions.directory, receiver)

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
            "asker_ja": PARTY[0], "asker_en": PARTY[1], "asker_origin": SHOP, "asker_standing": "test",
            "purpose_ja": "サインイン", "purpose_en": "Sign in",
            "challenge": challenge(), "consent": b64(agreed()),
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
        {"challenge": b64(b"a contract")},
        {"challenge": challenge("authenticate-without-pin")},
        {"pin": "not-needed"},
        {
            "pin": "not-needed",
            "challenge": challenge("authenticate-without-pin"),
            "attributes": True,
        },
        {"pin": "not-needed", **signs()},
        continues(pin="not-needed"),
        {"audience": "phone"},
        continues(challenge=challenge("authenticate", CITY)),
        continues(challenge=challenge("continue-card", CITY, "r-2")),
    ],
)
def test_what_does_not_fit_together_is_refused(asker, changes):
    assert refused(asker.taps.read, asker.request(**changes)) == "terminal.forged-request"


# ---------------------------------------------------------------- who asks

INSTITUTION = {
    "asker_ja": "bank", "asker_en": "bank", "asker_origin": "http://bank.localhost:8000", "asker_standing": "reviewed",
    "challenge": challenge(origin="http://bank.localhost:8000", consent=agreed(("bank", "bank"))), "consent": b64(agreed(("bank", "bank"))),
}  # fmt: skip


@pytest.mark.parametrize("action", ["authenticate", "sign", "continue-card"])
@pytest.mark.parametrize("signer", ["identity", "portal", "bank", "city:141003", "terminal"])
def test_who_may_ask_for_what_is_a_list(asker, signer, action):
    """A bank's own key asked for a signature under any name; what is not on the list is no request."""
    origin = asker.institutions.directory.origin(signer)
    own = {"signer": signer, "issuer": signer, "asker_ja": signer, "asker_en": signer, "asker_origin": origin, "asker_standing": "public"}  # fmt: skip
    party = agreed((signer, signer))
    changes = {
        "authenticate": {"challenge": challenge(origin=origin, consent=party)},
        "sign": signs(),
        "continue-card": {"action": "continue-card", "challenge": challenge("continue-card", origin, consent=party)},
    }[action]  # fmt: skip
    sealed = asker.request(**at(origin), **own, consent=b64(party), **changes)
    if signer.partition(":")[0] in ASKERS[action]:
        assert asker.taps.read(sealed).action == action
    else:
        assert refused(asker.taps.read, sealed) == "terminal.forged-request"


@pytest.mark.parametrize(
    "changes", [{"mark": "bank"}, {"mark": ""}, {"mark": "bank", "asker_standing": "public"}]
)
def test_an_institution_is_asked_for_under_its_own_name_and_mark(asker, changes):
    assert asker.taps.read(asker.request(**INSTITUTION | changes)).mark == changes["mark"]


@pytest.mark.parametrize(
    "changes",
    [
        INSTITUTION | {"mark": "portal"},
        INSTITUTION | {"mark": "city:141003"},
        INSTITUTION | {"asker_ja": "銀行"},
        {"mark": "bank"},
        {"asker_standing": "public"},
        continues(asker_ja="国税庁"),
        continues(asker_en="city:141004, card desk"),
        continues(asker_origin=SHOP),
        continues(mark="bank"),
    ],
)
def test_nobody_asks_under_anothers_name_or_mark(asker, changes):
    assert refused(asker.taps.read, asker.request(**changes)) == "terminal.forged-request"


@pytest.mark.parametrize(
    "name", ["bank", "ＢＡＮＫ", "b a n k", "bаnk", "Bánk", "portal", "P0rtal"]
)
def test_a_registered_party_looks_like_no_institution(asker, name):
    """The register refuses such names, too; the reader does not take its word."""
    for names in ((name, "Bicycles"), ("自転車店", name)):
        party = agreed(names)
        changes = {
            "asker_ja": names[0],
            "asker_en": names[1],
            "challenge": challenge(consent=party),
        }
        sealed = asker.request(consent=b64(party), **changes)
        # An O is a letter and a 0 a number: what looks so alike is one to the table.
        assert refused(asker.taps.read, sealed) == "terminal.forged-request"


# ---------------------------------------------------------------- shown is what is signed


def test_what_is_learnt_is_read_in_the_consent_that_is_signed(asker):
    beside = {"learns_ja": ["何も"], "learns_en": ["Nothing"]}
    tap = asker.taps.read(asker.request(**beside))
    assert tap.learns_ja == ("このサービス専用の番号", "氏名（目的: 契約書のあて名）")
    assert tap.learns_en == ("An ID of its own", "Name (for: to address the contract)")


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": b64(agreed(items={"openid": ["番号", "A number"]}))},
        {"consent": ""},
        {"consent": b64(b"{}")},
        {"asker_ja": "薬局"},
        {"details": b64(b"[]")},
        {"purpose_ja": "\u202eサインイン"},
    ],
)
def test_another_consent_than_the_signed_one_is_shown_to_nobody(asker, changes):
    assert refused(asker.taps.read, asker.request(**changes)) == "terminal.forged-request"


def test_a_payment_is_read_in_the_details_whose_digest_is_signed(asker):
    details = [{"type": "payment", "instructedAmount": {"currency": "JPY", "amount": "1200"},
                "creditorName#ja": "しおり書店", "creditorName#en": "Shiori Books", "reference": "R-12345678"}]  # fmt: skip
    content = json.dumps(details).encode()
    party = agreed(authorization_details=digest(content))
    paid = {"consent": b64(party), "challenge": challenge(consent=party), "purpose_ja": "1円を払う"}
    tap = asker.taps.read(asker.request(details=b64(content), **paid))
    assert tap.purpose_ja == "しおり書店に1,200円を払う"
    for other in (content.replace(b"1200", b"9999"), b""):
        sealed = asker.request(details=b64(other), **paid)
        assert refused(asker.taps.read, sealed) == "terminal.forged-request"


def test_a_document_is_shown_as_it_stands_in_the_bytes(asker):
    sealed = asker.request(**signs(audiences=["city:141003"]), purpose_ja="利用規約")
    tap = asker.taps.read(sealed)
    assert tap.purpose_ja == "電子署名「売買契約」"
    found = asker.taps.paper(tap)
    assert found.title == ("売買契約", "Contract of sale")
    assert found.lines == ((("品目", "Item"), ("自転車", "Bicycle")),)
    assert found.audiences == (("city:141003", "city:141003"),)
    assert json.loads(found.data) == {"order": 7}


HIDDEN = ["\u200b", "\u200f", "\u202e", "\u2066", "\u3164", "\U000e0041", "\ufe0f", "\x00"]


@pytest.mark.parametrize("mark", HIDDEN, ids=ascii)
def test_a_document_with_something_hidden_is_none(asker, mark):
    text = f"100{mark} 9000"
    line = {"label_ja": "金額", "label_en": "Amount", "value": "1"}
    for changes in (
        {"title": {"ja": text, "en": "Title"}},
        {"lines": [line | {"value": text}]},
        {"lines": [line | {"label_en": text}]},
        {"data": {"a": [{"b": text}]}},
        {"data": {text: 1}},
        {"audiences": ["nobody"]},
        {"audiences": ["city:141003", "city:141003"]},
    ):
        assert (
            refused(asker.taps.read, asker.request(**signs(**changes))) == "terminal.forged-request"
        )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("100,000 → 5,000,000", "100,000 → 5,000,000"),
        ("א 100,000 → 5,000,000 א", "\u2067א\u2069 100,000 → 5,000,000 \u2067א\u2069"),
        ("שלום עולם", "\u2067שלום עולם\u2069"),
        ("横浜 ال سلام 12 円", "横浜 \u2067ال سلام\u2069 12 円"),
    ],
)
def test_numbers_stand_in_the_order_in_which_they_are_signed(asker, text, shown):
    """Two letters from right to left turned the numbers between them."""
    line = {"label_ja": "金額", "label_en": "Amount", "value": text}
    found = asker.taps.paper(asker.taps.read(asker.request(**signs(lines=[line]))))
    assert found.lines[0][1] == (shown, shown)


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


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.ConnectError("down"), "terminal.signed-not-sent"),
        (httpx.ReadTimeout("late"), "terminal.receiver-late"),
        (httpx.Response(500, text="broken"), "terminal.receiver-refused"),
        (httpx.Response(410, json=Refusal(STALE_REQUEST).to_document()), "terminal.signed-not-taken"),
        (httpx.Response(409, json=Refusal(NOT_SEEN).to_document()), "terminal.signed-not-taken"),
    ],
)  # fmt: skip
def test_after_a_signature_nothing_says_that_the_card_did_nothing(
    asker, workbench, box, answer, code
):
    box.save(workbench.make("signer", "plastic"))
    asker.answer = answer
    tap = asker.taps.read(asker.request(**signs()))
    with pytest.raises(Refusal) as caught:
        asker.taps.perform(tap, lambda: VirtualReader(box, "signer"), Entered(password=PASSWORD))
    refusal = caught.value
    assert refusal.fault.code == code
    said = f"{refusal.title.ja} {refusal.title.en} {refusal.todo.ja} {refusal.todo.en}"
    for denial in ("使われていません", "何も", "not used", "Nothing", "nothing"):
        assert denial not in said
    if code.startswith("terminal.signed"):
        assert "署名しました" in said


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
    continuing = asker.taps.read(asker.request(**continues()))
    assert asker.taps.look(continuing, reader) == Look(), "that takes another PIN"


@pytest.mark.parametrize("kind", ["under-15", "plastic"])
def test_a_card_is_continued_with_a_key_where_it_signs(asker, workbench, box, kind):
    """What the card lacks is skipped and said before the PIN is entered."""
    box.save(workbench.make("anybody", kind))
    reader, can = (lambda: VirtualReader(box, "anybody")), kind == "plastic"
    for changes, expected in ((continues(), can), (signs(), can), ({}, True)):
        tap = asker.taps.read(asker.request(**changes))
        assert asker.taps.look(tap, reader).signs is expected
    tap = asker.taps.read(asker.request(**continues()))
    assert (
        refused(asker.taps.perform, tap, reader, Entered(pin="0000", text_pin=PIN))
        == "card.wrong-pin"
    )
    assert asker.brought == [], "nothing is asked for on a wrong PIN"
    asker.taps.perform(tap, reader, Entered(pin=PIN))
    assert asker.result(receiver="city:141003").card_record
    assert bool(asker.result(receiver="city:141003").signing_public_key) is can


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"attributes": True}, "user-authentication PIN (4 digits)"),
        (continues(), "Basic Resident Register PIN (4 digits)"),
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
