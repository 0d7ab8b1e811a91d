"""Tools of the tests: no tests in here."""
