"""Where a story plays: a running country, its people with their cards, and who tells what happens."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kazasu.exchange.directory import Directory
from kazasu.foundation.text import Language, Text
from kazasu.foundation.time.clock import Clock, civil
from kazasu.society.stories.browser import Browser, NotOnPage

PATIENCE_SECONDS = 60.0


@dataclass
class Stage:
    """A story's view of the country: origins, time, and the folder in which its cards lie."""

    directory: Directory
    clock: Clock
    say: Callable[[str], None]
    language: Language = "en"
    as_json: bool = False
    folder: Path | None = None
    """The country's; None: nobody reads a card but at a terminal."""
    patience: float = PATIENCE_SECONDS
    """Seconds for which a person reloads a page before giving up."""
    steps: int = 0
    browsers: list[Browser] = field(default_factory=list)

    def tell(self, who: Text, did: Text, **facts: Any) -> None:
        """One step: who did what, and the facts that prove it."""
        self.steps += 1
        if self.as_json:
            line = {"step": self.steps, "who": who.en, "did": did.fill(**facts).en} | {
                name: str(value) for name, value in facts.items()
            }
            self.say(json.dumps(line, ensure_ascii=False))
            return
        own = self.language
        self.say(f"{self.steps:>3}. {who.to(own)}: {did.fill(**facts).to(own)}")

    def origin(self, institution: str) -> str:
        return self.directory.origin(institution)

    @property
    def today(self) -> date:
        return civil(self.clock.now())

    def browser(self) -> Browser:
        """A new one, with no cookies."""
        self.browsers.append(Browser())
        return self.browsers[-1]

    def close(self) -> None:
        for browser in self.browsers:
            browser.client.close()

    def until(self, what: str, look: Callable[[], bool]) -> None:
        """Wait until a person would see it, reloading as a person would.

        Raises NotOnPage when their patience is at its end: after a minute.
        """
        end = time.monotonic() + self.patience
        while not look():
            if time.monotonic() > end:
                raise NotOnPage(f"waited {self.patience:g} seconds for: {what}")
            time.sleep(0.15)

    def set_day(self, day: date) -> None:
        """Move the country's clock to nine in the morning of this day, on the sandbox's page."""
        if day <= self.today:
            return
        browser = self.browser().get(f"{self.origin('society')}/clock")
        browser.press("Go there", date=day.isoformat())
        self.until("the clock", lambda: self.today >= day)


@dataclass
class Person:
    """Somebody with a card, at a browser."""

    stage: Stage
    card: str
    """The name on the card, as the tray shows it."""
    browser: Browser

    def tap(self, **secrets: str) -> Browser:
        """At the terminal: lay the card from the tray on the reader, enter the PIN, confirm."""
        browser = self.browser
        browser.press(f"Hold this card: {self.card}")
        button = "Sign" if "password" in secrets else "Confirm"
        browser.press(button, **secrets)
        return browser
