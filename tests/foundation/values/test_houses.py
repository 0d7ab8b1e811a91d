"""One house in its many writings; a block that says the town again."""

import pytest

from kazasu.foundation.values.places.houses import as_announced, same_house
from kazasu.foundation.values.typed.addresses import without_town


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北海道札幌市中央区大通西２丁目１番地", "北海道札幌市中央区大通西2丁目1番地"),
        ("北海道札幌市中央区大通西２丁目１番地", "北海道札幌市中央区大通西2-1"),
        ("大通西二丁目一番三号", "大通西２−１−３"),
        ("本町６丁目５０番地の１０", "本町6-50-10"),
        ("本町６丁目５０番地　ビル　１０１号室", "本町6-50　ビル101"),
    ],
)
def test_one_house(one, other):
    assert same_house(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("大通西2-1", "大通西2-11"), ("大通西21", "大通西2-1"), ("本町6-50　ビル101", "本町6-50　ビル102"), ("大通西2-1", "大通東2-1"),
        ("大通西2-1", "大通西2-1　ビル101"),
    ],
)  # fmt: skip
def test_two_homes(one, other):
    assert not same_house(one, other)


@pytest.mark.parametrize(
    ("block", "town", "kept"),
    [
        ("福岡市中央区天神１−１", "天神", "１−１"),
        ("福岡県福岡市中央区天神１−１", "天神", "１−１"),
        ("天神1-1", "天神", "1-1"),
        ("天神 1-1", "天神", "1-1"),
        ("大通西2-1", "大通", "大通西2-1"),
        ("1-1", "", "1-1"),
        ("無番地", "天神", "無番地"),
    ],
)
def test_a_town_said_again(block, town, kept):
    assert without_town(block, ("福岡県", "福岡市中央区"), town) == kept


@pytest.mark.parametrize(
    ("announced", "registered", "same"),
    [
        ("北海道札幌市大通西２丁目１番地", "北海道札幌市中央区大通西2-1", True),
        ("札幌市大通１番地", "札幌市中央区大通１番地", True),
        ("北海道札幌市北区大通１番地", "北海道札幌市中央区大通１番地", False),
        ("北海道札幌市大通１番地", "北海道札幌市中央区大通２番地", False),
        ("北海道札幌市中央区大通１番地", "北海道札幌市大通１番地", False),
        ("三重県四日市市諏訪町１番５号", "三重県四日市市諏訪町1-5", True),
        ("埼玉県さいたま市大宮１番地", "埼玉県さいたま市大宮区大宮１番地", True),
    ],
)
def test_a_ward_that_was_left_out_is_completed(announced, registered, same):
    assert as_announced(announced, registered) is same
