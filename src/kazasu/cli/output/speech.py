"""What the command line says: in the language of the person's shell, Japanese or English."""

import os
import sys
from collections.abc import Collection, Iterator
from typing import TypeVar

from kazasu.cli.output.progress import counted, erase_progress, show_progress
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Language, Text

T = TypeVar("T")


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
    erase_progress()
    print(text.fill(**facts).to(language()) if facts else text.to(language()), flush=True)


def put(line: str) -> None:
    """One line of output as it is: for programs, and for what is already in the right language."""
    erase_progress()
    print(line, flush=True)


def tell(text: Text, **facts: object) -> None:
    """How far the work is: on a terminal until the next line comes; in a pipe nothing."""
    show_progress(text, language(), **facts)


def in_turn(work: Collection[T], what: Text) -> Iterator[T]:
    """Each of ``work``; how many are done is told as by :func:`tell`."""
    return counted(work, what, language())


def complain(refusal: Refusal) -> None:
    """Why a command was not done, what to do, and the code to look up."""
    own = language()
    erase_progress()
    for line in (refusal.title.to(own), refusal.todo.to(own), f"[{refusal.fault.code}]"):
        print(line, file=sys.stderr, flush=True)


def cause(error: Exception) -> str:
    """Why something from outside was no good, for a refusal's ``why``: what is wrong with it, in no words of Python's own."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, UnicodeError):
        return "not UTF-8"
    if isinstance(error, KeyError):
        return f"no {error.args[0]}" if error.args else "a part is missing"
    if isinstance(error, TypeError | AttributeError | RecursionError):
        return "another shape"
    return str(error)
