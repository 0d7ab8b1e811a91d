"""Stories: whole life events played over HTTP with virtual cards, step by step.

Each is a module with ``SUMMARY`` (a Text) and ``play(stage)``; :data:`STORIES` lists them.
"""

from typing import Final

STORIES: Final = ("moving", "account")
