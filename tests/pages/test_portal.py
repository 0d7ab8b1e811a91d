"""The portal's own pages in a real Chromium: by phone and desk, in both languages, without scripts, with axe."""

import re

import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person
from tests.support.chromium import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
READ = "u => fetch(u).then(r => r.text())"


@pytest.mark.parametrize(
    ("size", "language", "scripts"),
    [(PHONE, "ja", True), (DESK, "en", True), (PHONE, "en", False)],
    ids=["phone-ja", "desk-en", "no-js"],
)
def test_what_one_can_do_before_signing_in(stage, axe_source, size, language, scripts):
    ja = language == "ja"
    move = "引っ越す" if ja else "Move house"
    made = stage(size=size, language=language, scripts=scripts, axe=axe_source if scripts else "")
    browser, home = made.browser(), made.origin("portal")
    browser.get(f"{home}/?q=ﾋｯｺｼ").expect(move)
    assert not browser.has("銀行口座" if ja else "bank account")
    browser.get(f"{home}/").click(move)
    browser.expect("かかる時間" if ja else "How long").expect("無料" if ja else "nothing")
    summary = browser.page.locator("details.term summary").first
    summary.focus()
    browser.page.keyboard.press("Enter")
    assert browser.page.locator("details.term p").first.is_visible()


def test_the_home_of_somebody_who_moves(stage, axe_source):
    made = stage(size=PHONE, axe=axe_source)
    kiyo = Person(made, "髙橋　キヨ", made.browser())  # nobody else moves her in this country
    browser, home = kiyo.browser, made.origin("portal")
    moving.sign_in(made, kiyo, home, "/move", moving.HANAKO).press("Next")
    browser.get(f"{home}/").expect("Your move, not sent yet").click("Your move, not sent yet")
    browser.click("Stop and delete this draft").press("Delete it").expect("Your draft was deleted")
    assert not browser.has("Your move, not sent yet")
    browser.get(f"{home}/accesses").expect("What you did yourself").click("The last 30 days")
    browser.expect("What you did yourself")
    assert "since=" in browser.url
    csv = browser.page.get_by_role("link", name="for spreadsheets").get_attribute("href")
    assert csv == browser.url.replace(f"{home}/accesses", "/accesses.csv")
    browser.get(f"{home}/accesses?from=2026-12-31&to=2026-01-01").expect("a later one")
    assert (
        browser.page.evaluate(READ, "/accesses.csv").lstrip("\ufeff").startswith("at,institution")
    )
    assert browser.page.evaluate(READ, "/accesses.json").startswith("[")


def test_the_appointment_is_printed_and_the_card_is_there(stage, axe_source):
    """By somebody whom nobody else moves in this country; she was only writing a draft above."""
    made = stage(size=PHONE, axe=axe_source)
    kiyo = Person(made, "髙橋　キヨ", made.browser())
    browser, home = kiyo.browser, made.origin("portal")
    case = moving.give_notice(made, kiyo)
    browser.get(f"{home}/").expect("Your card and phone").expect("Certificate for signing in")
    browser.press("Look again").expect("Your card and phone")
    browser.get(f"{home}/messages").click("Appointment received").expect(case)
    browser.get(f"{home}/").click("Confirmation and the way there").expect(case).expect(
        "your counter"
    )
    browser.expect("Your old city has not accepted your notice yet")
    loaded = "() => document.querySelector('img.qr').naturalWidth > 0"
    assert browser.page.evaluate(loaded)
    assert browser.page.locator("button.print-page").is_visible()
    browser.page.emulate_media(media="print")
    hidden = browser.page.locator(".no-print").evaluate_all(
        "all => all.map(one => one.checkVisibility())"
    )
    assert hidden
    assert not any(hidden)
    assert not browser.page.locator("footer, .site-header").evaluate_all(
        "all => all.filter(one => one.checkVisibility())"
    ), "neither the time-out nor the last sign-in is printed"
    edge = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}
    printed = browser.page.pdf(format="A4", margin=edge)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    clerk = moving.clerk_at(made, moving.NEW, "木村　直子", moving.NEW_CLERK)
    scanned = case.replace("-", "").lower()
    clerk.browser.get(f"{made.origin(moving.NEW)}/desk/in?case={scanned}")
    assert clerk.browser.url.endswith(f"/desk/in/{case}")
    browser.page.emulate_media(media="screen")
    # What came while the case's own page was open is read already; this comes while it is not.
    moving.accept(made, case)
    messages = f"{home}/messages"
    made.until("told", lambda: browser.get(messages).has("Notice of moving out accepted"))
    browser.press("Mark all as read").expect("All messages are marked as read")
    assert not browser.has("Mark all as read")
