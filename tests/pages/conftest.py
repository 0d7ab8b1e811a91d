"""A country of its own for the pages, and Chromium on its stage."""

import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from kazasu.cli.countries import together
from tests.support.chromium import ChromiumBrowser, ChromiumStage

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost",
)


@pytest.fixture(scope="package")
def browser():
    """Debian's Chromium, quiet and without the sandbox that containers cannot give it.

    It ends with this folder: while it lives, its event loop is the thread's, and nothing else can run one.
    """
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        pytest.skip("Chromium is missing: install the Debian package chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def country():
    with tempfile.TemporaryDirectory(prefix="kazasu-pages-") as folder:
        Path(folder).chmod(0o711)
        with together(Path(folder)) as running:
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
    found = [v for s in stages for b in s.browsers for v in (*b.violations, *b.wide)]
    for one in stages:
        one.close()
    assert sorted(set(found)) == []
