"""What all institutions stand on: settings, clock, database, audit, faults, web kit; knows none of them."""
