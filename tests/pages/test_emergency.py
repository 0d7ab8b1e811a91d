"""An emergency look from the desk to the portal in a real Chromium, by the sandbox's own staff: asked for, agreed to, seen, told, reviewed."""

import pytest

from kazasu.foundation.text import Text
from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person
from tests.pages.test_every_page import LAYOUT
from tests.support.chromium import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
CITY = moving.OLD
SOMEBODY = Text("職員", "staff")


def at_desk(one, name):
    return moving.clerk_at(one, CITY, name, SOMEBODY).browser


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_emergency_look_from_the_record_to_the_review(stage, axe_source, size):
    one = stage(size=size, axe=axe_source)
    desk, wrong = one.origin(CITY), []

    def laid_out(browser):
        wrong.extend(f"{browser.url}: {each}" for each in browser.page.evaluate(LAYOUT))
        return browser

    asker = at_desk(one, "鈴木　真理")
    record = asker.get(f"{desk}/desk/residents?q=イトウ　ミサキ&purpose=certificate").click("Ito")
    laid_out(record.expect("Staff with the role “protected people” can see the address"))
    seen = f"{asker.url.partition('?')[0]}?emergency=1"
    laid_out(asker.click("Ask for an emergency look").expect("Ito"))
    asker.press("Ask another member of staff to agree", note="119番、隊員の名")
    laid_out(asker.expect("Choose what the emergency is"))
    asker.press("Ask another member of staff to agree", reason="rescue")
    laid_out(asker.expect("It waits for another member of staff"))
    look = asker.url.partition("?")[0]
    second = at_desk(one, "田中　修")
    laid_out(second.get(f"{desk}/desk").expect("Emergency looks that wait for a second person (1)"))
    laid_out(second.get(f"{desk}/desk/emergency").click("EL-"))
    laid_out(second.press("Agree: open it for 60 minutes").expect("You agreed"))
    laid_out(
        asker.get(look).click("See this record").expect("The address is shown by an emergency look")
    )
    assert asker.url.startswith(seen)

    misaki = Person(one, "伊藤　美咲", one.browser())
    moving.sign_in(one, misaki, one.origin("portal"), "/messages", SOMEBODY)
    laid_out(misaki.browser.expect("Two members of staff agreed"))
    laid_out(
        misaki.browser.get(f"{one.origin('portal')}/").expect(
            "In an emergency, staff of Yokohama opened your data"
        )
    )
    misaki.browser.get(f"{one.origin('portal')}/accesses").expect("emergency look")

    asker.get(look).press("End it now").expect("It was ended")
    asker.get(seen).expect("No emergency look is open now")
    auditor = at_desk(one, "岡田　翠")
    laid_out(auditor.get(f"{desk}/desk").expect("Emergency looks to be reviewed (1)"))
    laid_out(auditor.get(look))
    auditor.press("Record the review", verdict="right", words="119番の記録と合う")
    laid_out(auditor.expect("The review is on record"))
    second.get(f"{desk}/desk/alarms").expect(
        "To be looked into None"
    )  # one of the two agreed to it
    auditor.get(f"{desk}/desk/alarms").click("An emergency look was opened")
    laid_out(auditor).press("Close it: looked into", reason="119番の訓練")
    auditor.expect("The alarm is closed")
    assert wrong == [], "\n".join(sorted(set(wrong)))
