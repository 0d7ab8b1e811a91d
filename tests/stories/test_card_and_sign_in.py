"""What a person meets at the terminal and at the portal's door when something is not right."""

from urllib.parse import parse_qs, urlsplit

import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.moving import PASSWORD, PIN


def at_terminal(stage, person, path="/signin"):
    """Before the PIN: the card is on the reader."""
    person.browser.get(f"{stage.origin('portal')}{path}")
    person.browser.press(f"Hold this card: {person.card}")
    return person.browser


def test_a_wrong_pin_shows_the_tries_left_and_nothing_is_lost(stage, person):
    browser = at_terminal(stage, person("山田　颯太"))
    browser.press("Confirm", pin="0000")
    assert browser.fault == "card.wrong-pin"
    browser.expect("2 more wrong tries lock it").press("Confirm", pin="12")
    assert browser.fault == "card.pin-form"
    browser.press("Confirm", pin=PIN).expect("Your procedures")


def test_a_locked_pin_says_where_to_unlock(stage, person):
    browser = at_terminal(stage, person("加藤　洋子"))
    assert browser.fault == "card.locked", "said at once"
    assert not browser.fields("pin"), "no keypad that cannot help"
    browser.expect("city hall").press("Back to Resident portal")
    assert browser.url.startswith(stage.origin("portal")), "in one step"


def test_an_expired_certificate_is_named(stage, person):
    browser = at_terminal(stage, person("加藤　博"))
    assert browser.fault == "card.expired"
    assert not browser.fields("pin")


def test_stopping_sends_nothing(stage, person):
    browser = at_terminal(stage, person("山田　颯太"))
    browser.press("Stop")
    assert browser.fault == "signin.cancelled"
    assert browser.url.startswith(stage.origin("portal")), "in one step"


def test_a_card_is_held_for_one_tap(stage, person):
    browser = at_terminal(stage, person("山田　颯太"))
    browser.press("Confirm", pin=PIN)
    browser.get(f"{stage.origin('terminal')}/").expect("The tray of cards")


def test_the_last_try_is_asked_about(stage, person):
    emi = person("中村　恵美")
    moving.sign_in(stage, emi, stage.origin("portal"), "/move", moving.HANAKO)
    moving.fill_in(stage, emi.browser, movers=1, postcode="0600042")
    emi.browser.press("Sign and send")
    emi.browser.press(f"Hold this card: {emi.card}").expect("One more wrong try locks it")
    emi.browser.press("Sign", password=PASSWORD)
    assert emi.browser.fault == "card.last-try", "a browser that does not ask for the box"
    emi.browser.press("Sign", password=PASSWORD, use_last_try=True)
    emi.browser.expect("Your notice was sent")


def test_a_child_is_told_before_anything_is_typed(stage, person):
    yui = person("佐藤　結衣")
    browser = moving.sign_in(stage, yui, stage.origin("portal"), "/move", moving.HANAKO)
    browser.expect("Your card cannot sign this notice").expect("a parent who moves with you")
    assert browser.get(f"{stage.origin('portal')}/move/who").fault == "portal.no-draft"


def test_a_childs_card_cannot_sign(stage, person):
    """Said at the reader, before a password."""
    toru = person("渡邉\U000e0102　徹")
    moving.sign_in(stage, toru, stage.origin("portal"), "/move", moving.HANAKO)
    moving.fill_in(stage, toru.browser)
    toru.browser.press("Sign and send")
    toru.browser.press("Hold this card: 佐藤　結衣")
    assert toru.browser.fault == "card.no-signing-certificate"
    toru.browser.expect("under 15")
    portal = stage.origin("portal")
    toru.browser.get(f"{portal}/move").click("Stop and delete this draft").press("Delete it")


def test_another_persons_card_does_not_sign_for_me(stage, person):
    toru = person("渡邉\U000e0102　徹")
    moving.sign_in(stage, toru, stage.origin("portal"), "/move", moving.HANAKO)
    moving.fill_in(stage, toru.browser)
    toru.browser.press("Sign and send")
    toru.card = "山田　颯太"
    toru.tap(password=PASSWORD)
    assert toru.browser.fault == "signin.other-person"
    toru.browser.get(f"{stage.origin('portal')}/move").expect("Review")
    toru.browser.click("Stop and delete this draft").press("Delete it")


def test_a_forged_request_is_refused_before_any_pin(stage, person):
    browser = person("山田　颯太").browser.get(f"{stage.origin('portal')}/signin")
    request = parse_qs(urlsplit(browser.url).query)["request"][0]
    head, body, signature = request.split(".")
    for forged in (f"{head}.{body[:-4]}AAAA.{signature}", f"{head}.{body}.", "nothing"):
        browser.get(f"{stage.origin('terminal')}/tap?request={forged}")
        assert browser.fault == "terminal.forged-request"
        assert not browser.has("PIN")


def test_a_card_that_is_not_there(stage, person):
    browser = person("").browser
    browser.get(f"{stage.origin('terminal')}/reader/insert?card=nobody&back=/")
    assert browser.fault == "card.no-card"
    browser.get(f"{stage.origin('terminal')}/reader/insert?card=..%2F..%2Froles&back=/")
    assert browser.fault == "card.no-card"


def test_the_tray_leads_to_readers_only(stage, person):
    browser = person("").browser
    browser.get(f"{stage.origin('society')}/tray?back=https%3A%2F%2Felsewhere.test%2F")
    assert browser.fault == "society.not-a-reader"
    browser.get(f"{stage.origin('terminal')}/reader/insert?card=yamada-sota&back=//elsewhere.test")
    assert browser.url == f"{stage.origin('terminal')}/"


def test_the_phone_has_its_own_reader(stage, person):
    browser = person("山田　颯太").browser
    browser.get(f"{stage.origin('portal')}/signin?device=phone")
    browser.expect("number")
    phone = person("山田　颯太")
    address = next(
        word for word in browser.content.decode().replace('"', " ").replace("<", " ").split()
        if word.startswith(f"{stage.origin('identity')}/phone/") and "/wait" not in word
        and "/qr" not in word
    )  # fmt: skip
    number = browser.page.xpath("//strong[contains(@class, 'pin')]")[0].text_content()
    phone.browser.get(address).press(number.strip())
    phone.tap(pin=PIN)
    stage.until("the desk's screen", lambda: browser.get(browser.url).has("Your procedures"))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/move/who", "portal.no-draft"),
        ("/moves/MV-0000000000000000", "portal.unknown-case"),
    ],
)
def test_there_is_nothing_of_that_kind(stage, person, path, code):
    kiyo = person("髙橋　キヨ")
    browser = moving.sign_in(stage, kiyo, stage.origin("portal"), path, moving.HANAKO)
    assert browser.fault == code
