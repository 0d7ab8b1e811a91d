"""The bank and the payment service in a real Chromium: opening, transfer, link, charge, and every page in
both languages, at phone and desk width, without JavaScript, and nothing that axe finds."""

import os
from pathlib import Path

import pytest

from tests.support.chromium import DESK, PHONE, ChromiumBrowser
from tests.support.market import OpenMarket, hanako

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
BANK_PAGES = (
    "/", "/open", "/open/purpose", "/open/occupation", "/open/review", "/open/consent",
    "/open/done", "/home", "/statement", "/data", "/consents", "/transfer", "/withdraw", "/data/address", "/close", "/closed",
)  # fmt: skip


@pytest.fixture(scope="module")
def market(module_databases):
    with OpenMarket(module_databases, module_databases.clock) as market:
        market.identity.holder = hanako()
        yield market


@pytest.fixture
def hand(market, browser, axe_source):
    """``hand(size=…)``: a browser; whatever is wrong on any of its pages fails the test."""
    made = []
    folder = os.environ.get("PICTURES")

    def make(**options):
        pictures = Path(folder) / f"{len(made)}-{options.get('language', 'en')}" if folder else None
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
        options.setdefault("axe", axe_source if options.get("scripts", True) else "")
        one = ChromiumBrowser(browser, pictures=pictures, **options)
        made.append(one)
        return one

    yield make
    found = [v for one in made for v in (*one.violations, *one.wide)]
    for one in made:
        one.close()
    assert sorted(set(found)) == []


def opened(market, browser):
    """An account of Hanako, who signs in where she has one."""
    browser.get(f"{market.bank}/signin")
    if browser.fault == "kit.not-linked":
        browser.get(f"{market.bank}/open").click("Begin")
        browser.press("Next").expect("Choose one")
        browser.press("Next", purpose="living").press("Next", occupation="employee")
        browser.press("Sign and apply").expect("Your account is open")
        browser.press("Agree and sign").expect("Customer number").click("Go to your account")
    return browser.get(f"{market.bank}/home")


@pytest.mark.parametrize(
    ("size", "scripts"), [(PHONE, True), (DESK, False)], ids=["phone", "no-js"]
)
def test_open_pay_in_transfer_link_and_charge(market, hand, size, scripts):
    browser = opened(market, hand(size=size, scripts=scripts))
    browser.press("Pay in, for trying out: 50,000 yen").expect("50,000 yen")
    own = browser.text.partition("Account number")[2].split()[0]
    browser.click("Transfer").press("Next", to_account=own, amount="x").expect("at least 1 yen")
    browser.press("Next", to_account=own, amount="1").expect("the same account")
    browser.get(f"{market.bank}/consents").expect("in force").press("Check now")
    browser.get(f"{market.pay}/").click("Sign in")
    if browser.has("Link a bank account"):
        browser.click("Link a bank account").press("Hinata Bank: link my account")
        browser.click("Go to the bank").press("Agree and link").expect(
            "Your bank account is linked"
        )
    browser.get(f"{market.pay}/").press("Top up", amount="1000").expect("Topped up")
    browser.get(f"{market.pay}/till").press("Set the amount", shop="books", amount="300")
    browser.expect("Check amount and shop").press("Pay by holding the card").expect("Paid")
    browser.get(f"{market.pay}/").expect("Shiori Books").click("300 yen").expect("Receipt")
    browser.get(f"{market.pay}/banks").click("End the link").press("End the link")
    browser.expect("about two minutes")
    browser.get(f"{market.bank}/statement").expect("1,000 yen")


def end_of(page):
    """The question before a consent ends."""
    return page.locator('a[href^="/consents/"][href$="/end"]').first.get_attribute("href")


def assert_tabs_in_sight(page, size):
    """No tab of the menu lies beside the screen: nobody looks for it there."""
    for box in (tab.bounding_box() for tab in page.locator(".site-nav a").all()):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page(market, hand, axe_at, size, language):
    opened(market, hand(size=DESK))
    browser = hand(size=size, language=language, axe=axe_at(language, size))
    browser.get(f"{market.bank}/signin")
    for path in BANK_PAGES:
        browser.get(f"{market.bank}{path}")
        assert browser.page.locator("html").get_attribute("lang") == language
        assert_tabs_in_sight(browser.page, size)
        if path == "/consents":
            browser.get(f"{market.bank}{end_of(browser.page)}")
    for path in ("/", "/banks", "/till"):
        browser.get(f"{market.pay}{path}")
    browser.get(f"{market.pay}/signin")
    browser.get(f"{market.pay}/banks")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-js"])
def test_enter_refresh_and_the_language_in_a_transfer(market, hand, scripts):
    browser = opened(market, hand(size=PHONE, scripts=scripts)).get(f"{market.bank}/transfer")
    browser.page.locator("#to_account").fill("12")
    browser.page.locator("#amount").fill("x")
    with browser.page.expect_navigation(wait_until="load"):
        browser.page.locator("#amount").press("Enter")
    for said in ("seven digits", "at least 1 yen"):  # both at once
        browser.expect(said)
    browser.page.reload()
    browser.expect("Amount (yen): Enter an amount").click("日本語").expect("7けたの数字です")
    assert browser.page.title().startswith("エラー: ")
    assert browser.page.locator("#amount").input_value() == "x"
    assert browser.page.locator("#to_account").input_value() == "12"
