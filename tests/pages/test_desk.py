"""The desk in a real Chromium: a family of four from notice to cards, by keys alone, on a phone, and without scripts."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from kazasu.foundation.time.dates import next_open
from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person
from tests.pages.test_every_page import LAYOUT
from tests.support.chromium import DESK, PHONE
from tests.support.country import founded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
PICTURES = os.environ.get("DESK_PICTURES", "")
"""A folder, to look at the pages afterwards."""
FAMILY = ("佐藤　健一", "佐藤　花子", "佐藤　結衣", "佐藤　陽翔")


@pytest.fixture(scope="module")
def country():
    """One of its own: in the one that tests share, others have moved these people already."""
    with founded() as running:
        yield running


@pytest.fixture
def screens():
    """Counts what a clerk is shown: each page that comes to an end of loading."""

    def of(browser):
        seen = []
        browser.page.on("load", lambda page: seen.append(page.url))
        return seen

    return of


def pictures(name):
    if not PICTURES:
        return None
    folder = Path(PICTURES) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def focus_of(browser):
    return browser.page.evaluate("document.activeElement.getAttribute('href') ?? ''")


def pressed(browser, key):
    """A key that leads to another page."""
    with browser.page.expect_navigation(wait_until="load"):
        browser.page.keyboard.press(key)
    return browser._look()


def test_a_family_of_four_at_both_city_halls(stage, axe_source, screens):
    one = stage(size=DESK, axe=axe_source, pictures=pictures("desk"))
    hanako = Person(one, "佐藤　花子", one.browser())
    case = moving.give_notice(one, hanako)
    old = moving.at_notice(one, case).browser
    by_keys(one, old, case)
    seen = screens(old)
    old.get(f"{one.origin(moving.OLD)}/desk/out")
    old.expect("Sato Hanako 佐藤 花子 + 3").expect("decide whether to accept")
    pressed(old, "n").expect("No problem: ").expect("Has it: nobody")
    old.page.locator("#words").fill("not to be lost")
    old.page.get_by_role("button", name="Accept", exact=True).click()
    old.page.locator("[data-unsent]").wait_for(state="visible")
    old.page.locator("#words").fill("")
    old.press("Accept").expect("It was accepted").expect("accepted")
    assert len(seen) == 3

    one.set_day(next_open(one.today + timedelta(days=1)))
    new = moving.at_arrival(one, case).browser
    seen = screens(new)
    new.get(f"{one.origin(moving.NEW)}/desk/in").expect("Sato Hanako 佐藤 花子 + 3").expect(
        "due today"
    )
    pressed(new, "n").expect("Who comes")
    moving.identify(Person(one, "木村　直子", new), "佐藤　花子")
    new.expect("The visitor was identified").expect("At the desk").expect("since").expect(
        "Has it: me"
    )
    assert new.page.locator(".at-the-desk-name").inner_text().startswith("Sato Hanako")
    assert new.page.locator("td.differs").count() == 0
    assert new.page.locator("#main-form").bounding_box()["height"] < 1200, (
        "one table for all movers"
    )
    assert new.page.locator("table.movers tbody tr").count() == 4
    new.press("Enter provisionally").expect("It was entered provisionally")
    new.press("Register").expect("The registration was taken")
    assert not new.page.locator(".at-the-desk").count(), "the page is empty of the visitor"
    taps = len(seen)
    new.press("Update all their cards, one after the other")
    done = ""
    for _ in FAMILY:
        asked = " ".join(new.page.locator("main").inner_text().split())
        whose = next(
            name
            for name in FAMILY
            if re.search(f"Update the card of [A-Za-z ]+ {' '.join(name.split())}", asked)
        )
        assert (f"{done} is done. Next: Update" in asked) == bool(done), (
            "what became of the one before"
        )
        Person(one, whose, new).tap(pin=moving.PIN)
        done = " ".join(whose.split())
    new.expect("All cards of this move are done")
    print(f"screens at the new city: {taps} to registration, {len(seen)} with four cards")
    assert taps <= 8
    assert not new.get(f"{one.origin(moving.NEW)}/desk/cards").has("佐藤")


def by_keys(one, browser, case):
    """From row to row, into the case and back, never while one types, and not at all once they are switched off."""
    page, desk = browser.page, f"{one.origin(moving.OLD)}/desk/out"
    browser.get(desk)
    page.keyboard.press("j")
    assert focus_of(browser).startswith("/desk/out/")
    pressed(browser, "Enter").expect("Notice of moving out")
    pressed(browser, "l")
    page.keyboard.press("c")
    page.keyboard.type("jk")
    assert page.locator("#case").input_value() == "jk", "a field takes letters as letters"
    page.locator("#case").fill(case.lower().replace("-", " "))
    pressed(browser, "Enter").expect(case)
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("button", name="Shortcuts: on").click()
    browser.get(desk)
    page.locator("h1").click()
    page.keyboard.press("j")
    assert focus_of(browser) == ""
    page.keyboard.press("?")
    page.locator("[data-keys] summary").click()
    page.get_by_role("button", name="Shortcuts: off").click()


@pytest.mark.parametrize(
    ("size", "language", "card", "reading"),
    [
        (PHONE, "ja", "山田　颯太", "Yamada"),
        pytest.param(DESK, "en", "髙橋　キヨ", "Takahashi", marks=pytest.mark.deep),
    ],
    ids=["phone-ja", "desk-en"],
)
def test_two_clerks_and_a_case_that_is_handed_over(
    stage, axe_source, size, language, card, reading
):
    one = stage(size=size, axe=axe_source, pictures=pictures(f"two-{language}"))
    who = Person(one, card, one.browser())
    case = moving.give_notice(one, who)
    first = moving.at_notice(one, case).browser
    page = f"{one.origin(moving.OLD)}/desk/out/{case}"
    second = moving.clerk_at(one, moving.OLD, "田中　修", moving.OLD_CLERK).browser
    second.get(page).expect("Has it: nobody")
    first.press("Take this case").expect("It is yours now").expect("Has it: me")
    second.press("Take this case")
    assert second.fault == "municipality.taken-by"
    second.expect("has had this case since")
    first.press("Keep the note", words="").expect("Please fill this in")
    first.press("Keep the note", words="電話しました").expect("電話しました")
    first.page.get_by_text("Hand it to a colleague").click()
    option = first.page.locator("#to option", has_text="田中").get_attribute("value")
    first.page.locator("#to").select_option(option)
    first.press("Hand it over", handing="夕方にもう一度").expect("It was handed over")
    second.get(f"{one.origin(moving.OLD)}/desk/out?show=mine").expect(reading)
    second.get(page).expect("夕方にもう一度").expect("Has it: me")
    for path in ("/desk", "/desk/out", "/desk/out?done=1", f"/desk/out/{case}", "/desk/residents?q=はなこ&purpose=notice",
                 f"/desk/out/{case}/rejection"):  # fmt: skip
        joint = "&" if "?" in path else "?"
        second.get(f"{one.origin(moving.OLD)}{path}{joint}lang={language}")
        assert second.page.evaluate(LAYOUT) == [], path
    second.get(f"{one.origin(moving.OLD)}/desk/residents?q=はなこ&purpose=notice&lang=en").expect(
        "佐藤"
    )


def test_without_scripts_nothing_is_missing_but_keys(stage):
    one = stage(size=DESK, scripts=False)
    clerk = moving.clerk_at(one, moving.OLD, "鈴木　真理", moving.OLD_CLERK).browser
    clerk.get(f"{one.origin(moving.OLD)}/desk/out").click("Begin the next case")
    assert not clerk.page.locator("[data-keys]").is_visible()
    assert not clerk.page.locator("[data-print]").first.is_visible()


def test_a_protected_person_is_marked_and_not_revealed(stage, axe_source):
    one = stage(size=DESK, axe=axe_source, pictures=pictures("protected"))
    clerk = moving.clerk_at(one, moving.OLD, "田中　修", moving.OLD_CLERK).browser
    clerk.get(f"{one.origin(moving.OLD)}/desk/residents?q=みさき&purpose=enquiry")
    clerk.expect("protected: not shown")
    assert not clerk.page.locator("main").get_by_text("Kanagawa").count()
    clerk.page.locator("a.opens").first.click()
    clerk.page.wait_for_load_state("load")
    clerk.expect("This person is protected").expect("(protected: not shown)")
    clerk.page.locator("#purpose").select_option("enquiry")
    clerk.press("Record the reason and show the address").expect("Kanagawa")


@pytest.mark.parametrize(("size", "language"), [(PHONE, "ja"), (DESK, "en")], ids=["phone", "desk"])
def test_somebody_is_looked_for_by_what_is_known_of_them(stage, axe_source, size, language):
    one = stage(size=size, axe=axe_source, pictures=pictures(f"search-{language}"))
    clerk = moving.clerk_at(one, moving.OLD, "鈴木　真理", moving.OLD_CLERK).browser
    there = f"{one.origin(moving.OLD)}/desk/residents"
    for query in ("", "q=さとお&purpose=notice", "q=サドウ&purpose=notice", "place=横浜市&purpose=notice", "place=横浜市&born=昨日",
                  "born=1948&state=here&purpose=notice", "q=123456789012&purpose=notice"):  # fmt: skip
        clerk.get(f"{there}?{query}&lang={language}")
        assert clerk.page.evaluate(LAYOUT) == [], query
    clerk.page.locator("details.disclosure").last.locator("summary").click()
    clerk.press("Find by the number" if language == "en" else "番号で探す", number="12")
    clerk.expect("Choose what it is for" if language == "en" else "何のためかを選んでください")
    assert clerk.page.evaluate(LAYOUT) == []
