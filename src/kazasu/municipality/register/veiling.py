"""Where somebody under 支援措置 lives, lived or will live: one rule for every page, form and table of the desk (I8). A paper
waits until they are shown.

Hidden until it is on record what for; the person reads that. Then all of the page shows it, and none of it before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlencode

from starlette.requests import Request

from kazasu.foundation.actions import REASON_NEEDED
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form
from kazasu.foundation.web.forms import Shown, asked, one_of
from kazasu.municipality.register.faults import PURPOSE_BEFORE_PAPER
from kazasu.municipality.register.model import SEARCHED_FOR

CHOOSE: Final = Text("何のためかを選んでください", "Choose what it is for")
MOST_OF_A_NOTE: Final = 80
Because = Literal["", "person", "place", "unknown"]
"""Why places are hidden: somebody whom the page is about is protected; somebody protected lives there (register/protection.py);
it is not known here yet whether somebody is. Empty: they are not."""


def reason_of(purpose: str, note: str) -> Text:
    """As it goes on record, and as whoever is found reads it."""
    said = SEARCHED_FOR[purpose]
    return Text(f"{said.ja}、{note}", f"{said.en}, {note}") if note else said


class PurposeForm(Form):
    """What a look is for. It stands in the address: looking is no act."""

    purpose: Annotated[str, one_of(SEARCHED_FOR, CHOOSE)] = asked(
        "何のために見ますか", "What is it for?", missing=CHOOSE
    )
    note: str = asked(
        "受付番号またはメモ（本人が後で読みます）",
        "Case number or note (the person reads it later)",
        default="",
        most=MOST_OF_A_NOTE,
    )


def carried(request: Request) -> str:
    """The reason that an act's address carries, for the page that it leads to: whoever works on with it says it once."""
    given = {name: request.query_params.get(name, "") for name in PurposeForm.model_fields}
    return f"?{urlencode(given)}" if given["purpose"] in SEARCHED_FOR else ""


@dataclass(frozen=True, slots=True)
class Veil:
    """What lies over the places of one page."""

    because: Because
    reason: Text | None
    """On record: the page may show them."""
    form: Shown
    query: str
    """Carries the reason on to what the page leads to; empty: there is none."""
    shut: bool = False
    """The reader's role does not open it: the page says which does, and the way in an emergency."""
    looks_only: bool = False
    """Opened by an emergency look: nothing is done from this page."""

    @property
    def hides(self) -> bool:
        return bool(self.because) and self.reason is None

    @property
    def refusal(self) -> Refusal | None:
        """It was asked for without saying what for."""
        return Refusal(REASON_NEEDED) if self.form.errors else None

    @classmethod
    def kept_shut(cls, request: Request, because: Because) -> Self:
        """To who has not the role."""
        return cls(because, None, PurposeForm.show(request), "", shut=bool(because))

    @classmethod
    def opened(cls, request: Request, because: Because, reason: Text) -> Self:
        """By an emergency look, which is on record."""
        return cls(because, reason, PurposeForm.show(request), "", looks_only=True)

    def must_be_lifted(self) -> None:
        """Before a paper is printed, which is none without its places, and goes through many hands: what it says of them is never left out, nor
        why it would be.

        Raises Refusal ``municipality.purpose-before-paper``.
        """
        if self.hides:
            raise Refusal(PURPOSE_BEFORE_PAPER)

    @classmethod
    def over(cls, request: Request, *, because: Because, on_record: Callable[[Text], None]) -> Self:
        """What the address gives as reason.

        Args:
            on_record: writes down that they are looked at for this reason, before anything is shown.
        """
        found, shown = PurposeForm.sought(request)
        if not because or found is None:
            return cls(because, None, shown, "")
        reason = reason_of(found.purpose, found.note)
        on_record(reason)
        given = {"purpose": found.purpose, "note": found.note}
        return cls(because, reason, shown, f"?{urlencode(given)}")
