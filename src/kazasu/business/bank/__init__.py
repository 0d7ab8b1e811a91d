"""The sample bank: a relying party that opens accounts, moves yen and keeps its customers' data right."""
