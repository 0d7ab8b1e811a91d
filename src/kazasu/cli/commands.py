"""Which commands there are, and what happens to what they raise.

A command is a module of this package with ``SUMMARY`` (a Text), ``configure(parser)`` and
``run(arguments) -> int``. It is imported only when asked for, so that help stays quick.
"""

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Final

from kazasu.cli.output.refusals import NO_FILE
from kazasu.cli.output.speech import bilingual, complain
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

COMMANDS: Final = (
    "up", "serve", "found", "reset", "clock", "story", "check", "audit", "card", "pki", "rp", "room", "faults", "test",
)  # fmt: skip
INTERRUPTED: Final = 130
REFUSED: Final = 2

_ABOUT = Text("マイナンバーカードの国を、まるごと動かす", "Japan's My Number Card country, running")


def run(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 found wrong, 2 refused, 130 interrupted."""
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
    except (
        OSError
    ) as error:  # a missing, forbidden or read-only file, a full disk: whose file, and why
        if error.filename is None:
            raise
        complain(Refusal(NO_FILE, given=error.filename, why=error.strerror))
        return REFUSED


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
