"""The tap's scene in a real Chromium: small screens, keyboard alone, a mouse that drags, no script, each state by axe."""

import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person
from tests.support.chromium import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
SMALL = {"width": 360, "height": 640}
NARROW = {"width": 320, "height": 640}
LAST_TRY = {"width": 320, "height": 568}
HANAKO, KIYO, YOKO, HIROSHI = "佐藤　花子", "髙橋　キヨ", "加藤　洋子", "加藤　博"
IN_SIGHT = """one => { const box = one.getBoundingClientRect();
    return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth }"""
CONFIRM = {"en": "Confirm", "ja": "確認"}


@pytest.fixture
def at_terminal(stage, axe_source):
    """``at_terminal(**options)``: a browser at the portal's door, before the scene."""

    def make(*, axe=True, **options):
        one = stage(axe=axe_source if axe else "", **options)
        browser = one.browser()
        return browser.get(f"{one.origin('portal')}/signin")

    return make


def state(browser):
    return browser.page.locator("body").get_attribute("data-scene")


def press(page, digits):
    for digit in digits:
        page.locator(".pin-pad").get_by_role("button", name=digit, exact=True).click()


def spoken(page):
    """What the polite status says, which stays where it is."""
    return page.locator("main > p.hidden[role=status]").evaluate("one => one.textContent")


def hold(browser, name):
    return browser.press(f"Hold this card: {name}")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_key_that_confirms_is_in_sight_on_the_smallest_screens(at_terminal, language):
    browser = at_terminal(size=SMALL, language=language)
    page = browser.page
    page.locator("button[value='takahashi-kiyo']").click()
    page.wait_for_url("**/tap?**")
    browser._look()
    key = page.get_by_role("button", name=CONFIRM[language], exact=True)
    last = page.locator(".pin-pad > *").last
    assert last.inner_text() == CONFIRM[language], "in the pad's last cell"
    assert key.evaluate(IN_SIGHT), "without scrolling"
    assert spoken(page) == ""
    press(page, "000")
    assert spoken(page) == {"ja": "4けたのうち3けた", "en": "3 of 4 digits"}[language]
    press(page, "00")
    assert page.locator("#pin").input_value() == "0000"
    full = {"ja": "これ以上は入りません。4けたのうち4けた", "en": "It is full, 4 of 4 digits"}
    assert spoken(page) == full[language]
    press(page, "0")
    assert spoken(page).strip() == full[language] != spoken(page), "the same again is heard again"
    page.get_by_role("button", name="消す" if language == "ja" else "Erase").click()
    assert page.locator("#pin").input_value() == "000"
    assert spoken(page).endswith({"ja": "4けたのうち3けた", "en": "3 of 4 digits"}[language])
    assert page.evaluate("scrollY") == 0
    press(page, "0")
    with page.expect_navigation(url="**kept=**"):
        key.click()
    assert key.evaluate(IN_SIGHT), "after a wrong PIN, too"
    sheet = page.locator(".scene-pad").bounding_box()["height"]
    assert sheet <= 0.6 * SMALL["height"], (
        "the refusal takes the heading's place: who asks stays in sight"
    )
    field = page.locator("#pin")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby").split() == ["failure", "pin-hint"]
    assert page.locator("#failure").is_visible()
    field.fill(moving.PIN)
    with page.expect_navigation(url="**/done?**"):
        key.click()


def test_from_the_portal_to_signed_in_by_keyboard_alone_in_three_pages(at_terminal):
    browser = at_terminal(size=DESK, hurried=True)
    page = browser.page
    pages = [page.url]
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    page.locator("#q").focus()
    page.keyboard.type("キヨ")
    assert page.locator("[data-words]:visible").count() == 1
    assert page.locator("[data-found]").inner_text() == "1 card"
    for _ in range(3):  # the button of the search, the card
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "card":
            break
    ring = page.locator("li.tray-card:has(:focus-visible)").evaluate(
        "one => getComputedStyle(one).outline"
    )
    assert "solid 4px" in ring, "around the whole card, which cuts off what is drawn within it"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert state(browser) == "secret"
    page.keyboard.type(moving.PIN)  # the field has the focus
    with page.expect_navigation(url="**/done?**"):
        page.keyboard.press("Enter")
    assert "Take the card away" in page.get_by_role("status").inner_text()
    page.wait_for_url("**//portal.localhost**", timeout=5000)  # by itself
    assert "Your procedures" in page.locator("main").inner_text()
    shown = {url.partition("?")[0] for url in pages if "/tap" in url or "/done" in url}
    assert len(shown) <= 2, "the scene with its tray, and its end"


def test_a_card_is_dragged_onto_the_reader(at_terminal):
    browser = at_terminal(size=DESK, axe=False)
    with browser.page.expect_navigation():
        browser.page.drag_and_drop("li[data-card='sato-hanako']", "[data-reader]")
    assert state(browser) == "secret"
    strip = browser.page.locator(".strip")
    assert strip.evaluate("one => getComputedStyle(one).position") == "static", (
        "never over the keys"
    )
    assert browser.page.locator(".reader .mycard-name").inner_text() == HANAKO


def test_reading_is_shown_and_said_between_the_press_and_the_answer(at_terminal):
    browser = hold(at_terminal(size=PHONE), KIYO)
    page = browser.page
    # The answer is held back: what stands on the screen meanwhile is looked at.
    page.evaluate("document.querySelector('form[data-tap]').addEventListener('submit', e => e.preventDefault())")  # fmt: skip
    page.locator("#pin").fill("9999")
    page.get_by_role("button", name="Confirm", exact=True).click()
    page.locator("[data-reading]").wait_for(state="visible")
    assert spoken(page) == "Reading. Keep the card where it is"
    assert page.locator("[aria-current=step]").inner_text() == "Reading"
    assert page.title() == "Reading. Keep the card where it is"
    assert not page.locator("#pin").is_visible()
    browser._look()


def test_what_was_searched_goes_along_with_the_language(at_terminal):
    page = at_terminal(size=DESK, axe=False).page
    page.locator("#q").fill("キヨ")
    page.locator(".language summary").click()
    page.locator(".language a[hreflang=ja]").first.click()
    page.wait_for_url("**q=**")
    assert page.locator("#q").input_value() == "キヨ"
    assert page.locator("[data-words]").count() == 1


def test_without_a_script_the_states_are_the_same(at_terminal):
    browser = at_terminal(size=SMALL, scripts=False, axe=False)
    assert state(browser) == "hold"
    page = browser.page
    page.locator("#q").fill("キヨ")
    page.get_by_role("button", name="Find").click()
    assert page.locator("[data-words]").count() == 1
    hold(browser, KIYO)
    assert state(browser) == "secret"
    assert "keep the card there until the page changes" in browser.text
    browser.press("Confirm", pin="0000").expect("2 more wrong tries lock it")
    page.locator("#pin").fill(moving.PIN)
    page.get_by_role("button", name="Confirm", exact=True).click()
    assert state(browser) == "done"
    page.get_by_role("link", name="Go on").click()
    assert "Your procedures" in page.locator("main").inner_text()


@pytest.mark.parametrize(("name", "code"), [(YOKO, "card.locked"), (HIROSHI, "card.expired")])
@pytest.mark.parametrize("size", [NARROW, DESK], ids=["320", "1280"])
def test_what_cannot_serve_has_no_keypad_and_one_way_on(at_terminal, name, code, size):
    browser = hold(at_terminal(size=size), name)
    assert (state(browser), browser.fault) == ("cannot", code)
    assert browser.page.locator("input[type=password]").count() == 0
    assert browser.page.locator(".scene-end .button").count() == 1
    assert browser.page.title().startswith("Error: ")
    browser.press("Back to Resident portal")
    assert "portal.localhost" in browser.url


def test_large_letters_and_a_low_screen_scroll_and_hide_nothing(at_terminal):
    """200 % zoom of 1280 × 720: 640 × 360 CSS pixels; the keypad no longer sticks over what is asked."""
    browser = hold(at_terminal(size={"width": 640, "height": 360}), KIYO)
    pad = browser.page.locator(".scene-pad")
    assert pad.evaluate("one => getComputedStyle(one).position") == "static"
    browser.page.get_by_role("button", name="Confirm", exact=True).scroll_into_view_if_needed()


LARGE = """new MutationObserver(() => document.documentElement && (document.documentElement.style.fontSize = '200%'))
    .observe(document, {childList: true})"""
"""Letters of twice the size from the start, as a browser's own setting has them: not set once the page stands."""


@pytest.mark.parametrize("finger", [True, False], ids=["finger", "keyboard"])
def test_with_large_letters_the_next_step_is_in_sight_after_each_press(at_terminal, finger):
    """Whose card, what is asked or was refused, and the field: on the screen that comes, without scrolling."""
    browser = at_terminal(size=PHONE, language="ja", axe=False, finger=finger, first=LARGE)
    page = browser.page

    def is_seen(*more):
        page.locator("html.tall-sheet").wait_for(state="attached")
        for one in (".scene-pad .scene-whose", "#pin", *more):
            assert page.locator(one).evaluate(IN_SIGHT), one
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        return page.evaluate("document.activeElement.id")

    page.locator("button[value='takahashi-kiyo']").click()
    page.wait_for_url("**/tap?**")
    assert is_seen("#state-now") == ("state-now" if finger else "pin")
    assert page.locator(".scene-whose").inner_text().endswith(KIYO)
    pad = page.locator(".scene-pad")
    assert pad.evaluate("one => getComputedStyle(one).position") == "static"
    page.locator("#pin").fill("0000")
    with page.expect_navigation(url="**kept=**"):
        page.get_by_role("button", name="確認", exact=True).click()
    assert is_seen("#failure") == ("failure" if finger else "pin")
    page.locator("#pin").fill(moving.PIN)
    with page.expect_navigation(url="**/done?**"):
        page.get_by_role("button", name="確認", exact=True).click()


def test_the_sheet_never_covers_who_asks(at_terminal):
    """With the words of the last try the sheet is as tall as the screen and scrolls like everything else."""
    browser = hold(at_terminal(size=LAST_TRY, axe=False), KIYO)
    page = browser.page
    browser.press("Confirm", pin="0000").press("Confirm", pin="0000")
    assert "1 more wrong try locks it" in browser.text
    assert browser.text.count("locks it") == 1
    page.locator("html.tall-sheet").wait_for(state="attached")
    assert page.locator(".scene-pad").evaluate("one => getComputedStyle(one).position") == "static"
    assert page.evaluate("document.documentElement.scrollWidth") <= LAST_TRY["width"]
    page.go_back()
    assert "2 more wrong tries" not in browser.text, "the page gone back to told of an earlier try"
    browser.press("Confirm", pin=moving.PIN, use_last_try=True)


def test_time_that_runs_out_says_so_and_the_same_begins_again(at_terminal):
    """The page says by itself that a minute is left, and comes again as its own end, without a script, too."""
    browser = at_terminal(size=PHONE)
    page = browser.page
    with page.expect_response("**/tap?**") as answer:
        hold(browser, KIYO)
    assert 290 <= int(answer.value.headers["refresh"]) <= 302
    page.clock.install()
    page.reload()
    page.clock.fast_forward("04:05")
    assert page.locator(".scene-time").inner_text().startswith("One minute is left")


def test_forced_colours_and_less_motion_show_the_same(at_terminal):
    browser = at_terminal(size=PHONE)
    browser.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    hold(browser, KIYO)
    moving_things = "[...document.getAnimations()].length"
    assert browser.page.evaluate(moving_things) == 0
    assert browser.page.locator(".scene-asker").is_visible()


def test_a_sound_is_off_until_it_is_turned_on_and_is_remembered(at_terminal):
    browser = at_terminal(size=PHONE)
    switch = browser.page.get_by_role("button", name="Sound on")
    switch.click()
    hold(browser, KIYO)
    assert browser.page.get_by_role("button", name="Sound off").is_visible()


def test_enrolling_a_phone_asks_one_secret_a_page(stage, axe_source):
    one = stage(size=SMALL, axe=axe_source)
    browser = one.browser()
    origin = one.origin("phone")
    browser.get(f"{origin}/").press("Use this phone")
    browser.get(f"{origin}/enrol")
    page = browser.page
    assert page.locator("#pin").count() == 0, (
        "the card first: what it cannot do is said before anything is typed"
    )
    hold(browser, "渡邉\U000e0102　徹")
    press(page, "56785")
    said = "The phone’s PIN Once more, 1 of 4 digits"
    assert spoken(page) == said, "the pad goes on to the repetition by itself, and says so"
    press(page, "678")
    assert [page.locator(f"#{name}").input_value() for name in ("pin", "pin_again")] == ["5678"] * 2
    assert page.get_by_role("button", name="Next", exact=True).evaluate(IN_SIGHT)
    browser.press("Next").press("Next", password="PHONE99", password_again="OTHER99")
    assert browser.fault == "phone.passwords-differ"
    assert page.locator("#pin").count() == 0
    browser.press("Next", password="PHONE99", password_again="PHONE99")
    assert page.locator(".scene-whose").evaluate(IN_SIGHT), "whose card signs"
    browser.press("Sign and apply", card_password="ABC123")
    browser.expect("The certificates are on this phone").expect("What is on it")


def test_nothing_lies_over_what_is_signed(stage, axe_source):
    """Every line of the document is read on the way to the password, on the smallest screen too."""
    one = stage(size=SMALL, axe=axe_source)
    rei = Person(one, "松本　玲", one.browser())
    moving.sign_in(one, rei, one.origin("portal"), "/move", moving.HANAKO)
    moving.fill_in(one, rei.browser, movers=1)
    rei.browser.press("Sign and send")
    now = rei.browser.page.get_by_role("heading", name="Hold your card over the reader")
    assert now.evaluate(IN_SIGHT), "what to do is in sight before the document"
    browser = hold(rei.browser, rei.card)
    password = browser.page.locator("#password")
    assert password.evaluate("one => one === document.activeElement"), "typing goes into it"
    assert password.evaluate(IN_SIGHT), "and it is seen, below the document"
    assert "paper" in password.get_attribute("aria-describedby").split()
    assert browser.page.locator(".scene-whose").evaluate(IN_SIGHT), "whose card signs"
    assert browser.page.locator(".scene-paper dd").count() >= 5
    over = """() => { document.querySelectorAll('.scene-paper details').forEach(one => one.open = true);
      return [...document.querySelectorAll('.scene-paper dd')].every(line => { line.scrollIntoView({block: 'end'});
        const box = line.getBoundingClientRect();
        return line.contains(document.elementFromPoint(box.left + 4, box.bottom - 6)) }) }"""
    assert browser.page.evaluate(over)
    browser.get(f"{one.origin('portal')}/move").click("Stop and delete this draft").press(
        "Delete it"
    )
