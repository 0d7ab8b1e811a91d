"""How the launcher speaks: it runs before the catalogue of faults can be imported."""

import os
import sys


class Trouble(Exception):
    """The launcher cannot go on; the text tells the person what to do."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(ja if japanese() else en)


def tell(ja: str, en: str) -> None:
    """One line of progress, on the error channel: the output belongs to the command."""
    sys.stderr.write(f"{ja if japanese() else en}\n")
    sys.stderr.flush()


def japanese() -> bool:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.lower().startswith("ja")
    return False
