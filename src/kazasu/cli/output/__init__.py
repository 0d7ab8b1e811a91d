"""What the command line says, in both languages, and what goes to the log."""
