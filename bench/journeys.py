"""A family's move in a real Chromium: ``python -m bench.journeys``. Pages and seconds, for the family and at both city halls.

A page is what somebody sees and acts on: a scene at the reader counts once however many states it has, a form that comes back with more
of itself once. Beside the pages the documents that were loaded. A practised pace is the keystroke-level model's (Card, Moran, Newell,
1980): 0.28 s a key, 1.1 s to point, 1.35 s to think before each page and each answer; to it comes what the machine took.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import sync_playwright
from tests.pages.conftest import QUIET
from tests.support.chromium import DESK, PHONE, ChromiumBrowser, ChromiumStage, program

from bench.limit import machine
from kazasu.cli.processes.countries import together
from kazasu.society.stories import moving
from kazasu.society.stories.moving import NEW, OLD, PASSWORD, PIN
from kazasu.society.stories.stage import Person

KEY, POINT, THINK = 0.28, 1.1, 1.35
FAMILY = ("佐藤　健一", "佐藤　花子", "佐藤　結衣", "佐藤　陽翔")


class Walk(ChromiumBrowser):
    """Counts what is seen, typed and pointed at."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.pages: list[str] = []
        self.documents = 0
        self.pace = 0.0
        self.loading = 0.0

    def reset(self) -> None:
        self.pages, self.documents, self.pace, self.loading = [], 0, 0.0, 0.0

    def _look(self) -> "Walk":
        self.documents += 1
        seen = self.url.partition("?")[0]
        if "terminal." in self.url:
            request = parse_qs(urlsplit(self.url).query).get("request", [""])[0]
            seen = f"the tap {request[-4:]}" if request else self.pages[-1]
        if not self.pages or self.pages[-1] != seen:
            self.pages.append(seen)
            self.pace += THINK
        super()._look()
        return self

    def _fill(self, name: str, value: Any) -> None:
        chosen = isinstance(value, list)
        typed = str(value) if not isinstance(value, bool) and not chosen else ""
        self.pace += THINK + (len(value) * POINT if chosen else POINT) + len(typed) * KEY
        super()._fill(name, value)

    def press(self, button: str, **fields: Any) -> "Walk":
        with self._machine():
            super().press(button, **fields)
        self.pace += POINT
        return self

    def click(self, text: str) -> "Walk":
        with self._machine():
            super().click(text)
        self.pace += POINT
        return self

    @contextmanager
    def _machine(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.loading += time.perf_counter() - began

    def told(self, who: str) -> None:
        total = self.pace + self.loading
        print(f"{who:<34} {len(self.pages):2} pages, {self.documents:2} documents, {self.pace:5.0f} s of hand and head"
              f" + {self.loading:4.1f} s of machine = {total:4.0f} s")  # fmt: skip
        print(
            "    "
            + " › ".join(
                "/".join(one.split("/")[3:]) or one.rpartition(" ")[0] or one for one in self.pages
            )
        )


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder, sync_playwright() as play:
        Path(folder).chmod(0o711)
        chromium = play.chromium.launch(executable_path=program(), args=list(QUIET))
        with together(Path(folder)) as country:
            print(f"machine: {machine()}")
            for size in (DESK, PHONE):
                stage = ChromiumStage(country.directory, country.clock, lambda _: None)
                stage.make = lambda size=size: Walk(chromium, size=size, hurried=True)  # type: ignore[misc]
                print(f"{size['width']} px")
                if size == DESK:
                    _move(stage)
                _sign_in(stage)
                stage.close()
        chromium.close()


def _sign_in(stage: ChromiumStage) -> None:
    person = Person(stage, "山田　颯太", stage.browser())
    person.browser.get(f"{stage.origin('portal')}/")
    person.browser.click("Sign in")
    person.tap(pin=PIN)
    person.browser.told("portal to signed in")


def _move(stage: ChromiumStage) -> None:
    family = Person(stage, FAMILY[1], stage.browser())
    browser = family.browser
    browser.get(f"{stage.origin('portal')}/")
    browser.click("Move house").click("Begin")
    family.tap(pin=PIN)
    moving.fill_in(stage, browser)
    browser.press("Sign and send")
    family.tap(password=PASSWORD)
    browser.expect("Your notice was sent")
    browser.told("the family, portal to timeline")
    case = moving.case_of(browser)

    clerk = moving.at_notice(stage, case)
    desk = clerk.browser
    desk.reset()
    desk.get(f"{stage.origin(OLD)}/desk")
    desk.click("Notices of moving out").click("Sato Hanako")
    desk.expect("Signature and certificate are good").press("Accept").expect("accepted")
    desk.told("the old city, to accepted")

    moving.at_arrival(stage, case)
    stage.set_day(moving.next_open(stage.today + timedelta(days=1)))
    clerk = moving.at_arrival(stage, case)
    desk = clerk.browser
    desk.reset()
    desk.get(f"{stage.origin(NEW)}/desk")
    desk.click("Expected arrivals").click("Sato Hanako")
    moving.identify(clerk, FAMILY[1])
    desk.press("Enter provisionally").expect("provisional")
    desk.press("Register").expect("registered")
    desk.told("the new city, to registered")

    desk.reset()
    desk.press("Update all their cards, one after the other")
    for asked in FAMILY:  # the head first, as the register has them
        Person(stage, asked, desk).tap(pin=PIN)
    desk.expect("Cards to update")
    desk.told("the new city, four cards")


if __name__ == "__main__":
    main()
