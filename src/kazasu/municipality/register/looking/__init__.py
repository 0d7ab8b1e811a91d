"""What a look at somebody's record is for, on record before any page of the desk shows them by their number."""
