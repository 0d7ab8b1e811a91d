"""A country of its own for the pages, and Chromium on its stage."""

import tempfile
from pathlib import Path

import pytest

from kazasu.cli.countries import together
from tests.support.chromium import ChromiumBrowser, ChromiumStage


@pytest.fixture(scope="session")
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
