"""Single items of a record, as a clerk writes them and the register holds them; without input or output."""
