"""Which commands there are, and what happens to what they raise.

A command is a module of this package with ``SUMMARY`` (a Text), ``configure(parser)`` and
``run(arguments) -> int``. It is imported only when asked for, so that help stays quick.
"""

import errno
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import Final

from kazasu.cli.output.refusals import NO_FILE, NO_SPACE
from kazasu.cli.output.speech import bilingual, complain
from kazasu.cli.output.usage import PROGRAM, Parser
from kazasu.cli.processes.discretion import leave_no_dumps
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

COMMANDS: Final = (
    "up", "serve", "found", "reset", "clock", "story", "check", "audit", "opinions", "numbers", "places", "card", "pki", "rp", "room", "faults", "doctor", "docs", "test",
)  # fmt: skip
INTERRUPTED: Final = 130
"""As a shell tells SIGINT."""
UNREAD: Final = 141
"""As a shell tells SIGPIPE: what was not read out may have been bad news, so it is no success."""
REFUSED: Final = 2
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_DATABASE_FULL: Final = "53100"
"""PostgreSQL's ``disk_full``; its client is not imported for help alone."""

_ABOUT = Text("マイナンバーカードの国を、まるごと動かす", "Japan's My Number Card country, running")


def run(argv: Sequence[str] | None = None) -> int:
    """Exit status; what each means: ``output/examples.py``."""
    leave_no_dumps()  # every command may hold keys, a PIN or people's data
    given = sys.argv[1:] if argv is None else argv
    try:  # from here on: a second goes by in imports
        status = _run(given)
        if sys.stdout is not None:  # closed by the shell (>&-)
            sys.stdout.flush()  # here a closed pipe is still ours to answer for
    except Refusal as refusal:
        complain(refusal)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return UNREAD
    except Exception as error:
        told = _refused(error)
        if told is None:
            raise
        complain(told)
        return REFUSED
    return status


def _run(given: Sequence[str]) -> int:
    chosen = given[:1] if given and given[0] in COMMANDS else COMMANDS
    try:
        arguments = _parser(chosen).parsed(given)
    except SystemExit:  # --help has printed
        return 0
    module = importlib.import_module(f"kazasu.cli.{arguments.command}")
    return int(module.run(arguments))


def _forget_output() -> None:
    """What is still to be written has no reader; Python would try, and complain, when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _refused(error: Exception) -> Refusal | None:
    """A missing, forbidden or read-only file: whose, and why. A full disk, which is told while writing, of no file."""
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or getattr(error, "sqlstate", None) == _DATABASE_FULL:
        return Refusal(NO_SPACE)
    if isinstance(error, OSError) and error.filename is not None:
        return Refusal(NO_FILE, given=error.filename, why=error.strerror)
    return None


def _parser(names: Sequence[str]) -> Parser:
    parser = Parser(prog=PROGRAM, description=bilingual(_ABOUT))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        if importlib.util.find_spec(f"kazasu.cli.{name}") is None:
            continue
        module = importlib.import_module(f"kazasu.cli.{name}")
        summary = bilingual(module.SUMMARY)
        module.configure(commands.add_parser(name, help=summary, description=summary))
    return parser
