"""Who looked at one's data: asked of everybody, and put together."""
