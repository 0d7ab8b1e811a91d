"""Names are kept as they came; each consumer gets letters that it has."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values import names, numerals

IVS = "葛\U000e0100城 邉\U000e0104太郎"


def test_letters_are_counted_as_a_reader_sees_them():
    assert names.length(IVS) == 6
    assert names.graphemes(IVS)[0] == "葛\U000e0100"
    assert names.length("ﾊﾞ") == 1
    assert names.length("が") == names.length("か\u3099") == 1


@given(st.text())
def test_graphemes_lose_nothing(text):
    assert "".join(names.graphemes(text)) == text


@given(
    st.lists(st.sampled_from([*names.SUBSTITUTES, "山", "田", "葛\U000e0100", "あ"]), min_size=1)
)
def test_substitutes_can_be_undone(letters):
    stored = "".join(letters)
    shown = names.substitute(stored, names.CARD)
    assert shown.original() == stored
    assert names.length(shown.text) == names.length(stored)
    assert bool(shown.replacements) == (shown.text != stored)
    assert all(names.CARD.has(letter) for letter in shown.text)


def test_a_card_gets_its_letters():
    shown = names.substitute("髙橋\U000e0100 \ufa11子", names.CARD)
    assert shown.text == "高橋 崎子"
    assert [(r.position, r.original) for r in shown.replacements] == [
        (0, "髙"),
        (1, "橋\U000e0100"),
        (3, "\ufa11"),
    ]


def test_a_letter_without_substitute_is_refused():
    with pytest.raises(Refusal) as refused:
        names.substitute("田\U0002f804\U00020089", names.CARD)
    assert refused.value.fault is names.UNMAPPABLE
    assert "U+" in refused.value.facts["code_point"]


@pytest.mark.parametrize(
    "typed", ["やまだ　はなこ", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ", " やまだ ハナコ "]
)
def test_a_reading_is_folded_to_katakana(typed):
    assert names.katakana(typed) == "ヤマダ　ハナコ"


@pytest.mark.parametrize("typed", ["SATO", "アン-マリー", "山田", "ヤマダ1"])
def test_what_is_no_kana_is_no_reading(typed):
    with pytest.raises(Refusal) as refused:
        names.katakana(typed)
    assert refused.value.fault is names.BAD_KANA


def test_readings_are_katakana():
    assert names.check_kana("ヤマダ　ハナコ") == "ヤマダ　ハナコ"
    with pytest.raises(Refusal) as refused:
        names.check_kana("やまだ")
    assert refused.value.fault is names.BAD_KANA


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　花子", "高橋 花子"),
        ("葛\U000e0100城", "葛城"),
        ("中区本町６丁目５０番地の１０", "中区本町六丁目50番地の10"),
        ("本町三十二番5－1号", "本町32番5-1号"),
        ("John SMITH", "john smith"),
        ("百二十三番地", "123番地"),
        ("千二百番地", "1200番地"),
        ("北一条西十二丁目", "北１条西12丁目"),
        ("二〇三号", "203号"),
        ("ハイツ～桜", "ハイツ〜桜"),
        ("霞ケ関", "霞ヶ関"),
        ("一ヵ所", "一カ所"),
        ("１丁目２－３", "１丁目２−3"),
        ("１丁目２‐３", "１丁目２ー３"),
    ],
)
def test_writings_of_the_same(one, other):
    assert names.comparison_key(one) == names.comparison_key(other)


@pytest.mark.parametrize("text", ["三五十", "十十", "百千"])
def test_what_is_no_number_stays(text):
    assert numerals.arabic(text) == text


@given(st.integers(1, 9999))
def test_a_number_in_kanji_is_its_digits(number):
    digits, units = "〇一二三四五六七八九", ("", "十", "百", "千")
    places = [(int(digit), unit) for digit, unit in zip(reversed(str(number)), units, strict=False)]
    written = "".join(
        (digits[n] if n > 1 or not unit else "") + unit for n, unit in reversed(places) if n
    )
    assert numerals.arabic(f"本町{written}番地") == f"本町{number}番地"
    assert numerals.arabic("".join(digits[int(one)] for one in str(number))) == str(number)


def test_others_differ():
    assert names.comparison_key("山田 花子") != names.comparison_key("山田 花枝")
    assert names.comparison_key("本町1-11") != names.comparison_key("本町11-1")


@given(st.text())
def test_comparing_is_stable(text):
    assert names.comparison_key(text) == names.comparison_key(text)
