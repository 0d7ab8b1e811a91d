"""Enrolling a phone: one secret a page; what does not fit erases nothing else, and nothing waits longer than it must."""

import base64
import re
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

import kazasu.card.phone as phone_package
import kazasu.card.phone.service as service_module
from kazasu.card.faults import NO_CARD
from kazasu.card.making import phone_keys
from kazasu.card.phone.enrolling import LIFE, STEPS, Application, Drafts
from kazasu.card.phone.model import Phone
from kazasu.card.phone.service import PhoneService, Wanted
from kazasu.card.phone.store import PhoneStore
from kazasu.card.profiles import profile
from kazasu.contracts.jpki.phones import PhoneApplication
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from tests.conftest import THE_DAY

PIN, PASSWORD = "5678", "PHONE99"
digits = some.text("0123456789", min_size=4, max_size=4)


KEYS = phone_keys(profile("android"))


def made(*, replaces=False):
    """An application as the phone makes it."""
    document = PhoneApplication(
        application_id=f"application-{replaces}", applied_at=THE_DAY, origin="https://phone.example",
        platform="android", authentication_key="AAAA", signing_key="BBBB", replaces=replaces,
    )  # fmt: skip
    return Application(KEYS, document.model_dump_json().encode())


@pytest.fixture
def drafts(clock):
    return Drafts(clock)


def refused(call, *arguments):
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    return caught.value.fault.code


def test_one_secret_after_the_other(drafts):
    assert drafts.of("a").step == STEPS[0]
    drafts.choose_pin("a", PIN, PIN)
    assert drafts.of("a").step == STEPS[1]
    drafts.choose_password("a", PASSWORD, PASSWORD, made)
    draft = drafts.of("a")
    assert (draft.step, draft.pin, draft.password) == (STEPS[2], PIN, PASSWORD)
    assert drafts.of("b").step == STEPS[0], "another phone's is its own"
    drafts.forget("a")
    assert drafts.of("a").step == STEPS[0]


def test_what_differs_is_named_and_erases_nothing_else(drafts):
    assert refused(drafts.choose_pin, "a", PIN, "5679") == "phone.pins-differ"
    drafts.choose_pin("a", PIN, PIN)
    assert (
        refused(drafts.choose_password, "a", PASSWORD, "OTHER99", made) == "phone.passwords-differ"
    )
    assert refused(drafts.choose_password, "a", "x", "x", made) == "card.pin-form"
    assert drafts.of("a").pin == PIN


def test_after_ten_minutes_nothing_waits(drafts, clock):
    drafts.choose_pin("a", PIN, PIN)
    clock.advance(LIFE - timedelta(seconds=1))
    assert drafts.of("a").pin == PIN
    clock.advance(timedelta(seconds=1))
    assert drafts.of("a").pin == ""


@given(digits, digits)
def test_a_pin_is_kept_exactly_when_it_was_typed_twice(one, other):
    drafts = Drafts(FixedClock(THE_DAY))
    if one == other:
        drafts.choose_pin("a", one, other)
        assert drafts.of("a").pin == one
    else:
        assert refused(drafts.choose_pin, "a", one, other) == "phone.pins-differ"
        assert drafts.of("a").pin == ""


# ---------------------------------------------------------------- what is shown is what is signed


def test_the_application_that_was_shown_is_the_one_that_is_signed(drafts):
    """Made anew on another page: then nothing is signed unseen."""
    one, other = made(), made(replaces=True)
    drafts.choose_pin("a", PIN, PIN)
    assert refused(drafts.apply_anew, "a", other) == "phone.secrets-not-chosen"
    drafts.choose_password("a", PASSWORD, PASSWORD, lambda: one)
    assert drafts.shown("a", one.document.application_id)[1] is one
    drafts.apply_anew("a", other)
    first = one.document.application_id
    assert refused(drafts.shown, "a", first) == "phone.application-changed"
    assert drafts.shown("a", other.document.application_id)[1].document.replaces
    assert refused(drafts.shown, "b", first) == "phone.secrets-not-chosen"


def test_the_card_signs_the_bytes_that_the_page_shows(tmp_path, clock):
    """J-LIS gets those, signed by the card and by the two keys they name."""
    asked = []

    class JLis:
        def ask(self, inquiry, **_):
            asked.append(inquiry)
            raise Refusal(NO_CARD)

    service = PhoneService(PhoneStore(tmp_path), JLis, "https://phone.example", clock)
    phone = Phone("phone-a", "android")
    shown = service.application(phone)

    class Card:
        certificate, signature = b"certificate", b"signature"

        def sign(self, content, password, *, force):
            self.signed = (content, password)
            return self

    card = Card()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service_module, "opened", lambda _: nullcontext(card))
        with pytest.raises(Refusal):
            service.enrol(phone, lambda: None, shown, Wanted("ABC123", PIN, PASSWORD))
    assert card.signed == (shown.text.encode(), "ABC123")
    assert base64.b64decode(asked[0].application).decode() == shown.text


def test_every_member_of_the_application_has_its_line():
    page = (Path(phone_package.__file__).parent / "templates" / "application.html").read_text()
    for member in PhoneApplication.model_fields:
        assert re.search(rf"\bone\.{member}\b", page), f"{member} would be signed unseen"
