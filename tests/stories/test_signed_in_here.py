"""Signing out of one service in a browser that is signed in at others: what is named, where one goes, and what ends in one press."""

from itertools import combinations

import pytest

from kazasu.society.stories.moving import PIN
from kazasu.society.stories.stage import Person

PRIVATE = {"bank": "/transfer", "pay": "/banks"}
"""A page of each that nobody opens who is not signed in there."""
SETS = [one for size in range(len(PRIVATE) + 1) for one in combinations(PRIVATE, size)]


@pytest.mark.parametrize("services", SETS, ids="+".join)
def test_every_set_of_services_is_named_and_ended(stage, services):
    """A bank's customer who signed out of the portal read that nothing was changed, and the bank went on."""
    person = Person(stage, "山田　颯太", stage.browser())
    browser = person.browser
    for one in services:
        browser.get(f"{stage.origin(one)}{PRIVATE[one]}")
        person.tap(pin=PIN)
    portal = stage.origin("portal")
    browser.get(f"{portal}/accesses")
    person.tap(pin=PIN)
    browser.press("Sign out")
    assert not browser.fault, browser.text
    rest = browser.get(f"{stage.origin('identity')}/signed-in-here")
    for one in PRIVATE:
        assert (f"{stage.origin(one)}/" in browser.page.xpath("//main//a/@href")) == (
            one in services
        )
    if not services:
        return
    rest.press("Sign out of all of them").expect("private ones within 20 minutes")
    late = browser.page.xpath("//*[@id='late']//a/@href")
    assert late == [f"{stage.origin(one)}/" for one in services], "where each ends at once"
