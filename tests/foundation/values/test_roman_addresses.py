"""Addresses as pages in English read them; an office of a designated city is written without its ward."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.places.readings import roman_address

HOME = "神奈川県横浜市中区本町６丁目５０番地"
WORDS = st.text("アイハツ大通第荘棟号室階丁目番地の字AB19-", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("神奈川県横浜市中区本町６丁目５０番地", "6-50 Honcho, Naka-ku, Yokohama-shi, Kanagawa"),
        ("神奈川県横浜市本庁舎１階", "1F, 本庁舎, Yokohama-shi, Kanagawa"),
        ("北海道札幌市駅前ビル２階", "2F, 駅前ビル, Sapporo-shi, Hokkaido"),
        ("東京都千代田区本庁舎１階", "1F, 本庁舎, Chiyoda-ku, Tokyo"),
        (
            f"{HOME}　ハイツ大通　３０５",
            "ハイツ大通 305, 6-50 Honcho, Naka-ku, Yokohama-shi, Kanagawa",
        ),
        (f"{HOME}　ハイツ　１０１号室", "Haitsu 101, 6-50 Honcho, Naka-ku, Yokohama-shi, Kanagawa"),
        (f"{HOME}　コーポＡ　２０１", "Kopo A 201, 6-50 Honcho, Naka-ku, Yokohama-shi, Kanagawa"),
        (
            "神奈川県横浜市中区本町字三輪１２番地",
            "字三輪12番地 Honcho, Naka-ku, Yokohama-shi, Kanagawa",
        ),
        ("どこでもない", ""),
    ],
)
def test_an_address_is_read_in_latin_letters(line, read):
    assert roman_address(line) == read


@given(block=WORDS, building=st.lists(WORDS, max_size=3))
def test_no_room_and_no_word_is_lost(block, building):
    """Figures all stay; a kanji stays but where it only counts (丁目, 番地, 号, 室, 階)."""
    read = roman_address(f"神奈川県横浜市中区本町{block} {' '.join(building)}")
    said = [block, *building]
    assert sorted("".join(re.findall(r"\d", read))) == sorted(
        "".join(re.findall(r"\d", "".join(said)))
    )
    for kanji in "大通第荘棟字":
        assert read.count(kanji) == "".join(said).count(kanji)
