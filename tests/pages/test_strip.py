"""The sandbox's tools on every page: reached without a script, over nothing, and not in production."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import SystemClock
from kazasu.foundation.web import Site
from tests.support.chromium import DESK, PHONE

WIDE = {"width": 1840, "height": 900}
TOOLS = {"tours", "clock", "tray", "tap", "requests", "faults", "reset"}


@pytest.mark.browser
@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK, WIDE], ids=["phone", "desk", "wide"])
def test_the_strip_opens_and_leads_to_every_tool(country, browser, size, language):
    context = browser.new_context(viewport=size, java_script_enabled=False, locale=language)
    page = context.new_page()
    page.goto(f"{country.directory.origin('portal')}/")
    main, strip = (page.locator(one).bounding_box() for one in ("main", ".strip"))
    if size is WIDE:
        edge = "one => one.clientWidth - parseFloat(getComputedStyle(one).paddingRight)"
        assert strip["x"] >= page.locator("main").evaluate(edge), "it lies over the content"
    else:
        assert strip["y"] >= main["y"] + main["height"], "it lies over the content"
        page.locator(".sandbox-to-strip").click()
    page.locator(".strip summary").click()
    found = [one.get_attribute("href") for one in page.locator(".strip li a").all()]
    assert len(found) == len(TOOLS)
    for href in found:
        assert page.goto(href).status == 200, href
    context.close()


@pytest.mark.parametrize("mode", ["sandbox", "production"])
def test_production_has_none(mode):
    """Both sides: the same site that was given the same tools."""
    site = Site(
        room="portal", name=Text("窓口", "Counter"), templates=Path(__file__).parent,
        settings=Settings(mode=mode), clock=SystemClock(),
        tools={"clock": "http://sandbox.localhost/clock"},
    )  # fmt: skip
    page = TestClient(site.app(), base_url="http://portal.localhost").get("/about/help").text
    assert ("sandbox-strip" in page) is (mode == "sandbox")
    assert ("strip.css" in page) is (mode == "sandbox")


@pytest.mark.browser
@pytest.mark.xdist_group("chromium")
def test_what_opens_below_the_fold_is_brought_into_sight(country, browser):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{country.directory.origin('portal')}/")
    page.locator(".strip summary").click()
    expect(page.locator(".strip li a").last).to_be_in_viewport(ratio=1)
    context.close()
