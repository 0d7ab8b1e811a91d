"""What OAuth itself says when it refuses: one table, by subject; whoever refuses raises a row of it."""
