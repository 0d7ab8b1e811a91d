"""Which language and which form a client would rather have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.web.edge.preferences import language_of, prefers_json, prefers_page


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ja"),
        ("*", "ja"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-GB,en;q=0.9", "en"),
        ("EN-gb", "en"),
        ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "en"),
        ("fr,en;q=0.5", "en"),
        ("de,ja;q=0.9,en;q=0.8", "ja"),
        ("ja;q=0.1,en", "en"),
        ("en;q=0,ja", "ja"),
        ("en;q=0", "ja"),
        ("ja;q=0", "en"),
        ("de", "en"),
        ("ja,en", "ja"),
        ("en,ja", "en"),
        ("ja;q=x,en;q=0.1", "en"),
    ],
)
def test_the_language(header, language):
    assert language_of(header) == language


@pytest.mark.parametrize(
    ("header", "json", "page"),
    [
        ("", False, False),
        ("*/*", False, False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False, True),
        ("application/json", True, False),
        ("application/problem+json;q=0.1, text/html", False, True),
        ("application/json, text/html;q=0.9", True, False),
        ("text/html;q=0, application/json", True, False),
    ],
)
def test_page_or_problem(header, json, page):
    assert prefers_json(header) is json
    assert prefers_page(header) is page


@given(st.text(max_size=300))
def test_any_header_is_read(header):
    assert language_of(header) in ("ja", "en")
    assert not (prefers_json(header) and prefers_page(header))
