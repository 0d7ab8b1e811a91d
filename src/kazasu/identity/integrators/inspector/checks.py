"""A check of the service as a relying party reads it: its name, and a hint for each way to fail it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kazasu.foundation.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One step of an endpoint, in the order in which the service takes them."""

    title: Text
    hints: Mapping[str, Text]
    """What to change, by the description of the OAuth error; ``*`` stands for what differs."""
    faults: tuple[str, ...] = ()
    """Codes of our catalogue by which this check refuses."""
    only_with: str = ""
    """The parameter or header without which the check has nothing to look at."""

    def hint(self, description: str) -> Text | None:
        for pattern, hint in self.hints.items():
            if fnmatchcase(description, pattern):
                return hint
        return None
