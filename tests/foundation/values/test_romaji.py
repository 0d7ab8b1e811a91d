"""Readings in Latin letters: as in a passport."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.romaji import romaji


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("サトウ　ハナコ", "Sato Hanako"),
        ("ｻﾄｳ ﾊﾅｺ", "Sato Hanako"),
        ("いのうえ", "Inoue"),
        ("オオウチ　ケン", "Ouchi Ken"),
        ("マツウラ", "Matsuura"),
        ("オオノ", "Ono"),
        ("セノオ", "Senoo"),
        ("ユウコ", "Yuko"),
        ("シンバシ", "Shimbashi"),
        ("ホッチ", "Hotchi"),
        ("ジュンイチ", "Junichi"),
        ("シェーン", "Shen"),
        ("ティナ", "Tina"),
        ("ジョン・スミス", "Jon Sumisu"),
        ("山田", ""),
        ("", ""),
        ("Smith", ""),
    ],
)
def test_a_reading(kana, letters):
    assert romaji(kana) == letters


@given(
    st.text(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンガパッャュョ",
        min_size=1,
        max_size=12,
    )
)
def test_whatever_kana_come_out_in_latin_letters(kana):
    assert romaji(kana).isascii()
