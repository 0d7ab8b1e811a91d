"""Processes that the commands start, serve and end; small countries for stories and tests."""
