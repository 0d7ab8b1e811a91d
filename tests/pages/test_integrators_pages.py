"""The integrators' and the operator's pages in a real Chromium: both sizes, both languages, axe, keys made there."""

import json

import pytest

from kazasu.foundation.http import http_client
from kazasu.society.stories.stage import Person
from tests.support.chromium import DESK, PHONE
from tests.support.party import PIN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_integrator_from_the_first_page_to_a_refused_request(stage, axe_at, size):
    one = stage(size=size, axe=axe_at("en", size), language="en")
    browser = one.browser()
    browser.get(f"{one.origin('identity')}/integrators").click("Register")
    page = browser.page
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make a key pair").click()
    private = json.loads(saved.value.path().read_text())
    public = json.loads(page.locator("#jwks").input_value())["keys"][0]
    assert private["kid"] == public["kid"]
    assert private["d"]
    assert "d" not in public
    page.get_by_role("status").get_by_text("Made.").wait_for()
    browser.press("Register", name="").expect("Please correct the following")
    browser.press(
        "Register", name="Example Shop", name_ja="例の店",
        redirect_uris="http://page.localhost:9000/callback", items=["name", "sign"],
    )  # fmt: skip
    browser.expect("Keep the registration token now")
    client_id = page.locator("#client-id").inner_text()
    origin = one.origin("identity")
    with (
        http_client() as client
    ):  # of the machine: Chromium's own request API does not know *.localhost
        client.get(
            f"{origin}/api/realms/main/protocol/openid-connect/auth?client_id={client_id}"
            "&redirect_uri=http://page.localhost:9000/callback&response_type=token"
        )
    for path in (
        "client", "client/change", "try", "people", "requests", "events", "faults", "conformance",
    ):  # fmt: skip
        browser.get(f"{origin}/integrators/{path}")
        browser.get(f"{origin}/integrators/{path}?lang=ja")
    browser.get(f"{origin}/integrators/requests?lang=en")
    page.locator("td a").first.click()
    browser._look().expect("stopped here").expect("What to change")
    browser.get(f"{origin}/integrators/client?lang=en").press("Sign out")
    browser.get(f"{origin}/integrators/client").expect("Open the registration")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_operators_pages(stage, axe_at, size):
    one = stage(size=size, axe=axe_at("en", size), language="en")
    party = one.browser()
    origin = one.origin("identity")
    party.get(f"{origin}/integrators/register")
    party.page.get_by_role("button", name="Make a key pair").click()
    party.page.get_by_role("status").get_by_text("Made.").wait_for()
    party.press(
        "Register", name="Review Me", name_ja="審査の店",
        redirect_uris="http://review.localhost:9000/callback", items=[],
    )  # fmt: skip
    client_id = party.page.locator("#client-id").inner_text()
    party.get(f"{origin}/integrators/client").press("Ask for the review: Team")
    clerk = Person(one, "岡田　翠", one.browser())
    clerk.browser.get(f"{origin}/operator")
    clerk.tap(pin=PIN)
    clerk.browser.expect("Review Me").get(f"{origin}/operator?lang=ja")
    clerk.browser.get(f"{origin}/operator/parties/{client_id}?lang=ja").expect("機械が見たこと")
    clerk.browser.get(f"{origin}/operator/parties/{client_id}?lang=en")
    clerk.browser.press("Do not grant", reason="localhost only").expect("localhost only")


def test_a_card_is_typed_on_a_phone(stage, axe_source):
    one = stage(size=PHONE, axe=axe_source, language="en")
    browser = one.browser()
    browser.get(f"{one.origin('society')}/tray").click("Make your own card")
    browser.press("Make the card", name="").expect("Please correct the following")
    browser.press("Make the card", name="試験　花").expect("試験 花").expect(
        "in no city's register"
    )


def test_without_a_script_a_key_is_pasted(stage):
    one = stage(size=PHONE, scripts=False, language="en")
    browser = one.browser()
    browser.get(f"{one.origin('identity')}/integrators/register")
    assert not browser.page.get_by_role("button", name="Make a key pair").is_visible()
    assert browser.page.locator("#jwks").is_visible()
