"""Faces: the same for the same person, unlike everybody else's, of an age that one sees, and safe in any page."""

from dataclasses import fields
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.card.portrait import look, portrait
from kazasu.card.portrait.looks import build_of
from kazasu.society.personas import HOUSEHOLDS, PERSONAS
from kazasu.society.registering import STORY_YEAR

ATTRIBUTES = {
    "class", "viewBox", "aria-hidden", "focusable", "stroke-linecap", "stroke-linejoin", "fill", "fill-opacity", "stroke", "stroke-width",
    "d", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height", "opacity", "transform",
}  # fmt: skip
SHAPES = {"svg", "g", "path", "ellipse", "circle", "rect"}
PEOPLE = {
    one.card_id: (STORY_YEAR - one.birth_date.year, one.sex)
    for homes in HOUSEHOLDS.values()
    for home in homes
    for one in home.people
}
CLOSE_UP = {"background", "cloth", "second", "shade", "build"}
"""What does not tell two people apart whose pictures are small."""


@given(st.text(), st.integers(-3, 130), st.sampled_from(["1", "2", "男", "女", "9", ""]))
def test_it_is_a_small_drawing_that_any_page_may_hold(seed, age, sex):
    drawn = portrait(seed, age, sex)
    assert drawn == portrait(seed, age, sex)
    assert len(drawn.encode()) <= 2500
    found = list(ElementTree.fromstring(drawn).iter())  # noqa: S314 - ours
    assert {one.tag.rpartition("}")[2] for one in found} <= SHAPES
    assert {name for one in found for name in one.attrib} <= ATTRIBUTES
    assert not any((one.text or "").strip() for one in found)
    assert found[0].attrib["aria-hidden"] == "true"


def test_each_persona_of_the_tray_has_a_face_of_their_own():
    drawn = {portrait(one.card_id, *PEOPLE[one.card_id]) for one in PERSONAS}
    assert len(drawn) == len(PERSONAS)


def test_two_personas_of_one_age_differ_in_what_one_sees():
    seen = {one.card_id: look(one.card_id, *PEOPLE[one.card_id]) for one in PERSONAS}
    alike = [
        (a, b)
        for a, b in combinations(seen, 2)
        if seen[a].band == seen[b].band
        and sum(
            getattr(seen[a], one.name) != getattr(seen[b], one.name)
            for one in fields(seen[a])
            if one.name not in CLOSE_UP
        )
        < 4
    ]
    assert alike == []


@pytest.mark.parametrize(
    ("last", "band", "following"),
    [(1, "baby", "child"), (12, "child", "youth"), (17, "youth", "adult"), (59, "adult", "senior"), (79, "senior", "old")],
)  # fmt: skip
@given(seed=st.text(max_size=9), sex=st.sampled_from(["1", "2", ""]))
def test_an_age_is_seen(last, band, following, seed, sex):
    younger, older = look(seed, last, sex), look(seed, last + 1, sex)
    assert (younger.band, older.band) == (band, following)
    assert portrait(seed, last, sex) != portrait(seed, last + 1, sex)
    assert (younger.skin, younger.background) == (older.skin, older.background), "one person"


def test_children_have_small_bodies_and_large_heads():
    sizes = [build_of(age, slight=False) for age in (0, 2, 12, 15, 30)]
    assert [one.shoulders for one in sizes] == sorted(one.shoulders for one in sizes)
    assert [one.scale for one in sizes] == sorted((one.scale for one in sizes), reverse=True)


@given(st.text())
def test_nobody_has_what_does_not_become_them(seed):
    child, woman, man = look(seed, 8, "1"), look(seed, 40, "2"), look(seed, 40, "1")
    assert child.beard == woman.beard == ""
    assert child.glasses in {"", "round"}
    assert man.extra != "earrings"
    assert look(seed, 90, "1").hair in {"#bdbab8", "#cfccc9", "#dedbd7"}


def test_who_is_not_born_yet_is_a_newborn():
    assert portrait("x", -1, "1") == portrait("x", 0, "1")


@given(st.text())
def test_the_card_and_the_register_name_the_sex_alike(seed):
    assert portrait(seed, 30, "1") == portrait(seed, 30, "男")
    assert portrait(seed, 30, "2") == portrait(seed, 30, "女")
    assert portrait(seed, 30, "9") == portrait(seed, 30, "")


def test_the_same_on_every_machine():
    hanako = look("sato-hanako", 38, "2")
    assert (hanako.back, hanako.front, hanako.garment) == ("", "pixie", "shirt")
