"""A country of its own for the pages, and Chromium on its stage."""

import pytest
from playwright.sync_api import sync_playwright

from tests.support.chromium import PHONE, ChromiumBrowser, ChromiumStage, program
from tests.support.country import founded

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost",
)


@pytest.fixture(scope="package")
def browser():
    """Debian's Chromium, quiet, without the sandbox that containers cannot give it, one process for all origins.

    It ends with this folder: while it lives, its event loop is the thread's, and nothing else can run one.
    """
    executable = program()
    if executable is None:
        pytest.skip("Chromium is missing: install the Debian package chromium-headless-shell")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=executable, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def axe_at(axe_source, request):
    """axe where a test is walked at both widths or in both languages: each of them once, every pair with ``--deep``.

    At every pair it is looked whether the page is too wide.
    """
    deep = request.config.getoption("--deep")
    return lambda language, size: (
        axe_source if deep or (language == "ja") == (size == PHONE) else ""
    )


@pytest.fixture(scope="package")
def country():
    with founded() as running:
        yield running


@pytest.fixture
def stage(country, browser):
    """``stage(size=…)``; whatever was found wrong on any page fails the test at its end."""
    stages = []

    def make(**options):
        stage = ChromiumStage(country.directory, country.clock, lambda _: None)
        stage.make = lambda: ChromiumBrowser(browser, **options)
        stages.append(stage)
        return stage

    yield make
    found = [v for s in stages for b in s.browsers for v in (*b.violations, *b.wide, *b.broken)]
    for one in stages:
        one.close()
    assert sorted(set(found)) == []
