"""The outermost part of the web: what comes in is bounded, what goes out is safe. It knows no page of any room."""
