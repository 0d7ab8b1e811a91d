"""Furigana, easy Japanese and the end of a sign-in, in a real Chromium: the place, what was typed and what is sent stay."""

import pytest

from kazasu.society.stories import moving
from tests.pages.test_act_then_show import at_the_terminal, entered, value
from tests.support.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
NAME = "松本　玲"


def test_readings_and_easy_words_keep_the_place_and_what_was_typed(stage, axe_source):
    """At the tap too, which is another institution's: the words travel there and back."""
    one = stage(size=PHONE, axe=axe_source)
    browser = one.browser().get(f"{one.origin('portal')}/?lang=easy")
    browser.expect("何")
    browser.get(f"{one.origin('portal')}/move").press(f"このカードをかざす: {NAME}")
    assert browser.page.locator("html").get_attribute("lang") == "ja"
    assert browser.page.locator("h2 ruby rt").first.text_content() == "あんしょう"
    label = browser.page.locator("[role=group]").first.get_attribute("aria-label")
    assert "あんしょう" not in label, "a name that is heard has no reading beside it"
    entered(browser, "pin", moving.PIN)
    browser.get(f"{one.origin('portal')}/move/where")
    browser.page.locator("[name=postcode]").fill("12")
    menu = browser.page.locator("nav.language summary")
    menu.focus()
    menu.press("Enter")
    browser.page.keyboard.press("Escape")
    assert not browser.page.locator("nav.language ul").is_visible()
    menu.press("Enter")
    before = browser.page.locator("main ruby").count()
    with browser.page.expect_navigation(wait_until="load"):
        browser.page.locator(".language-furigana a").click()
    assert before
    assert not browser.page.locator("main ruby").count()
    assert value(browser, "postcode") == "12", "what was typed came along"
    browser.click("日本語")
    assert browser.page.locator("html").get_attribute("lang") == "ja"
    assert value(browser, "postcode") == "12"
    typed = """owner => sessionStorage.setItem("typed", JSON.stringify(
        {path: location.pathname, owner, typed: {postcode: "4600001"}}))"""
    for owner in ("somebody else", ""):  # their sign-in ended in this tab, and this person's began
        browser.page.evaluate(typed, owner)
        browser.page.reload(wait_until="load")
        assert value(browser, "postcode") != "4600001"
        assert browser.page.evaluate("sessionStorage.getItem('typed')") is None
    entered(browser, "postcode", "9999999").expect("その郵便番号は見つかりません")
    browser.click("やさしい日本語")
    assert browser.page.locator("#postcode-error ruby").count(), (
        "what is wrong stays, with its readings"
    )


def test_the_end_of_a_sign_in_is_announced_and_nothing_typed_is_lost(stage, axe_source):
    one = stage(size=PHONE, axe=axe_source)
    browser = at_the_terminal(one, NAME)
    entered(browser, "pin", moving.PIN)
    page = browser.page
    page.clock.install()
    browser.get(f"{one.origin('portal')}/move/where")
    box = page.locator(".session-ending")
    assert not box.is_visible()
    page.clock.fast_forward("12:30")
    box.wait_for(state="visible")
    assert "signed out" in box.get_by_role("status").text_content()
    browser._look()  # axe, while it is shown
    box.get_by_role("button", name="Stay signed in").click()
    page.get_by_text("You stay signed in.").wait_for()
    page.clock.fast_forward("00:06")
    box.wait_for(state="hidden")
    page.clock.fast_forward("16:00")
    page.get_by_text("You are signed out. What you typed").wait_for()
    ended(browser, "postcode", "0600042")
    assert value(browser, "postcode") == "0600042"


def ended(browser, field, text):
    """The session ends, and this is sent all the same; then the same person signs in again."""
    page = browser.page
    browser.context.clear_cookies(name="session", domain=page.url.split("/")[2].split(":")[0])
    entered(browser, field, text)
    browser.press(f"Hold this card: {NAME}")
    entered(browser, "pin", moving.PIN)
    page.wait_for_url("**/move/where**")
    browser._look().expect("Your session had ended")


def test_what_a_form_asks_later_comes_back_as_soon_as_it_does(stage, axe_source):
    """The block is asked for once the postcode is found, and the page after the sign-in stands before that."""
    one = stage(size=PHONE, axe=axe_source)
    browser = at_the_terminal(one, NAME)
    entered(browser, "pin", moving.PIN)
    browser.get(f"{one.origin('portal')}/move/where")
    entered(browser, "postcode", "0600042")
    browser.page.locator("[name=building]").fill("Sapporo Heights 305")
    ended(browser, "block", "2-1")
    assert value(browser, "postcode") == "0600042"
    if not browser.page.locator("[name=block]").count():
        entered(browser, "postcode", "0600042")
    assert value(browser, "block") == "2-1"
    assert value(browser, "building") == "Sapporo Heights 305"
    browser.get(f"{one.origin('portal')}/move/where")
    assert not browser.page.evaluate("sessionStorage.getItem('unsent-later')")
