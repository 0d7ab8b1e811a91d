"""Every institution's address opens on a page that says what it is, with whom it speaks, and how real it is."""

import pytest
from lxml import html

from kazasu.contracts.base import INQUIRIES, LETTERS, InstitutionId
from kazasu.exchange.street import institution, street, ties
from tests.support.street import Street

DECLARED = {one.id: one for one in street()}


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock)


@pytest.mark.parametrize("kind", DECLARED)
def test_its_first_page_explains_it_in_both_languages(opened, kind):
    about, browser = DECLARED[kind].about, opened.browser()
    assert about.real is not None, "say what is as in the real world"
    assert about.simplified is not None, "say what is not"
    found = [one for one in opened.directory if InstitutionId(one.id).kind == kind]
    assert found
    for one in found:
        for language in ("ja", "en"):
            answer = browser.get(
                f"{one.origin}/", headers={"accept": "text/html", "accept-language": language}
            )
            assert answer.status_code == 200, answer.url
            page = html.fromstring(answer.content)
            (section,) = page.xpath("//section[@aria-labelledby='institution']")
            words = section.text_content()
            for text in (about.does, about.holds, about.never, about.real, about.simplified):
                assert text.to(language) in words
            assert all(link.get("href") for link in section.xpath(".//a"))


def test_whom_it_may_ask_is_read_from_the_treaties():
    """Both ends of each treaty name each other."""
    for message in (*INQUIRIES.values(), *LETTERS.values()):
        room = message.kind.partition("/")[0]
        if room == "exchange" or not message.__module__.startswith("kazasu."):
            continue  # a test's own message is no treaty
        (receiver,) = [one for one in DECLARED.values() if one.schema == room]
        inquiry = message in INQUIRIES.values()
        speakers = message.askers if inquiry else message.senders
        for speaker in speakers:
            said, heard = ties(institution(speaker)), ties(receiver)
            outward = [name for name, _ in said.asks] if inquiry else said.tells
            inward = [name for name, _ in heard.asked_by] if inquiry else heard.told_by
            assert receiver.name in outward
            assert institution(speaker).name in inward


def test_what_is_simulated_is_given_no_article():
    articles = {a for one in DECLARED.values() for _, found in ties(one).asks for a in found}
    assert articles
    assert not [one for one in articles if "simulated" in one or one.isascii()]
