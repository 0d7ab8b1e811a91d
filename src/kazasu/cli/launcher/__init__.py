"""What ``./kazasu`` does before anything is installed: standard library only.

Prepares ``.venv`` from the lock file when that has changed, then becomes ``python -m kazasu``.
"""

import os
import sys
from pathlib import Path

from kazasu.cli.launcher.doctor import asks_help, examine
from kazasu.cli.launcher.environment import Environment
from kazasu.cli.launcher.messages import Trouble
from kazasu.cli.launcher.prerequisites import prepare_tests

UNAVAILABLE = 69
"""``EX_UNAVAILABLE``: something that is not ours is missing."""


def launch() -> None:
    """``sys.argv``: the root of the clone, then the command. Does not return."""
    root = Path(sys.argv[1])
    command = sys.argv[2:]
    environment = Environment(root)
    os.environ.setdefault("KAZASU_DATA", str(root / "data"))
    try:
        looks_only = command[:1] == ["doctor"] and not asks_help(command)
        if looks_only and not environment.ready("runtime"):
            raise SystemExit(examine(root, command[1:]))  # nothing is fetched or installed for it
        if asks_help(command):
            lock = "runtime"  # what it would need to be carried out is fetched when it is
        elif command[:1] == ["test"]:
            lock = prepare_tests(root, strict="--require-all" in command)
        else:
            lock = "docs" if command[:1] == ["docs"] else "runtime"
        python = environment.prepare(lock)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        raise SystemExit(UNAVAILABLE) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    os.execv(python, [str(python), "-m", "kazasu", *command])  # noqa: S606 - this is what we are for
