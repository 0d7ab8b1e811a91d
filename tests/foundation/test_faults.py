"""A refusal as a document: what one institution sends, another reads as the same refusal, or as none."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.faults import CATALOGUE, Fault, Refusal
from kazasu.foundation.procedures.states import NOT_NOW
from kazasu.foundation.text import Text

STRANGE = Fault(
    "elsewhere.full", 409, Text("{left} 席", "{left} seats"), Text("待つ", "wait"), "clerk"
)


def sent(refusal):
    return Refusal.of(json.loads(json.dumps(refusal.to_document())))


def test_our_own_fault_comes_back_with_its_facts():
    again = sent(Refusal(NOT_NOW, ja="受付済", en="received", tries_left=2))
    assert again.fault is NOT_NOW
    assert again.facts == {"ja": "受付済", "en": "received", "tries_left": 2}


def test_a_fault_that_is_not_known_here_keeps_its_words():
    assert STRANGE.code not in CATALOGUE
    again = sent(Refusal(STRANGE, left=3))
    assert (again.fault.code, again.fault.status, again.fault.who) == (
        "elsewhere.full",
        409,
        "clerk",
    )
    assert (again.title, again.todo) == (Text("3 席", "3 seats"), STRANGE.todo)


def test_braces_in_a_filled_text_are_no_places():
    again = sent(Refusal(STRANGE, left="{left} {0} {{"))
    assert again.title.en == "{left} {0} {{ seats"


good = Refusal(STRANGE, left=1).to_document()


@pytest.mark.parametrize("name", ["code", "status", "title_ja", "todo_en", "who", "facts"])
def test_a_document_with_a_hole_is_none(name):
    with pytest.raises(ValueError, match="no document"):
        Refusal.of({key: value for key, value in good.items() if key != name})


@pytest.mark.parametrize(
    "changed",
    [{"facts": []}, {"facts": {"fault": 1}}, {"code": ["x"]}, {"status": "x"}, {"title_ja": 3}, {"title_ja": ""},
     {"code": "states.not-now", "facts": {}}],
)  # fmt: skip
def test_nor_is_one_with_something_else_in_it(changed):
    with pytest.raises(ValueError, match=r".+"):
        Refusal.of(good | changed)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_anything_else_is_a_value_error(document):
    with pytest.raises(ValueError, match=r".+"):
        Refusal.of(document)


@pytest.mark.parametrize("fact", [date(2022, 1, 8), "2022-01-08"])
def test_a_day_is_written_as_each_language_writes_it_also_after_it_travelled(fact):
    expired = Fault(
        "elsewhere.expired", 403, Text("{on} まで", "until {on}"), Text("待つ", "wait"), "resident"
    )
    told = Text("令和4年1月8日(土)（2022年） まで", "until Saturday 8 January 2022")
    assert Refusal(expired, on=fact).title == told
    assert sent(Refusal(expired, on=fact)).title == told
    assert Refusal(expired, on="2022-02-30").title == Text("2022-02-30 まで", "until 2022-02-30")
