"""Which commands there are, and what happens to what they raise.

A command is a module of this package with ``SUMMARY`` (a Text), ``configure(parser)`` and
``run(arguments) -> int``. It is imported only when asked for, so that help stays quick.
"""

import argparse
import errno
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Final

from kazasu.cli.output.refusals import NO_FILE, NO_SPACE
from kazasu.cli.output.speech import bilingual, complain
from kazasu.cli.processes.discretion import leave_no_dumps
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

COMMANDS: Final = (
    "up", "serve", "found", "reset", "clock", "story", "check", "audit", "numbers", "card", "pki", "rp", "room", "faults", "test",
)  # fmt: skip
INTERRUPTED: Final = 130
REFUSED: Final = 2
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_DATABASE_FULL: Final = "53100"
"""PostgreSQL's ``disk_full``; its client is not imported for help alone."""

_ABOUT = Text("マイナンバーカードの国を、まるごと動かす", "Japan's My Number Card country, running")


def run(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 found wrong, 2 refused, 130 interrupted."""
    leave_no_dumps()  # every command may hold keys, a PIN or people's data
    given = sys.argv[1:] if argv is None else argv
    chosen = given[:1] if given and given[0] in COMMANDS else COMMANDS
    try:  # from here on: a second goes by in imports
        arguments = _parser(chosen).parse_args(given)
        module = importlib.import_module(f"kazasu.cli.{arguments.command}")
        return int(module.run(arguments))
    except Refusal as refusal:
        complain(refusal)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone: nothing is left to say
        sys.stderr.close()
        return 0
    except Exception as error:
        told = _refused(error)
        if told is None:
            raise
        complain(told)
        return REFUSED


def _refused(error: Exception) -> Refusal | None:
    """A missing, forbidden or read-only file: whose, and why. A full disk, which is told while writing, of no file."""
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or getattr(error, "sqlstate", None) == _DATABASE_FULL:
        return Refusal(NO_SPACE)
    if isinstance(error, OSError) and error.filename is not None:
        return Refusal(NO_FILE, given=error.filename, why=error.strerror)
    return None


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kazasu", description=bilingual(_ABOUT))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        if importlib.util.find_spec(f"kazasu.cli.{name}") is None:
            continue
        module = importlib.import_module(f"kazasu.cli.{name}")
        summary = bilingual(module.SUMMARY)
        module.configure(commands.add_parser(name, help=summary, description=summary))
    return parser
