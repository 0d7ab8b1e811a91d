"""Movers who join a household that is there."""

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.municipality.moving.faults import NO_SUCH_HOUSEHOLD
from kazasu.municipality.register import store as register_store


def must_be_here(tx: Transaction, household: str) -> None:
    """Asked at the entry and again at the decision: the last of them may have moved in between. Who lives there is shown to
    nobody by this.

    Args:
        household: 世帯番号; empty: they are a household of their own.

    Raises Refusal ``municipality.no-such-household``.
    """
    if household:
        with tx.unseen():
            members = register_store.household(tx, household)
        if not members:
            raise Refusal(NO_SUCH_HOUSEHOLD)
