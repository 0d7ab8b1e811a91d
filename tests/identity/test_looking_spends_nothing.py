"""Links are opened before people open them, and requests are come back to: nothing is used up, and what is said is true."""

import pytest

from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.support.pages import followed


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


def stands(world, tap):
    return world.browser.get(tap.respond_to, params={"tap": tap.request_id}).json()["state"]


def signing(world):
    world.login()
    number = world.deposit().json()["sign_transaction_id"]
    return world.authorize(scope="openid sign", sign_transaction_id=number)


BEGUN = {
    "identity.signed-in-already": lambda world: world.authorize(),
    "identity.confirmed-already": lambda world: world.authorize(scope="openid name address"),
    "identity.signed-already": signing,
}


@pytest.mark.parametrize("code", BEGUN)
def test_a_request_says_how_it_stands_until_its_end_and_after(world, code):
    began = BEGUN[code](world)
    ending = code.removeprefix("identity.").removesuffix("-already")
    tap = world.tap_of(began)
    assert stands(world, tap) == "open"
    handle = world.bring(tap, world.evidence(tap)).json()["handle"]
    assert stands(world, tap) == "answered"
    world.answer(world.browser.get(tap.continue_at, params={"handle": handle}))
    assert stands(world, tap) == ending
    for browser in (world.browser, world.street.browser()):
        for way in (tap.cancel_at, tap.again_at, tap.elsewhere_at):
            page = browser.get(way)
            assert code in page.text, "whoever looks is told the truth"
            assert f'href="{tap.asker_origin}/"' in page.text, "and led to who asked"
            assert "Nothing was sent" not in page.text


def test_a_stopped_request_stays_stopped(world):
    tap = world.tap_of(world.authorize())
    assert world.browser.head(tap.cancel_at).status_code == 200
    assert stands(world, tap) == "open", "a HEAD stops nothing"
    world.browser.get(tap.cancel_at)
    assert stands(world, tap) == "stopped"
    assert "identity.stopped-already" in world.browser.get(tap.cancel_at).text


def test_of_an_unknown_request_nothing_is_known(world):
    tap = world.tap_of(world.authorize()).model_copy(update={"request_id": "unheard-of"})
    assert stands(world, tap) == "gone"


def test_finished_in_another_browser_has_one_true_ending(world):
    tap = world.tap_of(world.authorize())
    handle = world.bring(tap, world.evidence(tap)).json()["handle"]
    page = world.street.browser().get(
        tap.continue_at, params={"handle": handle}, headers={"accept-language": "en"}
    )
    assert page.status_code == 403
    assert "Nobody is signed in here" in page.text
    assert f'href="{tap.asker_origin}/"' in page.text
    assert 'href="/">Go to the first page' not in page.text
    assert world.browser.head(tap.continue_at, params={"handle": handle}).status_code == 200
    assert world.answer(world.browser.get(tap.continue_at, params={"handle": handle}))["code"]


def test_the_code_for_a_phone_is_not_used_up_by_who_opens_it(world):
    waiting = world.authorize(device="phone").headers["location"]
    page = world.browser.get(waiting).text
    address = next(
        word for word in page.replace('"', " ").replace("<", " ").split()
        if word.startswith(f"{world.origin}/phone/") and "/wait" not in word and "/qr" not in word
    )  # fmt: skip
    previewer, phone = world.street.browser(), world.street.browser()
    for look in (previewer.head, previewer.get, phone.get, phone.get):
        assert look(address).status_code == 303
    tap = world.tap_of(phone.get(address))
    chosen = {"reader": "phone", "holder": "phone-lock", "chosen_number": tap.check_number}
    handle = world.bring(tap, world.evidence(tap), **chosen).json()["handle"]
    done = f"{tap.continue_at}&handle={handle}"
    for _ in range(2):
        assert phone.get(done).status_code == 200
    assert "identity.tap-answered" in phone.get(tap.cancel_at).text, "it was sent"
    assert world.browser.head(waiting).status_code == 200
    assert world.answer(world.browser.get(waiting))["code"]
    assert phone.get(done).status_code == 200, "and again, after the other screen went on"
    assert "identity.signed-in-already" in phone.get(tap.cancel_at).text
    assert "identity.signed-in-already" in phone.get(address).text


def test_a_pushed_request_is_used_up_where_the_code_is_given(world):
    party = Relying(world, "looked-at")
    told = party.push().json()
    asked = {"client_id": party.client_id, "request_uri": told["request_uri"]}
    world.street.browser().get(f"{world.protocol}/auth", params=asked)
    first, second = party.visit(asked), party.visit(asked)
    assert world.answer_of(first)["code"]
    again = world.tapped(second)
    assert "code=" not in again.headers["location"], "two requests of one address give one code"
    assert party.visit(asked).status_code == 410, "and the address is gone"


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "Nobody is signed in here"), ({"client_id": "portal"}, "Nobody is signed in here"),
     ({"ui_locales": "fr ja"}, '<html lang="ja">'), ({"ui_locales": "ja", "lang": "en"}, '<html lang="en">')],
)  # fmt: skip
def test_every_parameter_of_signing_out_may_be_left_out(world, given, expected):
    """OpenID Connect RP-Initiated Logout 1.0 §2."""
    browser = world.street.browser()
    page = browser.get(f"{world.protocol}/logout", params=given, headers={"accept-language": "en"})
    assert page.status_code == 200
    assert expected in page.text


def test_without_the_token_nobody_is_sent_on(world):
    then = {"client_id": "portal", "post_logout_redirect_uri": world.directory.origin("portal")}
    assert world.browser.get(f"{world.protocol}/logout", params=then).status_code == 200


def test_the_language_of_signing_out_is_heard(world):
    token = world.login()["id_token"]
    page = world.browser.get(
        f"{world.protocol}/logout", params={"id_token_hint": token, "ui_locales": "ja"},
        headers={"accept-language": "en"},
    )  # fmt: skip
    assert '<html lang="ja">' in followed(world.browser, page).text
