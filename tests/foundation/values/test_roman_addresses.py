"""Addresses as pages in English read them; an office of a designated city is written without its ward."""

import pytest

from kazasu.foundation.values.address_readings import roman_address


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("神奈川県横浜市中区本町６丁目５０番地", "6-50 Honcho, Naka-ku, Yokohama-shi, Kanagawa"),
        ("神奈川県横浜市本庁舎１階", "1F, Yokohama-shi, Kanagawa"),
        ("北海道札幌市駅前ビル２階", "2F, Sapporo-shi, Hokkaido"),
        ("東京都千代田区本庁舎１階", "1F, Chiyoda-ku, Tokyo"),
        ("どこでもない", ""),
    ],
)
def test_an_address_is_read_in_latin_letters(line, read):
    assert roman_address(line) == read
