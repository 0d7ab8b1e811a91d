"""In which words a page is read: address, cookie, browser; and the readings over them."""

from urllib.parse import urljoin

import pytest
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text, locales_of_words, words_of_locale
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.foundation.web.reading import chosen as reading


def asked(query="", cookie="", browser="ja", path="/move/who"):
    headers = [(b"accept-language", browser.encode()), (b"cookie", cookie.encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
    }
    return Request(scope | {"server": ("test", 80), "scheme": "http"})


@pytest.fixture
def cookies(tmp_path):
    return Cookies(Settings(data=tmp_path))


@pytest.mark.parametrize(
    ("query", "cookie", "browser", "words", "furigana"),
    [
        ("", "", "ja", "ja", False),
        ("", "", "en-GB", "en", False),
        ("", "", "ja-x-easy", "ja", False),  # a browser's list says a language
        ("lang=easy", "", "en", "easy", True),
        ("", "lang=easy", "en", "easy", True),
        ("lang=ja", "lang=easy", "ja", "ja", False),
        ("lang=xx", "lang=en", "ja", "en", False),
        ("furigana=on", "", "ja", "ja", True),
        ("", "furigana=on", "ja", "ja", True),
        ("furigana=off", "furigana=on", "ja", "ja", False),
        ("furigana=yes", "furigana=on", "ja", "ja", True),
        ("furigana=off", "lang=easy", "ja", "easy", False),
        ("", "lang=easy; furigana=off", "ja", "easy", False),
        ("lang=easy", "furigana=off", "ja", "easy", True),  # turned to anew
        ("furigana=on", "lang=en", "ja", "en", False),
    ],
)
def test_who_wins(cookies, query, cookie, browser, words, furigana):
    found = reading.chosen(asked(query, cookie, browser), cookies)
    assert (found.words, found.furigana) == (words, furigana)
    assert found.language == ("en" if words == "en" else "ja")


def test_what_was_chosen_is_kept_and_turning_to_easy_words_brings_the_readings_back(cookies):
    answer = Response()
    reading.remember(asked("lang=easy", "furigana=off"), answer, cookies)
    said = [value.decode() for name, value in answer.raw_headers if name == b"set-cookie"]
    assert any(one.startswith("lang=easy;") for one in said)
    assert any(one.startswith('furigana=""') for one in said)
    silent = Response()
    reading.remember(asked("", "lang=easy"), silent, cookies)
    assert "set-cookie" not in silent.headers


def test_the_links_keep_the_place_and_what_was_kept_for_it(cookies):
    request = asked("kept=abc&lang=en&furigana=on&x=1&x=2")
    links = reading.links(request, reading.chosen(request, cookies))
    assert links.words["easy"] == "/move/who?kept=abc&x=1&x=2&lang=easy"
    assert links.furigana == "/move/who?kept=abc&x=1&x=2&furigana=on"


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example/x", "/\\evil.example/x"])
def test_the_links_of_a_page_that_is_not_there_lead_nowhere_else(cookies, path):
    request = asked(path=path)
    for link in reading.links(request, reading.chosen(request, cookies)).words.values():
        assert urljoin("http://here.example/", link).startswith("http://here.example/")
        assert not link.startswith(("//", "/\\"))


def test_easy_words_travel_as_a_locale_that_others_fall_back_from():
    for words in ("ja", "easy", "en"):
        assert words_of_locale(locales_of_words(words).split()[0]) == words
    assert locales_of_words("easy").split()[1] == "ja"
    assert words_of_locale("ja-JP") == "ja"
    assert words_of_locale("jam") is None


def test_a_text_without_easy_words_says_the_japanese():
    text = Text("転出届", "Notice", "引っ越す{when}の手紙").fill(when="とき")
    assert [text.to(one) for one in ("ja", "easy", "en")] == [
        "転出届",
        "引っ越すときの手紙",
        "Notice",
    ]
    assert Text("転出届", "Notice").to("easy") == "転出届"
    assert list(text) == ["転出届", "Notice"]
