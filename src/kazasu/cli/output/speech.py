"""What the command line says: in the language of the person's shell, Japanese or English."""

import os
import sys

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Language, Text


def language() -> Language:
    """Japanese when the locale asks for it (``LC_ALL``, ``LC_MESSAGES``, ``LANG``), else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def bilingual(text: Text) -> str:
    """Both languages, the reader's own first: for help texts, where one cannot switch."""
    own = language()
    return f"{text.to(own)} / {text.to('en' if own == 'ja' else 'ja')}"


def say(text: Text, **facts: object) -> None:
    """One line to the person, at once."""
    print(text.fill(**facts).to(language()) if facts else text.to(language()), flush=True)


def put(line: str) -> None:
    """One line of output as it is: for programs, and for what is already in the right language."""
    print(line, flush=True)


def complain(refusal: Refusal) -> None:
    """Why a command was not done, what to do, and the code to look up."""
    own = language()
    for line in (refusal.title.to(own), refusal.todo.to(own), f"[{refusal.fault.code}]"):
        print(line, file=sys.stderr, flush=True)
