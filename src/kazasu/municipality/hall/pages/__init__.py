"""The front for everybody, the first page of the desk, and the letters that wait."""
