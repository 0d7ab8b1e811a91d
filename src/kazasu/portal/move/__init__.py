"""The life of a notice of moving: its answers, the document that is signed, its events, and where it stands."""
