"""What all subjects of a city hall stand on: its context, its staff, the desk's pages, typed ports."""
