"""Moving house: notices out, expected arrivals, the visit, registration, what follows by date."""
