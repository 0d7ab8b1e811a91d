"""What the register allows of a move, asked again in each transaction that decides: notices, heads, other moves."""
