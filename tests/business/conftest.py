"""A market for each test."""

from tests.support.market import market

__all__ = ["market"]
