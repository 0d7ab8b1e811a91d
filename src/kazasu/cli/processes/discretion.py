"""What a process that holds keys and people's data shows nobody: its memory.

A core dump is a copy of all of it in a file that outlives it (Storm-0558 is said to have begun so). The server that we
start inherits the limit.
"""

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""prctl(2)."""


def leave_no_dumps() -> None:
    """From here on, in this process and in what it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (
        sys.platform == "linux"
    ):  # nor to a pipe of the kernel's, which heeds no limit (core(5)), nor to a debugger
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
