"""Who turned to another language reads in it at the tap and after it, at every institution where a tap begins.

Walked over all that declare a client, whether their requests stand in the browser's address or are pushed.
"""

from urllib.parse import urlsplit

import pytest

from kazasu.exchange.street import street
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moving import PIN
from kazasu.society.stories.stage import Person

SIGN_PEOPLE_IN = [one.id for one in street() if one.client is not None]


def reading(browser):
    """The language of a page, and whether it has the readings of kanji, as やさしい日本語 has."""
    return browser.page.get("lang"), bool(browser.page.xpath("//ruby"))


def chosen_by(country, institution, own, words):
    """Before the terminal, from an institution where these words were chosen in a browser of another language."""
    origin = country.directory.of_kind(institution)[0].origin
    browser = Browser(own=own)
    browser.get(f"{origin}/?lang={words}").get(f"{origin}/signin")
    assert urlsplit(browser.url).hostname == "terminal.localhost"
    return origin, browser


@pytest.mark.parametrize("institution", SIGN_PEOPLE_IN)
def test_the_words_chosen_at_an_institution_are_those_of_its_tap(country, institution):
    for own, words, read in (("en-GB", "ja", "ja"), ("ja-JP", "easy", "ja"), ("ja-JP", "en", "en")):
        _, browser = chosen_by(country, institution, own, words)
        assert reading(browser) == (read, words == "easy"), (own, words)
        browser.client.close()


@pytest.mark.parametrize("institution", SIGN_PEOPLE_IN)
def test_the_words_chosen_at_an_institution_are_those_after_its_tap(stage, country, institution):
    origin, browser = chosen_by(country, institution, "ja-JP", "en")
    Person(stage, "松本　玲", browser).tap(pin=PIN)
    assert browser.url.startswith(origin)
    assert browser.page.get("lang") == "en"
    assert browser.get(f"{origin}/").page.get("lang") == "en", "and the page after that one"
    browser.client.close()
