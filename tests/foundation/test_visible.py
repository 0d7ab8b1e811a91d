"""Letters that cannot be seen, by the Unicode Standard's own properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.visible import seen, unseen_letter


@pytest.mark.parametrize(
    "letter",
    ["\x00", "\t", "\x7f", "\x85", "\xad", "\u034f", "\u061c", "\u115f", "\u180e", "\u200b", "\u200d", "\u200e", "\u2028", "\u2029",
     "\u202a", "\u202e", "\u2060", "\u2066", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\U0001d173", "\U000e0001",
     "\U000e0041", "\U000e0100", "\ud800"],
    ids=lambda one: f"{ord(one):04X}",
)  # fmt: skip
def test_each_kind_is_found_and_named(letter):
    assert unseen_letter(f"横{letter}浜" if letter != "\U000e0100" else f"a{letter}") == (
        f"U+{ord(letter):04X}"
    )
    assert unseen_letter(letter) == f"U+{ord(letter):04X}"


@pytest.mark.parametrize(
    "text",
    ["渡邉\U000e0102　徹", "葛\U000e0100飾", "𠮷野家", "ﾔﾏﾀﾞ", "がぎぐ", "か\u3099", "é", "①", "〇", "、。「」", "\ufa10", "A B", "٣", "👩", "々", "〒"],
)  # fmt: skip
def test_what_is_seen_stays(text):
    assert unseen_letter(text) == ""


def test_a_selector_stands_right_after_its_ideograph_and_once():
    assert unseen_letter("\U000e0100葛") == "U+E0100"
    assert unseen_letter("葛\U000e0100\U000e0101") == "U+E0101"
    assert unseen_letter("か\U000e0100") == "U+E0100"


def test_a_pile_of_marks_covers_what_stands_around_it():
    assert unseen_letter("e" + "\u0301" * 30) == ""
    assert unseen_letter("e" + "\u0301" * 31) == "U+0301"


@pytest.mark.parametrize(
    "blank", ["", " ", "\u3000", "\u3164", "\u2800 \uffa0", "\u0301", "\u200b", "\U000e0100"]
)
def test_blank_is_what_leaves_no_mark(blank):
    assert not seen(blank)
    assert seen(f"{blank}、")


def test_lines():
    assert unseen_letter("一\r\n二", lines=True) == ""
    assert unseen_letter("一\n二") == "U+000A"
    assert unseen_letter("一\t二", lines=True) == "U+0009"


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=40))
def test_letters_numbers_and_marks_of_writing_are_seen_but_fillers(text):
    fillers = set("\u115f\u1160\u3164\uffa0")
    assert bool(unseen_letter(text)) == bool(fillers & set(text))
