"""The database as a room sees it: transactions, rows, migrations, jobs. It holds no statement of any room."""

from kazasu.foundation.database.transactions import (
    LOST_RACE,
    Database,
    NoRow,
    Transaction,
    in_transaction,
    out_of_reach,
    out_of_space,
    unkeepable,
)

__all__ = [
    "LOST_RACE",
    "Database",
    "NoRow",
    "Transaction",
    "in_transaction",
    "out_of_reach",
    "out_of_space",
    "unkeepable",
]
