"""The clock that is injected everywhere, and what the law makes of dates. Nothing here reads the machine's time but the clock."""
