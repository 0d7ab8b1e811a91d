"""A market for each test."""

import pytest

from tests.support.market import Market


@pytest.fixture
def market(databases, clock):
    return Market(databases, clock)
