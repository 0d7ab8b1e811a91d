"""What is said when a phone's own keys do not serve: what mends a phone, never what mends a card."""

import re

import pytest

import kazasu.card.faults
import kazasu.jpki.faults
from kazasu.card.client import AUTHENTICATION, SIGNING, named
from kazasu.card.faults import LAST_TRY, WRONG_PIN
from kazasu.card.phone.faults import OF_A_PHONE, of_phone, own_keys_used
from kazasu.foundation.faults import CATALOGUE, Refusal

AT_A_COUNTER = re.compile("窓口|コンビニ|counter|city hall|city office|convenience", re.IGNORECASE)
NO_COUNTER = re.compile("窓口(では|でも)|No counter can")
CARDS_ALONE = {
    "card.no-signing-certificate": "a phone has both certificates or none",
    "card.not-genuine": "asked of a card at a counter",
    "jpki.bad-card-surface": "a phone has no card's surface",
    "jpki.card-expired": "of continued use, which a phone has not",
    "jpki.no-signing-certificate": "of renewal by the signing certificate, at its command",
    "jpki.too-early": "of renewal at a counter",
    "phone.signing-lapsed": "the card comes first: only with its new certificate does the phone get another",
}
FACTS = {"status": "6F00", "expired_on": "2026-01-01", "tries_left": 2, "tries_en": "tries lock"}


def said(fault):
    return " ".join(
        getattr(text, language) for text in (fault.title, fault.todo) for language in ("ja", "en", "easy")
    )  # fmt: skip


def residents():
    modules = (kazasu.card.faults, kazasu.jpki.faults)
    codes = {
        one.code for module in modules for one in vars(module).values() if hasattr(one, "todo")
    }
    return sorted(code for code in codes if CATALOGUE[code].who == "resident")


@pytest.mark.parametrize("code", residents())
def test_nothing_sends_a_phone_to_the_counter(code):
    fault = OF_A_PHONE.get(code, CATALOGUE[code])
    if code in CARDS_ALONE or fault.code in CARDS_ALONE:
        return
    assert not AT_A_COUNTER.search(NO_COUNTER.sub("", said(fault))), f"{code} as {fault.code}"


@pytest.mark.parametrize("fault", [*OF_A_PHONE.values()], ids=lambda one: one.code)
def test_each_is_said_in_plain_japanese_too_and_does_not_speak_of_the_card_as_broken(fault):
    assert fault.title.easy
    assert fault.todo.easy
    assert not re.search("カードの電子証明書|certificate on this card", said(fault))


@pytest.mark.parametrize(
    ("of_card", "told"),
    [
        ("card.locked", "phone.locked"),
        ("card.last-try", "phone.last-try"),
        ("card.expired", "phone.expired"),
        ("card.unexpected-answer", "phone.unexpected-answer"),
        ("card.elsewhere", "phone.in-use"),
        ("jpki.on-hold", "phone.suspended"),
        ("jpki.revoked", "phone.ended"),
        ("jpki.lapsed-by-change", "phone.signing-lapsed"),
        ("jpki.not-recorded", "phone.certificate-unproven"),
        ("jpki.no-phone", "jpki.no-phone"),
    ],
)
def test_what_the_phones_own_keys_meet_is_told_as_the_phones(of_card, told):
    with pytest.raises(Refusal) as caught, own_keys_used():
        raise Refusal(CATALOGUE[of_card], **FACTS, **named(AUTHENTICATION))
    assert caught.value.fault.code == told
    assert caught.value.title.ja
    assert caught.value.todo.en


@pytest.mark.parametrize("which", [AUTHENTICATION, SIGNING])
@pytest.mark.parametrize("fault", [WRONG_PIN, LAST_TRY])
def test_its_secrets_have_one_name(which, fault):
    """The one that stands over the field, not the card's."""
    refusal = of_phone(Refusal(fault, **FACTS, **named(which)))
    for words, own in ((refusal.title.ja, "スマートフォンの"), (refusal.title.en, "phone’s")):
        assert own in words
