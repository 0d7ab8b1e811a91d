"""Names that a reader takes for each other, and numbers that two letters must not turn."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.typed.lookalikes import alike, looks
from kazasu.foundation.values.visible import isolated
from kazasu.foundation.web.drawings.colours import difference

BANK = "ひなた銀行"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BANK, "ひなた 銀行"), (BANK, "ひなた・銀行"), (BANK, "「ひなた銀行」"), (BANK, "ヒナタ銀行"), (BANK, "ﾋﾅﾀ銀行"),
        ("PayPal", "Рaypal"), ("PayPal", "PayPaI"), ("PayPal", "ＰａｙＰａｌ"), ("Hinata Bank", "HINATA-BANK"),
        ("Hinata Bank", "Hinata Bánk"), ("カード", "力ード"), ("ロ座", "口座"), ("二コ", "ニコ"), ("Bank 0", "Bank O"), ("modern", "rnodern"),
    ],
)  # fmt: skip
def test_they_look_alike(one, other):
    assert alike(one) & alike(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(BANK, "ひなだ銀行"), ("がく", "かく"), ("ぱん", "ばん"), ("Bank", "Banks"), ("横浜市", "横須賀市"), ("・", "。"), ("", "")],
)  # fmt: skip
def test_they_do_not(one, other):
    assert not alike(one) & alike(other)


@given(st.text(max_size=20))
def test_the_look_is_stable(text):
    assert looks(unicodedata.normalize("NFD", text)) == looks(unicodedata.normalize("NFC", text))
    assert looks(f" {text}\u3000") == looks(text)


@given(st.text(alphabet="aB1 ,→あ漢שלסمر\u0660\n", max_size=20))
def test_isolating_changes_no_letter_and_leaves_no_number_between_two_that_turn(text):
    shown = isolated(text)
    assert shown.translate({0x2067: None, 0x2069: None}) == text
    inside = False
    for letter in shown:
        inside = letter == "\u2067" or (inside and letter != "\u2069")
        turns = unicodedata.bidirectional(letter) in ("R", "AL")
        assert inside or not turns
        assert not (inside and (letter.isdigit() or letter in "aB,→\n"))


def test_colours_are_apart_as_the_eye_sees_them():
    """Figures of CIE 1976 for sRGB."""
    assert difference("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    assert difference("#0017C1", "#0017c1") == 0
    assert difference("#ff0000", "#00ff00") == pytest.approx(170.6, abs=0.5)
