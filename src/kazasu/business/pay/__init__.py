"""The sample payment service: a wallet that is charged from a linked bank account; never keeps a name, an address or a
date of birth."""
