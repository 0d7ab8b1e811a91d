"""The electronic record in a real Chromium at 360 px: got, shown, refused; nothing that axe finds."""

import pytest

from kazasu.society.stories.stage import Person
from tests.support.chromium import PHONE
from tests.support.phones import PIN, Phone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
SHUN = "小林　駿"
"""Nobody's move ends his certificate for signing in other tests of this country."""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-js"])
def test_get_show_refuse_and_delete(stage, axe_source, scripts):
    one = stage(size=PHONE, axe=axe_source if scripts else "", scripts=scripts)
    shun = Phone(one, SHUN).set_up()
    phone = shun.browser
    phone.get(f"{shun.origin}/record").expect("First put certificates on this phone")
    shun.enrol(replaces=True).expect("What is on it")
    phone.click("Electronic record of your card").expect("There is no record yet")
    phone.click("Get the record")
    shun.hold_card()
    phone.press("Sign and get it", pin=PIN, card_password="ABC123").expect("Whether 20 or older")

    shop = f"{one.origin('pay')}/age"
    Person(one, SHUN, phone).browser.get(f"{one.origin('pay')}/signin")
    Person(one, SHUN, phone).tap(pin="1234")
    phone.get(shop).press("Begin").click("Open the record on this phone")
    phone.expect("Kazasu Pay").press("Show what is chosen", pin="0000")
    assert phone.fault == "card.wrong-pin"
    phone.press("Show what is chosen", pin=PIN).expect("It was shown")
    phone.click("Back to Kazasu Pay").expect("Confirmed: 20 or older")

    phone.get(f"{shun.origin}/record").expect("Kazasu Pay: Whether 20 or older")
    phone.click("Delete the record").press("End and delete it", pin=PIN)
    phone.expect("There is no record yet")
