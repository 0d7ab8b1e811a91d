"""What a terminal does with a card: safe by default, and clear when something is wrong."""

import sys

import pytest

from kazasu.card.chip import text_ap
from kazasu.card.chip.image import Application, CardImage
from kazasu.card.chip.machine import Card
from kazasu.card.client import AUTHENTICATION, SIGNING, CardClient, opened
from kazasu.card.transports.pcsc import PcscReader
from kazasu.card.transports.virtual import VirtualReader
from kazasu.foundation.faults import Refusal
from tests.card.conftest import HANAKO, PASSWORD, PIN


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value.fault.code


@pytest.fixture
def client(box):
    with opened(lambda: VirtualReader(box, "hanako")) as client:
        yield client


def test_the_whole_of_what_services_need(client):
    assert len(client.authenticate(b"challenge", PIN).signature) == 256
    assert len(client.sign(b"document", "abc123").signature) == 256, "capitals do not matter"
    surface = client.surface(PIN)
    assert text_ap.read_basic(surface.basic) == HANAKO
    assert client.is_my_number_card()
    client.change_pin(SIGNING, PASSWORD, "xyz999")
    assert client.sign(b"document", "xyz999")


def test_a_pin_that_cannot_be_right_costs_no_try(client):
    for wrong in ("", "12", "12345", "abcd", "１２３４"):
        assert refused(client.authenticate, b"x", wrong) == "card.pin-form"
    client._select("jpki")
    assert client.tries_left(AUTHENTICATION) == 3


def test_the_last_try_is_kept_unless_one_insists(client):
    for left in (4, 3, 2, 1):
        with pytest.raises(Refusal) as wrong:
            client.sign(b"x", "WRONG9")
        assert wrong.value.facts["tries_left"] == left
    assert refused(client.sign, b"x", PASSWORD) == "card.last-try"
    assert client.tries_left(SIGNING) == 1
    assert refused(client.sign, b"x", "WRONG9", force=True) == "card.locked"
    assert refused(client.sign, b"x", PASSWORD, force=True) == "card.locked"


def test_the_trace_tells_no_secret(client):
    client.authenticate(b"challenge", PIN)
    text = "\n".join(map(str, client.trace.lines))
    assert "00 20 00 80 [···]" in text
    assert PIN.encode().hex().upper() not in text


def test_a_card_torn_away(box):
    for commands in range(6):
        with opened(lambda n=commands: VirtualReader(box, "hanako", torn_after=n)) as client:
            assert refused(client.authenticate, b"x", PIN) == "card.torn"


def test_another_card():
    image = CardImage("other", "9" * 15, "3B00", {"manager": Application()})
    card = Card(image, lambda _: None)
    client = CardClient(card)
    assert refused(client.authenticate, b"x", PIN) == "card.other-card"


def test_an_answer_that_nobody_expects(client, monkeypatch):
    monkeypatch.setattr(client._reader, "transmit", lambda _: b"\x6f\x00")
    assert refused(client.common_record) in ("card.unexpected-answer", "card.other-card")
    client._select = lambda _: None
    assert refused(client.common_record) == "card.unexpected-answer"


def test_no_reader_and_no_pyscard(monkeypatch):
    monkeypatch.setitem(sys.modules, "smartcard", None)
    assert refused(PcscReader) == "card.no-reader"


def test_no_card(box):
    assert refused(VirtualReader, box, "nobody") == "card.no-card"
