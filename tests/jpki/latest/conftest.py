import pytest

from tests.jpki.latest.world import LatestWorld


@pytest.fixture
def world(databases, clock):
    made = LatestWorld(databases, clock)
    made.url = databases.url("jpki")
    return made
