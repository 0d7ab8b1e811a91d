"""How far long work is: one line at the foot of a terminal, which the next output takes away.

On the error channel, so that what is piped on holds results alone; where that is no terminal, nothing is written.
"""

import os
import sys
from collections.abc import Collection, Iterator
from typing import TypeVar

from kazasu.foundation.text import Language, Text

T = TypeVar("T")
_ERASE = "\r\x1b[K"
_shown = False


def on_terminal() -> bool:
    """Whether somebody looks on, at a screen whose lines can be written anew."""
    return (
        sys.stderr is not None
        and sys.stderr.isatty()
        and os.environ.get("TERM", "dumb") != "dumb"
    )  # fmt: skip


def show_progress(text: Text, language: Language, **facts: object) -> None:
    """Replace the line by this one."""
    global _shown  # noqa: PLW0603 - a process has one terminal
    if on_terminal():
        words = (text.fill(**facts) if facts else text).to(language)
        sys.stderr.write(f"{_ERASE}{words}")
        sys.stderr.flush()
        _shown = True


def erase_progress() -> None:
    """Take the line away, if there is one: before other output, and at the end."""
    global _shown  # noqa: PLW0603
    if _shown:
        sys.stderr.write(_ERASE)
        sys.stderr.flush()
        _shown = False


def counted(work: Collection[T], what: Text, language: Language) -> Iterator[T]:
    """Each of ``work`` in turn, with ``what 3/14`` on the screen while it is done."""
    for number, one in enumerate(work, start=1):
        show_progress(
            Text(f"{what.ja} {number}/{len(work)}", f"{what.en} {number}/{len(work)}"), language
        )
        yield one
    erase_progress()
