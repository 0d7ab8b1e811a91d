"""What counts once has a number, which the page draws with the form: pressed again, it is the same act.

    charge: Annotated[str, ONCE]                                                 # a field of the form, hidden on the page
    self._site.render(request, "wallet.html", charge=number_for(request, "charge"), …)

Where nobody knows whether the first press was carried out, the page that says so holds the number that was sent, not a
new one: "try again" then does nothing twice.
"""

import secrets
from typing import Final

from starlette.requests import Request

ONCE: Final = "the number of an act"
"""Marks the field of a form that holds it."""


def number_for(request: Request, field: str) -> str:
    """For this hidden field: the one that was sent, where our side failed and the act may have been noted; else a new one.

    What was refused for a reason of the sender's (4xx) is over: whoever presses again means another act.
    """
    kept = request.state.kept
    unknown = kept.refusal is not None and kept.refusal.fault.status >= 500
    sent: str = kept.values.get(field, "")
    return sent if unknown and sent else secrets.token_urlsafe(24)
