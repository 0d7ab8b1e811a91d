"""Getting certificates onto a phone, one secret a page: its PIN, its signing password, then the card's.

What was chosen on one page waits in this process's memory for the next, for ten minutes and for this phone alone: never
in a session, a page or a file. What does not fit is said on its own page; nothing else is asked anew.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from kazasu.card.client import AUTHENTICATION, SIGNING, fitted
from kazasu.card.making import PhoneKeys
from kazasu.card.phone.faults import (
    APPLICATION_CHANGED,
    NOT_CHOSEN_YET,
    PASSWORDS_DIFFER,
    PINS_DIFFER,
)
from kazasu.contracts.jpki.phones import PhoneApplication
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock

LIFE: Final = timedelta(minutes=10)
Step = Literal["pin", "password", "card"]
STEPS: Final[tuple[Step, ...]] = ("pin", "password", "card")


@dataclass(frozen=True, slots=True)
class Application:
    """What the card signs, made before it is shown: what is read on the page is what is signed, byte for byte."""

    keys: PhoneKeys
    """The ones it is for, in this phone."""
    content: bytes
    """JSON of :class:`kazasu.contracts.jpki.phones.PhoneApplication`."""

    @property
    def document(self) -> PhoneApplication:
        return PhoneApplication.model_validate_json(self.content)

    @property
    def text(self) -> str:
        """Word for word."""
        return self.content.decode()


@dataclass(frozen=True, slots=True)
class Draft:
    """What was chosen so far."""

    until: datetime
    pin: str = ""
    password: str = ""
    application: Application | None = None
    """There as soon as the password is: the next page shows it."""

    @property
    def step(self) -> Step:
        if not self.pin:
            return "pin"
        return "card" if self.application else "password"


class Drafts:
    """By the phone's key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, Draft] = {}

    def of(self, key: str) -> Draft:
        """The phone's draft; an empty one where there is none, or its time is over."""
        now = self._clock.now()
        with self._lock:
            self._kept = {one: draft for one, draft in self._kept.items() if draft.until > now}
            return self._kept.get(key, Draft(now + LIFE))

    def choose_pin(self, key: str, pin: str, again: str) -> None:
        """Raises Refusal ``phone.pins-differ``, ``card.pin-form``."""
        if pin != again:
            raise Refusal(PINS_DIFFER)
        chosen = fitted(AUTHENTICATION, pin).decode()
        self._keep(key, lambda draft: replace(draft, pin=chosen))

    def choose_password(
        self, key: str, password: str, again: str, apply: Callable[[], Application]
    ) -> None:
        """Raises Refusal ``phone.passwords-differ``, ``card.pin-form``.

        Args:
            apply: makes the application that is shown next.
        """
        if password != again:
            raise Refusal(PASSWORDS_DIFFER)
        chosen = fitted(SIGNING, password).decode()
        made = apply()
        self._keep(key, lambda draft: replace(draft, password=chosen, application=made))

    def apply_anew(self, key: str, application: Application) -> None:
        """Another application instead. Raises Refusal ``phone.secrets-not-chosen``."""
        if self.of(key).application is None:
            raise Refusal(NOT_CHOSEN_YET)
        self._keep(key, lambda draft: replace(draft, application=application))

    def shown(self, key: str, application_id: str) -> tuple[Draft, Application]:
        """The draft whose application was shown.

        Raises Refusal ``phone.secrets-not-chosen``, ``phone.application-changed``: it was made anew on another page.
        """
        draft = self.of(key)
        if draft.application is None:
            raise Refusal(NOT_CHOSEN_YET)
        if draft.application.document.application_id != application_id:
            raise Refusal(APPLICATION_CHANGED)
        return draft, draft.application

    def forget(self, key: str) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def _keep(self, key: str, change: Callable[[Draft], Draft]) -> None:
        draft = self.of(key)
        with self._lock:
            self._kept[key] = change(draft)
