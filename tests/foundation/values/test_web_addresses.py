"""Addresses of the web from others: whole ones or none, and never an error of a library."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.typed.web_addresses import joined, place_of, web_address


@given(
    st.one_of(st.text(), st.text().map(lambda s: f"http://{s}"), st.text().map(lambda s: f"//{s}"))
)
def test_whatever_it_is_it_is_an_address_that_can_be_asked_or_none(text):
    parts = web_address(text)
    if parts is None:
        assert place_of(text) == ""
    else:
        assert httpx.URL(text).host
        assert place_of(text) == parts.netloc


@given(st.text())
def test_wherever_a_redirect_leads_it_is_an_address_or_none(location):
    found = joined("http://shop.example/login", location)
    assert found == "" or web_address(found)


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/me", "http://shop.example/me"),
        ("", "http://shop.example/login"),
        ("http://[", ""),
        ("//[", ""),
        ("javascript:alert(1)", ""),
        ("https://id.example/auth?x=1", "https://id.example/auth?x=1"),
    ],
)
def test_where_it_leads(location, leads_to):
    assert joined("http://shop.example/login", location) == leads_to
