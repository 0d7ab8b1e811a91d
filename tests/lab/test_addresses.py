"""A refused redirect address: the nearest registered one is named, and exactly what differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.lab.inspector.addresses import differing, hint

OWN = "https://shop.example/callback"


@pytest.mark.parametrize(
    ("sent", "parts"),
    [
        ("http://shop.example/callback", ["scheme"]),
        ("https://shop.example/callback/", ["slash"]),
        ("https://shop.example/Callback", ["case"]),
        ("https://shop.example:8443/callback", ["port"]),
        ("https://www.shop.example/callback", ["host"]),
        ("https://shop.example/back", ["path"]),
        ("https://shop.example/callback?x=1", ["query"]),
        ("https://shop.example/callback#top", ["other"]),
        ("https://shop.example:port/callback", ["other"]),
        ("http://127.0.0.1:5001/cb", ["scheme", "host", "port", "path"]),
    ],
)
def test_what_differs(sent, parts):
    assert differing(sent, OWN) == parts


def test_the_nearest_is_named_and_nothing_sent_asks_for_it():
    found = hint("https://shop.example/callback/", ["https://other.example/", OWN])
    assert OWN in found.en
    assert OWN in found.ja
    assert "other.example" not in found.en
    assert OWN in hint("", [OWN]).en


@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_two_addresses_differ_in_something_unless_they_are_one(sent, registered):
    assert (differing(sent, registered) == []) is (sent == registered)
    if sent:
        assert hint(sent, [registered]).ja
