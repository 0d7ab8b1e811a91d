"""What was reviewed is what is signed: the page says what it shows, its form says it back, and the button does nothing for anything else.

    self._site.render(request, "review.html", reviewed=mark_of(document), …)   # {{ hidden_fields({'reviewed': reviewed}) }}
    must_be_reviewed(request, document)                                        # in the POST, before anything is signed

A draft may be changed in a second tab while the first one still shows what it was; so may prepared orders and offers.
"""

import hashlib
import re
from typing import Final

from starlette.requests import Request

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.faults import CHANGED_SINCE_SHOWN

FIELD: Final = "reviewed"
_MARK: Final = re.compile(r"[0-9a-f]{32}\Z")


def mark_of(shown: bytes) -> str:
    """Of all that the page shows; two pages that show the same have the same."""
    return hashlib.sha256(shown).hexdigest()[:32]


def mark_given(request: Request) -> str:
    """The mark that the form says back, for who writes by it. Raises Refusal ``web.changed-since-shown``: no page of ours has made such a one."""
    mark = str(request.state.form.get(FIELD, ""))
    if not _MARK.match(mark):
        raise Refusal(CHANGED_SINCE_SHOWN)
    return mark


def must_be_reviewed(request: Request, shown: bytes) -> None:
    """Raises Refusal ``web.changed-since-shown``: the page that was answered showed something else."""
    if str(request.state.form.get(FIELD, "")) != mark_of(shown):
        raise Refusal(CHANGED_SINCE_SHOWN)
