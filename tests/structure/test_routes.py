"""Every address that is listed opens. Who may open which page belongs to each room's contract (``tests/contracts``)."""

import pytest

from tests.support.pages import followed
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
