"""The city hall's pages: a front for everybody, desks for staff. Thin: the services decide."""
