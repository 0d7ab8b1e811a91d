"""Numbers that are read aloud: what a person makes of them still finds the case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values import readable

BODIES = st.text(readable.ALPHABET, min_size=11, max_size=11).map(
    lambda body: body + readable.check_letter(body)
)


def test_a_new_one_is_in_groups_and_of_its_kind():
    number = readable.new("MV")
    assert [len(group) for group in number.split("-")] == [2, 4, 4, 4]
    assert readable.as_given(number, "MV") == number
    assert len({readable.new("MV") for _ in range(100)}) == 100


@given(BODIES, st.sampled_from(["", " ", "-", "－", "　", "ー"]), st.booleans(), st.booleans())
def test_blanks_dashes_case_and_the_prefix_do_not_matter(body, between, small, with_prefix):
    groups = [body[:4], body[4:8], body[8:]]
    said = between.join([*(["MV"] if with_prefix else []), *groups])
    assert readable.as_given(said.lower() if small else said, "MV") == "-".join(["MV", *groups])


@given(BODIES, st.integers(0, 11), st.sampled_from(readable.ALPHABET))
def test_one_wrong_letter_is_noticed(body, place, letter):
    wrong = body[:place] + letter + body[place + 1 :]
    found = readable.as_given(wrong, "MV")
    assert (found == wrong) == (letter != body[place])


@given(BODIES, st.integers(0, 10))
def test_two_letters_that_changed_places_are_noticed(body, place):
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert (readable.as_given(swapped, "MV") == swapped) == (swapped != body)


def test_letters_that_look_alike():
    number = "MV-" + "-".join(["1010", "1010", "101" + readable.check_letter("10101010101")])
    if number[-1] in "10":
        assert readable.as_given(number.replace("1", "I").replace("0", "O"), "MV") == number
    assert readable.as_given("mv-ioio-lolo-iol" + number[-1].lower(), "MV") == number


@pytest.mark.parametrize(
    "older", ["MV-odj9x_oIitHeGwS3", "3c0e1c2e-0b4d-4a0e-9d8e-9f4f0e1c2e0b", "x"]
)
def test_what_was_given_out_before_stays_as_it_is(older):
    assert readable.as_given(f" {older} ", "MV") == older


@pytest.mark.parametrize("typed", ["mc 7k3d 9qf2 xm4{}", "MC-7K3D-9QF2-XM4{}", "MC7K3D9QF2XM4{}"])
def test_a_page_that_takes_numbers_of_two_kinds_reads_each(typed):
    letter = readable.check_letter("7K3D9QF2XM4")
    assert readable.as_given(typed.format(letter), ("MV", "MC")) == f"MC-7K3D-9QF2-XM4{letter}"
    other = typed.format(letter).lower().replace("mc", "mv")
    assert readable.as_given(other, ("MV", "MC")) == f"MV-7K3D-9QF2-XM4{letter}"
    bare = f"7K3D9QF2XM4{letter}"
    assert readable.as_given(bare, ("MV", "MC")) == f"MV-7K3D-9QF2-XM4{letter}"
