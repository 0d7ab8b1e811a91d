"""The house put together: which rooms run in this process, on which database, under which names."""
