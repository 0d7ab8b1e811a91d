"""Stories: whole life events played over HTTP with virtual cards, step by step.

Each is a module with ``SUMMARY`` (a Text) and ``play(stage)``; :data:`STORIES` lists them. Of moves there are several,
:data:`MOVES`, told by declared steps in :mod:`.moves`.
"""

from typing import Final

STORIES: Final = ("moving", "account")
MOVES: Final = (
    "family", "part", "elsewhere", "given-up", "head-leaves", "joining", "protected", "foreign",
    "correction", "rejection", "within", "by-paper", "correct-anew", "divided",
)  # fmt: skip
"""Names alone, so that they can be listed without a country; the first is played where none is chosen."""
