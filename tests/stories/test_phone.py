"""The phone beside the card, over HTTP: certificates, hand-over from another screen, lost, found, changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kazasu.card.phone.service import PhoneService
from kazasu.contracts.jpki.people import PersonChanged
from tests.stories.test_mdoc_phone import sql
from tests.support.pages import followed
from tests.support.phones import PIN, Phone, address_on, at_desk, number_on

SOTA, KIYO = "山田　颯太", "髙橋　キヨ"


@pytest.fixture
def phone(stage):
    """``phone(card)``; whoever had a phone in an earlier test gives it up first."""

    def make(card, platform="android"):
        made = Phone(stage, card).set_up(platform)
        made.enrol(replaces=True).expect("What is on it")
        return made

    return make


def signed_in(stage, desk):
    stage.until("the desk's screen", lambda: desk.get(desk.url).has("Your procedures"))


def test_from_a_desk_to_the_phone_and_back(stage, phone):
    """The phone names who asks, from where, and the screen on which it was begun."""
    sota = phone(SOTA)
    desk = at_desk(stage)
    sota.opens(desk)
    sota.browser.expect("This was begun on another screen").expect("Chrome on Windows")
    sota.browser.expect(stage.origin("portal")).expect("Sign in")
    sota.browser.press(number_on(desk)).expect("The phone’s PIN")
    sota.browser.press("Confirm", pin=PIN).expect("Go back to the screen on which you began")
    signed_in(stage, desk)


def test_begun_on_the_phone_itself(stage, phone):
    sota = phone(SOTA)
    sota.browser.get(f"{stage.origin('portal')}/signin")
    sota.browser.click("Use the certificates on this phone").expect("The phone’s PIN")
    sota.browser.press("Confirm", pin="0000")
    assert sota.browser.fault == "card.wrong-pin"
    sota.browser.press("Confirm", pin=PIN).expect("Your procedures")


def test_the_card_held_to_the_phone_answers_too(stage, person):
    sota = Phone(stage, SOTA)
    desk = at_desk(stage)
    sota.opens(desk)
    sota.browser.press(number_on(desk))
    sota.hold_card().press("Confirm", pin="1234")
    signed_in(stage, desk)


def test_a_wrong_number_ends_the_tap_and_the_desk_is_told(stage, phone):
    sota = phone(SOTA)
    desk = at_desk(stage)
    address = address_on(desk)
    right = sota.opens(desk)
    numbers = [b.get("value") for b in sota.browser.page.xpath("//button[@name='number']")]
    assert right in numbers
    assert len(set(numbers)) == 3
    again = sota.browser.get(sota.browser.url).page.xpath("//button[@name='number']")
    assert [b.get("value") for b in again] == numbers, "looking twice tells nothing"
    page = sota.browser.url
    sota.browser.press(next(one for one in numbers if one != right))
    assert sota.browser.fault == "phone.wrong-number"
    stage.until("the desk", lambda: "identity.wrong-number" in desk.get(desk.url).content.decode())
    assert sota.browser.get(page).fault == "phone.wrong-number"
    assert not sota.browser.fields("pin"), "it is dead, and says so before anything is typed"
    assert sota.browser.get(address).fault == "phone.wrong-number"


def test_the_number_comes_first(stage, phone):
    sota = phone(SOTA)
    desk = at_desk(stage)
    sota.opens(desk)
    sealed = sota.browser.fields("request")[0]
    posted = sota.browser.client.post(
        f"{sota.origin}/tap?request={sealed}", data={"request": sealed, "keys": "phone", "pin": PIN},
        headers={"origin": sota.origin},
    )  # fmt: skip
    assert "phone.number-not-chosen" in followed(sota.browser.client, posted).text


def test_a_code_serves_the_first_phone_on_which_the_number_is_chosen(stage, phone):
    """A messenger's preview opens it, a second program of the phone, somebody who photographed it: that alone takes it
    from nobody, and once the number is chosen the others get nothing."""
    sota, thief = phone(SOTA), Phone(stage, KIYO).set_up()
    desk = at_desk(stage)
    address = address_on(desk)
    previewer = stage.browser().client
    for look in (previewer.head, previewer.get):
        look(look(address).headers["location"])
    thief.browser.get(address).expect("Which number does the other screen show?")
    thiefs = thief.browser.url
    sota.opens(desk)
    sota.browser.press(number_on(desk))
    assert thief.browser.get(address).fault == "phone.opened-elsewhere"
    assert thief.browser.get(thiefs).fault == "phone.opened-elsewhere"
    sota.browser.press("Confirm", pin=PIN)
    signed_in(stage, desk)
    thief.browser.get(address)
    assert thief.browser.fault == "identity.signed-in-already"


def test_stopping_on_the_phone_sends_nothing(stage, phone):
    sota = phone(SOTA)
    desk = at_desk(stage)
    sota.opens(desk)
    sota.browser.press("Stop").expect("Nothing was sent")
    desk.get(desk.url).expect("Go on with your phone").click("Show a new code")
    sota.answers(desk)
    signed_in(stage, desk)


def test_face_or_finger_instead_of_four_digits_is_turned_on_with_them(stage, phone):
    sota = phone(SOTA)
    sota.browser.get(f"{sota.origin}/").press("Open with face or finger (simulated)", pin="1111")
    assert sota.browser.fault == "card.wrong-pin"
    sota.browser.press("Open with face or finger (simulated)", pin=PIN).expect("Now your face")
    desk = at_desk(stage)
    sota.opens(desk)
    sota.browser.press(number_on(desk)).press("Confirm with face or finger (simulated)")
    signed_in(stage, desk)
    sota.browser.get(f"{sota.origin}/").press("Use the four digits only")
    sealed = {"request": "x", "keys": "phone", "unlock": "biometric"}
    posted = sota.browser.client.post(
        f"{sota.origin}/tap", data=sealed, headers={"origin": sota.origin}
    )
    assert "terminal.no-request" in followed(sota.browser.client, posted).text


# ---------------------------------------------------------------- lost, found, changed


def test_a_lost_phone_is_held_from_another_and_lifted(stage, phone):
    lost, other = phone(SOTA), Phone(stage, SOTA)
    other.lost("hold").expect("They are suspended").expect("Android: suspended")
    lost.browser.get(lost.origin).expect("Suspended").expect(", since")
    desk = at_desk(stage)
    lost.answers(desk)
    stage.until(
        "the desk", lambda: "identity.phone-suspended" in desk.get(desk.url).content.decode()
    )
    other.lost("release").expect("They can be used again")
    lost.answers(desk.click("Use a phone"))
    signed_in(stage, desk)
    assert other.lost("release").fault == "jpki.not-held"
    assert other.lost("hold", pin="0000").fault == "card.wrong-pin"
    other.lost("show").expect("Android: good")
    other.lost("hold").expect("Wherever you were signed in you are being signed out")
    portal = stage.origin("portal")
    stage.until(
        "the desk is signed out", lambda: not desk.get(f"{portal}/accesses").has("Sign out")
    )
    other.lost("release").expect("They can be used again")


def test_a_new_phone_ends_the_old_one(stage, phone):
    old = phone(SOTA)
    new = Phone(stage, SOTA).set_up("iphone")
    assert new.enrol().fault == "jpki.phone-exists"
    new.browser.get(f"{new.origin}/enrol")
    new.enrol(replaces=True).expect("What is on it")
    desk = at_desk(stage)
    old.answers(desk)
    stage.until("the desk", lambda: "identity.phone-ended" in desk.get(desk.url).content.decode())
    new.answers(desk.click("Use a phone"))
    signed_in(stage, desk)
    old.browser.get(old.origin).expect("The certificates on this phone no longer work")
    old.browser.get(f"{old.origin}/delete").press("End and delete them", pin=PIN)
    old.browser.expect("There are no certificates yet")


def test_a_locked_phone_is_ended_with_the_card_and_filled_anew(stage, phone):
    """No counter resets a phone's PIN: the page says what does, and it does."""
    sota = phone(SOTA)
    for pin in ("0000", "0001", "0002"):
        last = {"use_last_try": True} if pin == "0002" else {}
        sota.browser.get(f"{stage.origin('portal')}/signin")
        sota.browser.click("Use the certificates on this phone").press("Confirm", pin=pin, **last)
    assert sota.browser.fault == "phone.locked"
    kiyo = Phone(stage, KIYO)
    kiyo.browser = sota.browser
    sota.browser.get(sota.origin).expect("The phone’s PIN is locked")
    assert sota.browser.get(f"{sota.origin}/enrol").fault == "phone.has-certificates"
    sota.browser.click("Delete the certificates").expect("No counter can reset it")
    sota.browser.click("Delete with your card")
    kiyo.hold_card().press("End and delete them", pin="1234")
    assert sota.browser.fault == "jpki.other-persons-phone", "another's card ends nothing"
    sota.browser.press("Use another card")
    sota.hold_card().expect("山田 颯太").press("End and delete them", pin="1234")
    sota.browser.expect("The certificates are gone from this phone")
    sota.enrol().expect("What is on it")


def test_deleting_ends_them_and_a_factory_reset_does_not(stage, phone):
    sota = phone(SOTA)
    sota.browser.get(f"{sota.origin}/delete").press("End and delete them", pin="9999")
    assert sota.browser.fault == "card.wrong-pin"
    sota.browser.press("End and delete them", pin=PIN).expect("There are no certificates yet")
    sota.lost("show").expect("Android: ended")

    sota.enrol().expect("What is on it")
    sota.browser.get(f"{sota.origin}/reset").expect("A reset does not end the certificates")
    sota.browser.press("Reset this phone").expect("Make this browser a phone")
    sota.lost("show").expect("Android: good")
    sota.lost("end").expect("They were ended")
    assert sota.lost("end").fault == "jpki.no-phone"


def test_ending_for_good_is_asked_before_anything_is_done(stage, phone):
    sota = phone(SOTA)
    sota.browser.get(f"{sota.origin}/lost")
    sota.hold_card().expect("山田 颯太").press("Go on", action="end", pin="1234")
    assert sota.browser.fault == "phone.end-is-final"
    sota.lost("show").expect("Android: good")


def test_what_a_phone_refuses(stage, phone):
    fresh = Phone(stage, SOTA)
    assert fresh.browser.get(f"{fresh.origin}/enrol").fault == "phone.not-set-up"
    fresh.set_up()
    assert fresh.enrol(pin_again="0000").fault == "phone.pins-differ"
    posted = fresh.browser.client.post(
        f"{fresh.origin}/enrol", data={"card_password": "ABC123"}, headers={"origin": fresh.origin}
    )
    assert "phone.secrets-not-chosen" in followed(fresh.browser.client, posted).text
    assert fresh.enrol(pin="12", pin_again="12").fault == "card.pin-form"
    assert fresh.enrol(password_again="OTHER1").fault == "phone.passwords-differ"
    assert not fresh.browser.fields("pin"), "the PIN that was chosen is kept"
    assert fresh.enrol(card_password="WRONG1").fault == "card.wrong-pin"
    assert not fresh.browser.fields("password"), "and so is the phone's password"
    assert fresh.enrol(card_password="ABC123", replaces=True).fault == ""
    assert fresh.enrol().fault == "phone.has-certificates"
    fresh.browser.get(f"{fresh.origin}/delete").press("End and delete them", pin=PIN)
    fresh.browser.get(f"{fresh.origin}/delete").expect("There are no certificates on this phone")
    assert fresh.browser.get(f"{fresh.origin}/delete/card").fault == "phone.no-certificates"


def test_a_child_gets_none(stage):
    yui = Phone(stage, "佐藤　結衣").set_up()
    assert yui.enrol().fault == "card.no-signing-certificate"


@pytest.mark.parametrize("name", ["佐藤　結衣", "吉田　葵"])
def test_a_card_without_a_signing_certificate_is_told_before_anything_is_typed(stage, name):
    """Of a child, and of who was one when the card was issued."""
    phone = Phone(stage, name).set_up()
    phone.browser.get(f"{phone.origin}/enrol").expect("First your card is looked at")
    phone.hold_card()
    assert phone.browser.fault == "card.no-signing-certificate"
    assert not phone.browser.fields("pin")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_card_whose_signing_certificate_lapsed_is_told_before_anything_is_typed(
    stage, language, monkeypatch
):
    monkeypatch.setattr(PhoneService, "may_sign", lambda *_: False)
    sota = Phone(stage, SOTA).set_up()
    browser = sota.browser
    browser.get(f"{sota.origin}/enrol")
    assert not browser.fields("pin"), "the card comes first"
    sota.hold_card()
    assert browser.fault == "phone.card-cannot-sign"
    assert not browser.fields("pin")
    browser.get(f"{sota.origin}/enrol?lang={language}")
    browser.expect(
        {"en": "renewed at the counter of your city", "ja": "窓口で新しくしてから"}[language]
    )


def test_while_jlis_cannot_be_asked_the_card_is_taken(stage, monkeypatch):
    """What it cannot do is then said when it signs."""
    monkeypatch.setattr(PhoneService, "may_sign", lambda *_: None)
    sota = Phone(stage, SOTA).set_up()
    sota.browser.get(f"{sota.origin}/enrol")
    sota.hold_card()
    assert sota.browser.fields("pin")


def test_it_installs_itself_and_says_when_there_is_no_network(stage):
    browser = stage.browser()
    origin = stage.origin("phone")
    manifest = browser.client.get(f"{origin}/manifest.webmanifest").json()
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        picture = browser.client.get(f"{origin}{icon['src']}")
        assert picture.headers["content-type"] == "image/png"
    worker = browser.client.get(f"{origin}/service-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    browser.get(f"{origin}/offline").expect("There is no network").expect("Nothing was sent")


def pressed_twice(browser, button, **fields):
    """The form with this button, sent twice at the same moment from one browser. Returns what each of the two was shown."""
    two = [replace(browser) for _ in range(2)]  # one window: the same cookies, the same page
    with ThreadPoolExecutor(2) as both:
        return list(both.map(lambda one: one.press(button, **fields), two))


def test_what_is_pressed_twice_at_once_is_done_once(stage):
    """The browser shows the second answer alone: certificates that were given must not look refused."""
    sota = Phone(stage, SOTA).set_up()
    assert sota.enrol(card_password="WRONG1", replaces=True).fault == "card.wrong-pin"
    for one in pressed_twice(sota.browser, "Sign and apply", card_password="ABC123"):
        assert one.fault == ""
        one.expect("What is on it")
    sota.browser.get(f"{sota.origin}/lost")
    sota.hold_card()
    sota.browser.press("Go on", action="end", pin="1234")
    for one in pressed_twice(sota.browser, "Go on", action="end", pin="1234", sure=True):
        assert one.fault == ""


def test_a_phone_that_stands_still_with_its_card_does_not_promise_to_be_woken_by_it(country, stage, phone):  # fmt: skip
    """The card is on hold: held to the phone it lifts nothing, and the counter comes first."""
    sota = phone(SOTA)
    life = country.process.rooms["jpki"].letters[PersonChanged].__self__
    query = (
        "SELECT parent_card FROM jpki.card WHERE media = 'phone' ORDER BY issued_at DESC LIMIT 1"
    )
    ((card_id,),) = sql(country, query)
    life.suspend(card_id)
    try:
        shown = sota.browser.get(sota.origin).expect("Suspended with your card")
        assert not shown.has("Hold your card under")
        assert Phone(stage, SOTA).lost("release").fault == "jpki.on-hold"
    finally:
        life.release(card_id)
    sota.browser.get(sota.origin).expect("For signing in")
