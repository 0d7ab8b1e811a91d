"""What an exception is called towards the client that caused it: the one place that tells an incident from bad input."""

import structlog

from kazasu.foundation.database import LOST_RACE, out_of_reach, out_of_space, unkeepable
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import faults

log = structlog.get_logger()


def refusal_of(error: Exception, *, room: str, incident: str) -> Refusal:
    """The refusal to show for whatever a page raised.

    What only input can cause is no incident of ours: text nested deeper than anything we write (inside a token, say,
    where no gate looks), or characters that nothing can keep.
    """
    if isinstance(error, Refusal):
        return error
    if isinstance(error, LOST_RACE):  # every try: nobody's fault, and another time it goes well
        return Refusal(faults.BUSY)
    if out_of_space(error):  # it says that it is away, too, and waiting does not help
        log.error("disk full", room=room, incident=incident)
        return Refusal(faults.NO_SPACE)
    if out_of_reach(error):  # away, held or overloaded, which ends by itself
        log.warning("out of reach", room=room, error=type(error).__name__, incident=incident)
        return Refusal(faults.OUT_OF_REACH)
    if isinstance(error, RecursionError) or unkeepable(error):
        log.warning("unreadable", room=room, error=type(error).__name__, incident=incident)
        return Refusal(faults.UNREADABLE)
    log.error("unexpected", room=room, incident=incident, exc_info=error)
    return Refusal(faults.UNEXPECTED, incident=incident)
