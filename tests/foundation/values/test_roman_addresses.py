"""Addresses as pages in English read them; an office of a designated city is written without its ward."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.places.latin import latin
from kazasu.foundation.values.places.postcodes import is_tower, rows_of, town_of
from kazasu.foundation.values.places.readings import roman_address
from kazasu.society.places import municipalities

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


@pytest.mark.parametrize(
    ("written", "kana", "read"),
    [
        ("滝上", "タキノウエ", "Takinoue"), ("豊浦", "トヨウラ", "Toyoura"), ("広尾", "ヒロオ", "Hiroo"), ("豊岡", "トヨオカ", "Toyooka"),
        ("松浦", "マツウラ", "Matsuura"), ("東温", "トウオン", "Toon"), ("勝央", "ショウオウ", "Shoo"), ("小海", "コウミ", "Koumi"),
        ("瀬戸内", "セトウチ", "Setouchi"), ("山ノ内養老町", "ヤマノウチヨウロウチョウ", "Yamanouchiyorocho"), ("倶知安", "クッチャン", "Kutchan"),
        ("近江八幡", "オウミハチマン", "Omihachiman"), ("佐那河内", "サナゴウチ", "Sanagochi"), ("上越", "ジョウエツ", "Joetsu"), ("邑楽", "オウラ", "Ora"),
        ("甲良", "コウラ", "Kora"), ("東栄", "トウエイ", "Toei"), ("大内町", "オオウチチョウ", "Ouchicho"), ("豊後大野", "ブンゴオオノ", "Bungoono"),
        ("公園通", "コウエンドオリ", "Koendori"), ("鳴子温泉湯元", "ナルコオンセンユモト", "Narukoonsenyumoto"), ("大北小路", "オオキタコウジ", "Okitakoji"),
        ("北一条西", "キタ１ジョウニシ", "Kita1-jonishi"), ("東１５条南", "ヒガシ１５ジョウミナミ", "Higashi15-jominami"),
        ("", "", ""), ("A", "A", ""), ("１A", "１A", ""),
    ],
)  # fmt: skip
def test_a_long_vowel_ends_where_the_next_letters_reading_begins(written, kana, read):
    """The kind of japanese-addresses#6: a name in Latin letters that is another name (勝浦 is not Katsura, 豊岡 not Toyoka)."""
    assert latin(written, kana) == read


def test_every_town_with_a_reading_has_a_name_in_latin_letters():
    """Of all 120,720 postcodes' towns: none is left in Japanese that the table can read."""
    unread = {
        (town_of(row), kana)
        for row in rows_of()
        if town_of(row) and not is_tower(row)
        and (kana := row["neighborhood_kana"].partition("(")[0]) and not latin(town_of(row), kana)
    }  # fmt: skip
    assert not unread


def test_a_municipality_has_one_name_in_latin_letters():
    """In the directory, in its host and in addresses there: of all 1,741."""
    for one in municipalities():
        line = roman_address(f"{one.prefecture}{one.areas[0]}")
        assert f"{one.roman}-" in line or f"{one.roman}," in line, (one.name, line)
