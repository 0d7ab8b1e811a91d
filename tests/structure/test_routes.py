"""Every address that is listed opens. Who may open which page belongs to each room's contract (``tests/contracts``)."""

import re

import pytest
from lxml import html

from kazasu.contracts.identity import SIGNED_IN_HERE
from tests.support.pages import followed
from tests.support.room_contract import Contract
from tests.support.street import Street


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock)


def test_every_address_that_is_listed_opens(opened):
    """``up`` and the sandbox's first page list every institution: whoever clicks finds what it is, in both languages."""
    browser = opened.browser()
    for entry in opened.directory:
        for language in ("ja", "en"):
            answer = followed(browser, browser.get(f"{entry.origin}/?lang={language}"))
            assert answer.status_code == 200, entry.origin


OF_THE_HOUSE = ("/about", "/desk", "/healthz", "/static", "/.well-known/security.txt")
"""What stands in every room alike; nothing is at the bare name."""


def _shown(opened, module_databases, room):
    """Each address of a room that a browser shows, and whether it needs a session of a resident."""
    contract = Contract(room, module_databases, module_databases.clock, opened)
    for route, declared in contract.pages():
        if declared is not None and "GET" in declared.methods and not declared.api:
            yield route.path_format, declared.access.kind


def test_who_is_signed_out_of_the_portal_is_led_to_the_sign_in_from_each_address(
    opened, module_databases
):
    """Also from one that was cut short: of ``/moves/MV-…`` the number is left out, and what is left is an address, too."""
    kinds = dict(_shown(opened, module_databases, "portal"))
    own = [path for path in kinds if not path.startswith(OF_THE_HOUSE)]
    cut = {path[: at.start()] for path in own for at in re.finditer("/", path) if at.start()}
    assert {"/moves", "/move", "/services"} <= cut
    browser, origin = opened.browser(), opened.directory.origin("portal")
    for path in sorted(kinds.keys() | cut):
        answer = browser.get(origin + re.sub(r"{[^}]*}", "MV-00000000", path))
        if kinds.get(path) == "resident":
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/signin?next="), path
        elif path not in kinds:
            assert answer.status_code in (200, 303), path


MORE_THAN_WAS_DONE = (
    "この端末では、もう",
    "on this device",
    "Nobody can",
    "すべて終わりました",
    "everywhere",
)


@pytest.mark.parametrize("language", ["ja", "en", "easy"])
def test_what_signing_out_says_is_of_that_service_and_each_offers_the_rest(opened, language):
    """On a machine that others use, too, "nobody can go on in your name" was untrue: two other services went on."""
    rest = f"{opened.directory.origin('identity')}{SIGNED_IN_HERE}"
    for entry in opened.directory:
        page = html.fromstring(
            opened.browser().get(f"{entry.origin}/signed-out?lang={language}").text
        )
        said = page.xpath("string(//main)")
        name = entry.name.to("en" if language == "en" else "ja")
        (lead,) = page.xpath("//main/p[@class='lead']")
        read = re.sub("（[ぁ-んー]+）", "", lead.text_content())  # furigana in brackets
        assert re.sub("（[ぁ-んー]+）", "", name) in read, entry.origin
        assert not any(words in said for words in MORE_THAN_WAS_DONE), entry.origin
        assert rest in page.xpath("//main//a/@href"), entry.origin
