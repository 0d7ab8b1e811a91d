"""States of the tap's scene: what stands on the screen, given what the card told and what was refused. Pure.

hold → secret (or seen) → reading → done is the way; ``cannot`` is every refusal that no typing mends, with one way on.
Reading is between the press of the button and the answer: the page itself shows it (``tap.js``). Done is an own page,
reached only after the asker took the evidence.
"""

from dataclasses import dataclass
from typing import Final, Literal

from kazasu.card.faults import (
    BAD_PIN_FORM,
    ELSEWHERE,
    LAST_TRY,
    NO_CARD,
    NOT_A_MY_NUMBER_CARD,
    TORN,
    UNEXPECTED_ANSWER,
    WRONG_PIN,
)
from kazasu.card.terminal.faults import (
    NO_COOKIES,
    NOT_CERTIFIED,
    NOT_SEEN,
    RECEIVER_LATE,
    RECEIVER_REFUSED,
    RECEIVER_SILENT,
    SIGNED_NOT_SENT,
    SIGNED_NOT_TAKEN,
)
from kazasu.card.terminal.tap import Look
from kazasu.card.transports.pcsc import NO_READER
from kazasu.contracts.terminal import TapRequest, TapState
from kazasu.foundation.faults import Refusal

State = Literal["hold", "secret", "seen", "cannot"]
Way = Literal["back", "again"]
STEPS: Final = ("hold", "secret", "reading", "done")
"""Of the progress shown; ``seen`` stands where the secret does."""

_TYPED_AGAIN: Final = (WRONG_PIN, BAD_PIN_FORM, LAST_TRY, NOT_SEEN)
"""The keypad stays: the next entry may be right."""
_HELD_AGAIN: Final = (NO_CARD, TORN, NO_COOKIES)
"""The card was not there, went too early, or was forgotten."""
_TRIED_AGAIN: Final = (RECEIVER_SILENT, SIGNED_NOT_SENT, RECEIVER_LATE, UNEXPECTED_ANSWER, ELSEWHERE, NO_READER, NOT_A_MY_NUMBER_CARD)  # fmt: skip
"""Nothing arrived, or it is not known; the same may go well in a moment or with another card."""
_BROUGHT: Final = (RECEIVER_SILENT, RECEIVER_LATE, RECEIVER_REFUSED, SIGNED_NOT_SENT, SIGNED_NOT_TAKEN)  # fmt: skip
"""The card had given its answer by then."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One state as the page shows it."""

    state: State
    refusal: Refusal | None = None
    """What was refused: beside the keypad, or as the state itself."""
    way: Way = "back"
    """Where the one way on of ``cannot`` leads: back to the asker, or to another try here."""
    last_try: bool = False
    """One wrong entry locks it: this is said, and confirmed, before anything is typed."""


def scene_of(request: TapRequest, look: Look, refusal: Refusal | None, *, certified: bool) -> Scene:
    """
    Args:
        look: what the card told just now.
        refusal: what the last press of the button came to; None: nothing was pressed.
        certified: whether a card may answer here without its PIN.

    Steps: 1 what was refused for good; 2 no card; 3 a card that cannot serve; 4 no PIN is asked; 5 the PIN.
    """
    if refusal is not None and _is_over(refusal, look):
        refusal = None
    retypes = refusal is not None and refusal.fault in _TYPED_AGAIN
    reholds = refusal is not None and refusal.fault in _HELD_AGAIN
    if refusal is not None and not (retypes or reholds):  # 1
        return _cannot(refusal)
    if not look.there:  # 2
        return Scene("hold", refusal if reholds else None)
    if look.refusal is not None:  # 3
        return _cannot(look.refusal)
    if request.pin != "required":  # 4
        return Scene("seen", refusal) if certified else _cannot(Refusal(NOT_CERTIFIED))
    return Scene("secret", refusal, last_try=look.tries_left == 1)  # 5


def _is_over(refusal: Refusal, look: Look) -> bool:
    """Does a page that was gone back to tell of a try after which another was made? The card's own counter counts."""
    now = look.counters.get(str(refusal.facts.get("which", "")))
    return refusal.fault is WRONG_PIN and now is not None and now != refusal.facts["tries_left"]


def still_says(refusal: Refusal | None, stands: TapState) -> Refusal | None:
    """Of a request that was used: whether what an earlier press was refused with is still told, as a page that was gone back to would.

    It says why the request came to an end where what the card gave was brought and not taken in. What the card, the reader or
    the phone refused before anything was brought, was over with the next press; and nothing speaks against a good end.
    """
    if refusal is None or stands not in ("answered", "gone"):
        return None
    own = refusal.fault.code.partition(".")[0] in ("card", "terminal", "phone", "web")
    return None if own and refusal.fault not in _BROUGHT else refusal


def _cannot(refusal: Refusal) -> Scene:
    return Scene("cannot", refusal, "again" if refusal.fault in _TRIED_AGAIN else "back")
