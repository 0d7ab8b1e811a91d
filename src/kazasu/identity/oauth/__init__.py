"""What OAuth itself says when it refuses: one table, by subject; the code that refuses raises a row of it."""
