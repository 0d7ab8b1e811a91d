"""A city's process killed for real in the middle of a decision, and started again: the story goes on."""

import os
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from kazasu.cli.processes import countries, houses
from kazasu.foundation.crash import EXIT_CODE
from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person, Stage


class Watched(subprocess.Popen):
    """One house's process; whoever dies at the armed point is started again without it."""

    deaths: list[int] = []  # noqa: RUF012 - of the running test

    def __init__(self, command, **options):
        self.command, self.options = command, options
        super().__init__(command, **options)
        self._over = False
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while self.poll() is None:
            time.sleep(0.05)
        if self.returncode == EXIT_CODE and not self._over:
            Watched.deaths.append(self.returncode)
            options = {**self.options, "env": {k: v for k, v in self.options["env"].items()
                                               if k != "KAZASU_CRASH_AT"}}  # fmt: skip
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self.again = subprocess.Popen(self.command, **options | quiet)

    def terminate(self):
        self._over = True
        super().terminate()
        if hasattr(self, "again"):
            self.again.terminate()
            self.again.wait(20)


POINTS = {
    "city:141003": "moving-out.accept:after-commit",
    "city:011002": "arrival.intend:after-commit",
}


@pytest.mark.deep
def test_cities_killed_at_their_decisions_go_on_where_they_were(tmp_path, monkeypatch):
    Watched.deaths = []

    ordinary = subprocess.Popen

    def popen(command, *arguments, **options):
        house = next((one for one in POINTS if one in command), "")
        if "serve" not in command or not house:
            return ordinary(command, *arguments, **options)
        armed = options["env"] | {"KAZASU_CRASH_AT": POINTS[house]}
        return Watched(command, **options | {"env": armed})

    monkeypatch.setattr(houses.subprocess, "Popen", popen)
    tmp_path.chmod(0o711)
    for folder in list(tmp_path.parents)[:4]:
        with suppress(PermissionError):
            folder.chmod(folder.stat().st_mode | 0o011)
    with countries.apart(Path(tmp_path)) as country:
        stage = Stage(country.directory, country.clock, lambda _: None)
        try:
            _move(stage)
        finally:
            stage.close()
    assert Watched.deaths == [EXIT_CODE] * 2, "each was really killed, once"
    assert os.environ.get("KAZASU_CRASH_AT") is None


def _move(stage):
    """Where the answer is lost, a person opens the page again and looks."""
    hanako = Person(stage, "佐藤　花子", stage.browser())
    case = moving.give_notice(stage, hanako)
    clerk = moving.at_notice(stage, case)
    with suppress(httpx.TransportError):
        clerk.browser.press("Accept")
    out = f"{stage.origin(moving.OLD)}/desk/out/{case}"
    stage.until("accepted", lambda: _seen(clerk, out, "accepted"))
    stage.set_day(moving.next_open(stage.today + moving.timedelta(days=1)))
    clerk = moving.at_arrival(stage, case)
    moving.identify(clerk, "佐藤　花子")
    clerk.browser.press("Enter provisionally")
    with suppress(httpx.TransportError):
        clerk.browser.press("Register")
    there = f"{stage.origin(moving.NEW)}/desk/in/{case}"
    stage.until("registered", lambda: _seen(clerk, there, "registered"))
    stage.until("closed", lambda: _seen(_clerk(stage), out, "done, record closed"))


def _seen(person, url, words):
    try:
        return person.browser.get(url).has(words)
    except httpx.TransportError:
        return False


def _clerk(stage):
    if not hasattr(stage, "again"):
        stage.again = moving.clerk_at(stage, moving.OLD, "鈴木　真理", moving.OLD_CLERK)
    return stage.again
