"""Work for many, one after the other, in which one's failure is nobody else's.

A tick that goes through cities, cases or tokens does it by :func:`each`. A plain loop would stop at the first that fails, and those
behind it would wait for as long as that one is broken.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from kazasu.foundation.database.transactions import out_of_reach

T = TypeVar("T")


def each(ones: Iterable[T], work: Callable[[T], object]) -> int:
    """Do ``work`` for every one, and say afterwards which it failed for. Returns for how many it came to something true.

    Raises:
        ExceptionGroup: what was raised, one each, with a note of whom it concerns. Everybody else was served.
        Exception: the database is away. That concerns all: nobody further is tried, each would wait in vain.
    """
    came, failed = 0, list[Exception]()
    for one in ones:
        try:
            came += bool(work(one))
        except Exception as error:
            if out_of_reach(error):
                raise
            error.add_note(f"of {one}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("failed for some", failed)
    return came
