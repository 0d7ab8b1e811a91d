"""Whose session it is on the service's own pages. The person's account stands here; this is its door."""

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.faults import SIGNED_OUT
from starlette.requests import Request


def person_of_session(request: Request) -> str:
    """The person's reference. Raises Refusal ``web.signed-out``."""
    session = request.state.session
    if session.kind != "resident" or not session.data.get("person_ref"):
        raise Refusal(SIGNED_OUT)
    return str(session.data["person_ref"])
