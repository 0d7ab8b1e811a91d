"""What others tell an institution of who signs in there: the identity service unasked, that somebody signed out and what happened; J-LIS, when a staff
card ends."""
