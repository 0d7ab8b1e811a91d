"""Enter, refresh, back, two tabs and the switch of language, in a real Chromium: nothing is done that was not asked,
nothing typed is lost (design §3.14)."""

import json
import re

import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person
from tests.support.chromium import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-js"])
KEYS = json.dumps({"keys": [{
    "kty": "EC", "crv": "P-256", "kid": "k", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}]})  # fmt: skip


def entered(browser, field, text):
    """Type into a field and press Enter there, as most people do."""
    box = browser.page.locator(f"[name='{field}']").first
    box.fill(text)
    with browser.page.expect_navigation(wait_until="load"):
        box.press("Enter")
    return browser._look()


def again(browser):
    browser.page.reload()
    return browser._look()


def back(browser):
    browser.page.go_back()
    return browser._look()


def language(browser):
    return browser.page.locator("html").get_attribute("lang")


def value(browser, field):
    return browser.page.locator(f"[name='{field}']").first.input_value()


def at_the_terminal(one, card):
    person = Person(one, card, one.browser())
    person.browser.get(f"{one.origin('portal')}/move")
    person.browser.press(f"Hold this card: {card}")
    return person.browser


@BOTH
def test_enter_sends_the_form_and_never_switches_the_language(stage, axe_source, scripts):
    one = stage(size=PHONE, scripts=scripts, axe=axe_source if scripts else "")
    browser = at_the_terminal(one, "松本　玲")
    entered(browser, "pin", moving.PIN)
    browser.get(f"{one.origin('portal')}/move/where")
    entered(browser, "postcode", "9999999").expect("This postcode is not known")
    assert browser.page.title().startswith("Error: ")
    assert value(browser, "postcode") == "9999999"
    entered(browser, "postcode", "0600042").expect("Block and number")
    entered(browser, "block", "").expect("Block and number: Enter the block number")
    assert language(browser) == "en"
    browser.page.locator("[name='block']").fill("2-1")
    entered(browser, "postcode", "0600041").expect("Block and number")
    assert browser.url.partition("?")[0].endswith("/move/where"), "its towns are shown first"
    entered(browser, "building", "").expect("When")
    assert language(browser) == "en"


def test_refresh_back_and_the_language_keep_errors_and_what_was_typed(stage, axe_source):
    one = stage(size=DESK, axe=axe_source)
    browser = at_the_terminal(one, "松本　玲")
    browser.press("Confirm", pin=moving.PIN).get(f"{one.origin('portal')}/move/contact")
    browser.press("Next", phone="never", email="me@example").expect(
        "Enter the telephone number with its area code"
    )
    wrong = browser.url
    again(browser).expect("Telephone: Enter the telephone number with its area code")
    browser.click("日本語").expect("電話番号を、市外局番から")
    assert (value(browser, "phone"), value(browser, "email")) == ("never", "me@example")
    browser.click("English").get(f"{one.origin('portal')}/move/who")
    back(browser).expect("Enter the telephone number with its area code")
    assert value(browser, "email") == "me@example"
    tab = browser.context.new_page()
    tab.goto(wrong.partition("?")[0])
    assert "Please correct" not in tab.locator("main").inner_text(), "opened anew"
    tab.locator("[name=phone]").fill("other tab")
    tab.get_by_role("button", name="Next").click()
    assert "Enter the telephone number" in tab.locator("main").inner_text()
    again(browser)
    assert value(browser, "phone") == "never"
    tab.close()


def test_the_language_takes_along_what_was_not_sent_yet(stage, axe_source):
    one = stage(size=PHONE, axe=axe_source)
    browser = at_the_terminal(one, "松本　玲")
    browser.press("Confirm", pin=moving.PIN).get(f"{one.origin('portal')}/move/contact")
    browser.page.locator("[name=email]").fill("half@typed")
    browser.click("日本語")
    assert (language(browser), value(browser, "email")) == ("ja", "half@typed")
    again(browser)
    assert value(browser, "email") == "", "for one page only"


@BOTH
def test_a_refresh_after_a_wrong_pin_spends_no_try_and_the_language_frightens_nobody(
    stage, axe_source, scripts
):
    one = stage(size=PHONE, scripts=scripts, axe=axe_source if scripts else "")
    browser = at_the_terminal(one, "山田　颯太")
    browser.press("Confirm", pin="0000")
    assert browser.fault == "card.wrong-pin"
    opened = browser.url
    for _ in range(3):
        again(browser)
        assert browser.fault == "card.wrong-pin"
        drawn = re.compile("<svg.*?</svg>", re.DOTALL)  # colours have zeros, too
        assert "0000" not in drawn.sub("", browser.page.content())
    browser.click("日本語")
    assert (language(browser), browser.fault) == ("ja", "card.wrong-pin")
    browser.click("English").get(opened.partition("&kept=")[0]).expect("2 more wrong tries lock it")
    assert browser.fault == ""
    browser.press("Confirm", pin=moving.PIN).expect("Who moves")


@BOTH
def test_a_refresh_after_registering_makes_no_second_client(stage, axe_source, scripts):
    one = stage(size=DESK, scripts=scripts, axe=axe_source if scripts else "")
    browser = one.browser()
    desk = f"{one.origin('identity')}/integrators"
    browser.get(f"{desk}/register")
    browser.press("Register", name="Only one").expect("Redirect addresses: Please fill this in")
    browser.page.locator("[name=jwks]").fill(KEYS)
    browser.page.locator("[name=name_ja]").fill("ひとつ")
    browser.page.locator("[name=redirect_uris]").fill("http://once.localhost:9000/callback")
    assert value(browser, "name") == "Only one"
    browser.press("Register").expect("Keep the registration token now")
    client, token = (browser.page.locator(f"#{i}").inner_text() for i in ("client-id", "registration-token"))  # fmt: skip
    for look in (again, lambda b: b.click("日本語"), again, lambda b: b.click("English")):
        look(browser)
        assert browser.page.locator("#client-id").inner_text() == client
        assert browser.page.locator("#registration-token").inner_text() == token
    stranger = one.browser().get(browser.url)
    assert token not in stranger.page.content()
    browser.get(f"{desk}/registered").expect(client)
    assert token not in browser.page.content(), "opened anew"
