"""Icons, marks and emblems: all drawn, all told apart, none that a stranger could put on."""

import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from kazasu.exchange.street import mark_of, street
from kazasu.foundation.web.drawings import ICONS, icon, is_mark, mark
from kazasu.foundation.web.drawings.colours import contrast, readable
from kazasu.foundation.web.drawings.emblems import COLOURS, emblem
from kazasu.foundation.web.drawings.glyphs import PRIVATE, STATE
from kazasu.foundation.web.drawings.marks import initials
from kazasu.foundation.web.templating import environment
from kazasu.society.places import municipalities

SOURCE = Path(__file__).parents[3] / "src"
COLOUR = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)
BLUE = "#0017C1"


def shapes(drawn):
    """Every element, once it is sure that it is one drawing without anything that a page's policy refuses."""
    found = list(ElementTree.fromstring(drawn).iter())  # noqa: S314 - ours
    named = {name for one in found for name in one.attrib}
    assert not {"style", "id", "href"} & named
    assert not [name for name in named if name.startswith("on")]
    return found


# ---------------------------------------------------------------- icons


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_one_stroke_in_the_texts_colour(name):
    drawn = icon(name)
    svg, path = shapes(drawn)
    assert isinstance(drawn, Markup)
    assert (svg.attrib["stroke"], svg.attrib["aria-hidden"]) == ("currentColor", "true")
    assert re.fullmatch(r"[MmLlHhVvCcQqAaZz\d .-]+", path.attrib["d"])
    numbers = [float(one) for one in re.findall(r"[A-Z](\d+\.?\d*)", path.attrib["d"])]
    assert all(0 <= one <= 24 for one in numbers), "inside 24 × 24"


def test_no_two_icons_are_alike():
    assert len(set(ICONS.values())) == len(ICONS) >= 30


def test_an_icon_that_is_not_drawn_is_an_error():
    with pytest.raises(KeyError):
        icon("unicorn")


def test_templates_name_icons_and_marks_that_are_drawn():
    """A wrong name would be an error on the one page where it stands."""
    named = {
        (path.name, found)
        for path in SOURCE.rglob("templates/**/*.html")
        for found in re.findall(r"\bicon\('([\w-]+)'", path.read_text(encoding="utf-8"))
        if found not in ICONS
    }
    assert named == set()


# ---------------------------------------------------------------- marks


@pytest.mark.parametrize("key", [*STATE, *PRIVATE])
def test_a_mark(key):
    found = shapes(mark(key, BLUE))
    assert found[0].attrib["aria-hidden"] == "true"
    assert '"C"' not in mark(key, BLUE)


def test_no_two_marks_are_alike_even_without_their_colour():
    drawn = {mark(key, BLUE) for key in (*STATE, *PRIVATE)}
    assert len(drawn) == len(STATE) + len(PRIVATE)
    assert not STATE.keys() & PRIVATE.keys()


@pytest.mark.parametrize("one", street(), ids=lambda one: one.id)
def test_an_institution_has_a_drawn_mark_and_a_colour_that_carries_white(one):
    assert is_mark(one.mark)
    assert contrast(one.colour, "#ffffff") >= 4.5
    assert one.mark in (PRIVATE if one.client and not one.client.public else STATE)


def test_no_two_institutions_have_one_mark():
    assert len({one.mark for one in street()}) == len(street())


def test_who_the_directory_does_not_know_has_no_mark():
    assert mark_of("") == mark_of("elsewhere") == mark_of("elsewhere:141003") == ""
    assert (mark_of("bank"), mark_of("city:141003")) == ("bank", "city:141003")


@given(COLOUR, st.text(max_size=60))
def test_a_party_is_a_disc_with_initials_whatever_it_calls_itself(colour, name):
    tags = [one.tag for one in shapes(mark("party", colour, name))]
    assert tags == ["svg", "circle", "text"]


@given(st.sampled_from([*STATE]), COLOUR)
def test_only_the_states_marks_are_square(key, colour):
    assert shapes(mark(key, colour))[1].tag == "rect"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("ひなた銀行", "ひ"), ("Hinata Bank", "HB"), ("kazasu", "K"), ("A 銀行", "A"), ("123", "?"), ("", "?"), ("<b>x", "BX")],
)  # fmt: skip
def test_initials(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize("key", ["", "unicorn", "city:14100", "city:1410033", "bank:141003"])
def test_a_mark_that_is_not_drawn_is_an_error(key):
    assert not is_mark(key)
    with pytest.raises(KeyError):
        mark(key, BLUE)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", ""])
def test_a_colour_that_is_none_is_an_error(colour):
    with pytest.raises(ValueError, match=r"."):
        mark("bank", colour)


@given(COLOUR)
def test_white_can_be_read_on_every_colour_that_others_choose(colour):
    ground = readable(colour)
    assert contrast(ground, "#ffffff") >= 4.5
    assert ground == colour or contrast(colour, "#ffffff") < 4.5, "a good colour is left alone"


def test_contrast_as_the_standard_counts_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.542, abs=0.001)


# ---------------------------------------------------------------- emblems


def test_every_city_of_the_country_has_an_emblem_of_its_own():
    codes = [str(one.code) for one in municipalities()]
    assert len({emblem(code) for code in codes}) == len(codes) > 1700


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_no_two_codes_share_an_emblem(one, other):
    same = emblem(f"{one:05}0") == emblem(f"{other:05}0")
    assert same == (one == other)


def test_emblems_stand_out_from_white():
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in COLOURS)


@pytest.mark.parametrize("code", ["14100", "１４１００３", "abcdef", ""])
def test_an_emblem_is_a_citys(code):
    with pytest.raises(ValueError, match="not a municipality code"):
        emblem(code)


# ---------------------------------------------------------------- in templates


def shown(source, **values):
    loaded = environment(Path(__file__).parent / "templates")
    return loaded.from_string('{% from "kit/drawings.html" import icon, mark %}' + source).render(**values)  # fmt: skip


def test_templates_draw_them_unescaped():
    assert shown("{{ icon('check') }}") == icon("check")
    assert shown("{{ icon('chevron', turned=90) }}").count("rotate(90 12 12)") == 1
    assert shown("{{ mark('bank', '#8B3200', size=24) }}") == mark("bank", "#8B3200", "", 24)


def test_without_a_mark_it_is_a_party():
    assert shown("{{ mark('', '#8B3200', 'Club') }}") == mark("party", "#8B3200", "Club")


@pytest.mark.parametrize("key", ["bank", "", "unicorn"])
def test_who_asks_in_a_tap_has_its_mark_or_initials(key):
    tap = SimpleNamespace(mark=key, colour="#8B3200")
    template = '{% from "kit/drawings.html" import asker_mark %}{{ asker_mark(tap, "Club") }}'
    wanted = mark(key if key == "bank" else "party", "#8B3200", "Club")
    assert shown(template, tap=tap) == wanted


def test_a_wrong_name_in_a_template_is_an_error():
    with pytest.raises((KeyError, jinja2.TemplateError)):
        shown("{{ icon('unicorn') }}")
