"""Screenshots for the README, made from the running system: ``python -m tools.pictures [--all DIR]``.

Plays the move in Chromium and keeps the pages that the documents show. ``--all`` keeps every page, for
looking at.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.support.chromium import DESK, PHONE, ChromiumBrowser, ChromiumStage, program

from kazasu.cli.processes.countries import together
from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person

MOST = 1200
"""Pixels of a page that a document shows."""
KEPT = ("notice.png", "timeline.png", "tray.png")
"""What documents show. A new one is added here and kept in :func:`_play`; a test compares with ``docs/pictures``."""
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="keep every page here")
    every = parser.parse_args().all
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="kazasu-pictures-") as folder,
        sync_playwright() as play,
    ):
        Path(folder).chmod(0o711)
        chromium = play.chromium.launch(
            executable_path=program(),
            args=["--no-sandbox"],
        )
        with together(Path(folder)) as country:
            stage = ChromiumStage(country.directory, country.clock, print)
            stage.size = PHONE

            def make() -> ChromiumBrowser:
                place = None
                if every is not None:
                    place = every / f"{len(stage.browsers)}"
                    place.mkdir(parents=True, exist_ok=True)
                return ChromiumBrowser(chromium, size=stage.size, pictures=place)

            stage.make = make
            _play(stage)
            stage.close()
        chromium.close()


def _play(stage: ChromiumStage) -> None:
    hanako = Person(stage, "佐藤　花子", stage.browser())
    case = moving.give_notice(stage, hanako)
    stage.size = DESK
    clerk = moving.at_notice(stage, case)
    _keep(clerk, "notice.png")
    clerk.browser.press("Accept").expect("accepted")
    moving.arrive(stage, case)
    stage.size = PHONE
    again = Person(stage, hanako.card, stage.browser())
    moving.sign_in(stage, again, stage.origin("portal"), f"/moves/{case}", moving.HANAKO)
    page = f"{stage.origin('portal')}/moves/{case}"
    stage.until("the end", lambda: again.browser.get(page).has("The old city closed"))
    _keep(again, "timeline.png")
    stage.size = DESK
    tray = stage.browser()
    tray.get(f"{stage.origin('society')}/tray")
    tray.page.screenshot(path=PICTURES / "tray.png")


def _keep(person: Person, name: str) -> None:
    page = person.browser.page
    width = page.viewport_size["width"]
    clip = {"x": 0, "y": 0, "width": width, "height": MOST if width > 400 else MOST * 5 // 4}
    page.screenshot(path=PICTURES / name, full_page=True, clip=clip)


if __name__ == "__main__":
    main()
