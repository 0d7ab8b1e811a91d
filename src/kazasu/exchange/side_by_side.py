"""Asking many at once: each has the same deadline, and one that is late or down costs no other's answer."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final, TypeVar

import structlog

from kazasu.foundation.faults import Refusal

A = TypeVar("A")
log = structlog.get_logger()
DEADLINE: Final = 8.0
"""Seconds that who is asked may take, with a handle fetched first; a little more than the carrier's own limit."""
_AT_ONCE: Final = 16


def side_by_side(
    ask: Callable[[str], A], whom: Sequence[str], *, deadline: float = DEADLINE
) -> tuple[list[A], list[str]]:
    """The answers, in the order of ``whom``, and who gave none in time.

    Who refuses or fails is one of the latter, and in the log; nobody waits longer than ``deadline`` seconds.
    """
    pool = ThreadPoolExecutor(min(_AT_ONCE, max(1, len(whom))), thread_name_prefix="side by side")
    asked = {one: pool.submit(ask, one) for one in whom}
    wait(asked.values(), timeout=deadline)
    pool.shutdown(wait=False, cancel_futures=True)
    found, silent = list[A](), list[str]()
    for one, answer in asked.items():
        try:
            found.append(answer.result(timeout=0))
        except Exception as error:
            if not isinstance(error, Refusal):
                log.warning("no answer", asked=one, why=type(error).__name__)
            silent.append(one)
    return found, silent
