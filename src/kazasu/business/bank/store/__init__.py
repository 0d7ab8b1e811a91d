"""Rows of the bank: customers, ledger, account links."""
