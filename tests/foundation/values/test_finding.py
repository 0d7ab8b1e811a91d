"""One folding for every search: what was typed finds what is meant, in any writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.card.transports.tray import Shown
from kazasu.foundation.values.finding import finds, folded

CARD = Shown("takahashi", "髙橋　キヨ", "タカハシ　キヨ", "1946-01-05", "横浜市", "Yokohama", "口座がある", "Has an account", staff=False)  # fmt: skip
PAIRS = [
    ("ﾛｯｸ", "カードがロックされています"), ("ろっく", "ロック"), ("ＣＡＲＤ.locked", "card.locked"), ("高橋", "髙橋"), ("渡辺", "渡邉"),
    ("渡邊", "渡辺"), ("佐藤花子", "佐藤　花子"), ("さとう", "サトウ　ハナコ"), ("nguyen", "Nguyễn Văn An"), ("đo", "DO"),
    ("グエンアン", "グエン・アン"), ("葛󠄀", "葛"), ("wrongpin", "card.wrong-pin"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "own"), PAIRS)
def test_it_is_found_in_any_writing(wanted, own):
    assert finds(wanted, own)


@pytest.mark.parametrize(
    ("wanted", "own"), [("ば", "は"), ("高橋 花子", "髙橋　キヨ"), ("きよし", "キヨ")]
)
def test_other_words_are_not_found(wanted, own):
    assert not finds(wanted, own)


@pytest.mark.parametrize(
    "wanted",
    [
        "高橋",
        "たかはし",
        "ｷﾖ",
        "Ｔａｋａｈａｓｈｉ",
        "髙橋キヨ",
        "横浜",
        "takahashi kiyo",
        "account",
    ],
)
def test_a_card_is_found_in_any_writing(wanted):
    assert CARD.says(wanted)
    assert not CARD.says(f"{wanted} 札幌")


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_and_finds_itself(text):
    once = folded(text)
    assert folded(once) == once
    assert finds(text, text)
