"""The catalogue's page: no place is left empty, everybody finds their own faults, and ways lead to known ones."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.cli.faults import load_catalogue
from kazasu.society.catalogue.examples import OF_FAULT, VALUES, filled
from kazasu.society.catalogue.pages import GROUPS
from kazasu.society.catalogue.ways import WAYS
from tests.support.street import Street

WRITTEN = re.findall(
    r"^\| `([\w.-]+)`",
    (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
FAULTS = {fault.code: fault for fault in load_catalogue() if fault.code in WRITTEN}
PLACE = re.compile(r"\{(\w+)")


@pytest.fixture(scope="module")
def street(module_databases):
    return Street(module_databases, module_databases.clock, "society")


def page(street, **query):
    origin = street.directory.origin("society")
    return street.browser().get(f"{origin}/faults", params=query, headers={"accept-language": "en"})


def shown(street, **query):
    """Codes on the page."""
    return re.findall(r'<div id="([\w.-]+)"', page(street, **query).text)


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_place_has_an_example(code):
    for text in filled(FAULTS[code]):
        assert "{" not in text.ja + text.en


def test_no_example_is_of_nothing():
    """An example that no text has a place for is a leftover."""
    places = {
        code: set(PLACE.findall(" ".join((*_both(fault.title), *_both(fault.todo)))))
        for code, fault in FAULTS.items()
    }
    assert set(VALUES) <= set().union(*places.values())
    for code, table in OF_FAULT.items():
        assert set(table) <= places[code]


def _both(text):
    return text.ja, text.en


def test_ways_lead_to_faults_of_residents_clerks_and_integrators():
    assert set(WAYS) <= set(FAULTS)
    assert len(WAYS) >= 40
    assert {FAULTS[code].who for code in WAYS} >= {"resident", "clerk", "integrator"}


def test_all_are_shown_in_groups_by_who_meets_them(street):
    everything = page(street).text
    assert [everything.index(f'<h2 id="{actor}"') for actor in GROUPS if actor in everything]
    for actor in GROUPS:
        assert {FAULTS[code].who for code in shown(street, who=actor) if code in FAULTS} <= {actor}
    assert "…" not in re.sub(r"<[^>]*>", "", everything).replace("Begin…", "")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("wrong-pin", "card.wrong-pin"),
        ("カードがありません", "card.no-card"),
        ("NO CARD", "card.no-card"),
        ("期限切れ", "card.expired"),
        ("暗証番号が違った", "card.wrong-pin"),
        ("locked cards", "card.locked"),
    ],
)
def test_it_is_searched_by_code_and_by_words_of_both_languages(street, wanted, code):
    assert code in shown(street, q=wanted)
    assert len(shown(street, q=wanted)) < len(shown(street))


def test_those_that_can_be_provoked_are_a_filter(street):
    """In a country of the sandbox's room alone no other institution can be led to."""
    found = shown(street, way="1")
    assert set(found) <= set(WAYS)
    assert "society.not-a-reader" in found


@given(st.text(max_size=90))
def test_any_search_is_answered(street, wanted):
    assert page(street, q=wanted).status_code == 200
