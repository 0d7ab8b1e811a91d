"""Typed text that a card will carry: what keyboards send is composed, and a letter that no card has is found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.names import CARD, comparison_key, graphemes, substitute
from kazasu.foundation.values.typed.written import composed, placed, unwritable


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("１丁目２\uff0d３", "１丁目２−３"),  # Windows
        ("１丁目２\u2212３", "１丁目２−３"),  # macOS, JIS libraries
        ("２ー１―３", "２−１−３"),  # the long mark and the dash of a phone
        ("1-2-3", "1-2-3"),
        ("ｻｯﾎﾟﾛﾀﾜｰ42F-4201", "サッポロタワー42F-4201"),
        ("か\u3099き\u309a", "がぎ".replace("ぎ", "き\u309a")),
        ("ハイツ～桜", "ハイツ〜桜"),
        ("センター", "センター"),
        ("コーポ　１０１", "コーポ　１０１"),
        ("コーポ\u00a0101", "コーポ 101"),
        ("葛\U000e0100城ビル", "葛\U000e0100城ビル"),
        ("髙島ビル", "髙島ビル"),
        ("\ufa10", "\ufa10"),
    ],
)
def test_what_keyboards_send(typed, held):
    assert composed(typed) == held


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("3-7", "３−７"),
        ("３\uff0d７", "３−７"),
        ("3番7号", "３番７号"),
        ("Maison Azur 305", "Ｍａｉｓｏｎ\u3000Ａｚｕｒ\u3000３０５"),
        ("ﾊｲﾂ(北)#2", "ハイツ（北）＃２"),
        ("１番地の２", "１番地の２"),
        ("葛\U000e0100城ビル", "葛\U000e0100城ビル"),
    ],
)
def test_part_of_an_address_has_one_writing(typed, held):
    assert placed(typed) == held
    assert placed(held) == held


@given(st.text(alphabet=st.characters(codec="cp932", include_characters="¢£¬‖−〜")))
def test_what_a_card_can_carry_it_can_carry_as_part_of_an_address(text):
    once = placed(text)
    assert placed(once) == once
    assert unwritable(once) == unwritable(composed(text))
    assert comparison_key(once) == comparison_key(text)


@pytest.mark.parametrize("text", ["①", "Ⅲ号", "№3", "é", "😀タワー", "㈱", "か\u309a"])
def test_what_no_card_has_is_named(text):
    assert unwritable(f"ビル{text}")
    assert unwritable(f"ビル{text}") in text


@pytest.mark.parametrize(
    "text",
    [
        "髙島ビル",
        "１丁目２\uff0d３",
        "ハイツ～桜",
        "A－1",
        "渡邉\U000e0102",
        "コーポ　１０１",
        "ﾊﾞﾙ",
    ],
)
def test_what_has_a_substitute_is_carried(text):
    assert unwritable(text) == ""


@given(st.text(alphabet=st.characters(codec="cp932", include_characters="¢£¬‖−〜")))
def test_composing_is_once_for_all_and_changes_no_kanji(text):
    once = composed(text)
    assert composed(once) == once
    assert [c for c in once if "CJK" in unicodedata.name(c, "")] == [
        c for c in text if "CJK" in unicodedata.name(c, "")
    ]
    assert comparison_key(once) == comparison_key(text)


@given(st.lists(st.sampled_from(["ｶ", "ｶﾞ", "ﾎﾟ", "ｰ", "髙", "－", "A", "葛\U000e0100"])))
def test_there_is_one_flag_for_each_letter_of_a_certificate(letters):
    """A half-width kana and its mark of voice are one letter to a reader: the flags had two, and nothing was issued."""
    made = substitute("".join(letters), CARD)
    assert len(made.flags) == len(graphemes(made.text))
