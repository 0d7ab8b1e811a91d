"""What was said to a card, for people: each command and each ending in both languages, nothing secret."""

import pytest

from kazasu.card.apdu import Command
from kazasu.card.trace import _NAMES, _WORDS, line


def answered(ins, word, data=b"", p1=0, p2=0):
    return line(Command(0x00, ins, p1, p2, data), word.to_bytes(2))


@pytest.mark.parametrize("ins", [*_NAMES, 0xFF])
def test_every_command_says_what_it_does_in_both_languages(ins):
    words = answered(ins, 0x9000, b"\x01").words
    assert words.ja
    assert words.en.isascii()
    assert not words.ja.isascii()


@pytest.mark.parametrize(
    "word", [*(one for one in _WORDS if one != 0x9000), 0x63C5, 0x63C1, 0x6110, 0x6C10, 0x1234]
)
def test_every_ending_but_the_good_one_is_said(word):
    told = answered(0xB0, word)
    assert told.words.ja.startswith("読む：")
    assert told.words.en.startswith("read: ")
    assert " — " in str(told)


def test_tries_are_told_as_each_language_does():
    asked = answered(0x20, 0x63C5)
    assert asked.words.ja == "残りの回数を尋ねる：あと5回"
    assert asked.words.en == "how many tries?: 5 tries left"
    assert str(asked) == "00 20 00 00 → 0 63C5  VERIFY (how many tries?) — 5 tries left"
    assert answered(0x20, 0x63C1).words.en.endswith("1 try left")


def test_no_secret_is_in_it():
    told = answered(0x20, 0x9000, b"1234")
    assert "1234" not in f"{told} {told.wire} {told.name}"
    assert "[···]" in told.wire
