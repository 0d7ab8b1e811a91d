"""The sample payment service: a wallet that is charged from a linked bank account."""
