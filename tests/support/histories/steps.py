"""The steps that a history can take, as the stories declare them, and what may come after which."""

from dataclasses import replace

from kazasu.society.stories.moves import arriving, leaving, within
from kazasu.society.stories.moves.astray import by_paper, correcting, given_up, otherwise
from kazasu.society.stories.moves.tale import Step
from tests.support.histories import losing

CANCEL_BEFORE = given_up.CANCEL.but(
    seen=(
        *given_up.CANCEL.seen[:-1],
        replace(
            given_up.CANCEL.seen[-1], look=leaving.on_the_timeline("The notice was taken back")
        ),
    )
)
"""Nothing was registered of it."""
STEPS: dict[str, Step] = {
    "notice": leaving.NOTICE,
    "accept": leaving.ACCEPT,
    "ask": otherwise.ASK,
    "correct": otherwise.CORRECT,
    "correct-all": correcting.CORRECT_ALL,
    "reject": otherwise.REJECT,
    "cancel": given_up.CANCEL,
    "gone": given_up.GONE,
    "overdue": given_up.OVERDUE,
    "visit": arriving.VISIT,
    "walk-in": otherwise.WALK_IN,
    "paper": by_paper.PAPER,
    "bring": by_paper.BRING,
    "bring-elsewhere": by_paper.BRING,
    "document": by_paper.DOCUMENT,
    "register": arriving.REGISTER,
    "cards": arriving.CARDS,
    "some-cards": arriving.CARDS.but(seen=()),
    "lose": losing.LOSE,
    "found": losing.FOUND,
}
WITHIN_STEPS: dict[str, Step] = {
    "notice": within.NOTICE_WITHIN,
    "register": within.REGISTER_WITHIN,
    "cancel": CANCEL_BEFORE,
}
"""Of a move within one city: what is read back of these is another thing."""
NEXT_WITHIN: dict[str, list[tuple[str, str]]] = {
    "none": [("notice", "sent")],
    "sent": [("visit", "visited"), ("visit", "visited"), ("cancel", "ended")],
    "visited": [("register", "registered")],
    "registered": [("cards", "settled"), ("cards", "settled"), ("some-cards", "settled")],
}
NEXT: dict[str, list[tuple[str, str]]] = {
    "none": [("notice", "sent")],
    "sent": [("accept", "accepted"), ("accept", "accepted"), ("ask", "asked"), ("reject", "ended"), ("cancel", "ended")],
    "asked": [("correct", "sent"), ("correct-all", "sent"), ("correct-all", "sent"), ("cancel", "ended")],
    "accepted": [("visit", "visited"), ("visit", "visited"), ("walk-in", "received"), ("gone", "gone"), ("cancel", "ended"), ("paper", "papered"), ("lose", "accepted")],
    "received": [("visit", "visited")],
    "gone": [("visit", "visited"), ("walk-in", "received"), ("overdue", "overdue"), ("cancel", "ended"), ("paper", "papered")],
    "overdue": [("paper", "papered"), ("paper", "papered"), ("cancel", "ended")],
    "papered": [("bring", "brought"), ("bring", "brought"), ("bring-elsewhere", "brought"), ("cancel", "ended")],
    "brought": [("document", "visited"), ("visit", "visited")],
    "visited": [("register", "registered")],
    "registered": [("cards", "settled"), ("cards", "settled"), ("some-cards", "settled")],
}  # fmt: skip
"""What may come next, and where the notice stands then; what is twice there comes more often."""
AWAY = frozenset({"accepted", "received", "gone", "overdue", "papered", "brought", "visited"})
"""Moved out by the old city's word and not in by the new one's."""
NEXT_WITHOUT_CARD: dict[str, list[tuple[str, str]]] = {
    "accepted": [("paper", "papered"), ("paper", "papered"), ("found", "accepted")],
    "papered": [("bring", "brought"), ("bring", "brought"), ("bring-elsewhere", "brought"), ("found", "papered")],
    "brought": [("document", "visited"), ("document", "visited"), ("found", "brought")],
    "visited": [("register", "registered"), ("found", "visited")],
    "registered": [("found", "registered")],
}  # fmt: skip
"""While the card of who gave the notice is lost."""
