"""The sample bank: opens accounts, moves yen, keeps its customers' data right under its own numbers; never sees an
individual number or another service's subject."""
