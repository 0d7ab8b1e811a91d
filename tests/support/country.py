"""Fixtures: a whole country with its threads and its HTTP doors, one for the run, and who acts in it."""

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kazasu.cli.processes.countries import together
from kazasu.society.stories.stage import Person, Stage
from tests.support.party import Party


@contextmanager
def founded(**changes):
    """A country of its own, until it is left; ``changes``: of its settings."""
    with tempfile.TemporaryDirectory(prefix="kazasu-country-") as folder:
        Path(folder).chmod(0o711)
        with together(Path(folder), **changes) as running:
            yield running


@pytest.fixture(scope="session")
def country():
    with founded() as running:
        yield running


@pytest.fixture
def stage(country):
    """Nobody listens to what is told; the test looks for itself."""
    stage = Stage(country.directory, country.clock, lambda _: None)
    yield stage
    stage.close()


@pytest.fixture
def person(stage):
    """``person("佐藤　花子")``: somebody with a card of the tray, at a browser of their own."""
    return lambda name: Person(stage, name, stage.browser())


@pytest.fixture
def shop(country):
    """``shop("books", …)``: a relying party of its own, registered in the running country."""
    with ExitStack() as made:

        def open_shop(name="shop", **options):
            party = Party(country, name, **options)
            made.callback(party.close)
            return party

        yield open_shop
